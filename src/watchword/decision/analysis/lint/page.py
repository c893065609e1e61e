"""`rules_page`: the reference page of the rules, made from what the rules say of themselves."""

from collections.abc import Iterator, Sequence

from watchword.decision.analysis.lint.engine import UNCLAIMED
from watchword.decision.analysis.lint.model import Example, Rule, Severity
from watchword.decision.language import PolicyKind

_OPENING = """\
# The rules of `watchword policy lint`

This page is made from the rules themselves (`watchword policy rules` shows the same); a test fails when it is stale.

A rule says something of a document that is well formed; what is not is refused, as by `watchword policy check`. The
severity is the gravest that a rule gives; a finding may be less grave. Rules marked *fix* have one for `--fix`, which
never allows anything that was not allowed before.
"""


def rules_page(rules: Sequence[Rule]) -> str:
    """Return the page as Markdown."""
    lines = [_OPENING, "| rule | severity | |", "|---|---|---|"]
    for severity in reversed(Severity):
        lines += [
            f"| [{rule.id}](#{rule.id}) | {severity} | {rule.title}{' (*fix*)' if rule.fixes else ''} |"
            for rule in rules
            if rule.severity is severity
        ]
    lines.append(f"| {UNCLAIMED} | low | a warning of the reader that has no rule of its own |")
    lines.append("")
    for rule in sorted(rules, key=lambda r: r.id):
        lines += _section(rule)
    return "\n".join(lines).rstrip() + "\n"


def _section(rule: Rule) -> Iterator[str]:
    yield f"## {rule.id}"
    yield ""
    yield f"**{rule.title}.** Severity {rule.severity}{', with a fix' if rule.fixes else ''}."
    yield ""
    yield f"Why: {rule.why}"
    yield ""
    yield f"Remedy: {rule.remedy}"
    yield ""
    yield from _example("Found", rule.bad[0])
    yield from _example("Not found", rule.good[0])
    if rule.references:
        yield "See " + ", ".join(rule.references) + "."
        yield ""


def _example(word: str, example: Example) -> Iterator[str]:
    kind = "" if example.kind is PolicyKind.IDENTITY else f" ({example.kind} policy)"
    yield f"{word}{kind}:"
    yield ""
    yield "```json"
    yield example.text
    yield "```"
    yield ""
