"""How a request is told no: one frozen view, for a page or for problem+json (RFC 9457), in the same words.

A refusal names the rule that said no, what would change the answer, and the request id under which the record has it.
It says nothing of other people, and repeats nothing of a credential or a query."""

import base64
import hashlib
import html
from dataclasses import dataclass

import orjson

from watchword.decision.engine import ContextChange, Layer, Remedy, StatementRef

PROBLEM_TYPE = "urn:watchword:refusal:"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepUp:
    """Signing in again, in a stronger way, would help. `acr` is an assurance level; `hardware`, `fresh`: what is
    asked."""

    acr: str
    hardware: bool
    fresh: bool
    url: str  # a path on the same host


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Everything that whoever was refused may know. `reason` is the code of `AccessDecided.reason`."""

    status: int
    reason: str
    title: str
    detail: str
    request_id: str
    host: str
    method: str
    path: str
    application: str = ""
    application_title: str = ""
    route: str = ""
    email: str | None = None
    statements: tuple[StatementRef, ...] = ()
    blocking_layer: Layer | None = None
    missing_keys: tuple[str, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    sign_in_url: str | None = None  # a path on the same host
    step_up: StepUp | None = None
    home_url: str | None = None


_LAYERS = {
    Layer.GUARDRAIL: "a guardrail of the organisation",
    Layer.RESOURCE_GUARDRAIL: "a guardrail of the organisation",
    Layer.RESOURCE: "the application's own policy",
    Layer.IDENTITY: "the policies of the person",
    Layer.BOUNDARY: "the person's boundary",
    Layer.SESSION: "the session's policy",
    Layer.ENDPOINT: "the endpoint's policy",
}


def layer_in_words(layer: Layer) -> str:
    return _LAYERS[layer]


def change_in_words(change: ContextChange) -> str:
    """One condition as a sentence's part: what would have to be, and what is."""
    expected = " or ".join(change.expected)
    verb = "be" if change.must_match else "not be"
    actual = "is not known" if change.actual is None else f"is {', '.join(change.actual)}"
    return f"{change.key} would have to {verb} {expected} ({change.operator}); it {actual}"


def problem(refusal: Refusal) -> bytes:
    """Return the refusal as problem details (RFC 9457), with members of ours beside the standard ones."""
    members: dict[str, object] = {
        "type": PROBLEM_TYPE + refusal.reason,
        "title": refusal.title,
        "status": refusal.status,
        "detail": refusal.detail,
        "instance": f"urn:watchword:request:{refusal.request_id}",
        "request_id": refusal.request_id,
        "reason": refusal.reason,
    }
    if refusal.statements:
        members["statements"] = [str(statement) for statement in refusal.statements]
    if refusal.blocking_layer is not None:
        members["blocking_layer"] = refusal.blocking_layer.value
    if refusal.remedies:
        members["would_change"] = [
            [
                {
                    "statement": str(change.statement),
                    "key": change.key,
                    "operator": change.operator,
                    "expected": change.expected,
                    "actual": change.actual,
                    "must_match": change.must_match,
                }
                for change in remedy.changes
            ]
            for remedy in refusal.remedies
        ]
    if refusal.missing_keys:
        members["missing_keys"] = refusal.missing_keys
    if refusal.sign_in_url is not None:
        members["sign_in"] = refusal.sign_in_url
    if refusal.step_up is not None:
        members["step_up"] = {"acr_values": refusal.step_up.acr, "url": refusal.step_up.url}
    return orjson.dumps(members)


_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;margin:12vh auto;max-width:38rem;padding:0 1.25rem}"
    "h1{font-size:1.5rem}code,small{color:color-mix(in srgb,currentColor 75%,transparent)}li{margin:.35rem 0}"
)


class PlainPages:
    """The built-in page: no template, no file, nothing that could be missing when everything else is."""

    @property
    def content_security_policy(self) -> str:
        return content_security_policy(_STYLE)

    def render(self, refusal: Refusal) -> bytes:
        text = html.escape
        parts = [f"<p>{text(refusal.detail)}</p>"]
        if refusal.statements:
            rules = "".join(f"<li><code>{text(str(statement))}</code></li>" for statement in refusal.statements)
            parts.append(f"<p>The rule:</p><ul>{rules}</ul>")
        if refusal.remedies:
            changes = "".join(
                f"<li>{text('; '.join(change_in_words(change) for change in remedy.changes))}</li>"
                for remedy in refusal.remedies
            )
            parts.append(f"<p>What would change the answer:</p><ul>{changes}</ul>")
        if refusal.step_up is not None:
            parts.append(f'<p><a href="{text(refusal.step_up.url)}">Sign in again, more strongly</a></p>')
        if refusal.sign_in_url is not None:
            parts.append(f'<p><a href="{text(refusal.sign_in_url)}">Sign in</a></p>')
        if refusal.email is not None:
            parts.append(f"<p>You are signed in as {text(refusal.email)}.</p>")
        parts.append(f"<p><small>Request {text(refusal.request_id)}</small></p>")
        return (
            '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>{text(refusal.title)}</title><style>{_STYLE}</style><h1>{text(refusal.title)}</h1>{''.join(parts)}"
            "</html>"
        ).encode()


def content_security_policy(style: str) -> str:
    """Return the policy of a page whose one `<style>` element holds exactly this text."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
