"""`watchword compliance`: estates that are examined again and again, and what became of them."""

from typing import TYPE_CHECKING

from watchword.cli.compliance import drift, pack, remediate, report, run, status, watch
from watchword.cli.verbs import noun

if TYPE_CHECKING:
    from watchword.cli.options import Nouns


def register(nouns: "Nouns") -> None:
    verbs = noun(
        nouns, "compliance", "Examine estates continuously: run, watch, status, report, pack, drift, remediate."
    )
    for module in (run, watch, status, report, pack, drift, remediate):
        module.register(verbs)
