"""`policy check`: a line for each case of a batch. What a document alone gets are rows of `diagnostics`."""

from watchword.app.answers.diagnostics import all_within
from watchword.app.answers.values import Json
from watchword.decision.analysis.validation import PolicyCheck


def checked(check: PolicyCheck) -> dict[str, Json]:
    return {
        "id": check.id,
        "valid": check.valid,
        "errors": all_within(check.errors),
        "warnings": all_within(check.warnings),
    }
