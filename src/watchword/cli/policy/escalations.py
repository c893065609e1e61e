"""`watchword policy escalations`: how principals of an estate can come to more than they have."""

import argparse
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of
from watchword.cli.policy.estates import add_estate, read, say_problems, stated
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from watchword.cli.options import Nouns
    from watchword.cli.output import Output
    from watchword.decision.analysis.escalation.model import Cause, Escalations, Path

# Named in a table; all of them are in the JSON.
_MAX_NAMED = 8


def register(verbs: "Nouns") -> None:
    parser = verb(
        verbs,
        "escalations",
        "Paths by which principals of an AWS estate can gain more than they have. Exit code 0: none; 11: none, but "
        "something cannot be told; 13: some; 14: to administrator, with nothing in the way; 3: nobody was examined.",
        _escalations,
    )
    add_estate(parser)
    parser.add_argument(
        "--to", default="", metavar="admin|ARN", help="paths to administrators alone, or to one principal (ARN or name)"
    )


def _escalations(options: argparse.Namespace) -> int:
    from watchword.app.answers import estates as answers
    from watchword.decision.analysis.account.inquiry import Inquiry
    from watchword.decision.analysis.escalation.model import Grade

    output = output_of(options)
    estate = read(options)
    inquiry = Inquiry(estate, stated=stated(options))
    if not estate.principals:
        output.say("There are no principals in the estate, so nothing was examined.")
        return exits.NOTHING
    found = answers.ask_escalations(inquiry, to=options.to)
    if not found.examined:
        output.say("There are no users and no roles in the estate, so nothing was examined.")
        return exits.NOTHING
    say_problems(output, estate)
    if estate.organisation is None:
        output.say("No policies of an organisation were given; answered as if there were none (--organisation).")
    if not found.complete:
        output.say("The search stopped at its bound; there may be more than this.")
    if output.json:
        output.document(answers.escalations(estate, found))
    else:
        _tell(output, found)
    if any(c.grade is Grade.CRITICAL for c in found.causes):
        return exits.CRITICAL
    if found.causes:
        return exits.HIGH
    return exits.LOW if found.doubts or not found.complete or estate.problems else exits.OK


def _tell(output: "Output", found: "Escalations") -> None:
    for cause in found.causes:
        _tell_cause(output, cause)
    by_technique: dict[str, list[str]] = {}
    why: dict[str, str] = {}
    for doubt in found.doubts:
        by_technique.setdefault(doubt.technique.id, []).append(doubt.principal)
        why.setdefault(doubt.technique.id, doubt.why)
    for technique, principals in by_technique.items():
        output.text(f"cannot tell: {technique}: {why[technique]}")
        output.text(f"  who     {_some(principals)}")
    if not found.causes:
        output.say(f"No path was found ({found.examined} principals examined, {len(found.admins)} administrators).")


def _tell_cause(output: "Output", cause: "Cause") -> None:
    from watchword.cli.output import printable

    gain = "administrator" if cause.admin else "more than it has"
    output.text(f"{cause.grade.value}: {cause.technique.id} leads to {gain}")
    output.text(f"  who     {_some(cause.principals)}")
    output.text(f"  gains   {_some(cause.gains)}")
    output.text(f"  by      {printable(', '.join(cause.statements) or '-')}")
    for line in _steps(cause.example):
        output.text(printable(line))
    output.text(f"  why     {cause.technique.why}")
    output.text(f"  remedy  {cause.technique.remedy}")
    output.text(f"  see     {cause.technique.reference}")
    output.text("")


def _steps(path: "Path") -> list[str]:
    from watchword.decision.analysis.account.phrases import summary

    lines: list[str] = []
    for edge in path.edges:
        lines.append(f"  path    {edge.source} becomes {edge.to}" + (f" ({edge.note})" if edge.note else ""))
        for step in edge.steps:
            conditions = summary(step.answer)
            lines.append(f"            {step.action} on {step.on}" + (f", if {conditions}" if conditions else ""))
    return lines


def _some(names: "list[str] | tuple[str, ...]") -> str:
    from watchword.cli.output import printable

    more = len(names) - _MAX_NAMED
    return printable(", ".join(names[:_MAX_NAMED])) + (f" and {more} more" if more > 0 else "")
