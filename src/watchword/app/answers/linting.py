"""`policy lint`: documents examined one by one, and what is said of them."""

import difflib
from collections.abc import Sequence

from watchword.app.answers.diagnostics import within
from watchword.app.answers.examined import Examined
from watchword.app.answers.values import Json, Row
from watchword.decision.analysis.catalogue import Catalogue
from watchword.decision.analysis.lint import RULES, UNCLAIMED, Finding, Rule, guess_kind, lint
from watchword.decision.language import PolicyDocument, PolicyError, PolicyKind, Severity, parse_policy
from watchword.kernel.errors import InvalidInputError, NotFoundError


def rules_of(ids: Sequence[str]) -> tuple[Rule, ...]:
    """Return the rules of these ids. Raise `NotFoundError` for an id that is none."""
    by_id = {rule.id: rule for rule in RULES}
    for id_ in ids:
        if id_ not in by_id:
            close = difflib.get_close_matches(id_, by_id, n=1)
            raise NotFoundError(
                f"there is no rule {id_}",
                code="lint.rule.unknown",
                hint=f"did you mean {close[0]}?" if close else "watchword policy rules lists them",
            )
    return tuple(by_id[id_] for id_ in dict.fromkeys(ids))


class Linter:
    """What documents are judged by: `only` these rules where any are named, never those that are `ignored`."""

    def __init__(
        self, catalogue: Catalogue, *, only: Sequence[str], ignored: Sequence[str], accounts: Sequence[str]
    ) -> None:
        left_out = {rule.id for rule in rules_of([i for i in ignored if i != UNCLAIMED])}
        self.rules = tuple(rule for rule in (rules_of(only) or RULES) if rule.id not in left_out)
        if not self.rules:
            raise InvalidInputError("every rule that was asked for is ignored", code="usage.rules")
        self.catalogue = catalogue
        self._accounts = frozenset(accounts)
        self._reader_warnings = not only and UNCLAIMED not in ignored

    def examine(self, name: str, content: bytes, kind: PolicyKind | None) -> Examined:
        """Without a kind it is guessed."""
        used = kind or guess_kind(content)
        try:
            document = parse_policy(content, name=name, kind=used)
        except PolicyError as error:
            return Examined(name=name, kind=used, guessed=kind is None, refused=error.diagnostics)
        text = content.decode("utf-8")
        found = self.findings(document, text)
        return Examined(name=name, kind=used, guessed=kind is None, text=text, findings=found)

    def findings(self, document: PolicyDocument, text: str) -> tuple[Finding, ...]:
        return lint(
            document,
            self.catalogue,
            text=text,
            rules=self.rules,
            accounts=self._accounts,
            reader_warnings=self._reader_warnings,
        )


def linted(examined: Sequence[Examined]) -> dict[str, Json]:
    return {
        "documents": [_document(e) for e in examined],
        "findings": [_finding(f) for one in examined for f in one.findings],
    }


def _document(one: Examined) -> Row:
    return {
        "document": one.name,
        "kind": one.kind.value,
        "kind_guessed": one.guessed,
        "error": one.error or None,
        "refused": [within(d) for d in one.refused if d.severity is Severity.ERROR],
    }


def _finding(f: Finding) -> Row:
    return {
        "rule": f.rule,
        "severity": f.severity.value,
        "document": f.document,
        "line": f.line,
        "column": f.column,
        "end_line": f.end_line,
        "end_column": f.end_column,
        "statement": f.statement,
        "sid": f.sid,
        "message": f.message,
        "fix": {
            "title": f.fix.title,
            "edits": [{"start": e.start, "end": e.end, "text": e.text} for e in f.fix.edits],
        }
        if f.fix
        else None,
    }
