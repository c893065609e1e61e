"""The estate that a verb asks about: its options, how it is read, and what is said about it."""

import argparse
from typing import TYPE_CHECKING

from watchword.cli.policy.inputs import estate_file, files, opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from watchword.cli.output import Output
    from watchword.decision.analysis.account.applied import Applied
    from watchword.decision.analysis.account.facts import Stated
    from watchword.decision.analysis.account.model import Estate
    from watchword.decision.analysis.account.reader import Source

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
    from watchword.app.answers import estates
    from watchword.kernel.errors import InvalidInputError

    values: dict[str, tuple[str, ...]] = {}
    for pair in options.context:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise InvalidInputError(
                "not a condition key with its value", code="context.malformed", expected="KEY=VALUE", found=repr(pair)
            )
        values[key.lower()] = (*values.get(key.lower(), ()), value)
    return estates.stated(values, options.absent, expected="one of --context and --absent")


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
