"""`watchword policy narrow`: the least policy that covers what was used, and what it leaves out.

The new document goes to standard output, so that it can be kept in a file; what was removed, and how far that is to be
trusted, to standard error. With `--output json` all of it is one JSON object.
"""

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
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from watchword.app.usage.cloudtrail import Tally
    from watchword.app.usage.ledger import RecordedRequest
    from watchword.app.usage.narrowing import Subject, Use
    from watchword.cli.options import Nouns
    from watchword.cli.output import Output
    from watchword.decision.analysis.usage import Narrowed, Narrowing, Recorded, Verified
    from watchword.decision.language import PolicyDocument

# IAM Access Analyzer looks back as far; what is done once a quarter has had its turn.
_ENOUGH = 90
# IAM and STS quotas: characters of a managed policy, white space not counted.
_LONGEST_MANAGED = 6144
_RESOURCES = 10
_MOST_RESOURCES = 100  # a managed policy has no room for more
_SHOWN = 20


def register(verbs: "Nouns") -> None:
    narrow = verb(
        verbs,
        "narrow",
        "Write the least policy that covers recorded use, and say what it leaves out. Without a choice: which policies "
        "and people were seen at all. Exit code 0 done, 3 nothing was observed.",
        _narrow,
    )
    chosen = narrow.add_mutually_exclusive_group()
    chosen.add_argument(
        "--policy",
        metavar="NAME",
        help="a policy of the configuration directory; with --cloudtrail a file, a directory or -; with --estate the "
        "name of one of the principal's policies (default: all of them)",
    )
    chosen.add_argument("--person", metavar="EMAIL", help="all policies that a person has")
    chosen.add_argument("--group", metavar="GROUP", help="all policies attached to a group")
    narrow.add_argument(
        "--cloudtrail",
        nargs="+",
        metavar="FILE",
        help="log files of CloudTrail, or directories of them, instead of our own ledger",
    )
    narrow.add_argument(
        "--principal", metavar="ARN", help="with --cloudtrail: the user, role or session that has the policy"
    )
    narrow.add_argument(
        "--resources",
        type=_few,
        default=_RESOURCES,
        metavar="N",
        help=f"resources that are written one by one before a folder of them becomes a pattern, 1 to {_MOST_RESOURCES} "
        f"(default: {_RESOURCES})",
    )
    narrow.add_argument(
        "--enough",
        type=positive,
        default=_ENOUGH,
        metavar="DAYS",
        help=f"warn where fewer days were observed (default: {_ENOUGH})",
    )
    add_since(narrow)
    add_estate_files(narrow, required=False)


def _few(text: str) -> int:
    number = positive(text)
    if number > _MOST_RESOURCES:
        raise argparse.ArgumentTypeError(f"expected a number up to {_MOST_RESOURCES}, found {text!r}")
    return number


def _narrow(options: argparse.Namespace) -> int:
    output = output_of(options)
    if options.cloudtrail:
        return _by_cloudtrail(options, output)
    if options.principal or options.estate:
        from watchword.kernel.errors import InvalidInputError

        raise InvalidInputError(
            "--principal and --estate are for --cloudtrail",
            code="usage.options",
            hint="name a person with --person EMAIL",
        )
    return _by_ledger(options, output)


# Our own ledger


def _by_ledger(options: argparse.Namespace, output: "Output") -> int:
    from watchword.app.runtime import open_services, serving_settings
    from watchword.app.usage.ledger import as_recorded, recorded_requests
    from watchword.app.usage.narrowing import use_of
    from watchword.cli.policy.configured import configured
    from watchword.decision.analysis.usage import narrow, verify

    configuration = configured(options)
    with open_services(serving_settings(settings_of(options))) as services:
        people = {person.email: person.groups for person in services.people.persons()}

        def recorded() -> "Iterator[RecordedRequest]":
            return recorded_requests(
                services.ledger_store, people, most=None, tls=configuration.gateway.listener.tls, since=options.since
            )

        subject = _subject(options, people)
        if subject is None:
            return _report_use(output, use_of(configuration, people, recorded()), options.enough)
        found = narrow(
            subject.documents, (as_recorded(r) for r in recorded() if subject.concerns(r)), most=options.resources
        )
        # What was asked since belongs to another question.
        last = found.last
        again = (as_recorded(r) for r in recorded() if subject.concerns(r) and last is not None and r.at <= last)
        verified = verify(subject.documents, found, again)
    return _report(output, found, options, subject.documents, verified, shared=subject.shared)


def _subject(options: argparse.Namespace, people: "dict[str, frozenset[str]]") -> "Subject | None":
    from watchword.app.usage.narrowing import group_subject, person_subject, policy_subject
    from watchword.cli.policy.configured import configured
    from watchword.kernel.errors import NotFoundError

    if options.policy:
        return policy_subject(configured(options), options.policy)
    if options.group:
        return group_subject(configured(options), options.group)
    if not options.person:
        return None
    email = options.person.strip().lower()
    if email not in people:
        raise NotFoundError(f"there is no person {email}", code="person.not-found")
    return person_subject(configured(options), email, people[email])


def _report_use(output: "Output", use: "Use", enough: int) -> int:
    rows = [
        {
            "policy": p.name,
            "allowed": p.allowed,
            "last": written(p.last) if p.last else None,
            "users": p.users,
            "idle": list(p.idle),
        }
        for p in use.policies
    ]
    if output.json:
        output.document(
            {
                "requests": use.requests,
                "first": written(use.first) if use.first else None,
                "last": written(use.last) if use.last else None,
                "policies": rows,
                "silent": list(use.silent),
            }
        )
    elif use.requests:
        output.rows(rows, ("policy", "allowed", "last", "users", "idle"), empty="No policy is attached to anybody.")
    if not use.requests:
        output.say("No decision has been recorded, so nothing was observed.")
        return exits.NOTHING
    _say_window(output, use.requests, use.first, use.last, enough)
    if use.silent:
        output.say(f"Nothing was seen of: {_some(use.silent)}")
    return exits.OK


# CloudTrail


def _by_cloudtrail(options: argparse.Namespace, output: "Output") -> int:
    from watchword.app.usage.cloudtrail import Tally, recorded_calls
    from watchword.app.usage.cloudtrail_files import read_events
    from watchword.cli.policy.documents import read_identity_policies
    from watchword.decision.analysis.usage import narrow, verify
    from watchword.decision.analysis.usage.cloudtrail import UNRECORDED_ACTIONS
    from watchword.kernel.errors import InvalidInputError

    shared: Sequence[str] = ()
    if options.estate:
        applied = applied_to(options)
        documents = applied.documents(options.policy or "")
        shared = applied.shared(documents)
        principal: str | None = applied.arn
    elif options.policy:
        documents, principal = read_identity_policies([options.policy]), options.principal
    else:
        raise InvalidInputError(
            "which policy is to be narrowed?",
            code="usage.options",
            expected="--policy FILE with --cloudtrail, or --estate FILE and --principal ARN",
        )

    catalogue = catalogue_of(options)

    def records(tally: Tally) -> "Iterator[Recorded]":
        return recorded_calls(
            read_events(options.cloudtrail), tally, catalogue, principal=principal, since=options.since, failed_too=True
        )

    tally = Tally()
    found = narrow(documents, records(tally), most=options.resources, unrecorded=UNRECORDED_ACTIONS)
    verified = verify(documents, found, () if "-" in options.cloudtrail else records(Tally()))
    return _report(output, found, options, documents, verified, shared=shared, tally=tally, everybody=principal is None)


# What is said


def _report(
    output: "Output",
    found: "Narrowing",
    options: argparse.Namespace,
    documents: "Sequence[PolicyDocument]",
    verified: "Verified",
    *,
    shared: "Sequence[str]" = (),
    tally: "Tally | None" = None,
    everybody: bool = False,
) -> int:
    from watchword.decision.language import print_policy

    texts = {d.name: print_policy(d) for d in found.documents if d is not None}
    strangers = strangers_of(options)
    for document in documents:
        strangers.document(document)
    say_strangers(output, strangers)
    if output.json:
        from watchword.app.answers.usage import narrowed

        output.document(narrowed(found, tally, verified, shared, strangers))
    elif found.used:
        for text in texts.values():
            output.data.write(text)
    if not found.used:
        output.say(f"{found.examined} requests were examined, and none of them used this policy: nothing was observed.")
        _say_tally(output, tally, everybody=everybody)
        return exits.NOTHING
    _say_window(output, found.examined, found.first, found.last, options.enough)
    output.say(
        f"{found.used} of them were allowed by this policy, {found.elsewhere} by something else, "
        f"{found.refused} were refused."
    )
    for statement in found.statements:
        _say_statement(output, statement)
    for name, text in texts.items():
        length = len("".join(text.split()))
        if length > _LONGEST_MANAGED:
            output.say(
                f"warning: {name} has {length} characters; a managed policy of IAM has {_LONGEST_MANAGED} at most"
            )
    for name in shared:
        output.say(f"warning: others have {name} too, and their use was not looked at: do not replace it for them")
    if found.doubtful:
        output.say(
            f"{found.doubtful} requests may have been allowed by any of several statements: each of these keeps them."
        )
    if found.kept_unseen:
        output.say(f"Kept, because its use leaves no record: {', '.join(found.kept_unseen)}")
    _say_tally(output, tally, everybody=everybody)
    _say_verified(output, verified)
    output.say("Not seen is not the same as not needed: ask who uses it before you take it away.")
    return exits.OK


def _say_verified(output: "Output", verified: "Verified") -> None:
    from watchword.decision.analysis.containment import Answer

    if verified.same:
        text = f"Verified: each of {verified.replayed} requests that the old policy allows is allowed by the new one"
        if verified.undecided:
            text += f", and each of {verified.undecided} that it may allow may be"
    else:
        text = "Not verified by the records, which could not be read a second time as they were"
    if verified.contained is Answer.YES:
        output.say(f"{text}; it allows nothing else than the old one.")
    else:
        output.say(f"{text}; there is no telling whether it allows something else: {verified.reason}")


def _say_window(
    output: "Output", requests: int, first: "datetime | None", last: "datetime | None", enough: int
) -> None:
    if first is None or last is None:
        return
    days = (last - first).total_seconds() / 86400
    output.say(f"Observed: {requests} requests in {days:.1f} days, from {written(first)} to {written(last)}.")
    if days < enough:
        output.say(f"warning: that is less than {enough} days; what is done once a month or a quarter may not be in it")


def _say_statement(output: "Output", found: "Narrowed") -> None:
    name = f"{found.policy}: {found.before.sid or f'statement {found.before.index + 1}'}"
    if not found.after:
        output.say(f"- {name}: never used, removed")
        return
    if found.as_it_was:
        output.say(f"= {name}: kept as it was ({found.requests} requests)")
        return
    output.say(f"~ {name}: {found.requests} requests")
    before = found.before
    actions = ("all but " if before.not_action else "") + _some([a.text for a in before.actions])
    resources = ("all but " if before.not_resource else "") + _some([r.text for r in before.resources])
    output.say(f"    actions    {actions} -> {_some(sorted({a.text for s in found.after for a in s.actions}))}")
    output.say(f"    resources  {resources} -> {_some(sorted({r.text for s in found.after for r in s.resources}))}")
    for kind, unused in (("actions", found.unused_actions), ("resources", found.unused_resources)):
        if unused:
            output.say(f"    {kind} of which nothing was seen: {_some(unused)}")


def _say_tally(output: "Output", tally: "Tally | None", *, everybody: bool) -> None:
    if tally is None:
        return
    say_tally(output, tally)
    if everybody:
        output.say("warning: without --principal, the calls of everybody in the files count as use of this policy")
    if not tally.data_events:
        output.say(
            "warning: there are no data events in the files; reading and writing objects, items and messages, and "
            "invoking functions, leave a trace only where the trail was told to record them"
        )


def say_tally(output: "Output", tally: "Tally") -> None:
    """Say what the files did not tell."""
    from watchword.cli.output import printable

    output.say(f"{tally.events} events in the files, {tally.others} of others or from before.")
    for why, count in sorted(tally.untold.items()):
        output.say(f"  {count} left out: {why}")
    if tally.unknown_calls:
        calls = [f"{call} ({count})" for call, count in tally.unknown_calls.most_common(_SHOWN)]
        output.say(printable(f"    what these need is not known: {_some(calls)}"))
    if tally.failed:
        output.say(f"  {tally.failed} failed for another reason than a refusal")
    if tally.resources_untold:
        output.say(f"  {tally.resources_untold} requests of which the resource is not certain")


def _some(texts: "Sequence[str]") -> str:
    more = len(texts) - _SHOWN
    return ", ".join(texts[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
