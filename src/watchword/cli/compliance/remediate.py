"""`watchword compliance remediate`: mend live findings, in explicit steps: plan, approve, apply, verify, roll back."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of, settings_of
from watchword.cli.verbs import noun, verb

if TYPE_CHECKING:
    from watchword.app.compliance.record import Record
    from watchword.cli.options import Nouns
    from watchword.cli.output import Output
    from watchword.response.remediation import Kept

_COLUMNS = ("set", "estate", "status", "steps", "critical", "approved_by", "made")
_OPERATOR = "operator"


def register(verbs: "Nouns") -> None:
    steps = noun(
        verbs, "remediate", "Mend live findings: plan, approve, apply, verify, roll back. Each step is recorded."
    )
    plan = verb(steps, "plan", "Plan a set: the exact calls, and what undoes them. Looks, and changes nothing.", _plan)
    plan.add_argument("estate", metavar="ESTATE")
    plan.add_argument("--check", action="append", default=[], metavar="ID", help="findings of this check; repeatable")

    approve = verb(steps, "approve", "Approve exactly one set, by its digest.", _approve)
    _set(approve)
    approve.add_argument("--digest", required=True, metavar="SHA256", help="as `plan` and `show` print it")
    approve.add_argument("--by", required=True, metavar="PERSON", help="who approves: an address")

    apply = verb(
        steps, "apply", "Apply an approved set, unless anything in it was changed since it was planned.", _apply
    )
    _set(apply)
    verify = verb(steps, "verify", "Look at what was applied, and examine the estate anew.", _verify)
    _set(verify)
    back = verb(steps, "rollback", "Undo what was applied, the last first.", _roll_back)
    _set(back)
    show = verb(steps, "show", "Show a set: what it does, what it refuses, what became of it.", _show)
    _set(show)
    verb(steps, "list", "List the sets, the newest last.", _list)


def _set(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("set", metavar="SET", help="rem_…")


@contextmanager
def _opened(options: argparse.Namespace) -> "Iterator[Record]":
    from watchword.app.compliance.record import open_record

    with open_record(settings_of(options)) as record:
        yield record


def _plan(options: argparse.Namespace) -> int:
    from watchword.app.compliance.record import estates_of
    from watchword.app.compliance.remediating import plan
    from watchword.kernel.errors import InvalidInputError
    from watchword.response.remediation import REMEDIES

    for check in options.check:
        if check not in REMEDIES:
            raise InvalidInputError(
                f"there is no remedy for {check}", code="remediation.check", expected=", ".join(REMEDIES)
            )
    output = output_of(options)
    with _opened(options) as record:
        (estate,) = estates_of(record.configuration, options.estate)
        kept = plan(record, estate, by=_OPERATOR, checks=options.check)
    _tell(output, kept)
    if not kept.set.steps:
        output.say("There is nothing to apply.")
        return exits.NOTHING
    return exits.OK


def _approve(options: argparse.Namespace) -> int:
    from watchword.app.compliance.remediating import approve
    from watchword.response.remediation import may_apply

    output = output_of(options)
    with _opened(options) as record:
        kept = approve(record, options.set, digest=options.digest, by=options.by)
        why = may_apply(kept, now=record.clock.now())
    _tell(output, kept)
    output.say(
        f"It may be applied: watchword compliance remediate apply {options.set}" if not why else f"Not yet: {why}."
    )
    return exits.OK


def _apply(options: argparse.Namespace) -> int:
    from watchword.app.compliance.remediating import apply
    from watchword.response.remediation import Status

    output = output_of(options)
    with _opened(options) as record:
        kept = apply(record, options.set, by=_OPERATOR)
    _tell(output, kept)
    if kept.status is Status.APPLIED:
        output.say(f"Applied. Verify it: watchword compliance remediate verify {options.set}")
        return exits.OK
    failed = next((a for a in kept.applied if not a.succeeded), None)
    output.say(f"watchword: not all of it was applied: {failed.detail if failed else ''}")
    output.say(f"  hint: watchword compliance remediate rollback {options.set}")
    return exits.FAILED


def _verify(options: argparse.Namespace) -> int:
    from watchword.app.compliance.remediating import verify

    return _judged(options, verify)


def _roll_back(options: argparse.Namespace) -> int:
    from watchword.app.compliance.remediating import roll_back

    return _judged(options, roll_back)


def _judged(options: argparse.Namespace, what: "Callable[..., tuple[Kept, tuple[str, ...]]]") -> int:
    output = output_of(options)
    with _opened(options) as record:
        kept, problems = what(record, options.set, by=_OPERATOR)
    _tell(output, kept)
    for problem in problems:
        output.say(f"watchword: {problem}")
    return exits.FAILED if problems else exits.OK


def _show(options: argparse.Namespace) -> int:
    from watchword.app.compliance.remediating import find_set

    with _opened(options) as record:
        kept = find_set(record, options.set)
    _tell(output_of(options), kept)
    return exits.OK


def _list(options: argparse.Namespace) -> int:
    from watchword.app.compliance.remediating import sets_of
    from watchword.app.instants import written

    with _opened(options) as record:
        found = sets_of(record)
    output_of(options).rows(
        [
            {
                "set": kept.set.id,
                "estate": kept.set.estate,
                "status": kept.status.value,
                "steps": len(kept.set.steps),
                "refused": len(kept.set.refused),
                "critical": kept.set.critical,
                "approved_by": [a.by for a in kept.approvals],
                "made": written(kept.set.made),
                "digest": kept.digest,
            }
            for kept in found
        ],
        _COLUMNS,
        empty="No set was planned yet.",
    )
    return exits.OK if found else exits.NOTHING


def _tell(output: "Output", kept: "Kept") -> None:
    import json

    from watchword.cli.output import printable
    from watchword.response.remediation import Status, needed_approvals
    from watchword.response.remediation.records import write_kept

    if output.json:
        output.document(json.loads(write_kept(kept)))
        return
    planned = kept.set
    output.text(f"{planned.id}  {kept.status.value}  {planned.estate}, account {planned.account}")
    done = {a.number: a for a in kept.applied}
    good = "undone" if kept.status is Status.ROLLED_BACK else "done"
    for number, step in enumerate(planned.steps):
        critical = "  CRITICAL ASSET" if step.critical else ""
        state = (
            ""
            if number not in done
            else (f"  {good}" if done[number].succeeded else f"  FAILED: {done[number].detail}")
        )
        output.text(f"  {number + 1}. {step.address}{critical}{printable(state)}")
        output.text(f"     {step.check} ({step.severity.value}): {step.does}")
        for word, calls in (("calls", step.calls), ("undo", step.undo)):
            for call in calls:
                parameters = json.dumps(dict(call.parameters), ensure_ascii=False)
                output.text(f"     {word}  {call.operation} in {call.region}: {printable(parameters)}")
    for refused in planned.refused:
        output.text(f"  -  {refused.address}: {refused.check}: {printable(refused.why)}")
    if planned.steps:
        by = ", ".join(f"{a.by} until {a.expires:%Y-%m-%d %H:%M} UTC" for a in kept.approvals)
        output.text(f"  digest    {kept.digest}")
        output.text(f"  approval  {len(kept.approvals)} of {needed_approvals(planned)}{f': {by}' if by else ''}")
