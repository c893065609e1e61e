"""`watchword policy simulate`: decide a request that nobody made."""

import argparse
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of, settings_of
from watchword.cli.policy.configured import configured
from watchword.cli.policy.explanation import show
from watchword.cli.policy.strangers import say_strangers, strangers_of
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watchword.app.configuration import Configuration
    from watchword.cli.options import Nouns
    from watchword.cli.output import Output
    from watchword.decision.analysis.catalogue import Strangers
    from watchword.decision.engine import Explanation, StatementRef


def register(verbs: "Nouns") -> None:
    simulate = verb(
        verbs,
        "simulate",
        "Decide a request that nobody made, by the configuration directory. Exit code 0 for allowed, 10 for denied.",
        _simulate,
    )
    simulate.add_argument("resource", metavar="RESOURCE", help="address or ARN: http://sample.localhost/admin, arn:…")
    simulate.add_argument("--person", required=True, metavar="EMAIL")
    simulate.add_argument(
        "--group", action="append", metavar="GROUP", help="the person's groups (default: those in the database)"
    )
    simulate.add_argument("--action", default="http:GET", help="default: http:GET")
    simulate.add_argument("--assurance", choices=("aal2", "aal3"), default="aal2", help="default: aal2")
    simulate.add_argument(
        "--context",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="a condition key; given again: several values",
    )


def _simulate(options: argparse.Namespace) -> int:
    from watchword.app.simulation import Simulation, resource_of, simulate

    output = output_of(options)
    configuration = configured(options)
    explained = simulate(
        configuration,
        Simulation(
            email=options.person.strip().lower(),
            groups=_groups_of(options),
            action=options.action,
            resource=resource_of(options.resource, configuration),
            assurance=options.assurance,
            context=_context(options.context),
        ),
    )
    strangers = strangers_of(options)
    strangers.action(options.action, place="--action")
    for pair in options.context:
        strangers.key(pair.partition("=")[0], place="--context")
    _explain(output, explained, configuration, strangers)
    return exits.OK if explained.decision.allowed else exits.DENIED


def _groups_of(options: argparse.Namespace) -> frozenset[str]:
    if options.group is not None:
        return frozenset(options.group)
    from watchword.app.runtime import open_services

    with open_services(settings_of(options)) as services:
        return services.people.person_by_email(options.person).groups


def _context(pairs: "Sequence[str]") -> dict[str, tuple[str, ...]]:
    from watchword.kernel.errors import InvalidInputError

    found: dict[str, tuple[str, ...]] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise InvalidInputError(
                "not a condition key with its value", code="context.malformed", expected="KEY=VALUE", found=repr(pair)
            )
        found[key] = (*found.get(key, ()), value)
    return found


def _explain(
    output: "Output", explained: "Explanation", configuration: "Configuration", strangers: "Strangers"
) -> None:
    say_strangers(output, strangers)
    if output.json:
        from watchword.app.answers import cases

        output.document(cases.simulated(explained, configuration.revision, strangers))
    else:
        show(output, explained, _where)


def _where(statement: "StatementRef") -> str:
    line = f":{statement.line}" if statement.line else ""
    return f"policies/{statement.policy}.json{line}: {statement.sid or f'statement {statement.index + 1}'}"
