"""Assurance levels are ordered, and only the three that NIST names exist."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.errors import InvalidInputError


@pytest.mark.parametrize("level", AssuranceLevel)
def test_a_label_is_read_back(level: AssuranceLevel) -> None:
    assert AssuranceLevel.parse(level.label) is level


def test_levels_are_compared_by_strength() -> None:
    assert AssuranceLevel.AAL1 < AssuranceLevel.AAL2 < AssuranceLevel.AAL3


@pytest.mark.parametrize("text", ["", "AAL2", "aal4", "aal", "2", " aal2", "aal2\n", "aal٢"])
def test_nothing_else_is_a_level(text: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        AssuranceLevel.parse(text)
    assert refused.value.code == "assurance.unknown"
    assert refused.value.found == repr(text)


@given(st.text())
def test_any_text_is_one_of_three_labels_or_refused(text: str) -> None:
    labels = {level.label for level in AssuranceLevel}
    try:
        assert AssuranceLevel.parse(text).label == text
    except InvalidInputError:
        assert text not in labels
