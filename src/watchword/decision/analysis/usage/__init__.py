"""What recorded use says about policies: what a change would take or give, and what a policy has that nobody uses.

found = replay(records, by_policies(old.applicable), by_policies(new.applicable))
narrowing = narrow([document], records)
verify([document], narrowing, records)

Pure: records come in as values, from our ledger or from CloudTrail (`usage.cloudtrail`). What a record does not tell is
counted and kept apart, never guessed.
"""

from watchword.decision.analysis.usage.doubt import Doubt, Judged, Reading
from watchword.decision.analysis.usage.narrow import Narrowed, Narrowing, narrow
from watchword.decision.analysis.usage.recorded import Recorded
from watchword.decision.analysis.usage.replay import AccessChange, Answer, Replay, by_policies, replay
from watchword.decision.analysis.usage.resources import MOST_RESOURCES, Seen
from watchword.decision.analysis.usage.verifying import Verified, verify

__all__ = [
    "MOST_RESOURCES",
    "AccessChange",
    "Answer",
    "Doubt",
    "Judged",
    "Narrowed",
    "Narrowing",
    "Reading",
    "Recorded",
    "Replay",
    "Seen",
    "Verified",
    "by_policies",
    "narrow",
    "replay",
    "verify",
]
