"""`policy check`: a line for each case of a batch. What a document alone gets are rows of `diagnostics`."""

import json

import orjson

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


def checked_line(check: PolicyCheck) -> str:
    """The line of a batch, without its end. A batch has millions of them, so that the writer is the fast one."""
    answer = checked(check)
    try:
        return orjson.dumps(answer).decode()
    except TypeError:  # an id of more digits than 64 bits hold
        return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
