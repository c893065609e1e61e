"""Errors as problem details (RFC 9457): the status, and everything that the command line's JSON would say."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from watchword.api.policy.body import BODY
from watchword.api.policy.schema import Flaw, Json
from watchword.decision.language import Diagnostic, PolicyError, Severity
from watchword.kernel.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    Place,
    RefusedError,
    UnavailableError,
    WatchwordError,
)

# What a caller may have to wait for another's question.
_RETRY_SECONDS = 1
_MOST_ERRORS = 100

_BY_FAMILY: tuple[tuple[type[WatchwordError], HTTPStatus], ...] = (
    (PolicyError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (InvalidInputError, HTTPStatus.BAD_REQUEST),
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (ConflictError, HTTPStatus.CONFLICT),
    (RefusedError, HTTPStatus.FORBIDDEN),
    (UnavailableError, HTTPStatus.SERVICE_UNAVAILABLE),
)
_BY_CODE = {
    "body.length": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "body.slow": HTTPStatus.REQUEST_TIMEOUT,
    "body.type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "api.method": HTTPStatus.METHOD_NOT_ALLOWED,
    "analysis.busy": HTTPStatus.TOO_MANY_REQUESTS,
    "analysis.time": HTTPStatus.GATEWAY_TIMEOUT,
    "nothing.examined": HTTPStatus.UNPROCESSABLE_ENTITY,
    "estate.form": HTTPStatus.UNPROCESSABLE_ENTITY,
}


class BodyError(InvalidInputError):
    """A body is not as described; with all that is wrong, as far as that is bounded."""

    def __init__(self, flaws: Sequence[Flaw]) -> None:
        first = flaws[0]
        more = f" (and {len(flaws) - 1} more)" if len(flaws) > 1 else ""
        super().__init__(
            first.message + more,
            code=first.code,
            place=Place(document=BODY, line=first.line, column=first.column),
            expected=first.expected,
            found=first.found,
        )
        self.flaws = tuple(flaws)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def problem_of(error: WatchwordError) -> Problem:
    status = _BY_CODE.get(error.code) or next(
        (status for family, status in _BY_FAMILY if isinstance(error, family)), HTTPStatus.INTERNAL_SERVER_ERROR
    )
    told: dict[str, Json] = {
        "type": f"urn:watchword:problem:{error.code}",
        "title": status.phrase,
        "status": int(status),
        "detail": error.message,
        "code": error.code,
    }
    told |= {
        name: value
        for name, value in (("expected", error.expected), ("found", error.found), ("hint", error.hint))
        if value is not None
    }
    if error.place is not None:
        told["place"] = _place(error)
    if isinstance(error, BodyError):
        told["errors"] = [_flaw(f) for f in error.flaws[:_MOST_ERRORS]]
    elif isinstance(error, PolicyError):
        wrong = [d for d in error.diagnostics if d.severity is Severity.ERROR]
        told["errors"] = [_diagnostic(d) for d in wrong[:_MOST_ERRORS]]
    headers = {"retry-after": str(_RETRY_SECONDS)} if status is HTTPStatus.TOO_MANY_REQUESTS else {}
    # A lone surrogate, which is no Unicode text, becomes its escape: that is JSON again.
    body = json.dumps(told, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace") + b"\n"
    return Problem(status=int(status), body=body, headers=headers)


def _place(error: WatchwordError) -> Json:
    place = error.place
    if place is None:
        return None
    found: dict[str, Json] = {"document": place.document}
    if isinstance(error, BodyError):
        found["pointer"] = error.flaws[0].pointer
    return found | {"line": place.line, "column": place.column}


def _flaw(flaw: Flaw) -> Json:
    return {
        "document": BODY,
        "pointer": flaw.pointer,
        "line": flaw.line,
        "column": flaw.column,
        "code": flaw.code,
        "message": flaw.message,
        "expected": flaw.expected,
        "found": flaw.found,
        "hint": None,
    }


def _diagnostic(diagnostic: Diagnostic) -> Json:
    return {
        "document": diagnostic.document,
        "line": diagnostic.line,
        "column": diagnostic.column,
        "code": diagnostic.code,
        "message": diagnostic.message,
        "expected": diagnostic.expected,
        "found": diagnostic.found,
        "hint": diagnostic.hint,
    }
