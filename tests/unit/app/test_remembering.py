"""An answer is given again where nothing has changed that it hangs on, and never else."""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from support.remembered import Asker
from unit.adapters.git.test_repository import git
from watchword.app import remembering
from watchword.app.cache import Cache
from watchword.app.remembering import Answer, Answers, Question, Used

_KEY = 'resource "aws_kms_key" "k" {\n}\n'
_WAIVER = (
    "waivers:\n  - check: kms-key-rotation\n    resource: aws_kms_key.k\n    reason: it goes in spring\n"
    "    owner: a@example.com\n    expires: {day}\n"
)


@pytest.fixture
def ask(tmp_path: Path) -> Asker:
    directory = tmp_path / "work" / "infra"
    directory.mkdir(parents=True)
    (directory / "main.tf").write_text(_KEY)
    return Asker(cache=tmp_path / "cache", directory=directory, checks=("kms-key-rotation",))


def _age(path: Path) -> None:
    """Make everything look as if it had been there for an hour."""
    then = time.time() - 3600
    for current, directories, files in os.walk(path):
        for name in (*directories, *files):
            os.utime(Path(current) / name, (then, then), follow_symlinks=False)
    os.utime(path, (then, then))


def test_the_same_is_answered_again(ask: Asker) -> None:
    first, remembered = ask()
    assert not remembered
    again, remembered = ask()
    assert remembered
    assert again == first == ask.cold()


def _edit(directory: Path) -> None:
    (directory / "main.tf").write_text(_KEY.replace("{\n", "{\n  enable_key_rotation = true\n"))


def _other_file(directory: Path) -> None:
    (directory / "more.tf").write_text('resource "aws_kms_key" "more" {\n}\n')


def _other_front_end(directory: Path) -> None:
    (directory / "t.yaml").write_text("Resources:\n  K:\n    Type: AWS::KMS::Key\n    Properties: {KeyPolicy: {}}\n")


def _waive_within(directory: Path) -> None:
    (directory / "waivers.yaml").write_text(_WAIVER.format(day="2026-06-01"))


def _waive_beside(directory: Path) -> None:
    (directory.parent / "waivers.yaml").write_text(_WAIVER.format(day="2026-06-01"))


def _comment(directory: Path) -> None:
    (directory / "main.tf").write_text(f"# checkov:skip=CKV_AWS_7:it goes in spring exp:2026-05-01\n{_KEY}")


@pytest.mark.parametrize("change", [_edit, _other_file, _other_front_end, _waive_within, _waive_beside, _comment])
def test_what_changes_the_answer_is_seen(ask: Asker, change: Callable[[Path], None]) -> None:
    before, _ = ask()
    change(ask.directory)
    after, remembered = ask()
    assert not remembered
    assert after == ask.cold()
    assert after != before


def test_a_waiver_runs_out_overnight(ask: Asker) -> None:
    (ask.directory / "waivers.yaml").write_text(_WAIVER.format(day="2026-03-01"))
    today, _ = ask(date(2026, 3, 1))
    assert ask(date(2026, 3, 1)) == (today, True)
    tomorrow, remembered = ask(date(2026, 3, 2))
    assert not remembered
    assert '"verdict":"waived"' in today.data
    assert '"verdict":"waived"' not in tomorrow.data


def test_other_checks_are_another_question(ask: Asker) -> None:
    ask()
    assert not replace(ask, checks=("s3-public-access-block",))()[1]


def test_a_check_of_ones_own_that_changes_is_seen(ask: Asker, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    text = (
        "id: mine\ntitle: Mine\nseverity: low\nwhy: W.\nremedy: R.\nfunction: data.governance\nstage: initial\n"
        "kinds: [key]\npasses: {passes}\nmessage: m\n"
    )
    (own / "mine.yaml").write_text(text.replace("{passes}", '"true"'))
    asker = replace(ask, checks=("mine",), check_directories=(own,))
    before, _ = asker()
    assert asker() == (before, True)
    (own / "mine.yaml").write_text(text.replace("{passes}", '"false"'))
    after, remembered = asker()
    assert not remembered
    assert after == asker.cold() != before


def _calling(directory: Path, source: str) -> None:
    (directory / "main.tf").write_text(f'module "m" {{\n  source = "{source}"\n}}\n')


@pytest.mark.parametrize("where", ["../beside", "./node_modules/m"])
def test_a_module_that_lies_elsewhere_is_seen(ask: Asker, where: str) -> None:
    module = ask.directory / where
    module.mkdir(parents=True)
    _calling(ask.directory, where)
    (module / "main.tf").write_text(_KEY)
    ask()
    assert not ask()[1]  # it had just been written: whether it was read as it is cannot be told
    (module / "main.tf").write_text(_KEY.replace("{\n", "{\n  enable_key_rotation = true\n"))
    assert ask()[0] == ask.cold()


def test_a_module_elsewhere_that_is_old_is_remembered_until_it_changes(
    ask: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = ask.directory.parent / "beside"
    module.mkdir()
    _calling(ask.directory, "../beside")
    (module / "main.tf").write_text(_KEY)
    _age(ask.directory.parent)
    monkeypatch.setattr(remembering, "unchanged_since", lambda _moment, _seen: True)  # no test can turn back its ctime
    before, _ = ask()
    assert ask() == (before, True)
    (module / "more.tf").write_text('resource "aws_kms_key" "more" {\n}\n')
    after, remembered = ask()
    assert not remembered
    assert after == ask.cold() != before


def test_a_module_that_appears_is_seen(ask: Asker) -> None:
    _calling(ask.directory, "../beside")
    _age(ask.directory.parent)
    before, _ = ask()
    (ask.directory.parent / "beside").mkdir()
    (ask.directory.parent / "beside" / "main.tf").write_text(_KEY)
    after, remembered = ask()
    assert not remembered
    assert after == ask.cold() != before


def test_the_commit_counts_where_git_was_asked_who_wrote_a_line(ask: Asker) -> None:
    top = ask.directory.parent
    git(top, "init", "-q")
    (ask.directory / "main.tf").write_text(f"# checkov:skip=CKV_AWS_7:it goes in spring\n{_KEY}")
    before, _ = ask()
    assert ask() == (before, True)
    git(top, "add", ".")
    git(top, "commit", "-q", "-m", "one")
    after, remembered = ask()
    assert not remembered
    assert "ann@example.com" in after.data
    assert "ann@example.com" not in before.data
    assert ask() == (after, True)


def _question(tmp_path: Path) -> Question:
    return Question(
        verb="scan", asked={}, trees=(tmp_path / "t",), files=(), today=date(2026, 1, 1), working_directory=tmp_path
    )


_ANSWER = Answer(code=12, data="data\ud800\n", words="words\n")


def _kept(tmp_path: Path) -> tuple[Answers, Path]:
    (tmp_path / "t").mkdir(exist_ok=True)
    kept = Answers(cache=Cache(tmp_path / "c"), question=_question(tmp_path))
    kept.begin()
    assert kept.keep(_ANSWER, Used())
    (entry,) = (tmp_path / "c").iterdir()
    return kept, entry


def test_an_answer_comes_back_as_it_was(tmp_path: Path) -> None:
    kept, _ = _kept(tmp_path)
    assert kept.recall() == _ANSWER


def test_what_changed_meanwhile_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "t").mkdir()
    kept = Answers(cache=Cache(tmp_path / "c"), question=_question(tmp_path))
    kept.begin()
    (tmp_path / "t" / "new").write_text("")
    assert not kept.keep(_ANSWER, Used())
    assert kept.recall() is None


def test_a_commit_that_was_made_meanwhile_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "t").mkdir()
    kept = Answers(cache=Cache(tmp_path / "c"), question=_question(tmp_path))
    kept.begin()
    assert not kept.keep(_ANSWER, Used(commit="1" * 40))


def test_other_code_is_another_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, _ = _kept(tmp_path)
    monkeypatch.setattr(remembering, "code_state", lambda: "another version")
    assert kept.recall() is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x80\x04\x95",
        b"null",
        b"[]",
        b"{}",
        b'{"record": 1}',
        b"[" * 100_000,
        (
            b'{"record": {"at": 1, "marks": {"a": "x"}, "hashes": {}}, "extra": [], "extra_record": '
            b'{"at": 1, "marks": {}, "hashes": {}}, "commit": null, "answer": {"code": 0, "data": "", "words": ""}}'
        ),
        (
            b'{"record": {"at": 1, "marks": {}, "hashes": {}}, "extra": [], "extra_record": '
            b'{"at": 1, "marks": {}, "hashes": {}}, "commit": null, "answer": {"code": "0", "data": "", "words": ""}}'
        ),
    ],
)
def test_an_entry_of_another_form_is_no_answer_and_is_written_anew(tmp_path: Path, content: bytes) -> None:
    kept, entry = _kept(tmp_path)
    Cache(tmp_path / "c").put(entry.name, content)
    assert kept.recall() is None
    _kept(tmp_path)
    assert kept.recall() == _ANSWER


def test_marks_that_nobody_writes_do_not_agree(tmp_path: Path) -> None:
    kept, entry = _kept(tmp_path)
    content = Cache(tmp_path / "c").get(entry.name)
    assert content
    Cache(tmp_path / "c").put(entry.name, content.replace(b'["directory"]', b'["file"]'))
    assert kept.recall() is None


def test_code_that_does_not_lie_in_files_remembers_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t").mkdir()
    monkeypatch.setattr(
        remembering, "__file__", str(tmp_path / "watchword.zip" / "watchword" / "app" / "remembering.py")
    )
    kept = Answers(cache=Cache(tmp_path / "c"), question=_question(tmp_path))
    assert kept.recall() is None
    kept.begin()
    assert not kept.keep(_ANSWER, Used())
