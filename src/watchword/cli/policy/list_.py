"""`watchword policy list`."""

import argparse
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of
from watchword.cli.policy.configured import configured
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from watchword.cli.options import Nouns
    from watchword.cli.output import Row


def register(verbs: "Nouns") -> None:
    verb(verbs, "list", "List the policies of the configuration directory and whom they are attached to.", _list)


def _list(options: argparse.Namespace) -> int:
    configuration = configured(options)
    attached: dict[str, list[str]] = {name: [] for name in configuration.policies}
    for attachment in configuration.attachments:
        holders = ["everyone"] if attachment.everyone else []
        holders += [f"group {group}" for group in sorted(attachment.groups)]
        attached[attachment.policy] += [*holders, *sorted(attachment.persons)]
    for application, name in configuration.resource_policies.items():
        attached[name].append(f"application {application}")
    for level, names in enumerate(configuration.guardrails, start=1):
        for name in names:
            attached[name].append(f"guardrail level {level}")
    rows: list[Row] = [
        {
            "name": name,
            "kind": document.kind.value,
            "statements": len(document.statements),
            "attached_to": list(attached[name]),
        }
        for name, document in sorted(configuration.policies.items())
    ]
    output_of(options).rows(rows, ("name", "kind", "statements", "attached_to"), empty="There are no policies.")
    return exits.OK
