"""Results of other scanners in a scan: merged where they are one with ours, standing elsewhere, never making us greener."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from watchword.app.assessing import AssessRequest, assess_paths
from watchword.app.imports import MOST_FILES
from watchword.app.scanning import Scan, ScanRequest, scan
from watchword.evidence.posture import Result, Severity, Verdict
from watchword.evidence.posture.formats import json_form, sarif, table
from watchword.evidence.posture.report import Change
from watchword.kernel.errors import InvalidInputError, NotFoundError

TODAY = date(2026, 3, 1)
_MAIN = """\
resource "aws_kms_key" "bad" {
}

resource "aws_kms_key" "good" {
  enable_key_rotation = true
}
"""
Record = dict[str, object]


def _record(resource: str = "aws_kms_key.bad", lines: tuple[int, int] = (1, 2), **more: object) -> Record:
    record: Record = {"check_id": "CKV_AWS_7", "file_path": "/main.tf", "file_line_range": lines, "resource": resource}
    return {**record, "check_name": "rotation", "severity": "LOW", **more}


def _checkov(*failed: Record, skipped: tuple[Record, ...] = (), passed: int = 0) -> str:
    results = {"failed_checks": failed, "skipped_checks": skipped}
    return json.dumps({"check_type": "terraform", "results": results, "summary": {"passed": passed}})


@pytest.fixture
def infra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    directory = tmp_path / "infra"
    directory.mkdir()
    (directory / "main.tf").write_text(_MAIN)
    return directory


@pytest.fixture
def run(infra: Path) -> Callable[..., Scan]:
    def run(*documents: str, path: str = "infra", **asked: object) -> Scan:
        files = tuple(infra.parent / f"r{number}.json" for number in range(len(documents)))
        for file, document in zip(files, documents, strict=True):
            file.write_text(document)
        fields: dict[str, object] = {
            "paths": (Path(path),),
            "today": TODAY,
            "working_directory": Path.cwd(),
            "checks": ("CKV_AWS_7", "kms-key-rotation"),
            "imports": tuple(Path(file.name) for file in files),
        }
        return scan(ScanRequest(**{**fields, **asked}))  # type: ignore[arg-type]  # a test says what it changes

    return run


def _told(done: Scan) -> list[tuple[str, str, str, list[str]]]:
    def sources(result: Result) -> list[str]:
        return [f"{one.tool} {one.id} {one.file}" for one in result.also_found_by]

    return [(r.check.id, r.verdict.value, f"{r.place} {r.address}", sources(r)) for r in done.report.results]


_BAD: tuple[str, str, str, list[str]] = ("kms-key-rotation", "fail", "infra/main.tf:1 aws_kms_key.bad", [])
_GOOD: tuple[str, str, str, list[str]] = ("kms-key-rotation", "pass", "infra/main.tf:4 aws_kms_key.good", [])
_FOUND = (*_BAD[:3], ["checkov CKV_AWS_7 r0.json"])


@pytest.mark.parametrize(
    "record",
    [
        _record(),
        _record(resource=""),  # the lines tell
        _record(resource="", lines=(2, 2)),
        _record(lines=(0, 0)),  # the address tells
        _record(resource="something.else"),
        _record(resource="AWS_KMS_KEY.bad", repo_file_path="/infra/main.tf"),
    ],
)
def test_the_same_on_the_same_place_is_one_finding_and_its_source_is_kept(
    run: Callable[..., Scan], record: Record
) -> None:
    done = run(_checkov(record, passed=3))
    assert _told(done) == [_FOUND, _GOOD]
    (imported,) = done.report.imports
    assert (imported.merged, imported.standing, imported.passed) == (1, 0, 3)


@pytest.mark.parametrize(
    ("record", "place"),
    [
        # We say that it is well. Both are told; neither changes the other.
        (_record("aws_kms_key.good", (4, 6)), "infra/main.tf:4 aws_kms_key.good"),
        # The lines hold one that is well for us: that one may be meant.
        (_record("", (1, 6)), "infra/main.tf:1 infra/main.tf"),
        # Another file, of the same name or not.
        (_record(file_path="/other/main.tf"), "other/main.tf:1 aws_kms_key.bad"),
        (_record(file_path="/../../etc/passwd"), "../../etc/passwd:1 aws_kms_key.bad"),
        (_record(file_path="\0" + "a" * 300), "\0" + "a" * 300 + ":1 aws_kms_key.bad"),
        # Another resource of the file.
        (_record("aws_kms_key.bad", (9, 9)), "infra/main.tf:9 aws_kms_key.bad"),
    ],
)
def test_what_is_not_surely_the_same_stands(run: Callable[..., Scan], record: Record, place: str) -> None:
    source = ["checkov CKV_AWS_7 r0.json"]
    assert _told(run(_checkov(record))) == [_BAD, _GOOD, ("checkov:CKV_AWS_7", "fail", place, source)]


def test_a_name_that_can_be_two_files_is_none(run: Callable[..., Scan], infra: Path) -> None:
    (infra.parent / "other").mkdir()
    (infra.parent / "other" / "main.tf").write_text(_MAIN)
    done = run(_checkov(_record()), paths=(Path("infra"), Path("other")))
    assert _told(done)[-1][:3] == ("checkov:CKV_AWS_7", "fail", "main.tf:1 aws_kms_key.bad")
    named = run(_checkov(_record(file_path="infra/main.tf")), paths=(Path("infra"), Path("other")))
    assert _told(named)[0] == _FOUND


def test_an_identifier_of_another_tool_does_not_merge(run: Callable[..., Scan]) -> None:
    text = json.dumps({"runs": [{"tool": {"driver": {"name": "homemade"}}, "results": []}], "version": "2.1.0"})
    result = {
        "ruleId": "CKV_AWS_7",
        "message": {"text": "m"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "infra/main.tf"},
                    "region": {"startLine": 1, "endLine": 2},
                }
            }
        ],
    }
    document = json.loads(text)
    document["runs"][0]["results"] = [result]
    done = run(json.dumps(document), checks=())
    assert ("homemade:CKV_AWS_7", "fail") in [(r.check.id, r.verdict.value) for r in done.report.results]


def test_the_same_from_two_files_is_one(run: Callable[..., Scan]) -> None:
    foreign = _record("aws_kms_key.good", (4, 6))
    done = run(_checkov(foreign), _checkov(foreign))
    assert _told(done)[2][3] == ["checkov CKV_AWS_7 r0.json", "checkov CKV_AWS_7 r1.json"]
    assert len(done.report.results) == 3


def test_what_is_suppressed_there_is_waived_with_its_reason_and_without_one_it_stands(run: Callable[..., Scan]) -> None:
    with_reason = _record("aws_kms_key.good", (4, 6), check_result={"suppress_comment": "rotated by hand"})
    done = run(_checkov(skipped=(with_reason, _record("aws_kms_key.other", (8, 9)))))
    waived, standing = done.report.results[2:]
    assert (waived.verdict, waived.waiver and waived.waiver.reason) == (Verdict.WAIVED, "rotated by hand")
    assert (waived.waiver and waived.waiver.expires) == "2026-08-28"
    assert (standing.verdict, "without a reason" in standing.words) == (Verdict.FAIL, True)
    assert any("suppressed there, without a day" in warning for warning in done.report.warnings)


def test_a_suppression_there_waives_nothing_of_ours(run: Callable[..., Scan]) -> None:
    done = run(_checkov(skipped=(_record(check_result={"suppress_comment": "rotated by hand"}),)))
    first = done.report.results[0]
    assert (first.verdict, first.also_found_by[0].note) == (Verdict.FAIL, "suppressed there: rotated by hand")


def test_no_import_changes_a_verdict_of_ours(run: Callable[..., Scan]) -> None:
    before = [(r.fingerprint, r.verdict, r.digest) for r in run(checks=()).report.results]
    every = [_record(name, lines) for name in ("aws_kms_key.bad", "aws_kms_key.good", "") for lines in ((1, 9), (4, 6))]
    after = run(_checkov(*every, skipped=tuple(every), passed=9), checks=())
    assert [(r.fingerprint, r.verdict, r.digest) for r in after.report.results[: len(before)]] == before


def test_an_unknown_severity_is_medium_and_said(run: Callable[..., Scan]) -> None:
    done = run(_checkov(_record("aws_kms_key.good", (4, 6), severity=None)))
    found = done.report.results[2]
    assert (found.check.severity, "taken as medium" in found.words) == (Severity.MEDIUM, True)
    assert "r0.json: 1 findings have no severity that we know: they are taken as medium" in done.report.warnings


def test_fingerprints_have_no_line_numbers_and_are_distinct(run: Callable[..., Scan]) -> None:
    def prints(shift: int) -> list[str]:
        records = [_record("", (line + shift, line + shift)) for line in (20, 30)]
        return [r.fingerprint for r in run(_checkov(*records)).report.results[2:]]

    assert prints(0) == prints(7)
    assert len(set(prints(0))) == 2


def test_waivers_of_ours_hold_for_imported_findings(run: Callable[..., Scan], infra: Path) -> None:
    entry = "{check: %s, resource: aws_kms_key.%s, reason: it goes away, owner: a@example.com, expires: 2026-06-01}"
    own, foreign = entry % ("CKV_AWS_7", "bad"), entry % ("checkov:CKV_AWS_7", "good")
    (infra / "waivers.yaml").write_text(f"waivers:\n  - {own}\n  - {foreign.replace('checkov:CKV_AWS_7', _QUOTED)}\n")
    done = run(_checkov(_record(), _record("aws_kms_key.good", (4, 6))))
    assert [r.verdict.value for r in done.report.results] == ["waived", "pass", "waived"]


_QUOTED = '"checkov:CKV_AWS_7"'


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ({"checks": ("kms-key-rotation",)}, True),
        ({"checks": ("checkov:CKV_AWS_7",)}, True),
        ({"checks": ("sg-admin-ports-open",)}, False),
        ({"checks": (), "skip": ("kms-key-rotation",)}, False),
        ({"checks": (), "severity": Severity.HIGH}, False),
    ],
)
def test_imported_findings_are_chosen_as_ours_are(
    run: Callable[..., Scan], asked: dict[str, object], *, kept: bool
) -> None:
    done = run(_checkov(_record("aws_kms_key.good", (4, 6))), **asked)
    assert ("checkov:CKV_AWS_7" in {r.check.id for r in done.report.results}) is kept


def test_a_baseline_holds_imported_findings(run: Callable[..., Scan], infra: Path) -> None:
    old, new = _record("aws_kms_key.good", (4, 6)), _record("aws_kms_key.new", (8, 9))
    (infra.parent / "before.json").write_text("".join(json_form.render(run(_checkov(old)).report)))
    done = run(_checkov(old, new), baseline=Path("before.json"))
    changes = {r.address: done.report.change_of(r) for r in done.report.findings}
    assert (changes["aws_kms_key.good"], changes["aws_kms_key.new"]) == (Change.STILL_THERE, Change.INTRODUCED)
    assert [old.check for old in run(_checkov(), baseline=Path("before.json")).report.fixed] == ["checkov:CKV_AWS_7"]
    assert run(baseline=Path("before.json")).report.fixed == ()  # nobody looked


def test_objects_of_a_cluster_are_told_by_their_names(run: Callable[..., Scan], infra: Path) -> None:
    (infra / "main.tf").unlink()
    (infra / "d.yaml").write_text(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  template:\n"
        "    spec:\n      containers: [{name: c, image: nginx, securityContext: {privileged: true}}]\n"
    )
    failing = {"ID": "runAsPrivileged", "Message": "m", "Success": False, "Severity": "danger"}
    containers = [{"Name": "c", "Results": {"runAsPrivileged": failing}}]
    one = {"Name": "web", "Namespace": "shop", "Kind": "Deployment", "PodResult": {"ContainerResults": containers}}
    done = run(json.dumps({"PolarisOutputVersion": "1.0", "Results": [one]}), checks=("k8s-privileged",))
    assert [(r.check.id, [s.tool for s in r.also_found_by]) for r in done.report.results] == [
        ("k8s-privileged", ["polaris"])
    ]


def test_what_is_asked_wrongly_is_refused(run: Callable[..., Scan]) -> None:
    with pytest.raises(NotFoundError, match=r"no\.json: no such file"):
        run(imports=(Path("no.json"),))
    with pytest.raises(InvalidInputError, match="infra"):
        run(imports=(Path("infra"),))
    with pytest.raises(InvalidInputError, match="at most 50"):
        run(imports=(Path("r"),) * (MOST_FILES + 1))
    with pytest.raises(InvalidInputError, match=r"r0\.json:1:1: no JSON"):
        run("no")


def test_every_form_and_the_assessment_show_them(run: Callable[..., Scan], infra: Path) -> None:
    report = run(_checkov(_record(), _record("aws_kms_key.good", (4, 6)))).report
    shown = "".join(table.render(report))
    assert "also found by checkov CKV_AWS_7 (r0.json)" in shown
    assert "r0.json: checkov: 2 findings, 1 of them ours too, 0 suppressed there; 0 passed" in shown
    document = json.loads("".join(json_form.render(report)))
    assert document["summary"]["imports"][0]["merged"] == 1
    assert document["results"][0]["also_found_by"] == [
        {"tool": "checkov", "id": "CKV_AWS_7", "file": "r0.json", "note": ""}
    ]
    assert "checkov:CKV_AWS_7" in "".join(sarif.render(report))
    request = AssessRequest(
        paths=(infra,), today=TODAY, working_directory=Path.cwd(), imports=(infra.parent / "r0.json",)
    )
    done = assess_paths(request)
    assert done is not None
    assert "checkov:CKV_AWS_7" in {result.check.id for result in done.report.findings}


def test_thousands_of_findings_of_one_file_are_read(run: Callable[..., Scan], infra: Path) -> None:
    blocks = (f'resource "aws_kms_key" "k{number}" {{\n}}\n' for number in range(1_000))
    (infra / "main.tf").write_text("".join(blocks))
    lines = [(2 * number + 1, 2 * number + 2) for number in range(1_000)]
    named = run(_checkov(*(_record(f"aws_kms_key.k{number}", at) for number, at in enumerate(lines))))
    assert named.report.imports[0].merged == 1_000
    unnamed = run(_checkov(*(_record("", at) for at in lines)))  # too many for their lines to be compared: both stand
    assert unnamed.report.imports[0].standing == 1_000
