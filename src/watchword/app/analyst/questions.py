"""What an analyst can answer: one function an operation, over the same functions and forms as the command line.

Each takes what was asked and returns the answer's text in parts. Nothing here looks at a file but the catalogue's.
"""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import IO

from watchword.api.policy.body import BODY, read_body
from watchword.api.policy.operations import BY_ID, LINES, SARIF
from watchword.api.policy.ports import Question
from watchword.api.policy.problems import BodyError
from watchword.api.policy.schema import flaws
from watchword.app.analyst.fields import Fields, Source
from watchword.app.answers import (
    cases,
    catalogue,
    checking,
    comparing,
    diagnostics,
    estates,
    linting,
    sarif,
    strangers,
    usage,
)
from watchword.app.answers.examined import Examined
from watchword.app.answers.rules import rule_rows
from watchword.app.answers.values import Row, document_text, line_text
from watchword.app.usage.cloudtrail import Tally, identity_alone, recorded_calls
from watchword.app.usage.cloudtrail_files import read_event_stream
from watchword.decision.analysis.account.applied import Applied
from watchword.decision.analysis.account.inquiry import Inquiry
from watchword.decision.analysis.account.model import Estate
from watchword.decision.analysis.account.reader import Source as EstateSource
from watchword.decision.analysis.account.reader import read_estate
from watchword.decision.analysis.cases import CaseOutcome, decide_cases
from watchword.decision.analysis.catalogue import Catalogue, Strangers
from watchword.decision.analysis.containment import contain_pairs, contains, difference, equivalent
from watchword.decision.analysis.usage import Recorded, by_policies, narrow, replay, verify
from watchword.decision.analysis.usage.cloudtrail import UNRECORDED_ACTIONS, JsonValue
from watchword.decision.analysis.validation import check_policies, read_storable
from watchword.decision.language import Diagnostic, PolicyDocument, PolicyError, PolicyKind, Severity, parse_policy
from watchword.decision.language.json_lines import bounded_lines
from watchword.kernel.errors import InvalidInputError, NotFoundError

_MOST_FLAWS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`stream` is the body. `known` reads the catalogue that is in force; `own` says that it is not the shipped one."""

    question: Question
    stream: IO[bytes]
    known: Callable[[], Catalogue]
    own: Callable[[], bool]

    @property
    def lines(self) -> bool:
        return self.question.media == LINES

    def parameter(self, name: str) -> str | None:
        return next(iter(self.question.query.get(name, ())), None)

    @property
    def kind(self) -> PolicyKind:
        return PolicyKind(self.parameter("kind") or PolicyKind.IDENTITY)

    def body(self) -> Fields:
        """Read the body and hold it to its description. Raise `BodyError`."""
        described = BY_ID[self.question.operation].body
        node = read_body(self.stream.read())
        if described is None:
            return Fields({})
        wrong = list(islice(flaws(described, node), _MOST_FLAWS))
        if wrong:
            raise BodyError(wrong)
        return Fields.of(node)


def answer(asked: Asked) -> Iterator[str]:
    """Yield the answer in parts. Raise what the command line would say, before the first part wherever possible."""
    return _QUESTIONS[asked.question.operation](asked)


def _some(lines: Iterable[str], what: str) -> Iterator[str]:
    """Refuse vacuous truth: nothing examined is no answer."""
    none = True
    for line in lines:
        none = False
        yield line
    if none:
        raise nothing(f"there are no {what}, so nothing was examined")


def nothing(message: str) -> InvalidInputError:
    return InvalidInputError(message, code="nothing.examined")


def _one(text: str) -> Iterator[str]:
    yield text


# Documents and cases


def _check(asked: Asked) -> Iterator[str]:
    if asked.lines:
        checks = check_policies(bounded_lines(asked.stream), kind=asked.kind)
        return _some((checking.checked_line(c) + "\n" for c in checks), "cases")
    fields = asked.body()
    kind = fields.kind() or PolicyKind.IDENTITY
    known = Strangers(asked.known())
    rows: list[Row] = []
    for source in fields.sources("documents"):
        document, found = read_storable(source.content, name=source.name, kind=kind)
        rows += [diagnostics.row(d) for d in found]
        if document is not None:
            known.document(document)
    return _one(document_text([*rows, *strangers.rows_of(known)]))


def _case_lines(asked: Asked) -> Iterable[bytes]:
    return bounded_lines(asked.stream) if asked.lines else [asked.stream.read()]


def _test(asked: Asked) -> Iterator[str]:
    every = Strangers(asked.known())

    def tested(outcome: CaseOutcome) -> str:
        own = every.anew()
        strangers.look_at_case(own, outcome, f"{BODY}:{outcome.line}")
        return line_text(cases.tested(outcome, own))

    return _some(map(tested, decide_cases(_case_lines(asked))), "cases")


def _explain(asked: Asked) -> Iterator[str]:
    wanted = asked.question.query.get("id", ())
    every = Strangers(asked.known())
    found: list[str] = []
    for outcome in decide_cases(_case_lines(asked)):
        if wanted and str(outcome.id) not in wanted:
            continue
        if outcome.errors:
            raise PolicyError(outcome.errors)
        explained = outcome.explanation()
        if explained is None:
            continue
        own = every.anew()
        strangers.look_at_case(own, outcome, f"{BODY}:{outcome.line}")
        answered = {"id": outcome.id, **cases.explained(explained), "warnings": strangers.warnings_of(own)}
        found.append(line_text(answered))
    return _some(found, "such cases")


def _lint(asked: Asked) -> Iterator[str]:
    fields = asked.body()
    linter = linting.Linter(
        asked.known(), only=fields.texts("rules"), ignored=fields.texts("ignore"), accounts=fields.texts("accounts")
    )
    kind = fields.kind()
    examined: list[Examined] = [linter.examine(s.name, s.content, kind) for s in fields.sources("documents")]
    log = asked.question.accept == SARIF
    return _one(document_text(sarif.sarif_log(examined, linter.rules) if log else linting.linted(examined)))


# Two sides


def _documents(sources: Iterable[Source], kind: PolicyKind, refused: list[Diagnostic]) -> list[PolicyDocument]:
    """Read all; what is wrong with any of them goes into `refused`."""
    read: list[PolicyDocument] = []
    for source in sources:
        try:
            read.append(parse_policy(source.content, name=source.name, kind=kind))
        except PolicyError as error:
            refused += [d for d in error.diagnostics if d.severity is Severity.ERROR]
    return read


def _sides(asked: Asked, *names: str) -> list[list[PolicyDocument]]:
    fields = asked.body()
    refused: list[Diagnostic] = []
    kind = fields.kind() or PolicyKind.IDENTITY
    sides = [_documents(fields.sources(name), kind, refused) for name in names]
    if refused:
        raise PolicyError(refused)
    return sides


def _contains(asked: Asked) -> Iterator[str]:
    if asked.lines:
        pairs = contain_pairs(bounded_lines(asked.stream), kind=asked.kind)
        return _some((line_text(comparing.pair(outcome)) for outcome in pairs), "pairs")
    a, b = _sides(asked, "a", "b")
    return _one(document_text(comparing.contained(contains(a, b), comparing.strangers_in((a, b), asked.known()))))


def _equivalent(asked: Asked) -> Iterator[str]:
    a, b = _sides(asked, "a", "b")
    return _one(document_text(comparing.equivalence(equivalent(a, b), comparing.strangers_in((a, b), asked.known()))))


def _diff(asked: Asked) -> Iterator[str]:
    a, b = _sides(asked, "a", "b")
    return _one(document_text(comparing.difference(difference(a, b), comparing.strangers_in((a, b), asked.known()))))


# Estates


def _estate(fields: Fields) -> Estate:
    def read(source: Source) -> EstateSource:
        return EstateSource(source.name, source.content)

    organisation = fields.source("organisation")
    estate = read_estate(
        [read(s) for s in fields.sources("estate")],
        resource_policies=[read(s) for s in fields.sources("resource_policies")],
        organisation=read(organisation) if organisation is not None else None,
    )
    if not estate.principals:
        raise nothing("there are no principals in the estate, so nothing was examined")
    return estate


def _inquiry(fields: Fields) -> Inquiry:
    return Inquiry(_estate(fields), stated=estates.stated(fields.values("context"), fields.texts("absent")))


def _seen(asked: Asked, fields: Fields) -> Strangers:
    return strangers.of_a_context(asked.known(), {"context": fields.named("context"), "absent": fields.texts("absent")})


def _who_can(asked: Asked) -> Iterator[str]:
    fields = asked.body()
    inquiry, seen = _inquiry(fields), _seen(asked, fields)
    seen.action(fields.text("action"), place="action")
    found = estates.ask_who_can(
        inquiry,
        seen,
        asked.known(),
        action=fields.text("action"),
        resource=fields.text("resource"),
        account=fields.text("resource_account"),
        transitive=fields.flag("transitive"),
    )
    return _one(document_text(estates.who_can(found, seen)))


def _what_can(asked: Asked) -> Iterator[str]:
    fields = asked.body()
    inquiry, seen = _inquiry(fields), _seen(asked, fields)
    for service in frozenset(s.lower() for s in fields.texts("services")):
        seen.action(f"{service}:*", place="services")
    found = estates.ask_what_can(
        inquiry,
        seen,
        asked.known(),
        principal=fields.text("principal"),
        services=fields.texts("services"),
        transitive=fields.flag("transitive"),
    )
    return _one(document_text(estates.what_can(found, seen, expand=fields.flag("expand"))))


def _escalations(asked: Asked) -> Iterator[str]:
    fields = asked.body()
    inquiry = _inquiry(fields)
    found = estates.ask_escalations(inquiry, to=fields.text("to"))
    if not found.examined:
        raise nothing("there are no users and no roles in the estate, so nothing was examined")
    return _one(document_text(estates.escalations(inquiry.estate, found)))


# Recorded use


def _events(fields: Fields) -> Iterator[JsonValue]:
    for source in fields.sources("cloudtrail"):
        yield from read_event_stream(io.BytesIO(source.content), source.name)


def _since(fields: Fields) -> datetime | None:
    text = fields.text("since")
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInputError(
            "since is no instant", code="body.form", expected="an instant (RFC 3339) or a date", found=text
        ) from None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _identity_policies(fields: Fields, *names: str) -> list[list[PolicyDocument]]:
    refused: list[Diagnostic] = []
    read = [_documents(fields.sources(name), PolicyKind.IDENTITY, refused) for name in names]
    if refused:
        raise PolicyError(refused)
    return read


def _applied(fields: Fields) -> Applied | None:
    """The real policies of a principal of an estate, where one is given."""
    if not fields.has("estate"):
        return None
    if not fields.text("principal"):
        raise InvalidInputError(
            "an estate has many principals: whose policies are meant?",
            code="usage.options",
            expected="principal beside estate",
        )
    estate = _estate(fields)
    return Applied(estate, Inquiry(estate).principal(fields.text("principal")))


def _either(fields: Fields, name: str) -> None:
    if fields.has(name) is fields.has("estate"):
        raise InvalidInputError(
            "say whose policies they are",
            code="usage.options",
            expected=f"either {name} or estate",
            found="both" if fields.has(name) else "neither",
        )


def _recorded(
    asked: Asked, fields: Fields, tally: Tally, principal: str | None, *, failed_too: bool
) -> Iterator[Recorded]:
    return recorded_calls(
        _events(fields), tally, asked.known(), principal=principal, since=_since(fields), failed_too=failed_too
    )


def _narrow(asked: Asked) -> Iterator[str]:
    fields = asked.body()
    _either(fields, "policies")
    applied = _applied(fields)
    shared: Sequence[str] = ()
    principal: str | None
    documents: Sequence[PolicyDocument]
    if applied is not None:
        documents = applied.documents(fields.text("policy"))
        shared, principal = applied.shared(tuple(documents)), applied.arn
    else:
        (documents,) = _identity_policies(fields, "policies")
        principal = fields.text("principal") or None
    tally = Tally()
    records = _recorded(asked, fields, tally, principal, failed_too=True)
    found = narrow(documents, records, most=fields.whole("resources", 10), unrecorded=UNRECORDED_ACTIONS)
    verified = verify(documents, found, _recorded(asked, fields, Tally(), principal, failed_too=True))
    seen = comparing.strangers_in((documents,), asked.known())
    return _one(document_text(usage.narrowed(found, tally, verified, shared, seen)))


def _what_if(asked: Asked) -> Iterator[str]:
    fields = asked.body()
    _either(fields, "before")
    applied = _applied(fields)
    principal: str | None
    if applied is not None:
        (after,) = _identity_policies(fields, "after")
        principal = applied.arn
        old, new = applied.policies_for(), applied.policies_for(tuple(after))
    else:
        before, after = _identity_policies(fields, "before", "after")
        principal = fields.text("principal") or None
        old, new = identity_alone(before), identity_alone(after)
    tally = Tally()
    records = _recorded(asked, fields, tally, principal, failed_too=False)
    found = replay(records, by_policies(old), by_policies(new))
    return _one(document_text(usage.replayed(found, tally, comparing.strangers_in((after,), asked.known()))))


# What is known


def _catalogue(asked: Asked) -> Iterator[str]:
    place = "the state directory" if asked.own() else catalogue.SHIPPED_PLACE
    return _one(document_text(catalogue.about(asked.known(), place)))


def _catalogue_entry(asked: Asked) -> Iterator[str]:
    name = asked.parameter("name")
    if not name:
        raise NotFoundError("nothing was named", code="catalogue.unknown")
    return _one(document_text(catalogue.look_up(asked.known(), name)))


def _rules(_: Asked) -> Iterator[str]:
    return _one(document_text(rule_rows(())))


_QUESTIONS: Mapping[str, Callable[[Asked], Iterator[str]]] = {
    "check": _check,
    "test": _test,
    "explain": _explain,
    "lint": _lint,
    "contains": _contains,
    "equivalent": _equivalent,
    "diff": _diff,
    "who-can": _who_can,
    "what-can": _what_can,
    "escalations": _escalations,
    "narrow": _narrow,
    "what-if": _what_if,
    "catalogue": _catalogue,
    "catalogue-entry": _catalogue_entry,
    "rules": _rules,
}
