"""`watchword policy`: list them, check them, ask them. One module a verb."""

from typing import TYPE_CHECKING

from watchword.cli.policy import (
    cases,
    catalogue,
    check,
    contains,
    diff,
    equivalent,
    escalations,
    explain,
    lint,
    list_,
    narrow,
    rules,
    simulate,
    what_can,
    what_if,
    who_can,
)
from watchword.cli.verbs import noun

if TYPE_CHECKING:
    from watchword.cli.options import Nouns


def register(nouns: "Nouns") -> None:
    verbs = noun(nouns, "policy", "Policies: check and test them, ask them, compare them.")
    asking = (simulate, explain, who_can, what_can, escalations)
    comparing = (contains, equivalent, diff)
    for module in (list_, check, *asking, cases, *comparing, narrow, what_if, lint, rules, catalogue):
        module.register(verbs)
