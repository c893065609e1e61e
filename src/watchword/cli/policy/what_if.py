"""`watchword policy what-if`: recorded requests decided again by changed policies. Who would lose, who would gain?"""

import argparse
from typing import TYPE_CHECKING

from watchword.app.instants import written
from watchword.cli import exits
from watchword.cli.options import output_of, positive, settings_of
from watchword.cli.policy.catalogue import catalogue_of
from watchword.cli.policy.estates import add_estate_files, applied_to
from watchword.cli.policy.since import add_since
from watchword.cli.policy.strangers import say_strangers, strangers_of
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from watchword.app.usage.cloudtrail import Tally
    from watchword.cli.options import Nouns
    from watchword.cli.output import Output
    from watchword.decision.analysis.catalogue import Strangers
    from watchword.decision.analysis.usage import AccessChange, Replay


def register(verbs: "Nouns") -> None:
    what_if = verb(
        verbs,
        "what-if",
        "Decide recorded requests again, by the configuration directory instead of what is being served, or by changed "
        "policies of AWS instead of those of then. Exit code 0: nobody loses access; 10: somebody would; 3: nothing "
        "could be replayed, or not all that was can be told.",
        _what_if,
    )
    what_if.add_argument(
        "--decisions", type=positive, metavar="N", help="replay the newest N recorded decisions (default: all)"
    )
    what_if.add_argument(
        "--cloudtrail",
        nargs="+",
        metavar="FILE",
        help="log files of CloudTrail, or directories of them, instead of our own ledger",
    )
    what_if.add_argument(
        "--before", nargs="+", metavar="POLICY", help="with --cloudtrail: the identity policies of then"
    )
    what_if.add_argument(
        "--after",
        nargs="+",
        metavar="POLICY",
        help="with --cloudtrail: those instead of them, or instead of all identity policies of the estate's principal",
    )
    what_if.add_argument(
        "--principal", metavar="ARN", help="with --cloudtrail: the user, role or session that has the policies"
    )
    add_since(what_if)
    add_estate_files(what_if, required=False)


def _what_if(options: argparse.Namespace) -> int:
    from watchword.kernel.errors import InvalidInputError

    output = output_of(options)
    if options.cloudtrail:
        if bool(options.before) is bool(options.estate) or not options.after:
            raise InvalidInputError(
                "CloudTrail tells what was asked, not by which policies it was decided",
                code="usage.options",
                expected="--after POLICY… with --cloudtrail, and either --before POLICY… or --estate FILE",
            )
        return _by_cloudtrail(options, output)
    if options.before or options.after or options.principal or options.estate:
        raise InvalidInputError(
            "--before, --after, --principal and --estate are for --cloudtrail",
            code="usage.options",
            hint="our own ledger is replayed by the configuration directory: --config DIR",
        )
    return _by_ledger(options, output)


def _by_ledger(options: argparse.Namespace, output: "Output") -> int:
    from watchword.app.configuration import Surroundings, read_configuration
    from watchword.app.planning import replay
    from watchword.app.runtime import open_services, read_applied, serving_settings
    from watchword.app.usage.ledger import recorded_requests

    settings = serving_settings(settings_of(options))
    surroundings = Surroundings.of(settings.state, port=settings.port, database=settings.database)
    after = read_configuration(settings.configuration, surroundings)
    with open_services(settings) as services:
        before = read_applied(settings)
        people = {person.email: person.groups for person in services.people.persons()}
        records = recorded_requests(
            services.ledger_store, people, most=options.decisions, tls=before.gateway.listener.tls, since=options.since
        )
        found = replay(records, before, after)
    return _report(output, found, None, None)


def _by_cloudtrail(options: argparse.Namespace, output: "Output") -> int:
    from watchword.app.usage.cloudtrail import Tally, identity_alone, recorded_calls
    from watchword.app.usage.cloudtrail_files import read_events
    from watchword.cli.policy.documents import read_identity_policies
    from watchword.decision.analysis.usage import by_policies, replay

    changed = read_identity_policies(options.after)
    strangers = strangers_of(options)
    for document in changed:
        strangers.document(document)
    if options.estate:
        applied = applied_to(options)
        principal: str | None = applied.arn
        before, after = applied.policies_for(), applied.policies_for(changed)
    else:
        principal = options.principal
        before, after = identity_alone(read_identity_policies(options.before)), identity_alone(changed)
    catalogue = catalogue_of(options)
    tally = Tally()
    records = recorded_calls(
        read_events(options.cloudtrail), tally, catalogue, principal=principal, since=options.since, failed_too=False
    )
    found = replay(records, by_policies(before), by_policies(after))
    say_strangers(output, strangers)
    return _report(output, found, tally, strangers)


def _report(output: "Output", found: "Replay", tally: "Tally | None", strangers: "Strangers | None") -> int:
    from watchword.cli.policy.narrow import say_tally

    if output.json:
        from watchword.app.answers.usage import replayed

        output.document(replayed(found, tally, strangers))
    else:
        _as_text(output, found)
    if tally is not None:
        say_tally(output, tally)
    if found.losses:
        return exits.DENIED
    if not found.proven:
        output.say("Nothing could be replayed, so nothing is known.")
        return exits.NOTHING
    return exits.NOTHING if found.undecided else exits.OK


def _as_text(output: "Output", found: "Replay") -> None:
    for change in found.changes:
        output.text(_line(change))
        if change.resource.endswith("*"):
            output.text(f"    such as {', '.join(_shown(e) for e in change.examples)}")
    if found.first is not None and found.last is not None:
        output.say(f"{found.examined} requests replayed, from {written(found.first)} to {written(found.last)}:")
        output.say(f"  {found.losses} would be refused that were allowed, {found.gains} allowed that were refused")
        output.say(f"  {found.unchanged} would be answered as they were")
    if found.not_reproduced:
        output.say(f"  {found.not_reproduced} could not be reproduced by the old policies and prove nothing either way")
    if found.undecided:
        output.say(f"  {found.undecided} depend on something that their records do not tell")
    if found.unlisted:
        output.say(f"  {found.unlisted} of those that would be answered differently are not listed: there are too many")
    if not found.losses and found.proven and not found.undecided:
        output.say("Nobody would lose access.")


def _line(change: "AccessChange") -> str:
    sign, word = ("+", "gains") if change.gained else ("-", "loses")
    times = "once" if change.requests == 1 else f"{change.requests} times"
    resource = _shown(change.resource) if change.resource else "a resource that the record does not tell"
    why = f"asked {times}, last {written(change.last)}; {', '.join(change.because)}"
    return f"{sign} {_shown(change.who)} {word} {change.action} {resource} ({why})"


def _shown(text: str) -> str:
    from watchword.cli.output import printable

    return printable(text)
