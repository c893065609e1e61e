"""Every event of ours as an OCSF 1.8.0 event: none forgotten, each valid by the schema, nothing lost."""

import importlib
import pkgutil
import re
import sys
from dataclasses import dataclass, fields, replace
from pathlib import Path

import orjson
import pytest

import watchword
from support.ledgers import NOON, decided, one_of_each
from support.ocsf import ocsf_schema
from watchword.enforcement.gateway.events import AccessDecided
from watchword.evidence.ledger import Record, entry_of
from watchword.evidence.ledger._ocsf import ENCODERS, encode
from watchword.identity.people.events import GroupsChanged, PeopleEvent
from watchword.kernel.errors import DefectError
from watchword.kernel.events import ConfigurationRefused, Event, Origin, ProcessChanged


def _encode(event: Event) -> bytes:
    return encode(event, ENCODERS[type(event)], "test-1")


def _subclasses(event: type[Event]) -> set[type[Event]]:
    return {event}.union(*map(_subclasses, event.__subclasses__()))


def _event_classes() -> set[type[Event]]:
    """Every event class that `watchword` declares, wherever."""
    for module in pkgutil.walk_packages(watchword.__path__, "watchword."):
        if module.name.endswith(".events"):
            importlib.import_module(module.name)
    # `slots=True` makes each class anew; the first form of it may still be about.
    real = {e for e in _subclasses(Event) if getattr(sys.modules[e.__module__], e.__name__, None) is e}
    return {e for e in real if e.__module__.startswith("watchword.")} - {Event, PeopleEvent}


def test_every_event_class_has_an_encoder_and_an_example() -> None:
    assert _event_classes() == set(ENCODERS)
    assert _event_classes() == {type(e) for e in one_of_each()}


@pytest.mark.parametrize("event", one_of_each(), ids=lambda e: type(e).__name__)
class TestEachEvent:
    def test_is_valid_by_the_schema(self, event: Event) -> None:
        assert ocsf_schema().problems(orjson.loads(_encode(event))) == []

    def test_comes_back_field_by_field(self, event: Event) -> None:
        plain = orjson.loads(orjson.dumps(event, sorted, orjson.OPT_UTC_Z))
        found = entry_of(Record(index=7, body=_encode(event))).fields
        plain["origin"]["request_id"] = found["origin"]["request_id"]  # type: ignore[index,call-overload]  # a decision has one of its own
        assert {f.name: found[f.name] for f in fields(event)} == plain

    def test_reads_well_in_a_list(self, event: Event) -> None:
        entry = entry_of(Record(index=7, body=_encode(event)))
        assert entry.index == 7
        assert entry.event == type(event).__name__
        assert (entry.time - NOON).total_seconds() < 1
        assert entry.what
        assert entry.outcome
        assert entry.activity
        assert entry.document()["metadata"]


def test_the_schema_check_itself_finds_what_is_wrong() -> None:
    event = orjson.loads(_encode(decided()))
    del event["severity_id"]
    event["surprise"] = 1
    event["action_id"] = 77
    event["src_endpoint"]["ip"] = "not an address"
    event["resources"] = {}
    assert len(ocsf_schema().problems(event)) == 5


def test_a_denied_decision_says_so() -> None:
    entry = entry_of(Record(index=0, body=_encode(decided(3, allowed=False))))
    assert (entry.who, entry.what, entry.outcome) == ("alice@example.com", "GET payroll/reports/3", "ImplicitlyDenied")
    assert (entry.reason, entry.succeeded, entry.source_ip, entry.request_id) == (
        "denied",
        False,
        "203.0.113.9",
        "req-3",
    )


def test_nobody_is_called_anonymous() -> None:
    event = replace(decided(), person_id=None, email=None, session_id=None, assurance=None, origin=Origin())
    assert ocsf_schema().problems(orjson.loads(_encode(event))) == []
    entry = entry_of(Record(index=0, body=_encode(event)))
    assert entry.who == "anonymous"
    assert entry.fields["email"] is None


@pytest.mark.parametrize(
    ("before", "after", "activity"),
    [
        ({"a"}, {"a", "b"}, "Assign Privileges"),
        ({"a", "b"}, {"a"}, "Revoke Privileges"),
        ({"a"}, {"b"}, "Change Privileges"),
    ],
)
def test_groups_gained_and_lost_are_told_apart(before: set[str], after: set[str], activity: str) -> None:
    (event,) = (e for e in one_of_each() if isinstance(e, GroupsChanged))
    body = _encode(replace(event, before=frozenset(before), after=frozenset(after)))
    assert entry_of(Record(index=0, body=body)).activity == activity


def test_a_lone_surrogate_is_written_with_backslashes() -> None:
    entry = entry_of(Record(index=0, body=_encode(decided(path="/caf\udce9"))))
    assert entry.fields["path"] == "/caf\\udce9"


@pytest.mark.parametrize("size", [10_000, 60_000])
def test_long_text_is_cut_and_said_to_be(size: int) -> None:
    event = decided(path="/" + "\x01" * size)
    event = replace(event, origin=replace(event.origin, user_agent="é" * size), missing_keys=("k" * 3000,) * 3000)
    body = _encode(event)
    assert len(body) < 65_536
    entry = entry_of(Record(index=0, body=body))
    assert str(entry.fields["path"]).endswith("…")
    assert entry.document()["metadata"]["is_truncated"] is True  # type: ignore[index,call-overload]  # JSON


def test_a_long_list_of_problems_fits_the_record() -> None:
    event = ConfigurationRefused(at=NOON, actor="operator", problems=("watchword.yaml: " + "x" * 4000,) * 5000)
    assert len(_encode(event)) < 65_536


def test_what_json_cannot_hold_is_our_defect() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Odd(ProcessChanged):
        thing: object

    with pytest.raises(DefectError) as refused:
        encode(Odd(at=NOON, process="p", change="c", detail="d", thing=object()), ENCODERS[ProcessChanged], "test-1")
    assert refused.value.code == "ledger.encode"


def test_decisions_are_compact() -> None:
    # A gateway writes millions: this is what one costs on disk.
    assert len(_encode(decided())) < 1300
    assert isinstance(decided(), AccessDecided)


def test_a_decision_without_context_is_written_and_read_without_it() -> None:
    # As records of earlier versions are, and those of requests about which no policy was asked.
    event = replace(decided(), groups=None, auth_age=None, tls=None)
    kept = orjson.loads(_encode(event))["unmapped"]["watchword"]
    assert kept.keys().isdisjoint({"groups", "auth_age", "tls", "risk_level", "risk_score"})
    found = entry_of(Record(index=0, body=_encode(event))).fields
    assert [found[name] for name in ("groups", "auth_age", "tls", "risk_level", "risk_score")] == [None] * 5


def test_a_measured_risk_is_written() -> None:
    found = entry_of(Record(index=0, body=_encode(replace(decided(), risk_level="medium", risk_score=40)))).fields
    assert (found["risk_level"], found["risk_score"]) == ("medium", 40)


def test_the_reference_names_every_event_with_its_class() -> None:
    page = (Path(__file__).parents[4] / "docs" / "reference" / "ledger-events.md").read_text("utf-8")
    for event in one_of_each():
        class_uid = orjson.loads(_encode(event))["class_uid"]
        assert re.search(rf"^\| `{type(event).__name__}` \| {class_uid} ", page, re.MULTILINE)
