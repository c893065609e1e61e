"""Who there is, and how they prove it: invitations, passkeys, signing in, and taking all of it away again.

- Somebody exists from their invitation on, and can sign in from their first passkey on. An invitation is a link with
  256 random bits, good once. Trying and failing leaves it as it was; succeeding uses it up, enrols the passkey, ends
  the person's other sessions and starts a new one, in one change.
- Signing in needs a passkey and the person verified by it (NIST SP 800-63B-4: two factors, phishing-resistant: AAL2). A
  passkey that is attested hardware, by the roots pinned now, gives AAL3.
- What is refused is recorded and throttled: by source, and by invitation. A source that guesses slows nobody else down.
- What is to be recorded of a change is committed with it, and each method returns when it is in the record. Nothing is
  given while the record takes nothing; if it then does not take it in time, nothing is handed out, the session is ended
  again, and a link that was just used is good again. A change that takes something away holds whether or not the record
  can be written just now; it will be.

Every method raises `UnavailableError` where the store or the record does not take it.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from watchword.identity.people._naming import digest_of, parse_display_name, parse_email, parse_groups, parse_label
from watchword.identity.people._throttle import Throttle, source
from watchword.identity.people.errors import (
    InvitationRefusal,
    InvitationRefusedError,
    LastAdministratorError,
    LastPasskeyError,
    SignInRefusal,
    SignInRefusedError,
)
from watchword.identity.people.events import (
    EndReason,
    GroupsChanged,
    InvitationRefused,
    PasskeyEnrolled,
    PasskeyRemoved,
    PersonDisabled,
    PersonEnabled,
    PersonInvited,
    SignedIn,
    SignInFailed,
)
from watchword.identity.people.model import (
    AAL2_LIMITS,
    AAL3_LIMITS,
    Ceremony,
    CeremonyKind,
    Invitation,
    Passkey,
    PendingCeremony,
    Person,
    RelyingParty,
    Session,
    SessionLimits,
    SignInResult,
)
from watchword.identity.people.ports import PeopleChange, PeopleReads, PeopleStore, Record
from watchword.identity.people.service._ending import ANONYMOUS, end_each, revoke, see_through
from watchword.kernel.arn import person_arn
from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.clock import Clock
from watchword.kernel.errors import ConflictError, InvalidInputError, NotFoundError, WatchwordError
from watchword.kernel.events import Origin
from watchword.kernel.ids import (
    CeremonyId,
    GroupName,
    InvitationId,
    PasskeyId,
    PersonId,
    SessionId,
    new_id,
    new_token,
    token_digest,
)

if TYPE_CHECKING:
    from watchword.identity.people._webauthn import AuthenticationResponse

INVITATION_LIFETIME = timedelta(hours=24)
# A link lies in a mailbox; a week is as long as one may.
INVITATION_LIFETIME_MAX = timedelta(days=7)
# WebAuthn, 15.1 suggests 5 to 10 minutes, for people who take longer.
CEREMONY_LIFETIME = timedelta(minutes=5)
ADMINISTRATORS = GroupName("administrators")
# WebAuthn, 13.4.3 asks for at least 16 random bytes.
_CHALLENGE_SIZE = 32
# Enough to tell one's browsers apart in a list.
_USER_AGENT_LIMIT = 512
_LIMITS: Mapping[AssuranceLevel, SessionLimits] = {
    AssuranceLevel.AAL2: AAL2_LIMITS,
    AssuranceLevel.AAL3: AAL3_LIMITS,
}


def _nothing() -> None:
    return None


def load_ceremonies() -> None:
    """Import what enrolling and signing in take: a tenth of a second, which whoever serves ceremonies spends at its
    start and the command line never."""
    import watchword.identity.people._webauthn  # noqa: F401 - for the import itself


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """What an invitation's token turned out to be worth."""

    invitation: Invitation | None
    person: Person | None
    refusal: InvitationRefusal | None


class People:
    """See the module."""

    def __init__(
        self,
        store: PeopleStore,
        clock: Clock,
        record: Record,
        relying_party: RelyingParty,
        *,
        limits: Mapping[AssuranceLevel, SessionLimits] = _LIMITS,
        administrators: str = ADMINISTRATORS,
        committed: Callable[[], None] = _nothing,
    ) -> None:
        """`limits` names AAL2 and AAL3; they may be tighter than NIST's, not wider. Of the group `administrators` one
        who can sign in has to be left. `committed` is called after each commit and before anything is answered: the
        index's `refresh`. Raise `InvalidInputError` for limits that are too wide and roots that cannot be read."""
        _check_limits(limits)
        _check_roots(relying_party)
        self._store = store
        self._clock = clock
        self._record = record
        self._relying_party = relying_party
        self._limits = dict(limits)
        self._administrators = administrators
        self._committed = committed
        # Honest people hold a link that works: failing ten times is not their way.
        self._guesses = Throttle(clock, burst=10, refill=timedelta(seconds=6))
        self._failed_sign_ins = Throttle(clock, burst=20, refill=timedelta(seconds=3))
        self._failed_enrolments = Throttle(clock, burst=10, refill=timedelta(seconds=30))
        # Each page of the sign-in host begins a ceremony; many people may share an address.
        self._begun_by_source = Throttle(clock, burst=120, refill=timedelta(seconds=0.5))
        self._begun_by_all = Throttle(clock, burst=2000, refill=timedelta(milliseconds=10))

    # Invitations.

    def invite(
        self,
        *,
        email: str,
        display_name: str,
        groups: frozenset[str],
        actor: str,
        origin: Origin,
        lifetime: timedelta = INVITATION_LIFETIME,
    ) -> tuple[Invitation, str]:
        """Return an invitation and its token, which is not kept and cannot be shown again.

        Somebody who is known already gets one for a further passkey, or because they lost theirs; their name and groups
        stay as they are. A newer invitation revokes the older ones of the same person. Raise `InvalidInputError` for
        names, addresses and lifetimes that cannot be used, `ConflictError` (`person.disabled`).
        """
        email, display_name, groups = parse_email(email), parse_display_name(display_name), parse_groups(groups)
        if not timedelta() < lifetime <= INVITATION_LIFETIME_MAX:
            raise InvalidInputError(
                "an invitation cannot live that long",
                code="invitation.lifetime",
                expected=f"more than nothing, at most {INVITATION_LIFETIME_MAX.days} days",
                found=str(lifetime),
            )
        now = self._clock.now()
        token = new_token()
        self._record.admit()
        with self._store.change() as change:
            person = change.person_by_email(email)
            if person is None:
                person = Person(
                    id=PersonId(new_id("person")),
                    email=email,
                    display_name=display_name,
                    groups=groups,
                    created_at=now,
                )
                change.put_person(person)
            elif person.disabled_at is not None:
                raise ConflictError(f"{email} is disabled", code="person.disabled", hint="enable the person first")
            _revoke_open(change, person, at=now, actor=actor, origin=origin)
            invitation = Invitation(
                id=InvitationId(new_id("invitation")),
                person_id=person.id,
                created_at=now,
                expires_at=now + lifetime,
                created_by=actor,
            )
            change.add_invitation(invitation, token_digest(token))
            change.publish(
                PersonInvited(
                    at=now,
                    actor=actor,
                    origin=origin,
                    person_id=person.id,
                    email=person.email,
                    groups=person.groups,
                    invitation_id=invitation.id,
                    expires_at=invitation.expires_at,
                )
            )
        self._see_through()
        return invitation, token

    def invitation(self, token: str, origin: Origin) -> tuple[Invitation, Person]:
        """Return what a link is good for. Raise `InvitationRefusedError`, which is recorded, or `ThrottledError`."""
        self._guesses.check(source(origin))
        claim = _look_up(self._store, token, self._clock.now())
        return self._accepted(claim, origin)

    def revoke_invitation(self, invitation_id: InvitationId, *, actor: str, origin: Origin) -> None:
        """Close a link. One that is used or revoked already stays as it is. Raise `NotFoundError`."""
        now = self._clock.now()
        with self._store.change() as change:
            invitation = change.invitation(invitation_id)
            if invitation is None:
                raise NotFoundError("there is no such invitation", code="invitation.not-found", found=invitation_id)
            if invitation.used_at is not None or invitation.revoked_at is not None:
                return
            revoke(change, invitation, at=now, actor=actor, origin=origin)
        self._see_through()

    def open_invitations(self) -> Sequence[tuple[Invitation, Person]]:
        """Return the links that would still be accepted, oldest first, and for whom they are."""
        now = self._clock.now()
        persons = {person.id: person for person in self._store.persons()}
        return tuple(
            (invitation, persons[invitation.person_id])
            for invitation in self._store.open_invitations()
            if now < invitation.expires_at and invitation.person_id in persons
        )

    # Persons.

    def persons(self) -> Sequence[Person]:
        """Return everybody, by email."""
        return self._store.persons()

    def person(self, person_id: PersonId) -> Person:
        """Raise `NotFoundError`."""
        return _existing(self._store, person_id)

    def person_by_email(self, email: str) -> Person:
        """Raise `NotFoundError`, and `InvalidInputError` where it is no address."""
        person = self._store.person_by_email(parse_email(email))
        if person is None:
            raise NotFoundError("there is no such person", code="person.not-found", found=email)
        return person

    def passkeys(self, person_id: PersonId) -> Sequence[Passkey]:
        """Return a person's passkeys, oldest first."""
        return self._store.passkeys(person_id)

    def disable(self, person_id: PersonId, *, actor: str, origin: Origin, even_last: bool = False) -> Person:
        """Shut a person out: no session of theirs stands, no link of theirs opens, no passkey of theirs is accepted.

        Raise `NotFoundError`, and `LastAdministratorError` where nobody could administer then, unless `even_last`.
        """
        now = self._clock.now()
        with self._store.change() as change:
            person = _existing(change, person_id)
            if person.disabled_at is not None:
                return person
            if not even_last:
                self._keep_an_administrator(change, person)
            disabled = replace(person, disabled_at=now)
            change.put_person(disabled)
            change.publish(PersonDisabled(at=now, actor=actor, origin=origin, person_id=person_id, email=person.email))
            _revoke_open(change, person, at=now, actor=actor, origin=origin)
            end_each(
                change,
                change.sessions(person_id),
                reason=EndReason.PERSON_DISABLED,
                at=now,
                actor=actor,
                origin=origin,
            )
        self._see_through()
        return disabled

    def enable(self, person_id: PersonId, *, actor: str, origin: Origin) -> Person:
        """Let a person sign in again. Sessions that were ended stay ended. Raise `NotFoundError`."""
        now = self._clock.now()
        with self._store.change() as change:
            person = _existing(change, person_id)
            if person.disabled_at is None:
                return person
            self._record.admit()
            enabled = replace(person, disabled_at=None)
            change.put_person(enabled)
            change.publish(PersonEnabled(at=now, actor=actor, origin=origin, person_id=person_id, email=person.email))
        self._see_through()
        return enabled

    def set_groups(
        self,
        person_id: PersonId,
        groups: frozenset[str],
        *,
        actor: str,
        origin: Origin,
        even_last: bool = False,
    ) -> Person:
        """Replace a person's groups; sessions that stand are decided by the new ones from the next request on.

        Raise `NotFoundError`, `InvalidInputError`, and `LastAdministratorError` unless `even_last`.
        """
        groups = parse_groups(groups)
        now = self._clock.now()
        with self._store.change() as change:
            person = _existing(change, person_id)
            if person.groups == groups:
                return person
            if not even_last and self._administrators not in groups:
                self._keep_an_administrator(change, person)
            if groups - person.groups:
                self._record.admit()
            changed = replace(person, groups=groups)
            change.put_person(changed)
            change.publish(
                GroupsChanged(
                    at=now,
                    actor=actor,
                    origin=origin,
                    person_id=person_id,
                    email=person.email,
                    before=person.groups,
                    after=groups,
                )
            )
        self._see_through()
        return changed

    def remove_passkey(
        self,
        person_id: PersonId,
        passkey_id: PasskeyId,
        *,
        actor: str,
        origin: Origin,
        except_session: SessionId | None = None,
        even_last: bool = False,
    ) -> None:
        """Remove a passkey and end the person's sessions but `except_session`.

        Raise `NotFoundError` where the person has no such passkey, `LastPasskeyError` where it is their last one and
        `LastAdministratorError` where it is the last administrator's last one, unless `even_last`.
        """
        now = self._clock.now()
        with self._store.change() as change:
            person = _existing(change, person_id)
            passkey = change.passkey(passkey_id)
            if passkey is None or passkey.person_id != person_id:
                raise NotFoundError("there is no such passkey", code="passkey.not-found", found=passkey_id)
            if not even_last and len(change.passkeys(person_id)) == 1:
                self._keep_an_administrator(change, person)
                raise LastPasskeyError(person.email)
            _remove_passkey(change, passkey, person, at=now, actor=actor, origin=origin)
            end_each(
                change,
                change.sessions(person_id),
                reason=EndReason.CREDENTIALS_CHANGED,
                at=now,
                actor=actor,
                origin=origin,
                keep=except_session,
            )
        self._see_through()

    # Enrolling a passkey.

    def begin_enrolment(self, token: str, origin: Origin) -> Ceremony:
        """Return what the browser needs to make a passkey. The link stays as it is; begin as often as needed.

        Raise `InvitationRefusedError`, `ThrottledError`.
        """
        from watchword.identity.people._webauthn import registration_options

        invitation, person = self.invitation(token, origin)
        pending = self._begin(CeremonyKind.ENROLMENT, invitation.id, origin)
        options = registration_options(
            self._relying_party, person, self._store.passkeys(person.id), pending.challenge, CEREMONY_LIFETIME
        )
        return Ceremony(id=pending.id, options=options, person=person)

    def finish_enrolment(
        self, *, ceremony_id: CeremonyId, token: str, response: bytes, label: str, origin: Origin
    ) -> SignInResult:
        """Enrol the passkey, use the link up, end the person's other sessions and sign them in: all, or nothing.

        `response` is the JSON text of the browser's `credential.toJSON()`. Raise `InvitationRefusedError` and
        `SignInRefusedError`, both recorded, `ThrottledError`, and `InvalidInputError` for the label.
        """
        label = parse_label(label)
        invitation, person = self.invitation(token, origin)
        self._failed_enrolments.check(invitation.id)
        now = self._clock.now()
        try:
            passkey = self._made(ceremony_id, invitation, response, label, now)
            session = self._new_session(passkey, origin, now)
            claim = self._enrol(token, passkey, session, origin, now)
        except SignInRefusedError as refusal:
            if self._failed_enrolments.fail(invitation.id):
                self._record_failure(origin, now, email=person.email, passkey_id=None, reason="throttled")
            self._record_failure(origin, now, email=person.email, passkey_id=None, reason=refusal.reason.value)
            raise
        _, person = self._accepted(claim, origin)

        def take_back(change: PeopleChange) -> None:
            now, actor = self._clock.now(), str(person_arn(person.email))
            _remove_passkey(change, passkey, person, at=now, actor=actor, origin=origin)
            change.update_invitation(replace(invitation, used_at=None))

        return self._signed_in(session, person, origin=origin, take_back=take_back)

    def _made(
        self, ceremony_id: CeremonyId, invitation: Invitation, response: bytes, label: str, now: datetime
    ) -> Passkey:
        """Return the passkey that was made for this invitation, verified and not kept yet."""
        from watchword.identity.people._webauthn import verify_registration

        pending = self._answered(ceremony_id, CeremonyKind.ENROLMENT, now)
        if pending.invitation_id != invitation.id:
            raise SignInRefusedError(SignInRefusal.CEREMONY)
        verified = verify_registration(response, relying_party=self._relying_party, challenge=pending.challenge, at=now)
        return Passkey(
            id=PasskeyId(verified.credential_id),
            person_id=invitation.person_id,
            public_key=verified.public_key,
            sign_count=verified.sign_count,
            aaguid=verified.aaguid,
            backup_eligible=verified.backup_eligible,
            backed_up=verified.backed_up,
            hardware=verified.hardware,
            transports=verified.transports,
            label=label,
            created_at=now,
            last_used_at=now,
            attestation=verified.attestation,
        )

    def _enrol(self, token: str, passkey: Passkey, session: Session, origin: Origin, now: datetime) -> _Claim:
        with self._store.change() as change:
            # Looked up again under the lock: of two who hold the same link, one enrols.
            claim = _look_up(change, token, now)
            if claim.refusal is not None or claim.invitation is None or claim.person is None:
                return claim
            if change.passkey(passkey.id) is not None:
                raise SignInRefusedError(SignInRefusal.PASSKEY_TAKEN)
            self._record.admit()
            actor = str(person_arn(claim.person.email))
            change.add_passkey(passkey)
            change.update_invitation(replace(claim.invitation, used_at=now))
            change.publish(
                PasskeyEnrolled(
                    at=now,
                    actor=actor,
                    origin=origin,
                    person_id=claim.person.id,
                    email=claim.person.email,
                    passkey_id=passkey.id,
                    aaguid=passkey.aaguid,
                    hardware=passkey.hardware,
                    backup_eligible=passkey.backup_eligible,
                )
            )
            end_each(
                change,
                change.sessions(passkey.person_id),
                reason=EndReason.CREDENTIALS_CHANGED,
                at=now,
                actor=actor,
                origin=origin,
            )
            _start_session(change, session, claim.person, passkey, origin)
            return claim

    # Signing in.

    def begin_sign_in(self, origin: Origin) -> Ceremony:
        """Return what the browser needs to sign in with whichever passkey the person picks. Raise `ThrottledError`."""
        from watchword.identity.people._webauthn import authentication_options

        pending = self._begin(CeremonyKind.SIGN_IN, None, origin)
        options = authentication_options(self._relying_party, pending.challenge, CEREMONY_LIFETIME)
        return Ceremony(id=pending.id, options=options, person=None)

    def finish_sign_in(
        self, *, ceremony_id: CeremonyId, response: bytes, origin: Origin, replaces: SessionId | None = None
    ) -> SignInResult:
        """Start a session for the holder of the passkey that gave this response.

        `replaces` is the session that this browser had before, as its cookie's handle says; it is ended in the same
        change. Raise `SignInRefusedError`, which is recorded, or `ThrottledError`.
        """
        from watchword.identity.people._webauthn import parse_authentication

        guesser = source(origin)
        self._failed_sign_ins.check(guesser)
        now = self._clock.now()
        claimed: AuthenticationResponse | None = None
        try:
            pending = self._answered(ceremony_id, CeremonyKind.SIGN_IN, now)
            claimed = parse_authentication(response)
            session, person = self._authenticate(pending, claimed, replaces, origin, now)
        except SignInRefusedError as refusal:
            if self._failed_sign_ins.fail(guesser):
                self._record_failure(origin, now, email=None, passkey_id=None, reason="throttled")
            self._record_failure(
                origin,
                now,
                email=self._email_of(claimed),
                passkey_id=PasskeyId(claimed.passkey_id) if claimed is not None else None,
                reason=refusal.reason.value,
            )
            raise
        return self._signed_in(session, person, origin=origin, take_back=lambda _: None)

    def _authenticate(
        self,
        pending: PendingCeremony,
        claimed: "AuthenticationResponse",
        replaces: SessionId | None,
        origin: Origin,
        now: datetime,
    ) -> tuple[Session, Person]:
        from watchword.identity.people._webauthn import counts_as_hardware, verify_authentication

        known = self._store.passkey(PasskeyId(claimed.passkey_id))
        if known is None:
            raise SignInRefusedError(SignInRefusal.PASSKEY_UNKNOWN)
        verified = verify_authentication(
            claimed, passkey=known, relying_party=self._relying_party, challenge=pending.challenge
        )
        with self._store.change() as change:
            # Read again under the lock: removed, disabled or counted on meanwhile.
            passkey = change.passkey(known.id)
            person = change.person(known.person_id)
            if passkey is None or person is None:
                raise SignInRefusedError(SignInRefusal.PASSKEY_UNKNOWN)
            if person.disabled_at is not None:
                raise SignInRefusedError(SignInRefusal.PERSON_DISABLED)
            # WebAuthn, 7.2 step 22: a count that does not grow means two keys where there should be one. An
            # authenticator that does not count says 0 each time.
            if (verified.sign_count or passkey.sign_count) and verified.sign_count <= passkey.sign_count:
                raise SignInRefusedError(SignInRefusal.SIGN_COUNT)
            self._record.admit()
            passkey = replace(
                passkey,
                sign_count=verified.sign_count,
                backed_up=verified.backed_up,
                hardware=counts_as_hardware(
                    passkey.attestation,
                    aaguid=passkey.aaguid,
                    backup_eligible=passkey.backup_eligible,
                    roots=self._relying_party.attestation_roots,
                    enrolled_at=passkey.created_at,
                ),
                last_used_at=now,
            )
            change.update_passkey(passkey)
            session = self._new_session(passkey, origin, now)
            replaced = change.session(replaces) if replaces is not None else None
            end_each(
                change,
                [replaced] if replaced is not None else [],
                reason=EndReason.REPLACED,
                at=now,
                actor=str(person_arn(person.email)),
                origin=origin,
            )
            _start_session(change, session, person, passkey, origin)
        return session, person

    def _email_of(self, claimed: "AuthenticationResponse | None") -> str | None:
        passkey = self._store.passkey(PasskeyId(claimed.passkey_id)) if claimed is not None else None
        person = self._store.person(passkey.person_id) if passkey is not None else None
        return person.email if person is not None else None

    # Parts of the above.

    def _begin(self, kind: CeremonyKind, invitation_id: InvitationId | None, origin: Origin) -> PendingCeremony:
        self._begun_by_source.spend(source(origin))
        self._begun_by_all.spend("")
        pending = PendingCeremony(
            id=CeremonyId(new_id("ceremony")),
            kind=kind,
            challenge=secrets.token_bytes(_CHALLENGE_SIZE),
            invitation_id=invitation_id,
            expires_at=self._clock.now() + CEREMONY_LIFETIME,
        )
        self._store.add_ceremony(pending)
        return pending

    def _answered(self, ceremony_id: CeremonyId, kind: CeremonyKind, now: datetime) -> PendingCeremony:
        pending = self._store.take_ceremony(ceremony_id)
        if pending is None or pending.kind is not kind or now >= pending.expires_at:
            raise SignInRefusedError(SignInRefusal.CEREMONY)
        return pending

    def _new_session(self, passkey: Passkey, origin: Origin, now: datetime) -> Session:
        assurance = AssuranceLevel.AAL3 if passkey.hardware else AssuranceLevel.AAL2
        limits = self._limits[assurance]
        return Session(
            id=SessionId(new_id("session")),
            person_id=passkey.person_id,
            assurance=assurance,
            amr=("hwk" if passkey.hardware else "swk", "mfa", "user"),
            hardware=passkey.hardware,
            auth_time=now,
            created_at=now,
            last_seen_at=now,
            expires_at=now + limits.absolute,
            idle=limits.idle,
            source_ip=origin.source_ip,
            user_agent=origin.user_agent[:_USER_AGENT_LIMIT] if origin.user_agent is not None else None,
        )

    def _signed_in(
        self,
        session: Session,
        person: Person,
        *,
        origin: Origin,
        take_back: Callable[[PeopleChange], None],
    ) -> SignInResult:
        """Hand a sign-in out once it is in the record; where it is not in time, take back what came with it."""
        try:
            self._see_through()
        except WatchwordError:
            # Nobody learns of this session, so nobody can use it; ended, it is not in the lists either.
            with self._store.change() as change:
                take_back(change)
                end_each(
                    change,
                    [session],
                    reason=EndReason.ENDED_BY_ADMINISTRATOR,
                    at=self._clock.now(),
                    actor=str(person_arn(person.email)),
                    origin=origin,
                )
            raise
        return SignInResult(session=session, person=person)

    def _accepted(self, claim: _Claim, origin: Origin) -> tuple[Invitation, Person]:
        if claim.refusal is None and claim.invitation is not None and claim.person is not None:
            return claim.invitation, claim.person
        refusal = claim.refusal or InvitationRefusal.UNKNOWN
        now = self._clock.now()
        guesser = source(origin)
        last = self._guesses.fail(guesser)
        self._record.record(
            InvitationRefused(
                at=now,
                actor=ANONYMOUS,
                origin=origin,
                invitation_id=claim.invitation.id if claim.invitation is not None else None,
                email=claim.person.email if claim.person is not None else None,
                reason=refusal.value,
            )
        )
        if last:
            self._record.record(
                InvitationRefused(
                    at=now, actor=ANONYMOUS, origin=origin, invitation_id=None, email=None, reason="throttled"
                )
            )
        raise InvitationRefusedError(refusal)

    def _record_failure(
        self, origin: Origin, at: datetime, *, email: str | None, passkey_id: PasskeyId | None, reason: str
    ) -> None:
        self._record.record(
            SignInFailed(at=at, actor=ANONYMOUS, origin=origin, email=email, passkey_id=passkey_id, reason=reason)
        )

    def _see_through(self) -> None:
        see_through(self._committed, self._record)

    def _keep_an_administrator(self, change: PeopleChange, without: Person) -> None:
        """Raise `LastAdministratorError` where `without` is the only administrator who can sign in."""
        able = change.able_to_sign_in()
        administrators = {p.id for p in change.persons() if self._administrators in p.groups and p.id in able}
        if administrators == {without.id}:
            raise LastAdministratorError(without.email)


def _look_up(reads: PeopleReads, token: str, now: datetime) -> _Claim:
    invitation = reads.invitation_by_digest(digest_of(token))
    person = reads.person(invitation.person_id) if invitation is not None else None
    refusal: InvitationRefusal | None = None
    if invitation is None or person is None:
        refusal = InvitationRefusal.UNKNOWN
    elif invitation.used_at is not None:
        refusal = InvitationRefusal.USED
    elif invitation.revoked_at is not None:
        refusal = InvitationRefusal.REVOKED
    elif now >= invitation.expires_at:
        refusal = InvitationRefusal.EXPIRED
    elif person.disabled_at is not None:
        refusal = InvitationRefusal.PERSON_DISABLED
    return _Claim(invitation=invitation, person=person, refusal=refusal)


def _existing(reads: PeopleReads, person_id: PersonId) -> Person:
    person = reads.person(person_id)
    if person is None:
        raise NotFoundError("there is no such person", code="person.not-found", found=person_id)
    return person


# Each of these makes a part of a change, and publishes it with it.


def _revoke_open(change: PeopleChange, person: Person, *, at: datetime, actor: str, origin: Origin) -> None:
    for invitation in change.open_invitations():
        if invitation.person_id == person.id:
            revoke(change, invitation, at=at, actor=actor, origin=origin)


def _remove_passkey(
    change: PeopleChange, passkey: Passkey, person: Person, *, at: datetime, actor: str, origin: Origin
) -> None:
    change.remove_passkey(passkey.id)
    change.publish(
        PasskeyRemoved(
            at=at, actor=actor, origin=origin, person_id=person.id, email=person.email, passkey_id=passkey.id
        )
    )


def _start_session(change: PeopleChange, session: Session, person: Person, passkey: Passkey, origin: Origin) -> None:
    change.put_session(session)
    change.publish(
        SignedIn(
            at=session.created_at,
            actor=str(person_arn(person.email)),
            origin=origin,
            person_id=person.id,
            email=person.email,
            session_id=session.id,
            passkey_id=passkey.id,
            assurance=session.assurance,
            amr=session.amr,
            hardware=session.hardware,
        )
    )


def _check_limits(limits: Mapping[AssuranceLevel, SessionLimits]) -> None:
    for level, widest in _LIMITS.items():
        given = limits.get(level)
        if given is None or not (
            timedelta() < given.idle <= widest.idle and timedelta() < given.absolute <= widest.absolute
        ):
            raise InvalidInputError(
                f"the session limits of {level.label} are missing or too wide",
                code="session.limits",
                expected=f"idle at most {widest.idle}, absolute at most {widest.absolute} (NIST SP 800-63B-4)",
                found="none" if given is None else f"idle {given.idle}, absolute {given.absolute}",
            )


def _check_roots(relying_party: RelyingParty) -> None:
    if not relying_party.attestation_roots:
        return
    from watchword.identity.people._webauthn import counts_as_hardware

    try:
        counts_as_hardware(
            (),
            aaguid="",
            backup_eligible=True,
            roots=relying_party.attestation_roots,
            enrolled_at=datetime.min,  # noqa: DTZ901 - nothing is compared with it: only the roots are read
        )
    except ValueError:
        raise InvalidInputError(
            "an attestation root cannot be read", code="relying-party.roots", expected="certificates in PEM"
        ) from None
