"""The policies that run: what each says, whom it concerns; checking a text; asking what would be decided, and why."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from watchword.console.access import session_context
from watchword.console.desk import Desk, Visit
from watchword.console.policies.excerpt import CodeLine, code_lines
from watchword.console.policies.reasons import ExplanationView, explanation_view
from watchword.console.ports import Running
from watchword.decision.engine import Request, explain, normalise_context
from watchword.decision.language import Diagnostic, PolicyDocument, PolicyError, PolicyKind, parse_policy
from watchword.kernel.arn import application_arn
from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.errors import InvalidInputError, NotFoundError, WatchwordError
from watchword.kernel.ids import ApplicationName
from watchword.kernel.principals import person as person_principal

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT")
_LONGEST_TEXT = 100_000

KINDS = {
    PolicyKind.IDENTITY: "Identity policy",
    PolicyKind.RESOURCE: "Application's policy",
    PolicyKind.SCP: "Guardrail",
    PolicyKind.RCP: "Resource guardrail",
    PolicyKind.BOUNDARY: "Boundary",
    PolicyKind.SESSION: "Session policy",
    PolicyKind.TRUST: "Trust policy",
    PolicyKind.ENDPOINT: "Endpoint policy",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyLine:
    name: str
    kind: str
    statements: int
    allows: int
    denies: int
    concerns: str
    warnings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliciesView:
    policies: tuple[PolicyLine, ...]
    revision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyView:
    line: PolicyLine
    code: tuple[CodeLine, ...]
    warnings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    text: str
    kind: str
    kinds: tuple[tuple[str, str], ...]
    checked: bool
    diagnostics: tuple[Diagnostic, ...]
    errors: int
    code: tuple[CodeLine, ...]
    statements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulateView:
    person: str
    groups: str
    application: str
    path: str
    method: str
    assurance: str
    context: str
    persons: tuple[tuple[str, str], ...]
    applications: tuple[tuple[str, str], ...]
    methods: tuple[str, ...]
    problem: str
    explanation: ExplanationView | None
    action: str
    resource: str
    circumstances: tuple[tuple[str, str], ...]


def routes(desk: Desk) -> Sequence[Route]:
    def listing(visit: Visit) -> Response:
        running = desk.running()
        view = PoliciesView(
            policies=tuple(_line(running, running.policies[name]) for name in sorted(running.policies)),
            revision=running.policy_set.revision,
        )
        return desk.html(visit, "policies/policies.html", view, title="Policies", section="policies")

    def read(visit: Visit) -> Response:
        running = desk.running()
        name = visit.parameters["name"]
        document = running.policies.get(name)
        if document is None:
            raise NotFoundError("there is no such policy", code="policy.not-found", hint="look at the list of policies")
        view = PolicyView(
            line=_line(running, document),
            code=code_lines(running.policy_text(name), {warning.line for warning in document.warnings}),
            warnings=document.warnings,
        )
        return desk.html(visit, "policies/policy.html", view, title=name, section="policies")

    def ask_check(visit: Visit) -> Response:
        return _checked(visit, text="", kind=PolicyKind.IDENTITY, checked=False)

    def check(visit: Visit) -> Response:
        text = visit.form.text("text").replace("\r\n", "\n")
        if len(text) > _LONGEST_TEXT:
            raise InvalidInputError("the text is too long", code="policy.length", expected=f"at most {_LONGEST_TEXT}")
        return _checked(visit, text=text, kind=_kind(visit.form.text("kind")), checked=True)

    def _checked(visit: Visit, *, text: str, kind: PolicyKind, checked: bool) -> Response:
        diagnostics: tuple[Diagnostic, ...] = ()
        statements = errors = 0
        if checked:
            try:
                document = parse_policy(text, name="policy", kind=kind)
            except PolicyError as error:
                diagnostics = error.diagnostics
                errors = sum(diagnostic.severity.value == "error" for diagnostic in diagnostics)
            else:
                diagnostics, statements = document.warnings, len(document.statements)
        view = CheckView(
            text=text,
            kind=kind.value,
            kinds=tuple((member.value, name) for member, name in KINDS.items()),
            checked=checked,
            diagnostics=diagnostics,
            errors=errors,
            code=code_lines(text, {diagnostic.line for diagnostic in diagnostics}) if checked else (),
            statements=statements,
        )
        return desk.html(
            visit,
            "policies/check.html",
            view,
            title="Check a policy",
            section="policies",
            status=422 if errors else 200,
        )

    def simulate(visit: Visit) -> Response:
        return _simulated(desk, visit)

    return [
        desk.get("/policies", listing),
        desk.get("/policies/read/{name:path}", read),
        desk.get("/policies/check", ask_check),
        desk.post("/policies/check", check),
        desk.get("/policies/simulate", simulate),
    ]


def _kind(text: str) -> PolicyKind:
    try:
        return PolicyKind(text)
    except ValueError:
        raise InvalidInputError("not a kind of policy", code="policy.kind") from None


def _line(running: Running, document: PolicyDocument) -> PolicyLine:
    allows = sum(statement.effect.value == "Allow" for statement in document.statements)
    return PolicyLine(
        name=document.name,
        kind=KINDS[document.kind],
        statements=len(document.statements),
        allows=allows,
        denies=len(document.statements) - allows,
        concerns=_concerns(running, document.name),
        warnings=len(document.warnings),
    )


def _concerns(running: Running, name: str) -> str:
    found: list[str] = []
    for attachment in running.attachments:
        if attachment.policy != name:
            continue
        if attachment.everyone:
            found.append("everyone signed in")
        found += [f"group {group}" for group in sorted(attachment.groups)]
        found += sorted(attachment.persons)
    found += [f"application {app}" for app, policy in running.resource_policies.items() if policy == name]
    found += [
        "every request" if len(running.guardrails) == 1 else f"every request (level {level})"
        for level, names in enumerate(running.guardrails, 1)
        if name in names
    ]
    return ", ".join(found) or "nobody: attached to nothing"


def _simulated(desk: Desk, visit: Visit) -> Response:
    running = desk.running()
    persons = desk.people.persons()
    fields = visit.query
    application = fields.text("application")
    method = fields.text("method", "GET")
    path = fields.text("path", "/")
    email = fields.text("person")
    assurance = fields.text("assurance", "aal2")
    asked = bool(application and email)
    groups = fields.text("groups").strip()
    explanation: ExplanationView | None = None
    problem = resource = ""
    circumstances: tuple[tuple[str, str], ...] = ()
    if asked:
        try:
            explanation, resource, circumstances = _answer(desk, visit, running)
        except WatchwordError as error:
            problem = str(error) + (f"; {error.hint}" if error.hint else "")
    view = SimulateView(
        person=email or visit.viewer.email,
        groups=groups,
        application=application,
        path=path,
        method=method,
        assurance=assurance,
        context=fields.text("context"),
        persons=tuple((person.email, person.display_name) for person in persons),
        applications=tuple((a.name, a.title or a.name) for a in running.gateway.applications),
        methods=_METHODS,
        problem=problem,
        explanation=explanation,
        action=f"http:{method}",
        resource=resource,
        circumstances=circumstances,
    )
    return desk.html(visit, "policies/simulate.html", view, title="Simulate a request", section="policies")


def _answer(desk: Desk, visit: Visit, running: Running) -> tuple[ExplanationView, str, tuple[tuple[str, str], ...]]:
    fields = visit.query
    email = fields.text("person").strip().lower()
    known = {person.email: person for person in desk.people.persons()}
    named = frozenset(group for group in (part.strip() for part in fields.text("groups").split(",")) if group)
    groups = named or (known[email].groups if email in known else frozenset())
    method = fields.text("method", "GET")
    if method not in _METHODS:
        raise InvalidInputError("not a method that the gateway carries", code="simulate.method", found=repr(method))
    path = fields.text("path", "/")
    if not path.startswith("/"):
        raise InvalidInputError(
            "not a path", code="simulate.path", expected="a path that starts with /", found=repr(path)
        )
    application = ApplicationName(fields.text("application"))
    assurance = AssuranceLevel.parse(fields.text("assurance", "aal2"))
    context = session_context(
        email=email, assurance=assurance, hardware=assurance is AssuranceLevel.AAL3, groups=groups, now=visit.now
    )
    context["aws:SecureTransport"] = running.gateway.listener.tls
    context["watchword:Application"] = application
    resource = str(application_arn(application, path.partition("?")[0]))
    normalised = normalise_context(context)
    normalised.update(normalise_context(_extra(fields.text("context"))))
    for key in _absent(fields.text("context")):
        normalised.pop(key, None)
    principal = person_principal(email, groups)
    request = Request(principal=principal, action=f"http:{method}", resource=resource, context=normalised)
    explanation = explain(request, running.policy_set.applicable(principal, resource))
    circumstances = tuple(
        (key, value if isinstance(value, str) else ", ".join(value)) for key, value in sorted(normalised.items())
    )
    return explanation_view(explanation, running), resource, circumstances


def _extra(text: str) -> dict[str, object]:
    if not text.strip():
        return {}
    try:
        document = json.loads(text)
    except ValueError as error:
        raise InvalidInputError(
            "the circumstances are not JSON",
            code="simulate.context",
            expected='{"aws:SourceIp": "203.0.113.7"}',
            found=str(error),
        ) from error
    if not isinstance(document, dict):
        raise InvalidInputError("the circumstances are not a JSON object", code="simulate.context")
    return document


def _absent(text: str) -> list[str]:
    return [key.lower() for key, value in _extra(text).items() if value is None]
