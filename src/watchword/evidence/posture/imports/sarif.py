"""SARIF 2.1.0, of any tool.

Facts: OASIS SARIF 2.1.0, clauses 3.27.7 to 3.27.10 (rule, kind, level; `warning` where neither the result nor the rule
says one), 3.27.23 (suppressions: none of them under review or rejected), 3.27.24 (`baselineState` absent: it is gone),
3.52 (rules and extensions); GitHub, "SARIF support for code scanning" (`security-severity`: 9 and above critical, 7
high, 4 medium, below low).
"""

import re
from typing import Final
from urllib.parse import unquote

from watchword.evidence.posture.imports.document import Document
from watchword.evidence.posture.imports.model import LONGEST_NAME, Finding, Reading
from watchword.evidence.posture.model import Severity, Verdict

NAME: Final = "sarif"
_LEVELS: Final = {"error": Severity.HIGH, "warning": Severity.MEDIUM, "note": Severity.LOW}
_SCORES: Final = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM), (0.0, Severity.LOW))
_OPEN: Final = frozenset({"open", "review"})  # a person is to say
_TOOLS: Final = {  # drivers' names that are not the name in `KnownAs`, once in plain letters
    "cfn-lint": "cfn_lint",
    "cfn-nag": "cfn_nag",
    "kube-linter": "kube_linter",
    "kube-score": "kube_score",
    "bridgecrew": "checkov",
    "snyk-iac": "snyk",
}


def fits(whole: Document) -> bool:
    return whole.is_object and whole["runs"].is_list


def read(whole: Document) -> Reading:
    if whole.text("version") != "2.1.0":
        whole["version"].refuse("2.1.0: no other version of SARIF is read")
    findings: list[Finding] = []
    tools: list[str] = []
    passed = left_out = 0
    for run in whole["runs"].items():
        driver = run["tool"]["driver"]
        tool = _tool(driver.name("name"))
        tools.append(tool)
        every = [driver, *run["tool"]["extensions"].items()]
        rules = {rule.text("id"): rule for part in every for rule in part["rules"].items()}
        ordered = driver["rules"].items()
        for result in run["results"].items():
            kind = result.text("kind") or "fail"
            if kind == "pass":
                passed += 1
            elif kind in {"notApplicable", "informational"} or result.text("baselineState") == "absent":
                left_out += 1
            else:
                findings.append(_finding(result, tool, kind, rules, ordered))
    return Reading(form=NAME, findings=tuple(findings), passed=passed, left_out=left_out, tools=tuple(tools))


def _finding(result: Document, tool: str, kind: str, rules: dict[str, Document], ordered: list[Document]) -> Finding:
    named = result.text("ruleId", longest=LONGEST_NAME) or result["rule"].text("id", longest=LONGEST_NAME)
    rule = rules.get(named)
    if rule is None and "ruleIndex" in result and result.number("ruleIndex") < len(ordered):
        rule = ordered[result.number("ruleIndex")]
    rule = rule or result["rule"]
    location = result["locations"].first()
    physical, logical = location["physicalLocation"], location["logicalLocations"].first()
    line = physical["region"].number("startLine")
    text = result["message"].text("text")
    return Finding(
        tool=tool,
        id=named or (rule.name("id") if rule else result.name("ruleId")),
        title=rule["shortDescription"].text("text") or rule.text("name"),
        message=text.splitlines()[0] if text else "",
        severity=_severity(result, rule),
        file=_file(physical["artifactLocation"].text("uri", longest=LONGEST_NAME)),
        line=line,
        end_line=physical["region"].number("endLine") or line,
        address=logical.text("fullyQualifiedName", longest=LONGEST_NAME) or logical.text("name", longest=LONGEST_NAME),
        remedy=rule["help"].text("text").splitlines()[0] if rule["help"].text("text") else "",
        reference=rule.text("helpUri"),
        # A kind that is not of the specification is no pass: it stands.
        verdict=Verdict.UNKNOWN if kind in _OPEN else Verdict.FAIL,
        suppressed=_suppressed(result),
    )


def _severity(result: Document, rule: Document) -> Severity | None:
    properties = rule["properties"]
    score = properties["security-severity"].word() if "security-severity" in properties else ""
    if re.fullmatch(r"\d{1,2}(\.\d+)?", score):
        return next(severity for least, severity in _SCORES if float(score) >= least)
    level = result.text("level") or rule["defaultConfiguration"].text("level") or "warning"
    return _LEVELS.get(level)


def _suppressed(result: Document) -> str | None:
    suppressions = result["suppressions"].items()
    if not suppressions or any(s.text("status") in {"underReview", "rejected"} for s in suppressions):
        return None
    return "; ".join(words for s in suppressions if (words := s.text("justification")))


def _file(uri: str) -> str:
    """The file of a URI reference: without a `file:` scheme, and with its escapes undone."""
    if uri.startswith("file:"):
        uri = re.sub(r"^file:(//[^/]*)?", "", uri)
    return unquote(uri, errors="replace")


def _tool(driver: str) -> str:
    plain = re.sub(r"[^a-z0-9_]+", "-", driver.lower()).strip("-")[:60] or "sarif"
    return _TOOLS.get(plain, plain)
