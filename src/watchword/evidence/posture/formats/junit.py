"""JUnit XML, as CI servers show it: a suite a check, a case an asset.

A finding is a failure, a crash an error, a waived, unknown or inapplicable one is skipped with the reason. There is no
schema of JUnit's own; this is the form of its Ant task, which all readers take.
"""

import re
from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from watchword.evidence.posture.model import Result, Verdict
from watchword.evidence.posture.report import Report

# XML 1.0, 2.2: what is no character of XML cannot be escaped either.
_NO_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SKIPPED: Final = {
    Verdict.WAIVED: "waived",
    Verdict.UNKNOWN: "unknown",
    Verdict.NOT_APPLICABLE: "not applicable",
}


def render(report: Report) -> Iterator[str]:
    for line in _lines(report):
        yield f"{line}\n"


def _lines(report: Report) -> Iterator[str]:
    suites: dict[str, list[Result]] = {}
    for result in report.results:
        suites.setdefault(result.check.id, []).append(result)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<testsuites name="watchword scan" {_counts(report.results)}>'
    for check_id, results in suites.items():
        yield f'  <testsuite name={_attribute(check_id)} {_counts(results)} time="0">'
        for result in results:
            yield from _case(result)
        yield "  </testsuite>"
    yield "</testsuites>"


def _case(result: Result) -> Iterator[str]:
    name = f"    <testcase name={_attribute(result.address)} classname={_attribute(result.check.id)}"
    name += f' file={_attribute(result.place.file)} line="{result.spot.line}" time="0"'
    if result.verdict is Verdict.PASS:
        yield name + "/>"
        return
    yield name + ">"
    told = f"{result.spot}: {result.words or result.check.title}"
    if result.verdict is Verdict.FAIL:
        yield f"      <failure type={_attribute(result.check.severity.value)} message={_attribute(told)}>"
        yield _text("\n".join([*(f"{e.path}: {e.value} ({e.place})" for e in result.evidence), result.check.remedy]))
        yield "      </failure>"
    elif result.verdict is Verdict.ERROR:
        yield f'      <error type="error" message={_attribute(told)}/>'
    else:
        why = result.waiver.reason if result.waiver else result.words
        yield f"      <skipped message={_attribute(f'{_SKIPPED[result.verdict]}: {why}')}/>"
    yield "    </testcase>"


def _counts(results: tuple[Result, ...] | list[Result]) -> str:
    failures = sum(r.verdict is Verdict.FAIL for r in results)
    errors = sum(r.verdict is Verdict.ERROR for r in results)
    skipped = sum(r.verdict in _SKIPPED for r in results)
    return f'tests="{len(results)}" failures="{failures}" errors="{errors}" skipped="{skipped}"'


def _attribute(text: str) -> str:
    return quoteattr(_NO_XML.sub("�", text))


def _text(text: str) -> str:
    return escape(_NO_XML.sub("�", text))
