"""The context as people write it, and as conditions compare it."""

from decimal import Decimal

import pytest

from watchword.decision.engine import normalise_context
from watchword.kernel.errors import InvalidInputError


def test_json_values_become_texts() -> None:
    written = {
        "aws:SourceIp": "203.0.113.7",
        "watchword:AuthAge": 12,
        "watchword:RiskScore": 0.25,
        "Big": 1e22,
        "Exact": Decimal("1E+3"),
        "aws:SecureTransport": True,
        "watchword:HardwareKey": False,
        "watchword:Groups": ["staff", 7, True],
        "Empty": [],
        "Absent": None,
        "Set": {"b", "a"},
    }
    assert normalise_context(written) == {
        "aws:sourceip": "203.0.113.7",
        "watchword:authage": "12",
        "watchword:riskscore": "0.25",
        "big": "10000000000000000000000",
        "exact": "1000",
        "aws:securetransport": "true",
        "watchword:hardwarekey": "false",
        "watchword:groups": ("staff", "7", "true"),
        "empty": (),
        "set": ("a", "b"),
    }


@pytest.mark.parametrize("value", [{"a": 1}, [["x"]], [None], float("nan"), float("inf"), b"x", object()])
def test_what_conditions_cannot_compare_is_refused(value: object) -> None:
    with pytest.raises(InvalidInputError) as caught:
        normalise_context({"k": value})
    assert caught.value.code == "context.value"


def test_two_keys_that_differ_by_case_alone_are_refused() -> None:
    with pytest.raises(InvalidInputError) as caught:
        normalise_context({"aws:SourceIp": "1.1.1.1", "aws:sourceip": "2.2.2.2"})
    assert caught.value.code == "context.duplicate"
