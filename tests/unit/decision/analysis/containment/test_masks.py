"""The search for a choice in every dimension."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.decision.analysis.containment.budget import Budget, TooMuchError
from watchword.decision.analysis.containment.masks import Choice, Dimension, meet

choices = st.builds(
    lambda standing, concrete: Choice(standing=standing, concrete=concrete), st.integers(0, 63), st.booleans()
)
dimensions = st.lists(
    st.builds(lambda cs: Dimension(name="d", choices=tuple(cs)), st.lists(choices, max_size=5)), min_size=1, max_size=4
)


@given(dimensions=dimensions, required=st.integers(0, 63), excluded=st.integers(0, 63), concrete=st.booleans())
def test_it_finds_one_exactly_where_there_is_one(
    dimensions: list[Dimension], required: int, excluded: int, *, concrete: bool
) -> None:
    def good(combined: tuple[Choice, ...]) -> bool:
        standing = 63
        for choice in combined:
            standing &= choice.standing
        return standing & required == required and not standing & excluded

    allowed = [[c for c in d.choices if c.concrete or not concrete] for d in dimensions]
    found = meet(dimensions, required=required, excluded=excluded, budget=Budget(), concrete=concrete)
    assert (found is not None) is any(map(good, itertools.product(*allowed)))
    if found is not None:
        assert good(found)
        assert all(choice in options for choice, options in zip(found, allowed, strict=True))


def test_a_search_that_is_too_long_says_so() -> None:
    hard = [
        Dimension(
            name=str(d),
            choices=tuple(Choice(standing=((1 << 40) - 1) ^ (3 << (i + d) % 39), concrete=True) for i in range(30)),
        )
        for d in range(20)
    ]
    with pytest.raises(TooMuchError):
        meet(hard, required=0, excluded=(1 << 40) - 1, budget=Budget(1000), concrete=True)
