"""Names that the catalogue does not know: warnings on standard error. No answer depends on them."""

import argparse
from typing import TYPE_CHECKING

from watchword.cli.policy.catalogue import catalogue_of

if TYPE_CHECKING:
    from watchword.cli.output import Output
    from watchword.decision.analysis.catalogue import Catalogue, Strangers

# Said in words; all of them are in the JSON.
_MAX_SAID = 20


def of_a_question(options: argparse.Namespace, catalogue: "Catalogue") -> "Strangers":
    """A collector that has seen what `--context` and `--absent` name."""
    from watchword.app.answers.strangers import of_a_context

    named = {"--context": [pair.partition("=")[0] for pair in options.context], "--absent": options.absent}
    return of_a_context(catalogue, named)


def strangers_of(options: argparse.Namespace) -> "Strangers":
    """A collector over the catalogue that is in force."""
    from watchword.decision.analysis.catalogue import Strangers

    return Strangers(catalogue_of(options))


def say_strangers(output: "Output", strangers: "Strangers") -> None:
    """Say each on standard error, with its place."""
    from watchword.app.answers.strangers import place_of, sentence
    from watchword.cli.output import printable

    found = strangers.found
    for stranger in found[:_MAX_SAID]:
        times = f" ({stranger.times} times)" if stranger.times > 1 else ""
        output.say(printable(f"warning: {place_of(stranger)}: {sentence(stranger, strangers.day)}{times}"))
    more = len(found) - _MAX_SAID + strangers.unlisted
    if more > 0:
        output.say(f"  and {more} more that it does not know" + ("" if strangers.unlisted else ", which JSON lists"))
