"""Names that the catalogue does not know: warnings on standard error, and `warnings` in JSON. No answer depends on
them."""

import argparse
from typing import TYPE_CHECKING

from watchword.cli.policy.catalogue import catalogue_of

if TYPE_CHECKING:
    from watchword.cli.output import Json, Output
    from watchword.decision.analysis.catalogue import Catalogue, Stranger, Strangers

# Said in words; all of them are in the JSON.
_MAX_SAID = 20
_LONG = 100
HINT = "if it is new, refresh the catalogue: watchword policy catalogue --refresh FILE"


def of_a_question(options: argparse.Namespace, catalogue: "Catalogue") -> "Strangers":
    """A collector that has seen what `--context` and `--absent` name."""
    from watchword.decision.analysis.catalogue import Strangers

    strangers = Strangers(catalogue)
    for pair in options.context:
        strangers.key(pair.partition("=")[0], place="--context")
    for key in options.absent:
        strangers.key(key, place="--absent")
    return strangers


def strangers_of(options: argparse.Namespace) -> "Strangers":
    """A collector over the catalogue that is in force."""
    from watchword.decision.analysis.catalogue import Strangers

    return Strangers(catalogue_of(options))


def sentence(stranger: "Stranger", day: str) -> str:
    of = " of" if stranger.kind.name == "SERVICE" else ""
    name = stranger.name if len(stranger.name) <= _LONG else stranger.name[:_LONG] + "…"
    text = f"the catalogue ({day}) does not know the {stranger.kind.value}{of} {name}"
    return text + (f"; did you mean {stranger.near}?" if stranger.near else "")


def say_strangers(output: "Output", strangers: "Strangers") -> None:
    """Say each on standard error, with its place."""
    from watchword.cli.output import printable

    found = strangers.found
    for stranger in found[:_MAX_SAID]:
        times = f" ({stranger.times} times)" if stranger.times > 1 else ""
        output.say(printable(f"warning: {_place(stranger)}: {sentence(stranger, strangers.day)}{times}"))
    more = len(found) - _MAX_SAID + strangers.unlisted
    if more > 0:
        output.say(f"  and {more} more that it does not know" + ("" if strangers.unlisted else ", which JSON lists"))


def strangers_json(strangers: "Strangers") -> "list[Json]":
    """The same for programs: the member `warnings` of a verb's JSON."""
    return [
        {
            "code": f"catalogue.{s.kind.name.lower()}",
            "message": sentence(s, strangers.day),
            "name": s.name,
            "nearest": s.near,
            "place": _place(s),
            "times": s.times,
        }
        for s in strangers.found
    ]


def _place(stranger: "Stranger") -> str:
    return f"{stranger.place}:{stranger.line}:{stranger.column}" if stranger.line else stranger.place
