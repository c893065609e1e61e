"""Who asks always has a name, except nobody."""

import dataclasses

import pytest

from watchword.kernel.arn import person_arn, workload_arn
from watchword.kernel.principals import ANONYMOUS, Principal, PrincipalKind, person


def test_a_person_is_named_by_their_address() -> None:
    alice = person("alice@example.com", frozenset({"finance"}))
    assert alice.kind is PrincipalKind.PERSON
    assert str(alice.arn) == "arn:watchword:iam:::person/alice@example.com"
    assert alice.groups == {"finance"}
    assert dict(alice.tags) == {}


def test_nobody_has_no_name_no_groups_and_no_tags() -> None:
    assert (ANONYMOUS.arn, ANONYMOUS.groups, dict(ANONYMOUS.tags)) == (None, frozenset(), {})


@pytest.mark.parametrize(
    ("kind", "named"),
    [(PrincipalKind.PERSON, False), (PrincipalKind.WORKLOAD, False), (PrincipalKind.ANONYMOUS, True)],
)
def test_exactly_the_anonymous_one_is_nameless(kind: PrincipalKind, *, named: bool) -> None:
    with pytest.raises(ValueError, match="exactly the anonymous principal"):
        Principal(kind=kind, arn=person_arn("a@example.com") if named else None)


def test_a_principal_cannot_be_changed_into_another() -> None:
    workload = Principal(kind=PrincipalKind.WORKLOAD, arn=workload_arn("ns/prod/sa/api"))
    with pytest.raises(dataclasses.FrozenInstanceError):
        workload.arn = person_arn("root@example.com")  # type: ignore[misc]  # what is tried
    with pytest.raises(TypeError):
        workload.tags["admin"] = "true"  # type: ignore[index]  # what is tried
