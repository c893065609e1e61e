"""An open stream is decided again with less work and the same answer, whatever happened since the last time."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from support.envoy import FakeRecord, sample_applications
from support.people import SOMEWHERE, House
from watchword.decision.engine import Attachment, PolicySet
from watchword.decision.language import PolicyKind, parse_policy
from watchword.enforcement.gateway import (
    AssertionSigner,
    Check,
    GatewayConfiguration,
    GatewaySnapshot,
    Listener,
    OpenStream,
    PolicyDecider,
    StandsOn,
)
from watchword.identity.people import Person, Session, SessionIndex
from watchword.identity.people.events import EndReason

EMAILS = ("alice@example.com", "bob@example.com")
SAME = "still allowed"


class Risk:
    def __init__(self) -> None:
        self.of: dict[str, int] = {}

    def risk(self, person: Person, session: Session) -> tuple[str, int]:
        score = self.of.get(person.email, 0)
        return ("high" if score else "low"), score


def policies(revision: str, *conditions: dict[str, dict[str, str]]) -> PolicySet:
    """`staff` may, under one of the conditions."""
    statements = [
        {"Effect": "Allow", "Action": "http:*", "Resource": "arn:watchword:app:::app/*", "Condition": condition}
        for condition in conditions
    ]
    text = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return PolicySet.build(
        documents={"staff": parse_policy(text, name="staff", kind=PolicyKind.IDENTITY)},
        attachments=[Attachment(policy="staff", groups=frozenset({"staff"}))],
        revision=revision,
    )


SETS = (
    policies("always", {"StringLike": {"aws:username": "*"}}),
    policies("until", {"DateLessThan": {"aws:CurrentTime": "2026-03-01T09:00:20Z"}}),
    policies("fresh", {"NumericLessThan": {"watchword:AuthAge": "10"}}),
    policies("calm", {"StringEquals": {"watchword:RiskLevel": "low"}}),
    policies("here", {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
    policies("never", {"StringEquals": {"aws:username": "nobody"}}),
)


class Fresh:
    """The index, whose clock stands still: it is never too old here."""

    def __init__(self, index: SessionIndex) -> None:
        self.find, self.check = index.find, index.check

    def stale(self, now_monotonic: float) -> bool:
        return False


class World:
    def __init__(self) -> None:
        self.house = House()
        self.risk = Risk()
        configuration = GatewayConfiguration(
            revision="c1", listener=Listener(port=8080), domain="localhost", applications=sample_applications(1)
        )
        self.snapshots = [GatewaySnapshot(configuration, PolicyDecider(one)) for one in SETS]
        # Without streams: every route that is open is gone.
        fewer = tuple(replace(a, routes=a.routes[:1]) for a in configuration.applications)
        self.snapshots.append(GatewaySnapshot(replace(configuration, applications=fewer), PolicyDecider(SETS[0])))
        self.check = Check(
            snapshot=self.snapshots[0],
            sessions=Fresh(self.house.index),
            recorder=FakeRecord(),
            signer=SIGNER,
            clock=self.house.clock,
            risk=self.risk,
        )
        self.streams: list[tuple[OpenStream, StandsOn | None]] = []
        for email in EMAILS:
            result, _ = self.house.enrol(email, groups=frozenset({"staff"}))
            for source in ("203.0.113.7", "198.51.100.7"):
                stream = OpenStream(
                    request_id="r",
                    application="app",
                    route="app.live",
                    method="GET",
                    path="/live",
                    session_id=result.session.id,
                    person_id=result.person.id,
                    email=email,
                    source_ip=source,
                    expires_at=result.session.expires_at,
                )
                self.streams.append((stream, None))
        self.sweep()
        assert all(before is not None for _, before in self.streams)

    def sweep(self) -> None:
        """What a sweep says of each stream is what is said by somebody who remembers nothing."""
        after = []
        for stream, before in self.streams:
            anew, again = self.check.still_allowed(stream), self.check.still_allowed(stream, before)
            assert (anew if isinstance(anew, str) else SAME) == (again if isinstance(again, str) else SAME)
            # One that has to end is kept here all the same: an answer must not be remembered as a better one.
            after.append((stream, before if isinstance(again, str) else again))
        self.streams = after

    def move(self, seconds: float) -> None:
        self.house.clock.advance(timedelta(seconds=seconds))

    def end(self, email: str) -> None:
        for session in self.house.sessions.sessions(self.house.person(email).id):
            self.house.sessions.end(session.id, actor="operator", reason=EndReason.SIGNED_OUT, origin=SOMEWHERE)

    def regroup(self, email: str, *groups: str) -> None:
        self.house.people.set_groups(
            self.house.person(email).id, frozenset(groups), actor="operator", origin=SOMEWHERE, even_last=True
        )

    def touch(self, email: str) -> None:
        for session in self.house.sessions.sessions(self.house.person(email).id):
            self.house.sessions.touch(session.id, self.house.clock.now())

    def disable(self, email: str) -> None:
        person = self.house.person(email).id
        self.house.people.disable(person, actor="operator", origin=SOMEWHERE, even_last=True)

    def worry(self, email: str, score: int) -> None:
        self.risk.of[email] = score


SIGNER = AssertionSigner(ec.generate_private_key(ec.SECP256R1()))
who = st.sampled_from(EMAILS)
HAPPENINGS: st.SearchStrategy[Callable[[World], object]] = st.one_of(
    st.sampled_from([0.3, 1.0, 7.0, 600.0, 3000.0]).map(lambda seconds: lambda world: world.move(seconds)),
    st.integers(0, len(SETS)).map(lambda n: lambda world: world.check.install(world.snapshots[n])),
    who.map(lambda email: lambda world: world.end(email)),
    who.map(lambda email: lambda world: world.touch(email)),
    who.map(lambda email: lambda world: world.disable(email)),
    st.tuples(who, st.sampled_from([("staff",), (), ("staff", "ops")])).map(
        lambda found: lambda world: world.regroup(found[0], *found[1])
    ),
    st.tuples(who, st.sampled_from([0, 91])).map(lambda found: lambda world: world.worry(*found)),
)


@example([lambda world: world.check.install(world.snapshots[1]), lambda world: world.move(600)])
@example([lambda world: world.check.install(world.snapshots[2]), lambda world: world.move(11)])
@example([lambda world: world.check.install(world.snapshots[3]), lambda world: world.worry(EMAILS[0], 91)])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(HAPPENINGS, max_size=12))
def test_with_less_work_and_the_same_answer(happenings: list[Callable[[World], object]]) -> None:
    world = World()
    for happening in happenings:
        happening(world)
        world.sweep()
