"""`verify`: what narrowing promises, asked again of the engine for the very documents and records at hand.

    verified = verify(documents, narrowing, records)
    verified.replayed      # requests that the old documents allow, each of which the new ones allow
    verified.contained     # yes, a proof; or cannot tell, with a reason

The laws of `narrow` hold for all policies and are tested so. This is the second pair of eyes before somebody takes
access away: the records are decided again, one by one, by the old documents and by the new; and `contains` compares the
two as languages. A promise that does not hold is our defect and is raised, never reported beside a policy.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from watchword.decision.analysis.containment import Answer, contains
from watchword.decision.analysis.usage.doubt import Doubt, Reading
from watchword.decision.analysis.usage.narrow import Narrowing, alone, by_identity, held
from watchword.decision.analysis.usage.recorded import Recorded
from watchword.decision.engine import Policies, decide
from watchword.decision.language import PolicyDocument
from watchword.kernel.errors import DefectError


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """`replayed` requests are allowed by the old documents and by the new ones; of `undecided` ones that depends, for
    both, on what the record does not tell. `contained` is `YES` or `UNKNOWN`, with `reason`. Without `same` the records
    are not those that were narrowed by, because more came meanwhile: then nothing was shown by them."""

    same: bool
    replayed: int
    undecided: int
    contained: Answer
    reason: str | None = None


def verify(documents: Sequence[PolicyDocument], narrowing: Narrowing, records: Iterable[Recorded]) -> Verified:
    """`records` are those that `narrowing` was made of. Raise `DefectError` where it does not keep its promises."""
    after = tuple(d for d in narrowing.documents if d is not None)
    old, new = held(tuple(documents)), held(after)
    doubt = Doubt()
    examined = replayed = undecided = 0
    lost: Recorded | None = None
    for recorded in records:
        examined += 1
        asked = alone(recorded)
        if not recorded.allowed or not _allow(doubt, asked, old, Reading.MOST):
            continue
        surely = _allow(doubt, asked, old, Reading.LEAST)
        # What may have been allowed has to be possible still, and what surely was, sure.
        if not _allow(doubt, asked, new, Reading.LEAST if surely else Reading.MOST):
            lost = lost or recorded
        replayed += surely
        undecided += not surely
    same = examined == narrowing.examined
    if same and lost is not None:
        raise DefectError(
            "the narrowed policy refuses a request that was recorded, and that the old one allows",
            code="narrow.lost",
            found=f"{lost.request.action} on {lost.request.resource}",
        )
    if not after:
        return Verified(same=same, replayed=replayed, undecided=undecided, contained=Answer.YES)
    found = contains(after, documents)
    if found.witness is not None:
        request = found.witness.request
        raise DefectError(
            "the narrowed policy allows what the old one does not",
            code="narrow.gained",
            found=f"{request.action} on {request.resource}",
        )
    return Verified(same=same, replayed=replayed, undecided=undecided, contained=found.answer, reason=found.reason)


def _allow(doubt: Doubt, asked: Recorded, policies: Policies, reading: Reading) -> bool:
    return bool(by_identity(decide(asked.request, doubt.reading(asked, policies, reading))))
