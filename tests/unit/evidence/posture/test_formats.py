"""A report in every form: what each form's own rules ask, with names that a stranger has chosen."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from support.ocsf import ocsf_schema
from unit.evidence.posture.estates import check, declared, inventory, unknown
from watchword.evidence.posture import Fix, Severity, Verdict, Waiver, judge, not_applicable
from watchword.evidence.posture.fixes import FileEdit, Offer
from watchword.evidence.posture.formats import github, gitlab, json_form, junit, markdown, ocsf, sarif, table
from watchword.evidence.posture.report import Change, Report, compared, earlier_of
from watchword.inventory import Call, Coverage, Place, Problem, ProblemKind, Setting
from watchword.kernel.errors import InvalidInputError

_HOSTILE = 'bucket.x["]]><b>::error::\n%0A|`*\x1b[31m\u202e,"]'


def _report(*, hostile: bool = False) -> Report:
    address = _HOSTILE if hostile else "bucket.logs"
    problem = Problem(ProblemKind.SYNTAX, "the file ends", Place("bad.tf", 3, 3))
    there = inventory(
        declared(address=address, calls=(Call("module.b", Place("main.tf", 1, 2)),), file="modules/b/main.tf"),
        declared(address="bucket.unknown", versioning=unknown()),
        declared(address="bucket.good", versioning=True),
        declared(address="bucket.waived"),
        problems=(problem,),
    )
    waiver = Waiver(
        check="bucket-versioning",
        resource="bucket.waived",
        reason="emptied every night",
        owner="data@example.com",
        expires="2026-06-01",
        source="waivers.yaml",
        place=Place("waivers.yaml", 2, 2),
    )
    results = [
        replace(r, verdict=Verdict.WAIVED, waiver=waiver) if r.address == "bucket.waived" else r
        for r in (
            *judge([check(severity=Severity.HIGH)], there),
            *judge([check(id="none", judge=lambda _a, _e: not_applicable("never"))], inventory(declared())),
        )
    ]
    return Report(results=tuple(results), coverage=Coverage(files=2), assets={"object_store": 4}, checks=2)


def _json(text: str) -> Any:
    return json.loads(text)


def test_json_says_all_that_is_promised() -> None:
    whole = _json("".join(json_form.render(_report())))
    assert whole["format"] == "watchword-scan/1"
    assert whole["summary"]["verdicts"] == {
        "pass": 1,
        "fail": 1,
        "unknown": 1,
        "not_applicable": 1,
        "waived": 1,
        "error": 1,
    }
    assert whole["summary"]["worst"] == "high"
    assert whole["summary"]["coverage"]["problems"] == 1
    failed = next(r for r in whole["results"] if r["verdict"] == "fail")
    assert set(failed) >= {
        "check", "severity", "verdict", "resource", "file", "line", "end_line", "evidence", "root_cause",
        "fingerprint", "known_as", "reasons", "module_calls", "message", "root", "change", "waiver", "fix",
    }  # fmt: skip
    assert (failed["file"], failed["line"], failed["end_line"]) == ("modules/b/main.tf", 4, 9)
    assert failed["known_as"]["checkov"] == ["CKV_AWS_21"]
    unknown_ = next(r for r in whole["results"] if r["verdict"] == "unknown")
    assert unknown_["reasons"][0]["kind"] == "variable"
    waived = next(r for r in whole["results"] if r["verdict"] == "waived")
    assert waived["waiver"]["owner"] == "data@example.com"


def _offered() -> Report:
    whole = _report()
    (failing,) = whole.findings
    setting = Setting(value=True, at=Place("a.tf", 4, 4), path="versioning")
    fix = Fix(words="keep versions", make=lambda: (setting,))
    results = tuple(replace(r, fix=fix) if r is failing else r for r in whole.results)
    offer = Offer(words="keep versions", edits=(FileEdit(file="a dir/ü.tf", start=7, end=9, text="on"),))
    return replace(whole, results=results, offers={failing.fingerprint: offer})


def test_json_tells_a_fix_and_whether_it_was_tried() -> None:
    whole = _offered()
    (told,) = (json_form.result_of(result, whole)["fix"] for result in whole.findings)
    assert told == {
        "words": "keep versions",
        "text": "true",
        "file": "a.tf",
        "line": 4,
        "end_line": 4,
        "verified": True,
        "edits": [{"file": "a dir/ü.tf", "start": 7, "end": 9, "text": "on"}],
        "not_offered": None,
    }
    (name,) = whole.offers
    (untried,) = (
        json_form.result_of(r, replace(whole, offers={}, refused={name: "it would add b"}))["fix"]
        for r in whole.findings
    )
    assert isinstance(untried, dict)
    assert (untried["verified"], untried["edits"], untried["not_offered"]) == (False, [], "it would add b")


def test_sarif_tells_fixes_that_were_tried_in_bytes() -> None:
    log = _json("".join(sarif.render(_offered())))
    (fix,) = (f for result in log["runs"][0]["results"] for f in result.get("fixes", ()))
    assert fix["artifactChanges"] == [
        {
            "artifactLocation": {"uri": "a%20dir/%C3%BC.tf"},
            "replacements": [{"deletedRegion": {"byteOffset": 7, "byteLength": 2}, "insertedContent": {"text": "on"}}],
        }
    ]


def test_the_table_tells_which_edit_closes_findings_of_several_checks() -> None:
    there = inventory(declared())
    results = [*judge([check(), check(id="another")], there)]
    written = [
        replace(r, evidence=tuple(replace(e, written=True) for e in r.evidence), root_cause=Place("v.tf", 2, 2))
        for r in results
    ]
    evidence = [replace(r, evidence=tuple(replace(e, root=Place("v.tf", 2, 2)) for e in r.evidence)) for r in written]
    told = "".join(table.render(Report(results=tuple(evidence), coverage=Coverage())))
    assert "one edit at v.tf:2 closes these 2: another, bucket-versioning" in told
    assert "one edit at" not in "".join(table.render(Report(results=tuple(results[:1]), coverage=Coverage())))


def test_json_of_nothing_is_json() -> None:
    assert _json("".join(json_form.render(Report(results=(), coverage=Coverage()))))["results"] == []


def test_json_is_a_baseline() -> None:
    report = _report()
    earlier = json_form.read_baseline("".join(json_form.render(report)).encode(), name="baseline.json")
    assert earlier == tuple(
        replace(old, place=old.place._replace(end_line=old.place.line)) for old in earlier_of(report.results)
    )
    again = compared(report, earlier, judged={"bucket-versioning"})
    assert again.changes
    assert not again.counting


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"format": "watchword-scan/1"}',
        b'{"format": "watchword-scan/2", "results": []}',
        b'{"format": "watchword-scan/1", "results": [1]}',
        b'{"format": "watchword-scan/1", "results": [{"verdict": "fail"}]}',
    ],
)
def test_what_is_no_baseline_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInputError, match=r"baseline\.json"):
        json_form.read_baseline(content, name="baseline.json")


def test_sarif_as_the_standard_has_it() -> None:
    whole = _json("".join(sarif.render(_report())))
    assert whole["version"] == "2.1.0"
    (run,) = whole["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "Watchword"
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        assert result["kind"] in {"fail", "review"}
        # 3.27.10: the level of what is no failure is none
        assert (result["level"] == "none") is (result["kind"] != "fail")
        for location in result["locations"]:
            region = location["physicalLocation"]["region"]
            assert 1 <= region["startLine"] <= region["endLine"]
        assert all(isinstance(related["id"], int) for related in result.get("relatedLocations", []))
    assert [r["kind"] for r in run["results"]] == ["fail", "review", "fail"]
    (suppression,) = run["results"][2]["suppressions"]
    assert suppression["kind"] == "external"
    assert suppression["status"] == "accepted"
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["invocations"][0]["toolExecutionNotifications"][0]["level"] == "error"
    assert rules[0]["properties"]["security-severity"] == "8.0"


def test_sarif_says_how_a_result_stands_to_the_baseline() -> None:
    report = _report()
    fingerprint = report.findings[0].fingerprint
    for change, state in ((Change.INTRODUCED, "new"), (Change.CHANGED, "updated"), (Change.STILL_THERE, "unchanged")):
        whole = _json("".join(sarif.render(replace(report, changes={fingerprint: change}))))
        assert whole["runs"][0]["results"][0]["baselineState"] == state


def test_sarif_names_files_by_relative_references() -> None:
    odd = Report(results=tuple(judge([check()], inventory(declared(file="a b/c:d%#.tf")))), coverage=Coverage())
    (result,) = _json("".join(sarif.render(odd)))["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b/c%3Ad%25%23.tf"


@pytest.mark.parametrize("form", [json_form, sarif, gitlab, junit, github, markdown, table])
def test_a_file_whose_name_is_no_text_can_be_told(form: Any) -> None:
    odd = Report(results=tuple(judge([check()], inventory(declared(file="a\udcff.tf")))), coverage=Coverage())
    assert "".join(form.render(odd)).encode()


def test_junit_is_xml_that_counts() -> None:
    root = ET.fromstring("".join(junit.render(_report(hostile=True))))
    assert root.tag == "testsuites"
    assert (root.get("tests"), root.get("failures"), root.get("errors"), root.get("skipped")) == ("6", "1", "1", "3")
    cases = root.findall("testsuite/testcase")
    assert len(cases) == 6
    failure = root.find("testsuite/testcase/failure")
    assert failure is not None
    assert failure.get("type") == "high"
    for suite in root.findall("testsuite"):
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))


def test_gitlab_has_what_it_asks_for() -> None:
    rows = _json("".join(gitlab.render(_report())))
    assert [row["check_name"] for row in rows] == ["bucket-versioning", "input-readable"]
    for row in rows:
        assert set(row) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert row["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert row["location"]["lines"]["begin"] >= 1
        assert not row["location"]["path"].startswith(("/", "./"))
    assert len({row["fingerprint"] for row in rows}) == len(rows)


def test_github_is_one_command_a_finding_whatever_it_is_called() -> None:
    lines = "".join(github.render(_report(hostile=True))).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(
        "::error file=modules/b/main.tf,title=bucket-versioning (high),line=4,endLine=4::bucket.x"
    )
    assert "%0A%250A" in lines[0]
    assert "\x1b" not in lines[0]
    assert lines[1].startswith("::error file=bad.tf,")


def test_github_is_silent_about_what_was_there() -> None:
    report = _report()
    known = replace(report, changes={r.fingerprint: Change.STILL_THERE for r in report.findings})
    assert len("".join(github.render(known)).splitlines()) == 1


def test_markdown_is_not_broken_by_names() -> None:
    text = "".join(markdown.render(_report(hostile=True)))
    rows = [line for line in text.splitlines() if line.startswith("| high")]
    assert len(rows) == 1
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "<b>" not in text.replace("`", "") or "`" in text
    assert "emptied every night (data@example.com, until 2026-06-01)" in text


def test_the_table_is_not_broken_by_names() -> None:
    text = "".join(table.render(_report(hostile=True)))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "high      bucket-versioning  Buckets keep versions" in text
    assert "1 failed (1 high), 1 pass, 1 unknown, 1 not applicable, 1 waived, 1 error" in text
    assert "within module.b, called at main.tf:1" in text
    assert "var.x has no value (variables.tf:3)" in text


@pytest.mark.parametrize("hostile", [False, True])
def test_ocsf_is_valid_by_the_schema(*, hostile: bool) -> None:
    report = replace(_report(hostile=hostile), day=date(2026, 11, 25))
    events = [json.loads(line) for line in "".join(ocsf.render(report)).splitlines()]
    assert len(events) == sum(
        count for verdict, count in report.verdicts.items() if verdict is not Verdict.NOT_APPLICABLE
    )
    assert [problem for event in events for problem in ocsf_schema().problems(event)] == []


def test_ocsf_tells_what_is_waived_and_what_is_not_known_apart() -> None:
    whole = _report()
    first = whole.results[0]
    results = [
        replace(first, verdict=verdict)
        for verdict in (
            Verdict.PASS,
            Verdict.FAIL,
            Verdict.UNKNOWN,
            Verdict.NOT_APPLICABLE,
            Verdict.WAIVED,
            Verdict.ERROR,
        )
    ]
    report = replace(whole, results=tuple(results), day=date(2026, 11, 25))
    events = [json.loads(line) for line in ocsf.render(report)]
    told = [(e["compliance"]["status_code"], e["compliance"]["status_id"], e["status_id"]) for e in events]
    assert told == [("pass", 1, 1), ("fail", 3, 1), ("unknown", 2, 1), ("waived", 3, 3), ("error", 2, 1)]
    assert {e["time"] for e in events} == {1_795_564_800_000}
    assert events[0]["severity_id"] == 1
