"""`watchword policy rules`: what lint looks for, and why."""

import argparse
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from watchword.cli.options import Nouns
    from watchword.cli.output import Output
    from watchword.decision.analysis.lint import Rule


def register(verbs: "Nouns") -> None:
    rules = verb(verbs, "rules", "List the rules of policy lint, or explain some of them with examples.", _rules)
    rules.add_argument("ids", nargs="*", metavar="RULE")


def _rules(options: argparse.Namespace) -> int:
    from watchword.app.answers.linting import rules_of
    from watchword.app.answers.rules import rule_rows

    output = output_of(options)
    if options.ids and not output.json:
        for rule in rules_of(options.ids):
            _explain(output, rule)
        return exits.OK
    output.rows(rule_rows(options.ids), ("rule", "severity", "fix", "title"), empty="There are no rules.")
    return exits.OK


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
