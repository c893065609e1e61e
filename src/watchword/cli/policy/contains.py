"""`watchword policy contains`: is all that A allows allowed by B? For two policies, or for a file of pairs."""

import argparse
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of
from watchword.cli.output import printable
from watchword.cli.policy.comparing import add_sides, code_of, read_sides, show, unknown_names
from watchword.cli.policy.inputs import opened
from watchword.cli.policy.passed_over import PassedOver
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from watchword.cli.options import Nouns
    from watchword.cli.output import Output


def register(verbs: "Nouns") -> None:
    contains = verb(
        verbs,
        "contains",
        "Tell whether everything that policy A allows is allowed by policy B. Exit code 0 yes, 10 no, 3 cannot tell.",
        _contains,
    )
    add_sides(contains, optional=True)
    contains.add_argument(
        "--pairs",
        metavar="FILE",
        help='JSON Lines of {"id", "policies": [A, B], "kind"}, or - for standard input: both ways, one answer a line',
    )


def _contains(options: argparse.Namespace) -> int:
    from watchword.kernel.errors import InvalidInputError

    output = output_of(options)
    if (options.pairs is None) is (options.b is None):
        raise InvalidInputError(
            "say what to compare",
            code="containment.usage",
            expected="A and B, or --pairs FILE",
            found="neither or both",
        )
    if options.pairs is not None:
        return _pairs(options, output)
    from watchword.app.answers import comparing
    from watchword.decision.analysis.containment import Answer, contains

    sides = read_sides(options, output)
    if sides is None:
        return exits.USAGE
    found = contains(*sides)
    strangers = unknown_names(options, output, sides)
    if output.json:
        output.document(comparing.contained(found, strangers))
        return code_of(found.answer)
    a, b = printable(options.a), printable(options.b)
    match found.answer:
        case Answer.YES:
            output.text(f"yes: everything that {a} allows, {b} allows too")
        case Answer.NO:
            output.text(f"no: {a} allows this, and {b} does not")
        case Answer.UNKNOWN:
            output.text(f"cannot tell whether {b} allows everything that {a} allows")
    if found.witness is not None:
        show(output, found.witness, options.b)
    if found.reason:
        output.text(f"    {printable(found.reason)}")
    return code_of(found.answer)


def _pairs(options: argparse.Namespace, output: "Output") -> int:
    from watchword.app.answers.comparing import pair
    from watchword.decision.analysis.containment import contain_pairs
    from watchword.decision.language import PolicyKind
    from watchword.decision.language.json_lines import bounded_lines

    compared = unreadable = 0
    passed_over = PassedOver("pair")
    with opened(options.pairs) as stream:
        for outcome in contain_pairs(bounded_lines(stream), kind=PolicyKind(options.kind)):
            compared += not outcome.errors
            unreadable += bool(outcome.errors)
            passed_over.add(outcome.unknown)
            output.line(pair(outcome))
    passed_over.say(output)
    if not compared and not unreadable:
        output.say("There are no pairs, so nothing was compared.")
        return exits.NOTHING
    output.say(f"{compared} compared" + (f", {unreadable} unreadable." if unreadable else "."))
    return exits.USAGE if unreadable else exits.OK
