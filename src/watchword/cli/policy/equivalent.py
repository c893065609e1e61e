"""`watchword policy equivalent`: do two policies allow the same?"""

import argparse
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of
from watchword.cli.output import printable
from watchword.cli.policy.comparing import add_sides, code_of, read_sides, show, unknown_names
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from watchword.cli.options import Nouns


def register(verbs: "Nouns") -> None:
    equivalent = verb(
        verbs, "equivalent", "Tell whether two policies allow the same. Exit code 0 yes, 10 no, 3 cannot tell.", _run
    )
    add_sides(equivalent)


def _run(options: argparse.Namespace) -> int:
    from watchword.app.answers import comparing
    from watchword.decision.analysis.containment import Answer, equivalent

    output = output_of(options)
    sides = read_sides(options, output)
    if sides is None:
        return exits.USAGE
    found = equivalent(*sides)
    strangers = unknown_names(options, output, sides)
    if output.json:
        output.document(comparing.equivalence(found, strangers))
        return code_of(found.answer)
    output.text(f"{found.answer.value}{': they allow the same' if found.answer is Answer.YES else ''}")
    names = printable(options.a), printable(options.b)
    for one, (first, second) in ((found.a_within_b, names), (found.b_within_a, names[::-1])):
        if one.witness is not None:
            output.text(f"{first} allows this, and {second} does not:")
            show(output, one.witness, second)
        elif one.answer is Answer.UNKNOWN:
            output.text(f"cannot tell whether {second} allows everything that {first} allows:")
            output.text(f"    {printable(one.reason or '')}")
        elif found.answer is not Answer.YES:
            output.text(f"everything that {first} allows, {second} allows too")
    return code_of(found.answer)
