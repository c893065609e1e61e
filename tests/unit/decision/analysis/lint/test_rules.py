"""Every rule by its own examples, and what holds of all rules."""

import re
from pathlib import Path

import pytest

from support.catalogues import catalogue
from watchword.decision.analysis.lint import RULES, UNCLAIMED, Example, Rule, Severity, fix, lint, rules_page
from watchword.decision.language import parse_policy

_PAGE = Path(__file__).parents[5] / "docs" / "reference" / "policy-lint.md"
_FOLDER = Path(__file__).parents[5] / "src" / "watchword" / "decision" / "analysis" / "lint" / "rules"
_BAD = [pytest.param(r, e, id=f"{r.id}-{n}") for r in RULES for n, e in enumerate(r.bad)]
_GOOD = [pytest.param(r, e, id=f"{r.id}-{n}") for r in RULES for n, e in enumerate(r.good)]


def _findings(rule: Rule, example: Example) -> list[str]:
    document = parse_policy(example.text, name=rule.id, kind=example.kind)
    return [f.message for f in lint(document, catalogue(), text=example.text) if f.rule == rule.id]


@pytest.mark.parametrize(("rule", "example"), _BAD)
def test_a_rule_finds_what_its_bad_examples_show(rule: Rule, example: Example) -> None:
    assert _findings(rule, example) != []


@pytest.mark.parametrize(("rule", "example"), _GOOD)
def test_a_rule_is_silent_about_its_good_examples(rule: Rule, example: Example) -> None:
    assert _findings(rule, example) == []


@pytest.mark.parametrize(("rule", "example"), _BAD)
def test_findings_do_not_need_the_text(rule: Rule, example: Example) -> None:
    document = parse_policy(example.text, name=rule.id, kind=example.kind)
    bare = [(f.rule, f.line, f.column) for f in lint(document, catalogue())]
    assert bare == [(f.rule, f.line, f.column) for f in lint(document, catalogue(), text=example.text)]


@pytest.mark.parametrize(("rule", "example"), _BAD)
def test_a_finding_stands_where_something_begins(rule: Rule, example: Example) -> None:
    document = parse_policy(example.text, name=rule.id, kind=example.kind)
    lines = example.text.splitlines()
    for finding in lint(document, catalogue(), text=example.text):
        assert lines[finding.line - 1][finding.column - 1] in '"{0123456789tf'
        assert (finding.end_line, finding.end_column) > (finding.line, finding.column)


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_a_rule_says_all_that_a_person_needs(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.id)
    for text in (rule.title, rule.why, rule.remedy):
        assert text.strip() == text
        assert text
    assert rule.bad
    assert rule.good


@pytest.mark.parametrize("rule", [r for r in RULES if r.fixes], ids=lambda r: r.id)
def test_a_rule_that_has_a_fix_fixes_its_examples(rule: Rule) -> None:
    for example in rule.bad:
        fixed = fix(example.text, name=rule.id, kind=example.kind, catalogue=catalogue(), rules=[rule])
        assert fixed.text != example.text
        assert _findings(rule, Example(text=fixed.text, kind=example.kind)) == []


@pytest.mark.parametrize("rule", [r for r in RULES if not r.fixes], ids=lambda r: r.id)
def test_a_rule_that_has_no_fix_changes_nothing(rule: Rule) -> None:
    for example in rule.bad:
        assert fix(example.text, name=rule.id, kind=example.kind, catalogue=catalogue(), rules=[rule]).applied == ()


def test_ids_are_unique_and_no_severity_is_above_the_rules() -> None:
    assert len({r.id for r in RULES}) == len(RULES)
    assert UNCLAIMED not in {r.id for r in RULES}
    by_id = {r.id: r for r in RULES}
    for rule in RULES:
        for example in rule.bad:
            document = parse_policy(example.text, name=rule.id, kind=example.kind)
            for finding in lint(document, catalogue(), text=example.text):
                if finding.rule != UNCLAIMED:
                    assert finding.severity.rank <= by_id[finding.rule].severity.rank


def test_no_two_rules_speak_for_one_warning() -> None:
    claimed = [code for rule in RULES for code in rule.reader_codes]
    assert len(set(claimed)) == len(claimed)


def test_one_file_a_rule_and_the_list_names_them_all() -> None:
    files = {path.stem for path in _FOLDER.glob("*.py")} - {"__init__", "reader_warnings"}
    own = [r for r in RULES if r.check.__module__.rpartition(".")[2] != "reader_warnings"]
    assert {r.check.__module__.rpartition(".")[2] for r in own} == files
    assert len(own) == len(files)
    assert {r.id.replace("-", "_") for r in own} == files


def test_severities_are_ordered() -> None:
    assert [s.rank for s in (Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)] == [0, 1, 2, 3]


def test_the_page_of_the_rules_is_not_stale() -> None:
    """Renew it: python -c 'from watchword.decision.analysis.lint import *; print(rules_page(RULES), end="")'."""
    assert _PAGE.read_text("utf-8") == rules_page(RULES)
