"""How people are refused. Each error says to the program why (`reason`), and to the person what to do.

None of these messages holds a token, and none tells a stranger whether a person or a passkey exists.
"""

import enum
from datetime import timedelta

from watchword.kernel.errors import ConflictError, RefusedError


class SessionRefusal(enum.StrEnum):
    UNKNOWN = "unknown"
    ENDED = "ended"
    IDLE = "idle"
    EXPIRED = "expired"
    PERSON_DISABLED = "person-disabled"
    WRONG_HOST = "wrong-host"


class SessionRefused(RefusedError):  # noqa: N818 - it is the outcome's name everywhere: code, record and pages
    """There is no session that stands for this handle, here and now."""

    def __init__(self, reason: SessionRefusal) -> None:
        super().__init__("no session stands for this", code=f"session.{reason.value}", hint="sign in again")
        self.reason = reason


class InvitationRefusal(enum.StrEnum):
    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"
    PERSON_DISABLED = "person-disabled"


_INVITATION_MESSAGES = {
    InvitationRefusal.UNKNOWN: "this invitation is not known",
    InvitationRefusal.USED: "this invitation was used already",
    InvitationRefusal.EXPIRED: "this invitation has expired",
    InvitationRefusal.REVOKED: "this invitation was revoked",
    InvitationRefusal.PERSON_DISABLED: "the person invited is disabled",
}


class InvitationRefusedError(RefusedError):
    """A link that opens nothing (any more)."""

    def __init__(self, reason: InvitationRefusal) -> None:
        super().__init__(
            _INVITATION_MESSAGES[reason],
            code=f"invitation.{reason.value}",
            hint="ask whoever invited you for a new link",
        )
        self.reason = reason


class SignInRefusal(enum.StrEnum):
    """Why an enrolment or a sign-in did not count. Written to the record; shown to the person as far as it helps."""

    CEREMONY = "ceremony"  # the challenge was never given out, was answered before, is too old, or was for another use
    MALFORMED = "malformed"
    ORIGIN = "origin"  # another origin, or ours inside another's page
    CHALLENGE = "challenge"
    RELYING_PARTY = "relying-party"
    USER_VERIFICATION = "user-verification"
    ALGORITHM = "algorithm"
    ATTESTATION = "attestation"
    SIGNATURE = "signature"
    BACKUP_FLAGS = "backup-flags"
    SIGN_COUNT = "sign-count"
    PASSKEY_UNKNOWN = "passkey-unknown"
    PASSKEY_TAKEN = "passkey-taken"
    USER_HANDLE = "user-handle"
    PERSON_DISABLED = "person-disabled"


_RETRY = "try again; if it keeps failing, use another passkey or ask for a new invitation"
_SIGN_IN_HINTS = {
    SignInRefusal.CEREMONY: "reload the page and try again",
    SignInRefusal.USER_VERIFICATION: "use a passkey that asks for a PIN, a fingerprint or your face",
    SignInRefusal.SIGN_COUNT: "this key may have been copied: tell an administrator, and use another passkey",
    SignInRefusal.PASSKEY_TAKEN: "this passkey is enrolled already: sign in with it, or enrol another one",
}


class SignInRefusedError(RefusedError):
    """The answer of an authenticator does not prove what it has to. The message is one for all reasons but the code."""

    def __init__(self, reason: SignInRefusal) -> None:
        super().__init__(
            "this passkey was not accepted", code=f"sign-in.{reason.value}", hint=_SIGN_IN_HINTS.get(reason, _RETRY)
        )
        self.reason = reason


class CodeRefusedError(RefusedError):
    """A sign-in code that was used, is too old, was made up, or is for another host or browser."""

    def __init__(self) -> None:
        super().__init__("this sign-in link does not count", code="code.refused", hint="sign in again")


class FlowRefusedError(RefusedError):
    """A return address that is too old, was used, or was made up."""

    def __init__(self) -> None:
        super().__init__("where you were going is not known any more", code="flow.refused", hint="open the page again")


class ThrottledError(RefusedError):
    """Too many tries. `retry_after` says when the next one is looked at."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(
            "too many tries",
            code="throttled",
            hint=f"wait {max(1, round(retry_after.total_seconds()))} s and try again",
        )
        self.retry_after = retry_after


class LastAdministratorError(ConflictError):
    """Nobody would be left who can administer."""

    def __init__(self, email: str) -> None:
        super().__init__(
            f"{email} is the last administrator who can sign in",
            code="person.last-administrator",
            hint="make someone else an administrator first, or say on the command line that you mean it",
        )


class LastPasskeyError(ConflictError):
    """The person could not sign in any more."""

    def __init__(self, email: str) -> None:
        super().__init__(
            f"this is the last passkey of {email}",
            code="passkey.last",
            hint="enrol another one first, or disable the person",
        )
