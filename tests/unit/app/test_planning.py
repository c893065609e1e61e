"""What a changed configuration would do: differences in words, and recorded decisions decided again."""

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.configurations import read
from support.states import prepared, services_of
from watchword.app.configuration import Configuration
from watchword.app.defaults import default_files
from watchword.app.planning import changes, replay
from watchword.app.usage.ledger import RecordedRequest, recorded_requests
from watchword.enforcement.gateway.events import AccessDecided
from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.events import Origin

MAIN = default_files()["watchword.yaml"].decode()
POLICIES = {
    name.removeprefix("policies/").removesuffix(".json"): content.decode()
    for name, content in default_files().items()
    if name.startswith("policies/")
}
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def before(tmp_path: Path) -> Configuration:
    return read(tmp_path / "before", MAIN, POLICIES)


def test_nothing_differs(before: Configuration, tmp_path: Path) -> None:
    assert changes(before, read(tmp_path / "after", "# a comment\n" + MAIN, POLICIES)) == ()


def test_differences_in_words(before: Configuration, tmp_path: Path) -> None:
    main = (
        MAIN.replace("port: 8080", "port: 9090")
        .replace("title: Sample application", "host: demo.localhost")
        .replace("        privileged: true", "        assurance: aal3 ")
        .replace("      - path: /live\n        streams: true", "      - path: /reports")
        .replace("everyone: [sample-application]", "persons: {alice@example.com: [sample-application]}")
        .replace("  - organisation\n", "")
        .replace("guardrails: ", "sessions: {aal2: {idle: 10m}}\n# ")
        .replace("policies: ", "  payroll: {upstream: 'http://127.0.0.1:3000'}\npolicies: ")
    )
    policies = POLICIES | {"sample-application": POLICIES["sample-application"].replace("http:*", "http:GET")}
    found = [str(change) for change in changes(before, read(tmp_path / "after", main, policies))]
    assert found == [
        "setting listen changed: port 8080 -> 9090",
        "setting sessions changed: aal2 idle 1:00:00 -> 0:10:00",
        "application payroll added",
        "application sample changed: host sample.localhost -> demo.localhost",
        "route payroll / added",
        "route sample /admin changed: assurance aal2 -> aal3, privileged yes -> no",
        "route sample /live removed",
        "route sample /reports added",
        "policy organisation changed: kind scp -> identity",
        "policy sample-application changed: other statements",
        "attachment sample-application to alice@example.com added",
        "attachment sample-application to everyone removed",
        "guardrail level 1 removed",
    ]


def test_a_policy_written_differently_is_the_same(before: Configuration, tmp_path: Path) -> None:
    compact = {name: "".join(line.strip() for line in text.splitlines()) for name, text in POLICIES.items()}
    assert changes(before, read(tmp_path / "after", MAIN, compact)) == ()


def test_a_database_password_is_not_shown(tmp_path: Path) -> None:
    first = read(tmp_path / "a", "database: postgresql://u:secret@h/d\n")
    second = read(tmp_path / "b", "database: sqlite:///d.db\n")
    text = "\n".join(str(change) for change in changes(first, second))
    assert text == "setting database changed: is postgresql+psycopg -> sqlite"


REQUEST = RecordedRequest(
    at=AT,
    email="alice@example.com",
    groups=frozenset(),
    person_id="p",
    assurance=AssuranceLevel.AAL2,
    host="sample.localhost",
    method="GET",
    application="sample",
    route="sample",
    path="/",
    source_ip="127.0.0.1",
    user_agent="test",
    tls=False,
    auth_age=90,
    allowed=True,
)
ADMIN = dataclasses.replace(REQUEST, path="/admin", allowed=False)


def test_who_would_lose(before: Configuration, tmp_path: Path) -> None:
    after = read(tmp_path / "after", MAIN.replace("everyone: [sample-application]", "everyone: []"), POLICIES)
    later = dataclasses.replace(REQUEST, at=AT.replace(hour=13))
    found = replay([REQUEST, later, ADMIN], before, after)
    (change,) = found.changes
    assert (found.examined, found.not_reproduced) == (3, 0)
    assert (change.who, change.action, change.resource) == (
        "alice@example.com",
        "http:GET",
        "arn:watchword:app:::sample/",
    )
    assert (change.gained, change.requests, change.last) == (False, 2, later.at)
    assert change.because == ("no statement allows it",)


def test_who_would_gain(before: Configuration, tmp_path: Path) -> None:
    open_admin = (
        POLICIES["sample-application"].replace('"false"', '"never-said"').replace("BoolIfExists", "StringEquals")
    )
    after = read(tmp_path / "after", MAIN, POLICIES | {"sample-application": open_admin})
    (change,) = replay([REQUEST, ADMIN], before, after).changes
    assert (change.resource, change.gained) == ("arn:watchword:app:::sample/admin", True)
    assert change.because == ("sample-application#EveryoneOpensTheSample",)


@pytest.mark.parametrize(
    ("edit", "because"),
    [
        (("  sample:  ", "  other:  "), "no application at sample.localhost"),
        (("      - path: /\n", "      - {path: /, assurance: aal3}\n"), "aal3 is required"),
        (("      - path: /\n", "      - {path: /, methods: [POST]}\n"), "method GET is not let through"),
        (("      - path: /\n", ""), "no route"),
    ],
)
def test_routes_take_away_too(before: Configuration, tmp_path: Path, edit: tuple[str, str], because: str) -> None:
    assert edit[0] in MAIN
    after = read(tmp_path / "after", MAIN.replace(*edit), POLICIES)
    (change,) = replay([REQUEST], before, after).changes
    assert (change.gained, change.because) == (False, (because,))
    assert change.resource == "arn:watchword:app:::sample/"


def test_a_route_that_becomes_public_gives(before: Configuration, tmp_path: Path) -> None:
    main = MAIN.replace(
        "        privileged: true         # nothing passes before its record is durable", "        access: public"
    )
    (change,) = replay([ADMIN], before, read(tmp_path / "after", main, POLICIES)).changes
    assert (change.gained, change.because) == (True, ("a public route",))


def test_what_cannot_be_reproduced_proves_nothing(before: Configuration, tmp_path: Path) -> None:
    # Allowed then, by other policies, and denied when it is decided again.
    after = read(tmp_path / "after", MAIN.replace("everyone: [sample-application]", "everyone: []"), POLICIES)
    found = replay([dataclasses.replace(ADMIN, allowed=True)], before, after)
    assert (found.examined, found.not_reproduced, found.changes) == (1, 1, ())


def decided(*, path: str = "/", outcome: str = "Allowed", email: str | None = "alice@example.com") -> AccessDecided:
    return AccessDecided(
        at=AT,
        request_id="r",
        outcome=outcome,
        status=200,
        reason="allowed",
        application="sample",
        route="sample",
        host="sample.localhost",
        method="GET",
        path=path,
        person_id="p",
        email=email,
        session_id="s",
        assurance="aal2",
        statements=(),
        blocking_layer=None,
        missing_keys=(),
        policy_revision="",
        configuration_revision="",
        privileged=False,
        duration_us=1,
        origin=Origin(source_ip="192.0.2.1", user_agent="test"),
        groups=("staff",),
        auth_age=90,
        tls=False,
    )


def test_recorded_decisions_are_read_from_the_ledger(tmp_path: Path) -> None:
    settings, _ = prepared(tmp_path / "state")
    groups = {"alice@example.com": frozenset({"another-one-by-now"})}
    with services_of(settings) as services:
        for event in (
            decided(path="/first"),
            decided(path="/refused", outcome="Refused"),
            decided(path="/nobody", email=None),
            decided(path="/gone", email="gone@example.com"),
            decided(path="/denied", outcome="ExplicitlyDenied"),
        ):
            services.ledger.record(event)
        found = list(recorded_requests(services.ledger_store, groups, most=10, tls=False))
        newest = list(recorded_requests(services.ledger_store, groups, most=1, tls=False))
    assert [(request.path, request.allowed) for request in found] == [("/denied", False), ("/first", True)]
    assert newest == found[:1]
    assert found[1] == dataclasses.replace(
        REQUEST, path="/first", groups=frozenset({"staff"}), source_ip="192.0.2.1", user_agent="test"
    )


def test_what_a_record_does_not_tell_is_undecided(before: Configuration, tmp_path: Path) -> None:
    # A record of an earlier version: how long ago somebody signed in is not in it.
    fresh = POLICIES["sample-application"].replace(
        '"Resource": "arn:watchword:app:::sample/*"',
        '"Resource": "arn:watchword:app:::sample/*", "Condition": {"NumericLessThan": {"watchword:AuthAge": "600"}}',
    )
    after = read(tmp_path / "after", MAIN, POLICIES | {"sample-application": fresh})
    old = dataclasses.replace(REQUEST, auth_age=None, untold=frozenset({"watchword:authage"}))
    found = replay([REQUEST, old, dataclasses.replace(REQUEST, auth_age=3600)], before, after)
    assert (found.examined, found.undecided, found.unchanged, found.losses) == (3, 1, 1, 1)


def test_an_old_record_is_read_and_says_what_it_does_not_tell(tmp_path: Path) -> None:
    settings, _ = prepared(tmp_path / "state")
    groups = {"alice@example.com": frozenset({"present"})}
    with services_of(settings) as services:
        services.ledger.record(dataclasses.replace(decided(), groups=None, auth_age=None, tls=None, origin=Origin()))
        (found,) = recorded_requests(services.ledger_store, groups, most=None, tls=True)
    assert (found.groups, found.tls, found.auth_age) == (frozenset({"present"}), True, None)
    assert found.untold >= {"watchword:groups", "watchword:authage", "aws:securetransport", "aws:useragent"}


def test_records_before_an_instant_are_left_out(tmp_path: Path) -> None:
    settings, _ = prepared(tmp_path / "state")
    with services_of(settings) as services:
        for hour in (10, 12, 14):
            services.ledger.record(dataclasses.replace(decided(path=f"/{hour}"), at=AT.replace(year=2020, hour=hour)))
        groups = {"alice@example.com": frozenset[str]()}
        found = recorded_requests(services.ledger_store, groups, most=None, tls=False, since=AT.replace(year=2020))
        assert [request.path for request in found] == ["/14", "/12"]
