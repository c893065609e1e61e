"""People: Authentication (3002), Account Change (3001), User Access Management (3005)."""

from watchword.evidence.ledger._ocsf.encoding import (
    FAILURE,
    SUCCESS,
    Activity,
    Attributes,
    Severity,
    actor,
    encodes,
    endpoint,
    epoch,
    user,
)
from watchword.identity.people.events import (
    GroupsChanged,
    InvitationRefused,
    InvitationRevoked,
    PasskeyEnrolled,
    PasskeyRemoved,
    PeopleEvent,
    PersonDisabled,
    PersonEnabled,
    PersonInvited,
    SessionEnded,
    SignedIn,
    SignInFailed,
)

# `service` stands for the relying party that authenticated: the schema wants it or a destination.
_SERVICE: Attributes = {"name": "watchword"}
_WEBAUTHN = 10
_HARDWARE_TOKEN = 6


def _by(event: PeopleEvent, activity: Activity, message: str, severity: Severity) -> Attributes:
    return {
        **activity.attributes,
        "severity_id": severity,
        "message": message,
        "actor": actor(event.actor),
        "src_endpoint": endpoint(event.origin),
    }


def _factor(*, hardware: bool) -> Attributes:
    return {
        "factor_type_id": _HARDWARE_TOKEN if hardware else _WEBAUTHN,
    }


@encodes(PersonInvited)
def person_invited(event: PersonInvited) -> Attributes:
    return {
        **_by(event, Activity.ACCOUNT_CREATE, f"{event.email} was invited", Severity.INFORMATIONAL),
        **SUCCESS,
        "user": {
            **user(event.email, event.person_id),
            "groups": [{"name": g} for g in sorted(event.groups)],
        },
    }


@encodes(InvitationRefused)
def invitation_refused(event: InvitationRefused) -> Attributes:
    return {
        **_by(event, Activity.LOGON, f"An invitation link was refused: {event.reason}", Severity.MEDIUM),
        **FAILURE,
        "status_code": event.reason,
        "user": user(event.email),
        "service": _SERVICE,
        "action_id": 2,
    }


@encodes(InvitationRevoked)
def invitation_revoked(event: InvitationRevoked) -> Attributes:
    return {
        **_by(event, Activity.ACCOUNT_OTHER, f"The invitation of {event.email} was revoked", Severity.INFORMATIONAL),
        **SUCCESS,
        "user": user(event.email, event.person_id),
    }


@encodes(PasskeyEnrolled)
def passkey_enrolled(event: PasskeyEnrolled) -> Attributes:
    return {
        **_by(event, Activity.FACTOR_ENABLE, f"{event.email} enrolled a passkey", Severity.INFORMATIONAL),
        **SUCCESS,
        "user": {**user(event.email, event.person_id), "credential_uid": event.passkey_id},
        "auth_factors": [_factor(hardware=event.hardware)],
    }


@encodes(PasskeyRemoved)
def passkey_removed(event: PasskeyRemoved) -> Attributes:
    return {
        **_by(event, Activity.FACTOR_DISABLE, f"A passkey of {event.email} was removed", Severity.LOW),
        **SUCCESS,
        "user": {**user(event.email, event.person_id), "credential_uid": event.passkey_id},
    }


@encodes(SignedIn)
def signed_in(event: SignedIn) -> Attributes:
    return {
        **_by(event, Activity.LOGON, f"{event.email} signed in ({event.assurance.label})", Severity.INFORMATIONAL),
        **SUCCESS,
        "user": {**user(event.email, event.person_id), "credential_uid": event.passkey_id},
        "session": {"uid": event.session_id, "created_time": epoch(event.at), "is_mfa": "mfa" in event.amr},
        "service": _SERVICE,
        "auth_factors": [_factor(hardware=event.hardware)],
        "is_mfa": "mfa" in event.amr,
        "action_id": 1,
    }


@encodes(SignInFailed)
def sign_in_failed(event: SignInFailed) -> Attributes:
    found = {
        **_by(event, Activity.LOGON, f"A sign-in failed: {event.reason}", Severity.MEDIUM),
        **FAILURE,
        "status_code": event.reason,
        "user": user(event.email),
        "service": _SERVICE,
        "auth_factors": [_factor(hardware=False)],
        "action_id": 2,
    }
    if event.passkey_id is not None:
        found["user"] = {**user(event.email), "credential_uid": event.passkey_id}
    return found


@encodes(SessionEnded)
def session_ended(event: SessionEnded) -> Attributes:
    return {
        **_by(
            event, Activity.LOGOFF, f"A session of {event.email} ended: {event.reason.value}", Severity.INFORMATIONAL
        ),
        **SUCCESS,
        "status_code": event.reason.value,
        "user": user(event.email, event.person_id),
        "session": {"uid": event.session_id, "expiration_reason": event.reason.value},
        "service": _SERVICE,
    }


@encodes(PersonDisabled)
def person_disabled(event: PersonDisabled) -> Attributes:
    return {
        **_by(event, Activity.ACCOUNT_DISABLE, f"{event.email} was disabled", Severity.LOW),
        **SUCCESS,
        "user": user(event.email, event.person_id),
    }


@encodes(PersonEnabled)
def person_enabled(event: PersonEnabled) -> Attributes:
    return {
        **_by(event, Activity.ACCOUNT_ENABLE, f"{event.email} was enabled", Severity.LOW),
        **SUCCESS,
        "user": user(event.email, event.person_id),
    }


@encodes(GroupsChanged)
def groups_changed(event: GroupsChanged) -> Attributes:
    gained = sorted(event.after - event.before)
    lost = sorted(event.before - event.after)
    if gained and lost:
        activity = Activity.CHANGE_PRIVILEGES
    else:
        activity = Activity.REVOKE_PRIVILEGES if lost else Activity.ASSIGN_PRIVILEGES
    words = ", ".join([f"+{g}" for g in gained] + [f"-{g}" for g in lost]) or "nothing"
    return {
        **_by(event, activity, f"The groups of {event.email} changed: {words}", Severity.LOW),
        **SUCCESS,
        "user": {**user(event.email, event.person_id), "groups": [{"name": g} for g in sorted(event.after)]},
        "privileges": gained + lost,
    }
