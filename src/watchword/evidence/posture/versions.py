"""Which major versions of a provider a root of Terraform may run with: for defaults that hang on them.

    since(estate, pool, "google", 5)   # True: at least 5; False: less; None: that is not said

What counts is what `required_providers` says in the root and its modules. A lock file is not read.
"""

import re
from collections.abc import Mapping
from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.inventory import Asset, Block, Known
from watchword.inventory.shapes import walk

_TERM: Final = re.compile(r"\s*(=|!=|>=|<=|>|<|~>)?\s*v?(\d+)((?:\.\d+)*)\S*\s*")
_Span = tuple[int, int | None]  # the least major, and the greatest where there is one
_ANY: Final[_Span] = (0, None)


def since(estate: Estate, asset: Asset, provider: str, major: int) -> bool | None:
    """Whether a provider is at least of a major version; None where what is written allows both."""
    least, greatest = estate.fact(_spans).get((asset.root, provider), _ANY)
    if least >= major:
        return True
    return False if greatest is not None and greatest < major else None


def span(constraint: str) -> _Span:
    """The majors that a constraint allows: `~> 5.1` is 5 alone, `>= 4, < 6` is 4 to 5."""
    least, greatest = _ANY
    for term in constraint.split(","):
        found = _TERM.fullmatch(term)
        if found is None:
            continue
        operator, major, rest = found[1] or "=", int(found[2]), found[3]
        if operator in {"=", ">=", ">", "~>"}:
            least = max(least, major)
        highest = None
        if operator in {"=", "<="} or (operator == "~>" and rest):
            highest = major
        elif operator == "<":
            highest = major if rest.strip(".0") else major - 1
        if highest is not None:
            greatest = highest if greatest is None else min(greatest, highest)
    return least, greatest


def _spans(estate: Estate) -> Mapping[tuple[str, str], _Span]:
    """By root and provider, what all that is required there allows together."""
    spans: dict[tuple[str, str], _Span] = {}
    for settings in estate.typed("terraform"):
        for block in settings.native["required_providers"].each():
            for name in block.names() if isinstance(block, Block) else ():
                version = walk(block, f"{name}.version")
                if isinstance(version, Known):
                    least, greatest = span(version.text())
                    before, after = spans.get((settings.root, name), _ANY)
                    both = [one for one in (greatest, after) if one is not None]
                    spans[settings.root, name] = (max(least, before), min(both) if both else None)
    return spans
