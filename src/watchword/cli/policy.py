"""`watchword policy`: list them, check them, ask them."""

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of, settings_of
from watchword.cli.verbs import noun, verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watchword.app.configuration import Configuration, Diagnostic
    from watchword.cli.options import Nouns
    from watchword.cli.output import Output, Row
    from watchword.decision import language
    from watchword.decision.engine import Explanation, StatementRef

_KINDS = ("identity", "resource", "scp")
# Matched, never parsed: what a URL parser makes of an odd path is not what the gateway makes of it.
_ADDRESS = re.compile(r"(https?)://([A-Za-z0-9.-]+)(?::[0-9]{1,5})?(/[^?#\s]*)?")


def register(nouns: "Nouns") -> None:
    verbs = noun(nouns, "policy", "Policies: list, check, simulate.")
    verb(verbs, "list", "List the policies of the configuration directory and whom they are attached to.", _list)

    check = verb(
        verbs, "check", "Check policy documents: the files named, or else the whole configuration directory.", _check
    )
    check.add_argument("files", nargs="*", metavar="FILE")
    check.add_argument("--kind", choices=_KINDS, default="identity", help="what the files are for (default: identity)")

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


def _configured(options: argparse.Namespace) -> "Configuration":
    from watchword.app.applied import recall
    from watchword.app.configuration import Surroundings, read_configuration

    settings = settings_of(options)
    port = recall(settings.state).port
    return read_configuration(
        settings.configuration, Surroundings.of(settings.state, port=port, database=settings.database)
    )


def _list(options: argparse.Namespace) -> int:
    configuration = _configured(options)
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


def _check(options: argparse.Namespace) -> int:
    output = output_of(options)
    if not options.files:
        return _check_all(options, output)
    from watchword.decision.language import PolicyError, PolicyKind, Severity, parse_policy
    from watchword.kernel.errors import InvalidInputError

    rows: list[Row] = []
    worst = exits.OK
    for name in options.files:
        try:
            content = Path(name).read_bytes()
        except OSError as error:
            raise InvalidInputError(f"cannot read {name}: {error.strerror}", code="file.unreadable") from error
        try:
            diagnostics = parse_policy(content, name=name, kind=PolicyKind(options.kind)).warnings
        except PolicyError as error:
            diagnostics = error.diagnostics
        for d in diagnostics:
            worst = max(worst, exits.HIGH if d.severity is Severity.ERROR else exits.LOW)
            rows.append(_row(d))
    return _report(output, rows, worst, f"{len(options.files)} checked")


def _check_all(options: argparse.Namespace, output: "Output") -> int:
    from watchword.app.configuration import ConfigurationError

    try:
        configuration = _configured(options)
    except ConfigurationError as error:
        found, worst, checked = error.diagnostics, exits.HIGH, ""
    else:
        found, checked = configuration.warnings, f"{len(configuration.policies)} checked"
        worst = exits.LOW if found else exits.OK
        if not configuration.policies:
            output.say("There are no policies, so nothing was checked.")
            return exits.NOTHING
    return _report(output, [_row(d) for d in found], worst, checked)


def _row(diagnostic: "Diagnostic | language.Diagnostic") -> "Row":
    return {
        "severity": diagnostic.severity.value,
        "place": str(diagnostic.place),
        "code": diagnostic.code,
        "message": diagnostic.message,
        "expected": diagnostic.expected,
        "found": diagnostic.found,
        "hint": diagnostic.hint,
    }


def _report(output: "Output", rows: "Sequence[Row]", worst: int, checked: str) -> int:
    from watchword.cli.output import printable

    if output.json:
        output.document(rows)
        return worst
    for row in rows:
        text = f"{row['place']}: {row['severity']}: {row['message']}"
        got = ", ".join(f"{word} {row[word]}" for word in ("expected", "found") if row[word])
        output.text(printable(text + (f" ({got})" if got else "") + (f"; {row['hint']}" if row["hint"] else "")))
    if not rows:
        output.say(f"No problems ({checked}).")
    return worst


def _simulate(options: argparse.Namespace) -> int:
    from watchword.app.simulation import Simulation, simulate

    output = output_of(options)
    configuration = _configured(options)
    explained = simulate(
        configuration,
        Simulation(
            email=options.person.strip().lower(),
            groups=_groups_of(options),
            action=options.action,
            resource=_resource(options.resource, configuration),
            assurance=options.assurance,
            context=_context(options.context),
        ),
    )
    _explain(output, explained, configuration)
    return exits.OK if explained.decision.allowed else exits.DENIED


def _groups_of(options: argparse.Namespace) -> frozenset[str]:
    if options.group is not None:
        return frozenset(options.group)
    from watchword.app.runtime import open_services

    with open_services(settings_of(options)) as services:
        return services.people.person_by_email(options.person).groups


def _resource(text: str, configuration: "Configuration") -> str:
    from watchword.kernel.arn import Arn, application_arn
    from watchword.kernel.errors import NotFoundError

    match = _ADDRESS.fullmatch(text)
    if match is None:
        return str(Arn.parse(text))
    application = configuration.gateway.by_host.get(match[2].lower())
    if application is None:
        raise NotFoundError(
            f"no application has the host {match[2].lower()}",
            code="application.not-found",
            hint=f"there are: {', '.join(configuration.hosts)}",
        )
    return str(application_arn(application.name, match[3] or "/"))


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


def _explain(output: "Output", explained: "Explanation", configuration: "Configuration") -> None:
    decision = explained.decision
    if output.json:
        output.document(
            {
                "result": decision.result.value,
                "summary": explained.summary,
                "statements": [str(statement) for statement in decision.determining],
                "blocking_layer": decision.blocking_layer.value if decision.blocking_layer else None,
                "missing_keys": list(decision.missing_keys),
                "remedies": [
                    [
                        {
                            "statement": str(change.statement),
                            "operator": change.operator,
                            "key": change.key,
                            "expected": list(change.expected),
                            "actual": list(change.actual) if change.actual is not None else None,
                            "must_match": change.must_match,
                        }
                        for change in remedy.changes
                    ]
                    for remedy in explained.remedies
                ],
                "considered": [str(statement) for statement in explained.considered],
                "revision": configuration.revision,
            }
        )
        return
    output.text(decision.result.value)
    if explained.summary:
        output.text(f"  {explained.summary}")
    for statement in decision.determining:
        output.text(f"  {_where(statement)}")
    if decision.blocking_layer is not None:
        output.text(f"  blocked by the layer: {decision.blocking_layer.value}")
    if decision.missing_keys:
        output.text(f"  absent condition keys that matter: {', '.join(decision.missing_keys)}")
    for remedy in explained.remedies:
        wanted = " and ".join(
            f"{change.key} {'satisfies' if change.must_match else 'no longer satisfies'} "
            f"{change.operator} {', '.join(change.expected)}"
            for change in remedy.changes
        )
        output.text(f"  it would be allowed if {wanted}")


def _where(statement: "StatementRef") -> str:
    line = f":{statement.line}" if statement.line else ""
    return f"policies/{statement.policy}.json{line}: {statement.sid or f'statement {statement.index + 1}'}"
