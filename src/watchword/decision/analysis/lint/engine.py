"""`lint`: run rules over one document. Pure; what the rules need to know arrives with the call.

The reader's warnings come out as findings too, under the rule that speaks for them. A warning for which no rule speaks
is still a finding, under `reader-warning`: nothing that was noticed is dropped.
"""

from collections.abc import Iterator, Sequence

from watchword.decision.analysis.catalogue import Catalogue
from watchword.decision.analysis.lint.model import Finding, Hit, Rule, Severity, Subject
from watchword.decision.analysis.lint.rules import RULES
from watchword.decision.analysis.lint.source import Source
from watchword.decision.language import PolicyDocument

UNCLAIMED = "reader-warning"


def lint(
    document: PolicyDocument,
    catalogue: Catalogue,
    *,
    text: str | None = None,
    rules: Sequence[Rule] = RULES,
    accounts: frozenset[str] = frozenset(),
    reader_warnings: bool = True,
) -> tuple[Finding, ...]:
    """Return what the rules find, in the order of the text, the gravest first at one place.

    `text` is what the document was read from; without it there are no fixes and no ends of regions. `accounts` are
    account numbers that are the reader's own. With `reader_warnings` false, what the language's reader noticed '
    'and no rule
    speaks for is left out.
    """
    source = Source(text) if text is not None else None
    subject = Subject(document, catalogue, source, accounts)
    findings = [_finding(rule, hit, subject) for rule in rules for hit in rule.check(subject)]
    if reader_warnings:
        findings += _unclaimed(subject)
    return tuple(sorted(findings, key=lambda f: (f.line, f.column, -f.severity.rank, f.rule, f.message)))


def _unclaimed(subject: Subject) -> Iterator[Finding]:
    claimed = frozenset().union(*(r.reader_codes for r in RULES))
    for warning in subject.document.warnings:
        if warning.code in claimed:
            continue
        end = _end(subject, warning.line, warning.column)
        yield Finding(
            rule=UNCLAIMED,
            severity=Severity.LOW,
            document=subject.document.name,
            message=warning.message + (f"; {warning.hint}" if warning.hint else ""),
            line=warning.line,
            column=warning.column,
            end_line=end[0],
            end_column=end[1],
        )


def _finding(rule: Rule, hit: Hit, subject: Subject) -> Finding:
    line, column = max(1, hit.at.line), max(1, hit.at.column)
    end = _end(subject, line, column)
    return Finding(
        rule=rule.id,
        severity=hit.severity or rule.severity,
        document=subject.document.name,
        message=hit.message,
        line=line,
        column=column,
        end_line=end[0],
        end_column=end[1],
        statement=hit.statement.index if hit.statement else None,
        sid=hit.statement.sid if hit.statement else None,
        fix=hit.fix,
    )


def _end(subject: Subject, line: int, column: int) -> tuple[int, int]:
    return subject.source.end_of(line, column) if subject.source else (line, column)
