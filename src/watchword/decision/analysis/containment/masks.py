"""What one dimension of a request can do to the statements: the choices there are, as sets of statements left standing.

A request is an action, a resource, a caller and a value for each condition key: dimensions that are free of each other
once the variables are known. A statement applies where it stands in every dimension. So a dimension comes down to the
list of the sets that it can leave standing (bits of a mask), each with a value that does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from watchword.decision.analysis.containment.budget import Budget, TooMuchError
from watchword.decision.engine import ContextValue

# Ways through the dimensions that one search may try: a tenth of what a whole comparison may cost.
_MAX_STEPS = 40_000
# The search goes one call deeper for each; Python's own bound is 1,000.
_MAX_DIMENSIONS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`standing`: the statements that this leaves standing. `concrete`: whether `values` is known to be such a value.

    A choice that is not concrete may be none at all: counting it is what makes a "yes" sound. `values` are the parts of
    a request that this dimension decides, an absent key not among them.
    """

    standing: int
    concrete: bool
    values: tuple[tuple[str, ContextValue], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """`choices`: the more ordinary first. Together they are all that a request can do here, or more than that; unless
    they are only `some`, because all would have been too much to find: those can show a no, and prove nothing.
    """

    name: str
    choices: tuple[Choice, ...]
    some: bool = False


def meet(
    dimensions: Sequence[Dimension], *, required: int, excluded: int, budget: Budget, concrete: bool
) -> tuple[Choice, ...] | None:
    """Return a choice in each dimension that leaves all of `required` standing and none of `excluded`, or None.

    `concrete`: take no others.
    """
    if len(dimensions) > _MAX_DIMENSIONS:
        raise TooMuchError
    options: list[tuple[int, list[tuple[int, Choice]]]] = []
    for index, dimension in enumerate(dimensions):
        found: list[tuple[int, Choice]] = []
        budget.spend(1 + len(dimension.choices) // 4)
        for choice in dimension.choices:
            if choice.standing & required != required or (concrete and not choice.concrete):
                continue
            left = choice.standing & excluded
            # What leaves more standing than another choice does is never the better one.
            if any(other & left == other for other, _ in found):
                continue
            found = [(o, c) for o, c in found if left & o != left]
            found.append((left, choice))
        if not found:
            return None
        options.append((index, found))
    options.sort(key=lambda o: len(o[1]))
    # What no later dimension can take down is lost once it stands there.
    stubborn = [0] * (len(options) + 1)
    stubborn[-1] = excluded
    for at in range(len(options) - 1, -1, -1):
        always = excluded
        for left, _ in options[at][1]:
            always &= left
        stubborn[at] = stubborn[at + 1] & always
    chosen: list[Choice] = [options[0][1][0][1]] * len(options)

    steps = 0

    def descend(at: int, standing: int) -> bool:
        nonlocal steps
        steps += 1
        if steps > _MAX_STEPS:
            raise TooMuchError
        if standing & stubborn[at]:
            return False
        if at == len(options):
            return True
        index, found = options[at]
        for left, choice in found:
            chosen[index] = choice
            if descend(at + 1, standing & left):
                return True
        return False

    found_one = descend(0, excluded)
    budget.spend(steps)
    return tuple(chosen) if found_one else None
