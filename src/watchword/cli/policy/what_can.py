"""`watchword policy what-can`: what a principal of an estate may do."""

import argparse
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of
from watchword.cli.policy.catalogue import catalogue_of
from watchword.cli.policy.estates import add_estate, read, say_problems, stated
from watchword.cli.policy.strangers import of_a_question, say_strangers
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watchword.app.answers.estates import PrincipalCan, WhatCan
    from watchword.cli.options import Nouns
    from watchword.cli.output import Output, Row
    from watchword.decision.analysis.account.expansion import LevelCount
    from watchword.decision.analysis.account.inquiry import Becoming

# The values of `AccessLevel`, in its order.
_LEVELS = ("List", "Read", "Write", "Permissions management", "Tagging")


def register(verbs: "Nouns") -> None:
    parser = verb(
        verbs,
        "what-can",
        "What a principal of an AWS estate may do, by service. Exit code 0: something; 10: nothing; 3: the estate is "
        "empty, or there is no telling.",
        _what_can,
    )
    parser.add_argument("principal", metavar="PRINCIPAL", help="an ARN, or a name in the estate")
    add_estate(parser)
    parser.add_argument("--transitive", action="store_true", help="also as the roles that it may become")
    parser.add_argument(
        "--expand",
        action="store_true",
        help="list every action of the catalogue that is meant, with its access level and the types of its resources",
    )
    parser.add_argument(
        "--service", action="append", default=[], metavar="PREFIX", help="only this service; given again: these"
    )


def _what_can(options: argparse.Namespace) -> int:
    from watchword.app.answers import estates as answers
    from watchword.decision.analysis.account.inquiry import Inquiry

    output = output_of(options)
    estate = read(options)
    if not estate.principals:
        output.say("There are no principals in the estate, so nothing was examined.")
        return exits.NOTHING
    inquiry = Inquiry(estate, stated=stated(options))
    catalogue = catalogue_of(options)
    strangers = of_a_question(options, catalogue)
    for service in frozenset(s.lower() for s in options.service):
        strangers.action(f"{service}:*", place="--service")
    asked = answers.ask_what_can(
        inquiry,
        strangers,
        catalogue,
        principal=options.principal,
        services=options.service,
        transitive=options.transitive,
    )
    _say(output, asked)
    say_strangers(output, strangers)
    if output.json:
        output.document(answers.what_can(asked, strangers, expand=options.expand))
    else:
        _tables(output, asked.everyone, asked.chains, expand=options.expand)
    if any(a.abilities for a in asked.everyone):
        return exits.OK
    # What could not be asked in full is no proof that there is nothing.
    return exits.DENIED if asked.complete else exits.NOTHING


def _say(output: "Output", asked: "WhatCan") -> None:
    say_problems(output, asked.estate)
    if asked.estate.organisation is None:
        output.say("No policies of an organisation were given; answered as if there were none (--organisation).")
    if not asked.complete:
        output.say("There was more than can be listed; what is not listed may be possible all the same.")


def _tables(
    output: "Output", everyone: "Sequence[PrincipalCan]", chains: "Sequence[Becoming]", *, expand: bool
) -> None:
    from watchword.decision.analysis.account.phrases import summary

    how = {c.chain[-1]: c for c in chains}
    for number, answer in enumerate(everyone):
        if answer.arn in how:
            conditions = "; ".join(dict.fromkeys(t for t in map(summary, how[answer.arn].answers) if t))
            output.text("")
            output.text(f"as {' > '.join(how[answer.arn].chain[1:])}" + (f", if {conditions}" if conditions else ""))
        if not answer.abilities:
            if number:
                output.text("nothing")
            else:
                output.say("Nothing.")
        elif expand:
            _expanded(output, answer)
        else:
            _patterns(output, answer)


def _patterns(output: "Output", answer: "PrincipalCan") -> None:
    from watchword.decision.analysis.account.abilities import told
    from watchword.decision.analysis.account.phrases import summary, through

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
        for a in answer.abilities
    ]
    output.rows(rows, ("service", "action", "resource", "may", "conditions", "except", "through"), empty="")
    output.text("")
    output.rows(
        [
            {"service": service, **{level.value: _share(count) for level, count in counts.items()}}
            for service, counts in answer.levels.items()
        ],
        ("service", *_LEVELS),
        empty="",
    )


def _share(count: "LevelCount") -> str:
    return f"{count.may} of {count.known}" if count.known else ""


def _expanded(output: "Output", answer: "PrincipalCan") -> None:
    from watchword.decision.analysis.account.phrases import summary

    rows: list[Row] = [
        {
            "service": e.action.service,
            "level": e.action.level.value,
            "action": e.action.name,
            "types": list(e.types),
            "resource": ability.piece.resource,
            "may": f"{ability.answer.truth.value}, in part" if e.partly else ability.answer.truth.value,
            "conditions": summary(ability.answer),
        }
        for ability, actions in answer.expanded
        for e in sorted(actions, key=lambda e: (e.action.service, _LEVELS.index(e.action.level.value), e.action.name))
    ]
    columns = ("service", "level", "action", "types", "resource", "may", "conditions")
    output.rows(rows, columns, empty="None of the actions that the catalogue knows.")
