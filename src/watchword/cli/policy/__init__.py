"""`watchword policy`: list them, check them, ask them. One module a verb."""

from typing import TYPE_CHECKING

from watchword.cli.policy import check, list_, simulate
from watchword.cli.verbs import noun

if TYPE_CHECKING:
    from watchword.cli.options import Nouns


def register(nouns: "Nouns") -> None:
    verbs = noun(nouns, "policy", "Policies: list, check, simulate.")
    for module in (list_, check, simulate):
        module.register(verbs)
