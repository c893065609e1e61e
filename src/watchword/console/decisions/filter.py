"""Which decisions to show: the same question for the page, for the stream, and for a link that someone sends."""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlencode

from watchword.console.records.decision import DecisionLine
from watchword.console.shell.forms import Fields

# Everything but the console's and the sign-in host's own pages, which are most of what an administrator causes.
OTHERS = ""
ALL = "*"
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFilter:
    """`outcome` is empty, `allowed` or `refused`; `application` a name, `OTHERS` or `ALL`; the rest parts of texts."""

    outcome: str = ""
    application: str = OTHERS
    person: str = ""
    text: str = ""
    internal: frozenset[str] = frozenset()

    @classmethod
    def read(cls, fields: Fields, internal: Collection[str]) -> "DecisionFilter":
        outcome = fields.text("outcome")
        return cls(
            outcome=outcome if outcome in {"allowed", "refused"} else "",
            application=fields.text("application")[:_LONGEST],
            person=fields.text("person").strip().lower()[:_LONGEST],
            text=fields.text("text").strip().lower()[:_LONGEST],
            internal=frozenset(internal),
        )

    def matches(self, line: DecisionLine) -> bool:
        if self.outcome and line.allowed != (self.outcome == "allowed"):
            return False
        if self.application == OTHERS:
            if line.application in self.internal:
                return False
        elif self.application not in {ALL, line.application}:
            return False
        if self.person and self.person not in line.email.lower():
            return False
        return not self.text or any(self.text in found.lower() for found in _searched(line))

    def query(self) -> str:
        pairs = {
            "outcome": self.outcome,
            "application": self.application,
            "person": self.person,
            "text": self.text,
        }
        return urlencode({key: value for key, value in pairs.items() if value})

    @property
    def active(self) -> bool:
        return bool(self.outcome or self.application or self.person or self.text)


def _searched(line: DecisionLine) -> tuple[str, ...]:
    return (
        line.application + line.path,
        f"{line.method} {line.path}",
        line.host,
        line.reason,
        line.why,
        line.request_id,
        line.source_ip,
        line.route,
        *(f"{statement.policy} {statement.sid}" for statement in line.statements),
    )
