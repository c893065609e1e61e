"""A statement, compiled once: what it says of an action, of a resource, of a context."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from watchword.decision.engine.conditions import Check, CompiledCondition, compile_condition
from watchword.decision.engine.globs import Matcher, compile_glob, compile_resource_glob, tokens
from watchword.decision.engine.model import ContextValue, Layer, StatementRef
from watchword.decision.engine.principals import Principals, compile_principals
from watchword.decision.engine.templates import expand_tokens
from watchword.decision.language import Effect, PolicyDocument, PolicyKind, Statement, Value, Version
from watchword.decision.language.variables import Template, read_template

Context = Mapping[str, ContextValue]
_ARN_COLONS = 5
# The layers in which a statement speaks to those whom its Principal names; elsewhere to whoever has the policy.
_NAMES_PRINCIPALS = frozenset({Layer.RESOURCE, Layer.ENDPOINT, Layer.RESOURCE_GUARDRAIL})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompiledStatement:
    """`keys` are all the condition keys that it reads; `resource_keys` those of variables in its resources.

    `templates` are those of its resources; none in a trust policy, which is about the role that carries it.
    """

    ref: StatementRef
    source: Statement
    layer: Layer
    deny: bool
    action: Matcher  # takes an action in lower case
    resource: Callable[[str, Context], bool]
    fixed: Matcher | None  # the same, where the context has no say; one call less, where a decision spends its time
    conditions: tuple[CompiledCondition, ...]
    checks: tuple[Check, ...]  # those of the conditions
    keys: frozenset[str]
    resource_keys: frozenset[str]
    templates: tuple[Template, ...]
    principals: Principals | None  # None where a statement speaks to whoever has the policy


def compile_document(document: PolicyDocument, layer: Layer) -> tuple[CompiledStatement, ...]:
    return tuple(_compile(document, s, layer) for s in document.statements)


def _compile(document: PolicyDocument, statement: Statement, layer: Layer) -> CompiledStatement:
    conditions = tuple(compile_condition(c, document.version, statement.effect) for c in statement.conditions)
    templates = tuple(_resource_template(r, document.version) for r in statement.resources)
    resource_keys = frozenset(k for t in templates for k in t.keys)
    fixed = _fixed(document, statement, templates)
    return CompiledStatement(
        ref=StatementRef(
            policy=document.name, layer=layer, index=statement.index, sid=statement.sid, line=statement.line
        ),
        source=statement,
        layer=layer,
        deny=statement.effect is Effect.DENY,
        action=_actions(tuple(a.text for a in statement.actions), inverted=statement.not_action),
        resource=_resources(statement, templates) if fixed is None else _without_context(fixed),
        fixed=fixed,
        conditions=conditions,
        checks=tuple(c.check for c in conditions),
        keys=_union(tuple(c.keys for c in conditions), resource_keys),
        resource_keys=resource_keys,
        templates=templates,
        principals=compile_principals(statement) if layer in _NAMES_PRINCIPALS else None,
    )


def _union(keys: tuple[frozenset[str], ...], more: frozenset[str]) -> frozenset[str]:
    if not more and len(keys) == 1:
        return keys[0]  # shared, as most of it is
    return more.union(*keys)


@functools.lru_cache(maxsize=4096)
def _actions(texts: tuple[str, ...], *, inverted: bool) -> Matcher:
    lower = dict.fromkeys(t.lower() for t in texts)
    plain = frozenset(t for t in lower if "*" not in t and "?" not in t)
    matchers = [compile_glob(tokens(t)) for t in lower if t not in plain]
    if inverted:
        return lambda action: action not in plain and not any(m(action) for m in matchers)
    if not matchers:
        return plain.__contains__
    if len(lower) == 1:
        return matchers[0]
    return lambda action: action in plain or any(m(action) for m in matchers)


def _fixed(document: PolicyDocument, statement: Statement, templates: Sequence[Template]) -> Matcher | None:
    if document.kind is PolicyKind.TRUST:
        return _everything  # its resource is the role that carries it
    if not all(t.static for t in templates):
        return None
    static = [compile_resource_glob(expand_tokens(t, {}) or []) for t in templates]
    if statement.not_resource:
        return lambda resource: not any(m(resource) for m in static)
    return static[0] if len(static) == 1 else lambda resource: any(m(resource) for m in static)


def _everything(resource: str) -> bool:  # noqa: ARG001 - the shape of a matcher
    return True


def _without_context(matcher: Matcher) -> Callable[[str, Context], bool]:
    return lambda resource, _: matcher(resource)


def _resource_template(value: Value, version: Version) -> Template:
    text = value.text
    missing = _ARN_COLONS - text.count(":")
    if text != "*" and missing > 0 and not text.endswith("*"):
        text += ":*" * missing  # a short ARN is read as if the missing parts were `*`
    return read_template(text, variables=version is Version.V2012)


def _resources(statement: Statement, templates: Sequence[Template]) -> Callable[[str, Context], bool]:
    static = [compile_resource_glob(expand_tokens(t, {}) or []) for t in templates if t.static]
    dynamic = [t for t in templates if not t.static]

    def listed(resource: str, context: Context) -> bool | None:
        """None: not listed, as far as the variables that could be resolved tell."""
        if any(m(resource) for m in static):
            return True
        unresolved = False
        for template in dynamic:
            pattern = expand_tokens(template, context)
            if pattern is None:
                unresolved = True
            elif compile_resource_glob(pattern)(resource):
                return True
        return None if unresolved else False

    if not statement.not_resource:
        return lambda resource, context: listed(resource, context) is True
    # An unresolved entry excepts nothing: the statement would reach further. A Deny may; an Allow must not.
    deny = statement.effect is Effect.DENY

    def excepted(resource: str, context: Context) -> bool:
        found = listed(resource, context)
        return deny if found is None else not found

    return excepted
