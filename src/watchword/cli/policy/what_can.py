"""`watchword policy what-can`: what a principal of an estate may do."""

import argparse
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of
from watchword.cli.policy.estates import add_estate, answer_of, problems_of, read, say_problems, stated
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watchword.cli.options import Nouns
    from watchword.cli.output import Json, Output, Row
    from watchword.decision.analysis.account.abilities import Abilities, Ability
    from watchword.decision.analysis.account.inquiry import Becoming, Inquiry


def register(verbs: "Nouns") -> None:
    parser = verb(
        verbs,
        "what-can",
        "What a principal of an AWS estate may do, by service. Exit code 0: something; 10: nothing; 3: the estate is "
        "empty.",
        _what_can,
    )
    parser.add_argument("principal", metavar="PRINCIPAL", help="an ARN, or a name in the estate")
    add_estate(parser)
    parser.add_argument("--transitive", action="store_true", help="also as the roles that it may become")


def _what_can(options: argparse.Namespace) -> int:
    from watchword.decision.analysis.account.abilities import what_can
    from watchword.decision.analysis.account.inquiry import Inquiry

    output = output_of(options)
    estate = read(options)
    if not estate.principals:
        output.say("There are no principals in the estate, so nothing was examined.")
        return exits.NOTHING
    inquiry = Inquiry(estate, stated=stated(options))
    principal = inquiry.principal(options.principal)
    chains, whole = inquiry.becomes(principal) if options.transitive else ([], True)
    everyone = [(principal.arn, what_can(inquiry, principal))]
    everyone += [(c.chain[-1], what_can(inquiry, estate.principals[c.chain[-1]])) for c in chains]
    _say(output, inquiry, everyone, whole=whole)
    if output.json:
        output.document(
            {
                "principal": principal.arn,
                "abilities": [
                    {"as": arn, **_row(ability)} for arn, abilities in everyone for ability in abilities.abilities
                ],
                "becomes": [{"chain": list(c.chain), "steps": [answer_of(a) for a in c.answers]} for c in chains],
                "complete": whole and all(a.complete for _, a in everyone),
                "problems": problems_of(estate),
            }
        )
    else:
        _tables(output, everyone, chains)
    return exits.OK if any(a.abilities for _, a in everyone) else exits.DENIED


def _say(output: "Output", inquiry: "Inquiry", everyone: "Sequence[tuple[str, Abilities]]", *, whole: bool) -> None:
    say_problems(output, inquiry.estate)
    if inquiry.estate.organisation is None:
        output.say("No policies of an organisation were given; answered as if there were none (--organisation).")
    if not whole or not all(a.complete for _, a in everyone):
        output.say("There was more than can be listed; what is not listed may be possible all the same.")


def _row(ability: "Ability") -> "dict[str, Json]":
    return {
        "service": ability.piece.service,
        "actions": list(ability.piece.actions),
        "resources": list(ability.piece.resources),
        **answer_of(ability.answer),
        "exceptions": [
            {"actions": list(piece.actions), "resources": list(piece.resources), **answer_of(answer)}
            for piece, answer in ability.exceptions
        ],
    }


def _tables(output: "Output", everyone: "Sequence[tuple[str, Abilities]]", chains: "Sequence[Becoming]") -> None:
    from watchword.decision.analysis.account.abilities import told
    from watchword.decision.analysis.account.phrases import summary, through

    how = {c.chain[-1]: c for c in chains}
    for number, (arn, abilities) in enumerate(everyone):
        if arn in how:
            conditions = "; ".join(dict.fromkeys(t for t in map(summary, how[arn].answers) if t))
            output.text("")
            output.text(f"as {' > '.join(how[arn].chain[1:])}" + (f", if {conditions}" if conditions else ""))
        rows: list[Row] = [
            {
                "service": a.piece.service,
                "action": a.piece.action,
                "resource": a.piece.resource,
                "may": a.answer.truth.value,
                "conditions": summary(a.answer),
                "except": told(a),
                "through": list(through(a.answer)),
            }
            for a in abilities.abilities
        ]
        columns = ("service", "action", "resource", "may", "conditions", "except", "through")
        if rows or number == 0:
            output.rows(rows, columns, empty="Nothing.")
        else:
            output.text("nothing")
