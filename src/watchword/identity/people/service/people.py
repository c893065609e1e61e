"""Who there is, and how they prove it. (Signatures; the bodies follow.)"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from watchword.identity.people.model import (
    AAL2_LIMITS,
    AAL3_LIMITS,
    Ceremony,
    Invitation,
    Passkey,
    Person,
    RelyingParty,
    SessionLimits,
    SignInResult,
)
from watchword.identity.people.ports import PeopleStore
from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.clock import Clock
from watchword.kernel.events import EventSink, Origin
from watchword.kernel.ids import CeremonyId, GroupName, InvitationId, PasskeyId, PersonId, SessionId

INVITATION_LIFETIME = timedelta(hours=24)
ADMINISTRATORS = GroupName("administrators")


class People:
    def __init__(
        self,
        store: PeopleStore,
        clock: Clock,
        events: EventSink,
        relying_party: RelyingParty,
        *,
        limits: Mapping[AssuranceLevel, SessionLimits] | None = None,
        administrators: str = ADMINISTRATORS,
        committed: Callable[[], None] = lambda: None,
    ) -> None: ...

    def invite(
        self,
        *,
        email: str,
        display_name: str,
        groups: frozenset[str],
        actor: str,
        origin: Origin,
        lifetime: timedelta = INVITATION_LIFETIME,
    ) -> tuple[Invitation, str]: ...
    def invitation(self, token: str, origin: Origin) -> tuple[Invitation, Person]: ...
    def revoke_invitation(self, invitation_id: InvitationId, *, actor: str, origin: Origin) -> None: ...
    def open_invitations(self) -> Sequence[tuple[Invitation, Person]]: ...
    def persons(self) -> Sequence[Person]: ...
    def person(self, person_id: PersonId) -> Person: ...
    def person_by_email(self, email: str) -> Person: ...
    def passkeys(self, person_id: PersonId) -> Sequence[Passkey]: ...
    def disable(self, person_id: PersonId, *, actor: str, origin: Origin, even_last: bool = False) -> Person: ...
    def enable(self, person_id: PersonId, *, actor: str, origin: Origin) -> Person: ...
    def set_groups(
        self, person_id: PersonId, groups: frozenset[str], *, actor: str, origin: Origin, even_last: bool = False
    ) -> Person: ...
    def remove_passkey(
        self,
        person_id: PersonId,
        passkey_id: PasskeyId,
        *,
        actor: str,
        origin: Origin,
        except_session: SessionId | None = None,
        even_last: bool = False,
    ) -> None: ...
    def begin_enrolment(self, token: str, origin: Origin) -> Ceremony: ...
    def finish_enrolment(
        self, *, ceremony_id: CeremonyId, token: str, response: bytes, label: str, origin: Origin
    ) -> SignInResult: ...
    def begin_sign_in(self, origin: Origin) -> Ceremony: ...
    def finish_sign_in(
        self, *, ceremony_id: CeremonyId, response: bytes, origin: Origin, replaces: SessionId | None = None
    ) -> SignInResult: ...
