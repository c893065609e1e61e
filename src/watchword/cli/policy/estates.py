"""The estate that a verb asks about: its options, how it is read, and what is said about it."""

import argparse
from typing import TYPE_CHECKING

from watchword.cli.policy.inputs import estate_file, files, opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watchword.cli.output import Json, Output
    from watchword.decision.analysis.account.applied import Applied
    from watchword.decision.analysis.account.facts import Stated
    from watchword.decision.analysis.account.model import Estate
    from watchword.decision.analysis.account.reader import Source
    from watchword.decision.analysis.partial import Answer, Residue

# Said in words; all of them are in the JSON.
_MAX_SAID = 20


def add_estate(parser: argparse.ArgumentParser) -> None:
    """The options of questions about an estate: its files, and what is known of the request."""
    group = add_estate_files(parser, required=True)
    group.add_argument(
        "--context",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="a condition key of the request that is known; given again: several values. All others are unknown",
    )
    group.add_argument(
        "--absent", action="append", default=[], metavar="KEY", help="a condition key that the request surely lacks"
    )


def add_estate_files(parser: argparse.ArgumentParser, *, required: bool) -> "argparse._ArgumentGroup":
    """The files of an estate alone."""
    group = parser.add_argument_group("the estate")
    group.add_argument(
        "--estate",
        action="append",
        required=required,
        default=None if required else [],
        metavar="FILE",
        help="what `aws iam get-account-authorization-details` printed; a directory of such files; - for standard "
        "input; given again: further pages or accounts",
    )
    group.add_argument(
        "--resource-policies",
        action="append",
        default=[],
        metavar="FILE",
        help='policies of resources: {"arn": policy}, or a list of {"arn", "policy", "account", '
        '"public_access_blocked"}; null for a resource that has none',
    )
    group.add_argument(
        "--organisation",
        metavar="FILE",
        help='the organisation\'s policies: {"id", "management_account", "scp": [{"level", "docs"}], "rcp": […]}',
    )
    return group


def applied_to(options: argparse.Namespace) -> "Applied":
    """The real policies of `--principal` in `--estate`."""
    from watchword.decision.analysis.account.applied import Applied
    from watchword.decision.analysis.account.inquiry import Inquiry
    from watchword.kernel.errors import InvalidInputError

    if not options.principal:
        raise InvalidInputError(
            "an estate has many principals: whose policies are meant?",
            code="usage.options",
            expected="--principal with --estate",
        )
    estate = read(options)
    return Applied(estate, Inquiry(estate).principal(options.principal))


def read(options: argparse.Namespace) -> "Estate":
    from watchword.decision.analysis.account.reader import read_estate

    organisation = list(_sources([options.organisation])) if options.organisation else []
    return read_estate(
        list(_sources(options.estate)),
        resource_policies=list(_sources(options.resource_policies)),
        organisation=organisation[0] if organisation else None,
    )


def _sources(names: "Sequence[str]") -> "Iterable[Source]":
    from watchword.decision.analysis.account.reader import Source
    from watchword.kernel.errors import InvalidInputError

    found = files(names, ".json")
    if names and not found:
        raise InvalidInputError(
            f"no files in {', '.join(names)}", code="file.none", expected="*.json in it or below", found="none"
        )
    for name in found:
        with opened(name) as stream:
            shown = "standard input" if name == "-" else name
            yield Source(shown, estate_file(stream, shown))


def stated(options: argparse.Namespace) -> "Stated":
    """What `--context` and `--absent` say."""
    from watchword.decision.analysis.account.facts import Stated
    from watchword.kernel.errors import InvalidInputError

    values: dict[str, tuple[str, ...]] = {}
    for pair in options.context:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise InvalidInputError(
                "not a condition key with its value", code="context.malformed", expected="KEY=VALUE", found=repr(pair)
            )
        values[key.lower()] = (*values.get(key.lower(), ()), value)
    absent = frozenset(k.lower() for k in options.absent)
    both = sorted(absent & values.keys())
    if both:
        raise InvalidInputError(
            f"{both[0]} is said to be absent and to have a value",
            code="context.malformed",
            expected="one of --context and --absent",
            found="both",
        )
    return Stated(values={k: v[0] if len(v) == 1 else v for k, v in values.items()}, absent=absent)


def say_problems(output: "Output", estate: "Estate") -> None:
    from watchword.cli.output import printable

    problems = estate.problems
    if problems:
        documents = "1 document" if len(problems) == 1 else f"{len(problems)} documents"
        output.say(f"{documents} could not be read; whom they are about is unknown where they matter:")
    for problem in problems[:_MAX_SAID]:
        output.say(f"  {printable(str(problem))}")
    if len(problems) > _MAX_SAID:
        output.say(f"  and {len(problems) - _MAX_SAID} more, which --output json lists")


def problems_of(estate: "Estate") -> "list[Json]":
    return [{"place": p.place, "message": p.message, "concerns": list(p.concerns)} for p in estate.problems]


def answer_of(answer: "Answer") -> "dict[str, Json]":
    """An answer as JSON: in words, and in parts that a program can read."""
    from watchword.decision.analysis.account.phrases import named, summary, through

    return {
        "answer": answer.truth.value,
        "conditions": summary(answer) or None,
        "statements": list(through(answer)),
        "ways": [{"statements": named(way.through), "needs": _parts(way.needs)} for way in answer.ways],
        "unless": _parts(answer.unless),
        "complete": answer.complete,
    }


def _parts(residues: "Sequence[Residue]") -> "list[Json]":
    return [
        {
            "statement": str(residue.ref),
            "layer": residue.ref.layer.value,
            "conditions": [
                {"operator": str(c.operator), "key": c.key, "values": [v.text for v in c.values]}
                for c in residue.conditions
            ],
            "resources": list(residue.resources),
            "principals": [e.value.text for e in residue.statement.principals or ()],
        }
        for residue in residues
    ]
