"""The list of decisions, and each with its why: the rule, the circumstances, and the proof that it is recorded."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from starlette.responses import Response
from starlette.routing import Route

from watchword.console.access import session_context
from watchword.console.decisions.filter import DecisionFilter
from watchword.console.desk import Desk, Visit
from watchword.console.policies.excerpt import CodeLine, code_lines, excerpt, statement_lines
from watchword.console.policies.reasons import LAYERS, ExplanationView, explanation_view
from watchword.console.ports import Running
from watchword.console.records.decision import DecisionLine, StatementLine, decision_of
from watchword.decision.engine import Request, explain, normalise_context
from watchword.evidence.ledger import LedgerCorruptError
from watchword.identity.people import Person
from watchword.kernel.arn import application_arn
from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.errors import InvalidInputError, NotFoundError
from watchword.kernel.ids import ApplicationName, PersonId
from watchword.kernel.principals import person as person_principal

_SHOWN = 50
_PAGE = 500
# A search looks at this many records and says so; more is a matter for the exported ledger.
_MOST_LOOKED_AT = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionsView:
    lines: tuple[DecisionLine, ...]
    filter: DecisionFilter
    applications: tuple[tuple[str, str], ...]
    live_url: str
    newest: int
    older_url: str
    looked_at: int
    first_page: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    statement: StatementLine
    layer: str
    excerpt: tuple[CodeLine, ...]  # empty where the policy that runs now is not the one that decided
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    size: int
    path: tuple[str, ...]
    leaf: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    line: DecisionLine
    rules: tuple[Rule, ...]
    layer: str
    same_policies: bool
    explanation: ExplanationView | None
    unexplained: str
    context: tuple[tuple[str, str], ...]
    proof: Proof
    body: str


def routes(desk: Desk) -> Sequence[Route]:
    def listing(visit: Visit) -> Response:
        gateway = desk.running().gateway
        internal = {application.name for application in gateway.applications if application.internal}
        wanted = DecisionFilter.read(visit.query, internal)
        before = _index(visit.query.text("before")) if visit.query.text("before") else None
        found, looked_at, further = _search(desk, wanted, before)
        query = wanted.query()
        older = f"/decisions?{query + '&' if query else ''}before={further}" if further is not None else ""
        view = DecisionsView(
            lines=tuple(found),
            filter=wanted,
            applications=tuple((a.name, a.title or a.name) for a in gateway.applications),
            live_url="/live/decisions" + (f"?{query}" if query else ""),
            newest=desk.ledger.size() - 1,
            older_url=older,
            looked_at=looked_at,
            first_page=before is None,
        )
        return desk.html(visit, "decisions/decisions.html", view, title="Decisions", section="decisions")

    def detail(visit: Visit) -> Response:
        entry = desk.ledger.record(_index(visit.parameters["index"]))
        line = decision_of(entry)
        if line is None:
            raise NotFoundError("this record is not a decision", code="decision.not-found", hint="look at the ledger")
        running = desk.running()
        same = line.policy_revision == running.policy_set.revision
        context = _context(line, _person(desk, line))
        explanation, why_not = _explained(running, line, _person(desk, line), context)
        view = DecisionView(
            line=line,
            rules=tuple(_rule(running, statement, same=same) for statement in line.statements),
            layer=LAYERS.get(line.blocking_layer, line.blocking_layer),
            same_policies=same,
            explanation=explanation,
            unexplained=why_not,
            context=tuple(
                (key, value if isinstance(value, str) else ", ".join(value)) for key, value in sorted(context.items())
            ),
            proof=_proof(desk, line.index),
            body=_pretty(entry.document()),
        )
        return desk.html(visit, "decisions/decision.html", view, title=f"Decision {line.index}", section="decisions")

    return [desk.get("/decisions", listing), desk.get("/decisions/{index}", detail)]


def _index(text: str) -> int:
    # A bound of 18 digits keeps what is no index out of the database's integers.
    if not text.isascii() or not text.isdecimal() or len(text) > 18:  # noqa: PLR2004 - see above
        raise InvalidInputError("not the index of a record", code="decision.index", expected="a number")
    return int(text)


def _search(desk: Desk, wanted: DecisionFilter, before: int | None) -> tuple[list[DecisionLine], int, int | None]:
    """Return the lines, how many records were looked at, and where to look on (None: at the end)."""
    found: list[DecisionLine] = []
    looked_at = 0
    while looked_at < _MOST_LOOKED_AT:
        page = desk.ledger.page(before=before, limit=_PAGE)
        for entry in page:
            looked_at += 1
            before = entry.index
            line = decision_of(entry)
            if line is not None and wanted.matches(line):
                found.append(line)
                if len(found) == _SHOWN:
                    return found, looked_at, before or None
        if len(page) < _PAGE:
            return found, looked_at, None
    return found, looked_at, before or None


def _person(desk: Desk, line: DecisionLine) -> Person | None:
    if not line.person_id:
        return None
    try:
        return desk.people.person(PersonId(line.person_id))
    except NotFoundError:
        return None


def _context(line: DecisionLine, person: Person | None) -> dict[str, str | tuple[str, ...]]:
    """What the record tells of the circumstances, under the keys that policies know."""
    if not line.email:
        return {}
    assurance = AssuranceLevel.parse(line.assurance) if line.assurance else AssuranceLevel.AAL2
    context = session_context(
        email=line.email,
        assurance=assurance,
        hardware=assurance is AssuranceLevel.AAL3,
        groups=person.groups if person is not None else frozenset(),
        now=line.at,
    )
    context["aws:SourceIp"] = line.source_ip or None
    context["aws:UserAgent"] = line.user_agent or None
    # The record does not hold how old the sign-in was, so nothing is made up about it.
    context["aws:MultiFactorAuthAge"] = None
    context["watchword:AuthAge"] = None
    context["watchword:Application"] = line.application
    context["watchword:Route"] = line.route
    return normalise_context(context)


def _explained(
    running: Running, line: DecisionLine, person: Person | None, context: dict[str, str | tuple[str, ...]]
) -> tuple[ExplanationView | None, str]:
    if line.outcome == "Refused" or not line.email:
        return None, "The gateway refused this before any policy was asked."
    if person is None:
        return None, "The person is not known any more."
    principal = person_principal(line.email, person.groups)
    resource = str(application_arn(ApplicationName(line.application), line.path))
    request = Request(principal=principal, action=f"http:{line.method}", resource=resource, context=context)
    return explanation_view(explain(request, running.policy_set.applicable(principal, resource)), running), ""


def _rule(running: Running, statement: StatementLine, *, same: bool) -> Rule:
    document = running.policies.get(statement.policy)
    layer = LAYERS.get(statement.layer, statement.layer)
    if not same or document is None or statement.index >= len(document.statements):
        return Rule(statement=statement, layer=layer, excerpt=(), url="")
    text = running.policy_text(statement.policy)
    first, last = statement_lines(document, statement.index, text)
    lines = code_lines(text)
    return Rule(
        statement=replace(statement, line=first),
        layer=layer,
        excerpt=excerpt(lines, first, last),
        url=f"/policies/read/{statement.policy}#L{first}",
    )


def _proof(desk: Desk, index: int) -> Proof:
    try:
        proof = desk.ledger.inclusion(index)
    except (LedgerCorruptError, NotFoundError) as error:
        return Proof(size=0, path=(), leaf="", problem=str(error))
    return Proof(size=proof.head.size, path=tuple(node.hex() for node in proof.path), leaf=proof.leaf.hex(), problem="")


def _pretty(document: object) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)
