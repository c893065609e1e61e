"""Is everything that one policy allows allowed by another too?

    contains(a, b)      -> Containment: yes, no with a request that shows it, or cannot tell with the reason
    equivalent(a, b)    -> Equivalence: both ways
    difference(a, b)    -> Difference: a request for every statement that reaches beyond the other document
    contain_pairs(lines) -> equivalent, of a stream of pairs
    allows(document, request) -> what "allows" means in all of these

What a document allows are the requests (caller, action, resource, context) for which it, alone, has an Allow that
applies and no Deny that does. A "yes" is a proof over all requests; a "no" has been replayed by the evaluator; whatever
is neither is "cannot tell".
"""

from watchword.decision.analysis.containment.ask import allows, contains, difference, equivalent
from watchword.decision.analysis.containment.model import (
    Answer,
    Beyond,
    Containment,
    Difference,
    Equivalence,
    Witness,
)
from watchword.decision.analysis.containment.pairs import PairOutcome, contain_pairs

__all__ = [
    "Answer",
    "Beyond",
    "Containment",
    "Difference",
    "Equivalence",
    "PairOutcome",
    "Witness",
    "allows",
    "contain_pairs",
    "contains",
    "difference",
    "equivalent",
]
