"""Rules over the inventory: checks, verdicts, findings, and the functions of the maturity model they are evidence for.

    for result in judge(built_in(), inventory):
        if result.verdict is Verdict.FAIL: …

A check is one file in `checks/<pillar>/`: see `docs/guides/write-a-check.md`.
"""

from watchword.evidence.posture.checks import built_in, built_in_one
from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import STAGES, Function, Pillar, Stage
from watchword.evidence.posture.model import (
    ANY_KIND,
    Answer,
    Check,
    Evidence,
    Example,
    Fix,
    Frameworks,
    KnownAs,
    Result,
    Seen,
    Severity,
    Verdict,
    Waiver,
    bad,
    failed,
    good,
    mend,
    not_applicable,
    outside,
    passed,
    rewrite,
    seen,
    together,
    unsure,
    which,
)
from watchword.evidence.posture.runner import judge

__all__ = [
    "ANY_KIND",
    "STAGES",
    "Answer",
    "Check",
    "Estate",
    "Evidence",
    "Example",
    "Fix",
    "Frameworks",
    "Function",
    "KnownAs",
    "Pillar",
    "Result",
    "Seen",
    "Severity",
    "Stage",
    "Verdict",
    "Waiver",
    "bad",
    "built_in",
    "built_in_one",
    "failed",
    "good",
    "judge",
    "mend",
    "not_applicable",
    "outside",
    "passed",
    "rewrite",
    "seen",
    "together",
    "unsure",
    "which",
]
