"""`watchword policy diff`: what each of two policies allows and the other does not, a request for every statement."""

import argparse
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of
from watchword.cli.output import printable
from watchword.cli.policy.comparing import add_sides, code_of, place_of, read_sides, show, unknown_names
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from watchword.cli.options import Nouns
    from watchword.cli.output import Output
    from watchword.decision.analysis.containment import Beyond


def register(verbs: "Nouns") -> None:
    diff = verb(
        verbs,
        "diff",
        "Show what policy B allows and policy A does not, and the reverse, by requests. Exit code 0 where they allow "
        "the same, 10 where not, 3 where there is no telling.",
        _diff,
    )
    add_sides(diff)


def _diff(options: argparse.Namespace) -> int:
    from watchword.app.answers import comparing
    from watchword.decision.analysis.containment import Answer, difference

    output = output_of(options)
    sides = read_sides(options, output)
    if sides is None:
        return exits.USAGE
    found = difference(*sides)
    strangers = unknown_names(options, output, sides)
    if output.json:
        output.document(comparing.difference(found, strangers))
        return code_of(found.answer)
    if found.answer is Answer.YES:
        output.text("no difference: they allow the same")
        return exits.OK
    a, b = printable(options.a), printable(options.b)
    # As a change from A to B reads: what it adds, then what it takes away.
    _show(output, b, a, found.only_b)
    _show(output, a, b, found.only_a)
    return code_of(found.answer)


def _show(output: "Output", first: str, second: str, beyond: "Beyond") -> None:
    output.text(f"{first} allows, and {second} does not:")
    for at, witness in enumerate(beyond.witnesses):
        if at:
            output.text("")
        show(output, witness, second)
    for statement, reason in beyond.unsettled:
        output.text(f"    cannot tell of {place_of(statement)}: {printable(reason)}")
    if not beyond.witnesses and not beyond.unsettled:
        output.text("    nothing")
