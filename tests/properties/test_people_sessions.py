"""Laws of sessions, over any order of everything that can happen to them.

1. A session that was ended, ran out, or whose person was disabled is never found again, whatever happens afterwards.
2. A session that stands is found by its token on the host it was opened for, and nowhere else, by nothing else.
3. Restarting loses no session that stands and brings none back.
"""

from collections.abc import Iterable
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from support.authenticator import Authenticator
from support.people import SOMEWHERE, START, House
from watchword.identity.people import SessionRefused
from watchword.identity.people.events import EndReason
from watchword.identity.people.model import Session
from watchword.kernel.ids import PersonId, SessionId, token_digest

HOSTS = ("auth.localhost", "payroll.localhost", "console.localhost")
EMAILS = ("alice@example.com", "bob@example.com")


class Model:
    """What a literal reader of the rules would keep of one session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.last_seen = session.last_seen_at
        self.over = False
        self.tokens: dict[str, str] = {}


class Sessions(RuleBasedStateMachine):
    @initialize()
    def people(self) -> None:
        self.house = House()
        self.devices: dict[str, Authenticator] = {}
        self.disabled: set[str] = set()
        self.models: dict[SessionId, Model] = {}
        for email in EMAILS:
            result, device = self.house.enrol(email)
            self.devices[email] = device
            self.models[result.session.id] = Model(result.session)

    def of(self, email: str) -> Iterable[Model]:
        person: PersonId = self.house.person(email).id
        return [model for model in self.models.values() if model.session.person_id == person]

    def settle(self) -> None:
        """Time alone ends sessions; a literal reader looks at each of them at each moment."""
        now = self.house.clock.now()
        for model in self.models.values():
            if now >= model.session.expires_at or now - model.last_seen >= model.session.idle:
                model.over = True

    @rule(email=st.sampled_from(EMAILS))
    def sign_in(self, email: str) -> None:
        if email in self.disabled:
            return
        session = self.house.sign_in(self.devices[email]).session
        assert session.id not in self.models
        self.models[session.id] = Model(session)

    @rule(data=st.data(), host=st.sampled_from(HOSTS))
    def open(self, data: st.DataObject, host: str) -> None:
        model = data.draw(st.sampled_from(list(self.models.values())))
        try:
            code = self.house.sessions.issue_code(model.session.id, host, token_digest("nonce"))
            _, token = self.house.sessions.redeem_code(code, host, "nonce")
        except SessionRefused:
            # Going by the store alone, which may not know yet of activity that keeps the session: never the other way.
            return
        assert not model.over, "a session that is over opened a host"
        model.tokens[token] = host

    @rule(minutes=st.sampled_from([0.01, 1, 14, 30, 59, 61, 11 * 60, 24 * 60]))
    def advance(self, minutes: float) -> None:
        self.house.clock.advance(timedelta(minutes=minutes))
        self.settle()

    @rule(data=st.data(), host=st.sampled_from(HOSTS))
    def find(self, data: st.DataObject, host: str) -> None:
        model = data.draw(st.sampled_from(list(self.models.values())))
        for token, opened in model.tokens.items():
            try:
                live = self.house.index.find(token_digest(token), host, self.house.clock.now())
            except SessionRefused:
                assert model.over or opened != host, "a session that stands was not found"
                continue
            assert not model.over, "a session that is over was found"
            assert opened == host
            assert live.session.id == model.session.id
            assert live.person.disabled_at is None
            model.last_seen = self.house.clock.now()

    @rule(data=st.data(), reason=st.sampled_from(EndReason))
    def end(self, data: st.DataObject, reason: EndReason) -> None:
        model = data.draw(st.sampled_from(list(self.models.values())))
        self.house.sessions.end(model.session.id, actor="operator", reason=reason, origin=SOMEWHERE)
        model.over = True

    @rule(email=st.sampled_from(EMAILS), keep=st.booleans())
    def end_all(self, email: str, keep: bool) -> None:  # noqa: FBT001 - hypothesis names them
        kept = next((model for model in self.of(email) if keep), None)
        self.house.sessions.end_all(
            self.house.person(email).id,
            actor="operator",
            reason=EndReason.ENDED_BY_OWNER,
            origin=SOMEWHERE,
            except_session=kept.session.id if kept else None,
        )
        for model in self.of(email):
            model.over = model.over or model is not kept

    @rule(email=st.sampled_from(EMAILS))
    def disable(self, email: str) -> None:
        self.house.people.disable(self.house.person(email).id, actor="operator", origin=SOMEWHERE)
        self.disabled.add(email)
        for model in self.of(email):
            model.over = True

    @rule(email=st.sampled_from(EMAILS))
    def enable(self, email: str) -> None:
        self.house.people.enable(self.house.person(email).id, actor="operator", origin=SOMEWHERE)
        self.disabled.discard(email)

    @precondition(lambda self: not self.disabled)
    @rule(email=st.sampled_from(EMAILS))
    def enrol_another(self, email: str) -> None:
        before = list(self.of(email))
        result, device = self.house.enrol(email)
        for model in before:
            model.over = True
        self.devices[email] = device
        self.models[result.session.id] = Model(result.session)

    @rule()
    def flush(self) -> None:
        self.house.index.flush_activity()

    @rule()
    def sweep(self) -> None:
        # A worker writes down ends after flushing, or it would end what is in use.
        self.house.index.flush_activity()
        lag = {session.id for session in self.house.sessions.sessions()}
        self.house.sessions.expire()
        for model in self.models.values():
            if model.session.id not in lag:
                # Activity of less than the granularity was not written: the store may call it idle a little early.
                model.over = True

    @rule()
    def restart(self) -> None:
        self.house.index.flush_activity()
        self.house.restart()
        for model in self.models.values():
            # What was not worth a write is lost; it makes a session end sooner, by the granularity at most.
            stored = self.house.sessions.session(model.session.id).last_seen_at
            assert model.last_seen - stored < timedelta(seconds=15) or model.over
            model.last_seen = min(model.last_seen, max(stored, START))
        self.settle()

    @rule()
    def recover(self) -> None:
        self.house.sessions.recover(self.house.store.version() + 3)
        for model in self.models.values():
            model.over = True

    @invariant()
    def what_is_over_is_not_listed(self) -> None:
        listed = {session.id for session in self.house.sessions.sessions()}
        assert not [model for model in self.models.values() if model.over and model.session.id in listed]
        assert len(listed) <= sum(not model.over for model in self.models.values())


Sessions.TestCase.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestSessions = Sessions.TestCase
