"""Events are facts: frozen, dated, made of plain values, and without a place for a secret."""

import dataclasses
from datetime import UTC, datetime

import pytest

from watchword.kernel.events import ConfigurationApplied, ConfigurationRefused, Event, Origin, ProcessChanged

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_a_fact_cannot_be_changed_afterwards() -> None:
    applied = ConfigurationApplied(at=AT, actor="operator", revision="b", previous="a", changes=("a route",))
    with pytest.raises(dataclasses.FrozenInstanceError):
        applied.revision = "c"  # type: ignore[misc]  # what is tried


def test_where_it_came_from_is_unknown_until_said() -> None:
    refused = ConfigurationRefused(at=AT, actor="operator", problems=("watchword.yaml:1:1: …",))
    assert refused.origin == Origin(source_ip=None, user_agent=None, request_id=None)


def test_no_event_is_undated() -> None:
    with pytest.raises(TypeError):
        ProcessChanged(process="envoy", change="started", detail="")  # type: ignore[call-arg]  # what is tried


@pytest.mark.parametrize("event", [ConfigurationApplied, ConfigurationRefused, ProcessChanged])
def test_no_event_has_a_field_for_a_secret(event: type[Event]) -> None:
    names = {field.name for field in dataclasses.fields(event)}
    assert not {name for name in names if any(word in name for word in ("token", "secret", "cookie", "digest", "key"))}
