"""The page of a refusal: which rule said no, what would change the answer, and the id under which the record has it.

It is one self-contained document: whoever is refused a host is refused its style sheet too. Its style is allowed by its
hash and nothing else is allowed at all. Rendering takes no lock and no disk: the template is read once.
"""

from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from watchword.decision.engine import ContextChange
from watchword.enforcement.gateway.refusals import Refusal, content_security_policy, layer_in_words

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    name: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyView:
    """One way to a yes: all of its changes together."""

    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalView:
    refusal: Refusal
    rules: tuple[RuleView, ...]
    layer: str
    remedies: tuple[RemedyView, ...]
    step_up: str


class HtmlRefusalPages:
    """Fills `enforcement.gateway.ports.RefusalPages`."""

    def __init__(self) -> None:
        environment = Environment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            # The check service asks for pages on its event loop: nothing is looked up on disk after the first time.
            auto_reload=False,
        )
        self._style = (_FOLDER / "refusal.css").read_text(encoding="utf-8")
        self._template = environment.get_template("refusal.html")

    @property
    def content_security_policy(self) -> str:
        return content_security_policy(self._style)

    def render(self, refusal: Refusal) -> bytes:
        return self._template.render(view=_view(refusal), style=self._style).encode("utf-8", "replace")


def _view(refusal: Refusal) -> RefusalView:
    return RefusalView(
        refusal=refusal,
        rules=tuple(
            RuleView(
                name=statement.sid or f"statement {statement.index + 1}",
                place=f"{statement.policy}" + (f", line {statement.line}" if statement.line else ""),
            )
            for statement in refusal.statements
        ),
        layer=layer_in_words(refusal.blocking_layer) if refusal.blocking_layer is not None else "",
        remedies=tuple(
            RemedyView(changes=tuple(wish_in_words(change) for change in remedy.changes)) for remedy in refusal.remedies
        ),
        step_up=_step_up(refusal),
    )


def _step_up(refusal: Refusal) -> str:
    if refusal.step_up is None:
        return ""
    if refusal.step_up.hardware:
        return "Sign in with a hardware key"
    return "Sign in again" if refusal.step_up.fresh else "Sign in more strongly"


# What a person can do about a key, where that is not plain from its name.
_WISHES = {
    ("watchword:hardwarekey", "true"): "Sign in with a hardware security key",
    ("watchword:authassurance", "aal3"): "Sign in with a hardware security key (AAL3)",
    ("aws:securetransport", "true"): "Come over TLS",
    ("watchword:risklevel", "low"): "Your risk level would have to be low",
}


def wish_in_words(change: ContextChange) -> str:
    """One condition as what would have to be so, with what is so now."""
    expected = change.expected
    key = change.key.lower()
    wanted = expected[0] if len(expected) == 1 else ""
    if not change.must_match and wanted in {"true", "false"}:
        # A Deny that asks for one of two values is lifted by the other.
        wanted = "true" if wanted == "false" else "false"
        sentence = f"{change.key} would have to be {wanted}"
    else:
        verb = "match" if change.must_match else "not match"
        sentence = f"{change.key} would have to {verb} {' or '.join(expected)} ({change.operator})"
    known = _WISHES.get((key, wanted)) if change.must_match or wanted in {"true", "false"} else None
    actual = "it is not known" if change.actual is None else f"it is {', '.join(change.actual) or 'empty'}"
    return f"{known} — {sentence}; {actual}." if known else f"{sentence[0].upper()}{sentence[1:]}; {actual}."
