"""What rules of networks mean where their addresses are not known as a whole."""

import pytest

from watchword.evidence.posture.networks import is_everywhere
from watchword.inventory import Known, Reason, ReasonKind, Reference, Unknown, UnknownValueError


def _unknown(*parts: str | Reference | None) -> Unknown:
    references = tuple(part for part in parts if isinstance(part, Reference))
    return Unknown((Reason(ReasonKind.AFTER_APPLY, "it is made"),), references=references, parts=parts)


def test_a_known_length_tells_whatever_the_address() -> None:
    address = Reference(".#aws_eip.office", "public_ip")
    assert not is_everywhere(_unknown(address, "/32"))
    assert is_everywhere(_unknown(address, "/0"))


def test_a_networks_own_range_is_never_the_internet() -> None:
    assert not is_everywhere(_unknown(Reference(".#data.aws_vpc.main", "cidr_block")))
    assert not is_everywhere(_unknown(Reference("infra#module.vpc.aws_subnet.a", "cidr_block")))


def test_anything_else_that_is_not_known_is_not_known() -> None:
    for value in (_unknown(), _unknown(None, "/", None), _unknown(Reference(".#aws_x.y", "cidr_block"))):
        with pytest.raises(UnknownValueError):
            is_everywhere(value)


def test_half_of_the_internet_counts_as_all_of_it() -> None:
    assert [is_everywhere(Known(cidr)) for cidr in ("0.0.0.0/0", "128.0.0.0/1", "::/0", "10.0.0.0/8", "sg-1")] == [
        True,
        True,
        True,
        False,
        False,
    ]
