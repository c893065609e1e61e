"""What is read for an assessment beside what is assessed: the file of what people say, and the documents it names."""

import hashlib
from datetime import date
from pathlib import Path

import pytest

from watchword.app.assessing import AssessRequest, assess_paths
from watchword.evidence.posture import Function, Stage
from watchword.evidence.posture.assessment import Assessment
from watchword.kernel.errors import InvalidInputError, NotFoundError

_TODAY = date(2026, 6, 1)
_SECRET = 'resource "aws_secretsmanager_secret" "s" {\n  name = "s"\n}\n'


def _assess(directory: Path, settings: str | None = None, text: str = _SECRET) -> Assessment:
    (directory / "main.tf").write_text(text, encoding="utf-8")
    if settings is not None:
        (directory / "watchword-assess.yaml").write_text(settings, encoding="utf-8")
    done = assess_paths(AssessRequest(paths=(directory,), today=_TODAY, working_directory=directory))
    assert done is not None
    return done


def _stage(done: Assessment, function: Function) -> Stage | None:
    return next(f.stage for f in done.functions if f.function is function)


def test_nothing_is_said_where_there_is_no_file(tmp_path: Path) -> None:
    done = _assess(tmp_path)
    assert not done.warnings
    assert [one.owner for one in done.critical] == [""]
    assert _stage(done, Function.AUTHENTICATION) is None


def test_an_attestation_holds_with_the_document_that_was_signed(tmp_path: Path) -> None:
    (tmp_path / "proof.txt").write_text("everybody has a key", encoding="utf-8")
    digest = hashlib.sha256(b"everybody has a key").hexdigest()
    settings = (
        "attestations:\n  - function: identity.authentication\n    stage: initial\n    artifact: proof.txt\n"
        f"    sha256: {digest}\n    signer: ciso@example.com\n    expires: 2027-01-31\n"
    )
    assert _stage(_assess(tmp_path, settings), Function.AUTHENTICATION) is Stage.INITIAL
    (tmp_path / "proof.txt").write_text("everybody had a key", encoding="utf-8")
    done = _assess(tmp_path, settings)
    assert _stage(done, Function.AUTHENTICATION) is None
    assert "is not the document that was signed" in done.warnings[0]
    (tmp_path / "proof.txt").unlink()
    assert "No such file" in _assess(tmp_path, settings).warnings[0]


def test_words_on_assets_and_targets_are_heard(tmp_path: Path) -> None:
    done = _assess(
        tmp_path,
        "targets:\n  '*': initial\n  data.data-access: optimal\nassets:\n"
        "  - resource: aws_secretsmanager_secret.s\n    owner: ops@example.com\n    reason: ours\n    until: 2026-12-31\n"
        "  - resource: aws_secretsmanager_secret.gone\n    owner: ops@example.com\n    reason: ours\n"
        "    until: 2026-12-31\n",
    )
    assert [one.owner for one in done.critical] == ["ops@example.com"]
    targets = {f.function: f.target for f in done.functions}
    assert targets[Function.DATA_ACCESS] is Stage.OPTIMAL
    assert targets[Function.AUTHENTICATION] is Stage.INITIAL
    assert [w for w in done.warnings if "aws_secretsmanager_secret.gone is not in what was assessed" in w]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("assets:\n  - just text\n", "it is no mapping"),
        ("assets:\n  - resource: [a]\n", "resource is no text"),
        ("assets: much\n", "a list was expected"),
        ("targets: high\n", "functions with their stages were expected"),
        ("targets:\n  data.data-access: [optimal]\n", "data.data-access is no stage"),
    ],
)
def test_an_entry_that_is_odd_does_not_count_and_is_told(tmp_path: Path, settings: str, said: str) -> None:
    assert said in _assess(tmp_path, settings).warnings[0]


@pytest.mark.parametrize("settings", ["[1, 2", "just text\n", "opinions:\n  - none\n"])
def test_a_file_that_says_nothing_we_know_is_refused(tmp_path: Path, settings: str) -> None:
    with pytest.raises(InvalidInputError):
        _assess(tmp_path, settings)


def test_a_file_that_was_named_is_there(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(_SECRET, encoding="utf-8")
    request = AssessRequest(
        paths=(tmp_path,), today=_TODAY, working_directory=tmp_path, settings=tmp_path / "nowhere.yaml"
    )
    with pytest.raises(NotFoundError, match=r"nowhere\.yaml"):
        assess_paths(request)


def test_nothing_to_assess_is_none(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("nothing", encoding="utf-8")
    assert assess_paths(AssessRequest(paths=(tmp_path,), today=_TODAY, working_directory=tmp_path)) is None


def test_a_file_that_does_not_parse_is_an_error_and_the_rest_is_assessed(tmp_path: Path) -> None:
    (tmp_path / "broken.tf").write_text("resource {", encoding="utf-8")
    done = _assess(tmp_path)
    assert len(done.report.errors) == 1
    assert [one.asset.address for one in done.critical] == ["aws_secretsmanager_secret.s"]


def test_two_paths_are_one_assessment(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(_SECRET, encoding="utf-8")
    done = assess_paths(AssessRequest(paths=(tmp_path / "a", tmp_path / "b"), today=_TODAY, working_directory=tmp_path))
    assert done is not None
    assert [one.survey.at(one.asset.place).file for one in done.critical] == ["a/main.tf", "b/main.tf"]


def test_a_named_file_that_does_not_parse_is_assessed_as_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"a": [1,\n', encoding="utf-8")
    request = AssessRequest(paths=(tmp_path / "a.json",), today=_TODAY, working_directory=tmp_path)
    done = assess_paths(request)
    assert done is not None
    assert [result.place.file for result in done.report.errors] == ["a.json"]
