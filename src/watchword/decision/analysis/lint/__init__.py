"""Lint: what a policy that is well formed probably should not say.

    findings = lint(document, catalogue, text=text)
    fixed = fix(text, name="p.json", kind=PolicyKind.IDENTITY, catalogue=catalogue)

One file a rule, in `rules`; the list in `rules/__init__.py` names them.
"""

from watchword.decision.analysis.lint.engine import UNCLAIMED, lint
from watchword.decision.analysis.lint.fixing import Fixed, fix
from watchword.decision.analysis.lint.guessing import guess_kind
from watchword.decision.analysis.lint.model import Edit, Example, Finding, Fix, Rule, Severity
from watchword.decision.analysis.lint.page import rules_page
from watchword.decision.analysis.lint.rules import RULES

__all__ = [
    "RULES",
    "UNCLAIMED",
    "Edit",
    "Example",
    "Finding",
    "Fix",
    "Fixed",
    "Rule",
    "Severity",
    "fix",
    "guess_kind",
    "lint",
    "rules_page",
]
