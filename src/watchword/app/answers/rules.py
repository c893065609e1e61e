"""`policy rules`: what lint looks for, and why."""

from collections.abc import Sequence

from watchword.app.answers.linting import rules_of
from watchword.app.answers.values import Row
from watchword.decision.analysis.lint import RULES, Rule


def rule_rows(ids: Sequence[str]) -> list[Row]:
    """The worst first. All rules, where none is named. Raise `NotFoundError`."""
    ordered = sorted(rules_of(ids) or RULES, key=lambda r: (-r.severity.rank, r.id))
    return [_row(rule) for rule in ordered]


def _row(rule: Rule) -> Row:
    return {
        "rule": rule.id,
        "severity": rule.severity.value,
        "fix": rule.fixes,
        "title": rule.title,
        "why": rule.why,
        "remedy": rule.remedy,
        "references": list(rule.references),
        "found": [{"kind": e.kind.value, "text": e.text} for e in rule.bad],
        "not_found": [{"kind": e.kind.value, "text": e.text} for e in rule.good],
    }
