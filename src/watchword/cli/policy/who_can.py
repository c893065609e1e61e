"""`watchword policy who-can`: everybody in an estate who may, might or perhaps may."""

import argparse
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of
from watchword.cli.output import printable
from watchword.cli.policy.catalogue import catalogue_of
from watchword.cli.policy.estates import add_estate, read, say_problems, stated
from watchword.cli.policy.strangers import of_a_question, say_strangers
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watchword.cli.options import Nouns
    from watchword.cli.output import Output, Row
    from watchword.decision.analysis.account.facts import Target
    from watchword.decision.analysis.account.inquiry import Becoming, Finding, Inquiry


def register(verbs: "Nouns") -> None:
    parser = verb(
        verbs,
        "who-can",
        "Who in an AWS estate may do something: yes, if …, or unknown. Exit code 0: somebody may, or cannot be ruled "
        "out; 10: nobody; 3: the estate is empty.",
        _who_can,
    )
    parser.add_argument(
        "action", metavar="ACTION", help="s3:GetObject; with wildcards, each pattern that policies have"
    )
    parser.add_argument("resource", metavar="RESOURCE", help="an ARN, * or a name in the estate")
    add_estate(parser)
    parser.add_argument(
        "--resource-account", default="", metavar="ACCOUNT", help="whose it is, if the ARN does not say"
    )
    parser.add_argument("--transitive", action="store_true", help="also who may become them, by assuming roles")


def _who_can(options: argparse.Namespace) -> int:
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
    strangers.action(options.action, place="ACTION")
    asked = answers.ask_who_can(
        inquiry,
        strangers,
        catalogue,
        action=options.action,
        resource=options.resource,
        account=options.resource_account,
        transitive=options.transitive,
    )
    _say(output, inquiry, asked.target, options.action)
    say_strangers(output, strangers)
    if asked.misfit:
        output.say(f"warning: {printable(asked.misfit)}")
    if not asked.whole:
        output.say("The chains of roles were followed to their bound; there may be more.")
    if output.json:
        output.document(answers.who_can(asked, strangers))
    else:
        _table(output, asked.found, asked.chains, several="*" in options.action or "?" in options.action)
    return exits.OK if asked.found else exits.DENIED


def _say(output: "Output", inquiry: "Inquiry", target: "Target", action: str) -> None:
    say_problems(output, inquiry.estate)
    assuming = action.lower().startswith("sts:") and target.arn in inquiry.estate.principals
    if target.arn != "*" and not assuming and inquiry.estate.resource_policy(target.arn) is None:
        output.say(f"No policy of {target.arn} was given; answered as if it had none (--resource-policies).")
    if inquiry.estate.organisation is None:
        output.say("No policies of an organisation were given; answered as if there were none (--organisation).")


def _table(output: "Output", found: "Sequence[Finding]", chains: "Sequence[Becoming]", *, several: bool) -> None:
    from watchword.decision.analysis.account.phrases import summary, through

    rows: list[Row] = [
        {
            "who": f.who,
            "action": f.action,
            "may": f.answer.truth.value,
            "conditions": "; ".join(t for t in (summary(f.answer), f.note) if t),
            "through": list(through(f.answer)),
        }
        for f in found
    ]
    columns = ("who", "action", "may", "conditions", "through") if several else ("who", "may", "conditions", "through")
    output.rows(rows, columns, empty="Nobody.")
    if chains:
        output.text("")
        output.rows(
            [
                {
                    "who": c.chain[0],
                    "becomes": " > ".join(c.chain[1:]),
                    "conditions": "; ".join(dict.fromkeys(t for t in map(summary, c.answers) if t)),
                }
                for c in chains
            ],
            ("who", "becomes", "conditions"),
            empty="",
        )
