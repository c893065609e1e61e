"""`watchword policy what-can`: what a principal of an estate may do."""

import argparse
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of
from watchword.cli.policy.catalogue import catalogue_of
from watchword.cli.policy.estates import add_estate, answer_of, problems_of, read, say_problems, stated
from watchword.cli.policy.strangers import of_a_question, say_strangers, strangers_json
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from watchword.cli.options import Nouns
    from watchword.cli.output import Output, Row
    from watchword.decision.analysis.account.abilities import Abilities, Ability
    from watchword.decision.analysis.account.expansion import ExpandedAction, LevelCount
    from watchword.decision.analysis.account.inquiry import Becoming, Inquiry
    from watchword.decision.analysis.catalogue import AccessLevel, Catalogue, Strangers


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
    catalogue = catalogue_of(options)
    strangers = of_a_question(options, catalogue)
    services = frozenset(s.lower() for s in options.service)
    for service in services:
        strangers.action(f"{service}:*", place="--service")
    everyone = [
        _Answer(arn, what_can(inquiry, estate.principals[arn]), catalogue, services)
        for arn in (principal.arn, *(c.chain[-1] for c in chains))
    ]
    _see(strangers, inquiry, everyone)
    _say(output, inquiry, everyone, whole=whole)
    say_strangers(output, strangers)
    if output.json:
        output.document(
            {
                "principal": principal.arn,
                "abilities": [row for answer in everyone for row in _rows(answer, expand=options.expand)],
                "levels": [row for answer in everyone for row in _level_rows(answer)],
                "becomes": [{"chain": list(c.chain), "steps": [answer_of(a) for a in c.answers]} for c in chains],
                "complete": whole and all(a.complete for a in everyone),
                "catalogue": catalogue.about.converted,
                "problems": problems_of(estate),
                "warnings": strangers_json(strangers),
            }
        )
    else:
        _tables(output, everyone, chains, expand=options.expand)
    if any(a.abilities for a in everyone):
        return exits.OK
    # What could not be asked in full is no proof that there is nothing.
    return exits.DENIED if whole and all(a.complete for a in everyone) else exits.NOTHING


class _Answer:
    """What one principal may do, in patterns and in the catalogue's actions."""

    def __init__(self, arn: str, found: "Abilities", catalogue: "Catalogue", services: frozenset[str]) -> None:
        from watchword.decision.analysis.account.expansion import Expansion, levels

        expansion = Expansion(catalogue)
        self.arn = arn
        self.abilities = [a for a in found.abilities if not services or a.piece.service in {*services, "*"}]
        self.expanded: list[tuple[Ability, Sequence[ExpandedAction]]] = [
            (a, [e for e in expansion.expand(a) if not services or e.action.service in services])
            for a in self.abilities
        ]
        self.levels: Mapping[str, Mapping[AccessLevel, LevelCount]] = levels(
            ((a.piece.service, actions) for a, actions in self.expanded), catalogue
        )
        self.complete = found.complete and expansion.complete


def _see(strangers: "Strangers", inquiry: "Inquiry", everyone: "Sequence[_Answer]") -> None:
    """See what the principals' own policies name that the catalogue does not know."""
    from watchword.decision.language import PolicyDocument

    for answer in everyone:
        principal = inquiry.estate.principals[answer.arn]
        boundary = () if principal.boundary is None else (principal.boundary.document,)
        for held in (*principal.identity, *boundary):
            if isinstance(held, PolicyDocument):
                strangers.document(held)


def _say(output: "Output", inquiry: "Inquiry", everyone: "Sequence[_Answer]", *, whole: bool) -> None:
    say_problems(output, inquiry.estate)
    if inquiry.estate.organisation is None:
        output.say("No policies of an organisation were given; answered as if there were none (--organisation).")
    if not whole or not all(a.complete for a in everyone):
        output.say("There was more than can be listed; what is not listed may be possible all the same.")


def _rows(answer: _Answer, *, expand: bool) -> "Iterator[Row]":
    for ability, actions in answer.expanded:
        row = {
            "as": answer.arn,
            "service": ability.piece.service,
            "actions": list(ability.piece.actions),
            "resources": list(ability.piece.resources),
            **answer_of(ability.answer),
            "exceptions": [
                {"actions": list(piece.actions), "resources": list(piece.resources), **answer_of(other)}
                for piece, other in ability.exceptions
            ],
        }
        if expand:
            row["expanded"] = [
                {
                    "action": e.action.full_name,
                    "level": e.action.level.value,
                    "resource_types": list(e.types),
                    "partly": e.partly,
                }
                for e in actions
            ]
        yield row


def _level_rows(answer: _Answer) -> "Iterator[Row]":
    for service, counts in answer.levels.items():
        yield {
            "as": answer.arn,
            "service": service,
            "levels": {level.value: {"may": c.may, "known": c.known} for level, c in counts.items()},
        }


def _tables(output: "Output", everyone: "Sequence[_Answer]", chains: "Sequence[Becoming]", *, expand: bool) -> None:
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


def _patterns(output: "Output", answer: _Answer) -> None:
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


def _expanded(output: "Output", answer: _Answer) -> None:
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
