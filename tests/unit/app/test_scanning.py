"""A scan from paths to a report: places, waivers, comments, earlier states, and what was asked wrongly."""

from datetime import date
from pathlib import Path

import pytest

from unit.adapters.git.test_repository import git
from watchword.app.cache import Cache
from watchword.app.scanning import Scan, ScanRequest, scan
from watchword.evidence.posture import Severity, Verdict
from watchword.evidence.posture.formats import json_form
from watchword.evidence.posture.report import Change
from watchword.kernel.errors import InvalidInputError, NotFoundError

TODAY = date(2026, 3, 1)
_KEY = 'resource "aws_kms_key" "{name}" {{\n  enable_key_rotation = {rotation}\n}}\n'


def _key(name: str = "k", rotation: str = "false") -> str:
    return _KEY.format(name=name, rotation=rotation)


@pytest.fixture
def infra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    directory = tmp_path / "infra"
    directory.mkdir()
    (directory / "main.tf").write_text(_key())
    return directory


def _scan(*paths: str | Path, **asked: object) -> Scan:
    fields: dict[str, object] = {
        "paths": tuple(map(Path, paths or ("infra",))),
        "today": TODAY,
        "working_directory": Path.cwd(),
        "checks": ("kms-key-rotation",),
    }
    return scan(ScanRequest(**{**fields, **asked}))  # type: ignore[arg-type]  # a test says which fields it changes


def _told(done: Scan) -> list[tuple[str, str, str]]:
    return [(r.verdict.value, r.address, str(r.place)) for r in done.report.results]


def test_places_are_as_seen_from_the_working_directory(infra: Path) -> None:
    assert _told(_scan("infra")) == [("fail", "aws_kms_key.k", "infra/main.tf:1")]
    assert _told(_scan(infra)) == [("fail", "aws_kms_key.k", "infra/main.tf:1")]
    assert _told(_scan("infra/main.tf")) == [("fail", "aws_kms_key.k", "infra/main.tf:1")]
    assert _told(_scan(".")) == [("fail", "aws_kms_key.k", "infra/main.tf:1")]


def test_two_roots_with_the_same_addresses_are_both_judged(infra: Path) -> None:
    (infra.parent / "other").mkdir()
    (infra.parent / "other" / "main.tf").write_text(_key())
    done = _scan("infra", "other")
    assert [place for _, _, place in _told(done)] == ["infra/main.tf:1", "other/main.tf:1"]
    assert len({r.fingerprint for r in done.report.results}) == 2


def test_a_path_within_another_is_judged_once(infra: Path) -> None:
    assert len(_told(_scan("infra", ".", "infra/main.tf", "infra"))) == 1


def test_a_fix_says_where_and_what(infra: Path) -> None:
    (result,) = _scan().report.results
    assert result.fix
    (setting,) = result.fix.settings
    assert (str(setting.root), setting.path, setting.value) == ("infra/main.tf:2", "enable_key_rotation", True)


def test_a_file_that_does_not_parse_is_an_error_and_the_rest_is_judged(infra: Path) -> None:
    (infra / "bad.tf").write_text('resource "x" {\n')
    assert {(v, a) for v, a, _ in _told(_scan())} == {("fail", "aws_kms_key.k"), ("error", "infra/bad.tf")}


@pytest.mark.parametrize("name", ["a.json", "a.yaml", "a.template"])
def test_a_named_file_that_could_be_anything_and_does_not_parse_is_an_error(infra: Path, name: str) -> None:
    (infra / name).write_text('{"a": [1,\n')
    done = _scan(f"infra/{name}")
    assert [(v, a) for v, a, _ in _told(done)] == [("error", f"infra/{name}")]
    assert done.report.results[0].place.line
    assert done.front_ends


def test_a_named_file_that_parses_and_is_nobodys_is_nothing_to_assess(infra: Path) -> None:
    (infra / "a.json").write_text('{"a": 1}')
    assert _scan("infra/a.json").front_ends == ()


def test_in_a_directory_what_does_not_parse_may_be_anybodys(infra: Path) -> None:
    (infra / "package.json").write_text('{"a": [1,')
    assert [verdict for verdict, _, _ in _told(_scan())] == ["fail"]


def test_a_plan_and_a_state_are_read_when_they_are_named(infra: Path) -> None:
    (infra / "plan.json").write_text(
        '{"format_version": "1.2", "planned_values": {"root_module": {"resources": [{"address": "aws_kms_key.p", '
        '"mode": "managed", "type": "aws_kms_key", "name": "p", "provider_name": "registry.terraform.io/hashicorp/aws",'
        ' "values": {"enable_key_rotation": false}}]}}, "resource_changes": [], "configuration": {"root_module": {}}}'
    )
    done = _scan("infra/plan.json")
    assert done.front_ends == ("terraform_plan",)
    assert [(v, a) for v, a, _ in _told(done)] == [("fail", "aws_kms_key.p")]


def test_nothing_is_told_as_nothing(infra: Path) -> None:
    (infra / "main.tf").unlink()
    assert _scan().front_ends == ()


def _waivers(path: Path, **changed: str) -> Path:
    fields = {
        "check": "CKV_AWS_7",
        "resource": "aws_kms_key.k",
        "reason": "goes away",
        "owner": "ann",
        "expires": "2026-05-01",
    }
    path.write_text("waivers:\n  - " + "\n    ".join(f"{k}: {v}" for k, v in {**fields, **changed}.items()) + "\n")
    return path


def test_waivers_are_read_from_beside_what_is_scanned(infra: Path) -> None:
    _waivers(infra / "waivers.yaml")
    (result,) = _scan().report.results
    assert result.verdict is Verdict.WAIVED
    assert result.waiver
    assert result.waiver.place.file == "infra/waivers.yaml"


def test_waivers_that_are_named_go_before(infra: Path, tmp_path: Path) -> None:
    _waivers(infra / "waivers.yaml")
    _waivers(tmp_path / "mine.yaml", resource="aws_kms_key.other")
    done = _scan(waivers=Path("mine.yaml"))
    assert done.report.verdicts[Verdict.FAIL] == 1
    assert "is not needed" in done.report.warnings[0]


def test_a_waiver_that_ran_out_is_a_finding_and_hides_nothing(infra: Path) -> None:
    _waivers(infra / "waivers.yaml", expires="2026-02-01")
    assert {r.check.id for r in _scan().report.findings} == {"kms-key-rotation", "waiver-valid"}


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("waivers: [", "waivers.yaml:"),
        ("waivers: 5", "list of waivers"),
        ("waiver: []", "waiver is not known here"),
        ("waivers: [5]", "no mapping"),
        ("waivers: [{check: {a: 1}}]", "no text"),
        ("waivers: [&a {check: x}, *a]", "waivers.yaml:"),
    ],
)
def test_a_file_that_holds_no_waivers_is_a_finding(infra: Path, text: str, flaw: str) -> None:
    (infra / "waivers.yaml").write_text(text)
    told = [r.words for r in _scan().report.findings if r.check.id == "waiver-valid"]
    assert flaw in told[0]


@pytest.mark.parametrize("text", ["", "waivers:", "waivers: []", "[]"])
def test_no_waivers_are_no_finding(infra: Path, text: str) -> None:
    (infra / "waivers.yaml").write_text(text)
    assert [r.check.id for r in _scan().report.findings] == ["kms-key-rotation"]


def test_a_waiver_file_that_is_not_there_is_told(infra: Path) -> None:
    with pytest.raises(NotFoundError):
        _scan(waivers=Path("nowhere.yaml"))


def test_a_baseline_hides_what_it_knew_and_nothing_that_changed(infra: Path, tmp_path: Path) -> None:
    (tmp_path / "baseline.json").write_text("".join(json_form.render(_scan().report)))
    asked = {"baseline": Path("baseline.json")}
    assert not _scan(**asked).report.counting
    (infra / "main.tf").write_text("\n\n" + _key())
    assert not _scan(**asked).report.counting
    (infra / "main.tf").write_text('resource "aws_kms_key" "k" {\n}\n' + _key("new"))
    report = _scan(**asked).report
    changes = {r.address: report.change_of(r) for r in report.counting}
    assert changes == {"aws_kms_key.new": Change.INTRODUCED}
    (infra / "main.tf").write_text(_key(rotation="true"))
    assert [old.address for old in _scan(**asked).report.fixed] == ["aws_kms_key.k"]


def _committed(infra: Path) -> Path:
    git(infra.parent, "init", "-q")
    git(infra.parent, "add", "-A")
    git(infra.parent, "commit", "-qm", "one")
    return infra


def test_since_a_revision_only_what_is_new_counts(infra: Path) -> None:
    _committed(infra)
    (infra / "main.tf").write_text("# moved\n\n" + _key())
    (infra / "new.tf").write_text(_key("new"))
    report = _scan(since="HEAD").report
    assert [r.address for r in report.counting] == ["aws_kms_key.new"]
    assert len(report.findings) == 2


def _counted(done: Scan) -> tuple[object, ...]:
    report = done.report
    return report.changes, report.fixed, report.verdicts


def test_what_a_revision_held_is_remembered_and_changes_nothing(infra: Path, tmp_path: Path) -> None:
    git(infra.parent, "init", "-q")
    git(infra.parent, "add", "infra")
    git(infra.parent, "commit", "-q", "-m", "one")
    (infra / "new.tf").write_text(_key("new"))
    kept = tmp_path / "kept"
    for _ in range(2):
        assert _counted(_scan(since="HEAD", cache=Cache(kept))) == _counted(_scan(since="HEAD"))
    assert len(list(kept.iterdir())) == 1
    (infra / "main.tf").write_text("")
    assert len(_scan(since="HEAD", cache=Cache(kept)).report.fixed) == 1
    # What it hangs on beside the commit: the day, the checks, waivers that are named.
    outside = tmp_path / "mine.yaml"
    waiver = (
        "waivers:\n  - {{check: kms-key-rotation, resource: aws_kms_key.k, reason: in spring, "
        "owner: a@example.com, expires: {day}}}\n"
    )
    for change in ({"today": date(2026, 3, 2)}, {"checks": ()}, {"skip": ("kms-key-rotation",), "checks": ()}):
        assert _counted(_scan(since="HEAD", cache=Cache(kept), **change)) == _counted(_scan(since="HEAD", **change))
    for day in ("2026-04-01", "2026-02-01"):
        outside.write_text(waiver.format(day=day))
        asked = _scan(since="HEAD", waivers=outside, cache=Cache(kept))
        assert _counted(asked) == _counted(_scan(since="HEAD", waivers=outside))


@pytest.mark.parametrize("content", [b"", b"null", b"{}", b"[[1]]", b'[["a", "b", "c", "d", "e", "f", 1, 2, true]]'])
def test_what_is_remembered_of_a_revision_and_is_damaged_is_found_anew(
    infra: Path, tmp_path: Path, content: bytes
) -> None:
    git(infra.parent, "init", "-q")
    git(infra.parent, "add", "infra")
    git(infra.parent, "commit", "-q", "-m", "one")
    kept = tmp_path / "kept"
    first = _counted(_scan(since="HEAD", cache=Cache(kept)))
    (entry,) = kept.iterdir()
    Cache(kept).put(entry.name, content)
    assert _counted(_scan(since="HEAD", cache=Cache(kept))) == first


def test_since_says_what_was_fixed(infra: Path) -> None:
    _committed(infra)
    (infra / "main.tf").write_text(_key(rotation="true"))
    report = _scan(since="HEAD").report
    assert [(old.address, old.place.file) for old in report.fixed] == [("aws_kms_key.k", "infra/main.tf")]


def test_since_sees_what_changed_in_a_module_elsewhere(infra: Path) -> None:
    (infra.parent / "shared").mkdir()
    (infra.parent / "shared" / "main.tf").write_text('variable "r" {}\n' + _key("m", "var.r"))
    (infra / "main.tf").write_text('module "m" {\n  source = "../shared"\n  r = true\n}\n')
    _committed(infra)
    assert not _scan(since="HEAD").report.findings
    (infra / "main.tf").write_text('module "m" {\n  source = "../shared"\n  r = false\n}\n')
    (result,) = _scan(since="HEAD").report.counting
    assert result.address == "module.m.aws_kms_key.m"
    assert result.place.file == "shared/main.tf"
    assert result.root_cause
    assert str(result.root_cause) == "infra/main.tf:3"


def test_two_revisions_are_compared_without_the_working_tree(infra: Path) -> None:
    _committed(infra)
    (infra / "new.tf").write_text(_key("new"))
    git(infra.parent, "add", "-A")
    git(infra.parent, "commit", "-qm", "two")
    (infra / "main.tf").unlink()
    (infra / "new.tf").unlink()
    report = _scan(since="HEAD~1..HEAD").report
    assert [(r.address, report.change_of(r)) for r in report.findings] == [
        ("aws_kms_key.k", Change.STILL_THERE),
        ("aws_kms_key.new", Change.INTRODUCED),
    ]


def test_a_path_that_was_not_there_is_all_new(infra: Path) -> None:
    _committed(infra)
    (infra.parent / "more").mkdir()
    (infra.parent / "more" / "main.tf").write_text(_key("more"))
    assert [r.address for r in _scan("more", since="HEAD").report.counting] == ["aws_kms_key.more"]


def test_a_waiver_that_is_taken_away_brings_its_finding_back(infra: Path) -> None:
    waivers = _waivers(infra / "waivers.yaml")
    _committed(infra)
    waivers.unlink()
    assert [r.address for r in _scan(since="HEAD").report.counting] == ["aws_kms_key.k"]


def test_a_comment_is_owned_by_who_wrote_it(infra: Path) -> None:
    (infra / "main.tf").write_text("#checkov:skip=CKV_AWS_7:goes away\n" + _key())
    _committed(infra)
    (result,) = _scan().report.results
    assert result.verdict is Verdict.WAIVED
    assert result.waiver
    assert (result.waiver.owner, result.waiver.expires) == ("ann@example.com", "2026-07-01")
    assert result.waiver.place.file == "infra/main.tf"


def test_a_comment_of_which_git_knows_nothing_holds_with_a_warning(infra: Path) -> None:
    (infra / "main.tf").write_text("#checkov:skip=CKV_AWS_7:goes away\n" + _key())
    report = _scan().report
    assert report.verdicts[Verdict.WAIVED] == 1
    assert report.warnings[0].startswith("infra/main.tf:1: the checkov comment has no day")


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ({"checks": ("nobody",)}, InvalidInputError, "there is no check nobody"),
        ({"skip": ("kms-key-rotatoin",)}, InvalidInputError, "there is no check"),
        ({"paths": (Path("nowhere"),)}, NotFoundError, "nowhere: no such file"),
        ({"baseline": Path("nowhere.json")}, NotFoundError, "nowhere.json"),
        ({"since": "HEAD"}, NotFoundError, "not in a git repository"),
        ({"check_directories": (Path("nowhere"),)}, NotFoundError, "no such directory"),
    ],
)
def test_what_is_asked_wrongly_is_told(
    infra: Path, asked: dict[str, object], error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        _scan(**asked)


def test_checks_are_chosen_by_name_and_severity(infra: Path) -> None:
    assert _scan(checks=("CKV_AWS_7",)).report.checks == 1
    everything = _scan(checks=()).report.checks
    assert _scan(checks=(), skip=("CKV_AWS_7",)).report.checks == everything - 1
    assert 0 < _scan(checks=(), severity=Severity.CRITICAL).report.checks < everything
    assert _scan(severity=Severity.HIGH).report.checks == 0
