"""Remediation of live findings: plan a set, approve exactly that set, apply it, verify it, roll it back.

    planned = plan_set(candidates, …)              # exact calls, their undo, what was refused and why
    refusal = may_apply(kept, now=now)             # "" or why not
    remedy_for("kms-key-rotation")                 # what may be called for a check, and nothing else

Belts: few resources a set; two people for what is critical; nothing that code declares; approvals that expire; nothing
that changed since it was planned. Decisions are here and touch nothing; `adapters.aws.remedies` makes the calls.
"""

from watchword.response.remediation.model import (
    Applied,
    Approval,
    Belts,
    Call,
    Candidate,
    Kept,
    Refusal,
    RemedySet,
    Status,
    Step,
)
from watchword.response.remediation.planning import add_approval, may_apply, needed_approvals, plan_set
from watchword.response.remediation.records import digest_of, read_kept, write_kept
from watchword.response.remediation.remedies import LOOKS, REMEDIES, WRITES, Remedy, remedy_for

__all__ = [
    "LOOKS",
    "REMEDIES",
    "WRITES",
    "Applied",
    "Approval",
    "Belts",
    "Call",
    "Candidate",
    "Kept",
    "Refusal",
    "Remedy",
    "RemedySet",
    "Status",
    "Step",
    "add_approval",
    "digest_of",
    "may_apply",
    "needed_approvals",
    "plan_set",
    "read_kept",
    "remedy_for",
    "write_kept",
]
