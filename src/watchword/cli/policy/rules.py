"""`watchword policy rules`: what lint looks for, and why."""

import argparse
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watchword.cli.options import Nouns
    from watchword.cli.output import Output, Row
    from watchword.decision.analysis.lint import Rule


def register(verbs: "Nouns") -> None:
    rules = verb(verbs, "rules", "List the rules of policy lint, or explain some of them with examples.", _rules)
    rules.add_argument("ids", nargs="*", metavar="RULE")


def chosen(ids: "Sequence[str]") -> "tuple[Rule, ...]":
    """Return the rules of these ids. Raise `NotFoundError` for an id that is none."""
    import difflib

    from watchword.decision.analysis.lint import RULES
    from watchword.kernel.errors import NotFoundError

    by_id = {rule.id: rule for rule in RULES}
    for id_ in ids:
        if id_ not in by_id:
            close = difflib.get_close_matches(id_, by_id, n=1)
            raise NotFoundError(
                f"there is no rule {id_}",
                code="lint.rule.unknown",
                hint=f"did you mean {close[0]}?" if close else "watchword policy rules lists them",
            )
    return tuple(by_id[id_] for id_ in dict.fromkeys(ids))


def _rules(options: argparse.Namespace) -> int:
    from watchword.decision.analysis.lint import RULES

    output = output_of(options)
    if options.ids and not output.json:
        for rule in chosen(options.ids):
            _explain(output, rule)
        return exits.OK
    ordered = sorted(chosen(options.ids) or RULES, key=lambda r: (-r.severity.rank, r.id))
    output.rows([_row(rule) for rule in ordered], ("rule", "severity", "fix", "title"), empty="There are no rules.")
    return exits.OK


def _row(rule: "Rule") -> "Row":
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


def _explain(output: "Output", rule: "Rule") -> None:
    output.text(f"{rule.id}: {rule.title} ({rule.severity.value}{', with a fix' if rule.fixes else ''})")
    for word, text in (("why", rule.why), ("remedy", rule.remedy)):
        output.text(f"  {word}: {text}")
    for word, example in (("found", rule.bad[0]), ("not found", rule.good[0])):
        output.text(f"  {word} ({example.kind.value} policy):")
        for line in example.text.splitlines():
            output.text(f"    {line}")
    for reference in rule.references:
        output.text(f"  see {reference}")
