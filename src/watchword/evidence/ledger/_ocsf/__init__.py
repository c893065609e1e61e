"""Events of Watchword as events of the Open Cybersecurity Schema Framework 1.8.0, https://schema.ocsf.io.

Each of our event classes has one encoder, and `ENCODERS` names them all. What an encoder returns is the OCSF event
without what all share (`encode` adds that): its class, activity, and the attributes in which others look for who, what
and how it ended. Under `unmapped.watchword` stands our event itself, field by field, so that nothing is lost in
translation and what was decided can be decided again.
"""

import secrets
from typing import Any

from watchword.evidence.ledger._ocsf.compliance import (
    compliance_reported,
    estate_examined,
    evidence_pack_sealed,
    remediation_step_taken,
)
from watchword.evidence.ledger._ocsf.encoding import VERSION, Encoder, encode
from watchword.evidence.ledger._ocsf.gateway import access_decided, gateway_answered, stream_cut
from watchword.evidence.ledger._ocsf.operations import configuration_applied, configuration_refused, process_changed
from watchword.evidence.ledger._ocsf.people import (
    groups_changed,
    invitation_refused,
    invitation_revoked,
    passkey_enrolled,
    passkey_removed,
    person_disabled,
    person_enabled,
    person_invited,
    session_ended,
    sign_in_failed,
    signed_in,
)
from watchword.evidence.ledger._ocsf.posture import assessment_kept
from watchword.kernel.errors import DefectError
from watchword.kernel.events import Event

__all__ = ["ENCODERS", "VERSION", "Encoder", "encode", "encode_event", "no_place"]

_ALL: tuple[Encoder[Any], ...] = (
    access_decided,
    stream_cut,
    gateway_answered,
    person_invited,
    invitation_refused,
    invitation_revoked,
    passkey_enrolled,
    passkey_removed,
    signed_in,
    sign_in_failed,
    session_ended,
    person_disabled,
    person_enabled,
    groups_changed,
    configuration_applied,
    configuration_refused,
    process_changed,
    assessment_kept,
    estate_examined,
    compliance_reported,
    evidence_pack_sealed,
    remediation_step_taken,
)

ENCODERS: dict[type[Event], Encoder[Any]] = {encoder.event: encoder for encoder in _ALL}
"""The encoder of each event class, which takes that class alone: `encode` hands an event to the one of its own type."""


def encode_event(event: Event) -> bytes:
    """Return the body of a record of its own, for an outbox: what is recorded later are these bytes.

    Its `metadata.uid` is new with every call. Raise `DefectError` for an event class without an encoder, and for what
    JSON cannot say.
    """
    encoder = ENCODERS.get(type(event))
    if encoder is None:
        raise no_place(event)
    return encode(event, encoder, secrets.token_hex(16))


def no_place(event: Event) -> DefectError:
    return DefectError(f"{type(event).__name__} has no place in the record", code="ledger.event")
