"""The short way to read a document: what is plainly right is read here, and everything else is not.

`read_plain` returns exactly the document that the reader would, places included, or None. It never says what is wrong:
where anything at all deserves a word, an error or a warning, it gives up, and the reader reads from the beginning. So
no rule is decided here. Whether a single text is fit for its place is asked of the reader's own checks, once, and
remembered; what this module decides by itself is only that nothing is there that it does not know.

How it is fast: the standard library's scanner builds the values, and `_cut` finds their places.
"""

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from watchword.decision.language._cut import Cut, NotPlain, Number, decoder
from watchword.decision.language._json import MAX_SIZE, JsonString
from watchword.decision.language.model import (
    Condition,
    Effect,
    PolicyDocument,
    PolicyKind,
    PrincipalEntry,
    PrincipalType,
    Statement,
    Value,
    Version,
)
from watchword.decision.language.operators import Base, Family, Operator, Quantifier, read_operator
from watchword.decision.language.reader import (
    FREE_SID,
    MULTI_VALUED,
    NEWEST_VERSION_ONLY,
    QUOTAS,
    SID,
    WITH_ID,
    WITH_PRINCIPAL,
    Reader,
)

# Texts whose fitness is remembered, for each kind of document: an estate has some thousands of actions and keys.
_REMEMBERED = 4096
# The same for each operator: there are a hundred, and few are used on many values.
_REMEMBERED_OPERANDS = 512
# More digits may not fit into the integers of whoever reads the answers.
MAX_ID_DIGITS = 18
# Whole ARNs without variables, of services about which the reader has nothing more to say. They do not come again.
_WHOLE_ARN = re.compile(r"arn:(?:aws(?:-[a-z]+)*|watchword):(?!iam:)[a-z0-9-]+:[^:$]*:[^:$]*:[^$]*", re.DOTALL)

_decode_pairs = decoder(pairs=True).decode
_KINDS = {k.value: k for k in PolicyKind}
_SCALARS = {True: "true", False: "false"}
_VERSIONS = {v.value: v for v in Version}
_EFFECTS = {e.value: e for e in Effect}
_TYPES = {t.value: t for t in PrincipalType}


def read_plain(text: str | bytes, *, name: str, kind: PolicyKind, storable: bool) -> PolicyDocument | None:
    """Return the document, or None where it is for the reader to say."""
    try:
        plain = Plain(text)
        document = plain.document(plain.value, name=name, kind=kind, storable=storable)
        plain.end()
    except (NotPlain, ValueError, RecursionError):
        return None
    return document


def plain_case(line: bytes, number: int, *, kind: PolicyKind) -> str | int | None:
    """Return the id of a case `{"id", "policy", "kind"?}` whose policy AWS would store, and without a word of warning.

    None where it is for the reader to say. `number` is the line's; `kind` is what the policy is for, unless the case
    says so itself.
    """
    try:
        return _case_with_text(line, kind) if b"\\" in line else _case_with_object(line, number, kind)
    except (NotPlain, ValueError, RecursionError):
        return None


def _case_with_object(line: bytes, number: int, kind: PolicyKind) -> str | int:
    plain = Plain(line, first_line=number)
    case = plain.value
    if type(case) is not dict:
        raise NotPlain
    kind = _own_kind(case, kind)
    identifier = _plain_id(case.get("id"))
    for key, value in case.items():
        plain.met()
        if key == "policy":
            plain.document(value, name="", kind=kind, storable=True)
        else:
            plain.skip(value)
    plain.end()
    if "policy" not in case:
        raise NotPlain
    return identifier


def _case_with_text(line: bytes, kind: PolicyKind) -> str | int:
    # Escapes: the policy is a text. Pairs instead of a dict, so that no key is lost.
    if b"\\u" in line:
        raise NotPlain
    pairs = _decode_pairs(line.decode("utf-8"))
    if type(pairs) is not tuple:
        raise NotPlain
    case = dict(pairs)
    policy = case.get("policy")
    if len(case) != len(pairs) or type(policy) is not str or len(line) > MAX_SIZE:
        raise NotPlain
    identifier = _plain_id(case.get("id"))
    if read_plain(policy, name="", kind=_own_kind(case, kind), storable=True) is None:
        raise NotPlain
    return identifier


def _own_kind(case: Mapping[str, object], kind: PolicyKind) -> PolicyKind:
    if "kind" not in case:
        return kind
    own = case["kind"]
    if type(own) is not str or own not in _KINDS:
        raise NotPlain
    return _KINDS[own]


def _plain_id(value: object) -> str | int:
    if type(value) is str:
        return value
    if type(value) is Number and value.isdigit() and len(value) <= MAX_ID_DIGITS:
        return int(value)
    raise NotPlain


@dataclass(frozen=True, slots=True)
class _Operator:
    operator: Operator
    literal: bool  # whether * and ? under it deserve a word


class Plain(Cut):
    """A text whose value may be, or hold, a plain document. Raise `NotPlain` for what is not for us."""

    def __init__(self, text: str | bytes, *, first_line: int = 1) -> None:
        super().__init__(text, first_line=first_line, max_size=MAX_SIZE)

    def skip(self, value: object) -> None:
        """Pass over a value that is nobody's business, if it is simple."""
        if type(value) is str:
            self.met()
        elif type(value) is dict or type(value) is list:
            raise NotPlain

    # The document

    def document(self, root: object, *, name: str, kind: PolicyKind, storable: bool) -> PolicyDocument:
        if type(root) is not dict or (storable and self.longer_than(QUOTAS[kind][0])):
            raise NotPlain
        said = root.get("Version")
        version = _VERSIONS.get(said) if type(said) is str else None
        if version is None or (version is Version.V2008 and kind in NEWEST_VERSION_ONLY):
            raise NotPlain
        rules = _rules(kind, version, storable)
        identifier: str | None = None
        statements: tuple[Statement, ...] = ()
        for key, value in root.items():
            self._met += 1
            if key == "Version":
                self._met += 1
            elif key == "Statement":
                statements = self._statements(value, rules)
            elif key == "Id" and type(value) is str and kind in WITH_ID:
                identifier = value
                self._met += 1
            else:
                raise NotPlain
        if not statements:
            raise NotPlain
        return PolicyDocument(name=name, kind=kind, version=version, statements=statements, id=identifier)

    def _statements(self, value: object, rules: "_Rules") -> tuple[Statement, ...]:
        if type(value) is dict:
            return (self._statement(0, value, rules),)
        if type(value) is not list:
            raise NotPlain
        statements = tuple([self._statement(index, item, rules) for index, item in enumerate(value)])
        if len(statements) > 1:
            sids = [s.sid for s in statements if s.sid is not None]
            if len(set(sids)) != len(sids):
                raise NotPlain
        return statements

    def _statement(self, index: int, item: object, rules: "_Rules") -> Statement:
        if type(item) is not dict or not item:
            raise NotPlain
        line, column = self.object_place()
        said = item.get("Effect")
        effect = _EFFECTS.get(said) if type(said) is str else None
        if effect is None:
            raise NotPlain
        allow = effect is Effect.ALLOW
        sid: str | None = None
        actions: tuple[Value, ...] = ()
        resources: tuple[Value, ...] = ()
        principals: tuple[PrincipalEntry, ...] | None = None
        conditions: tuple[Condition, ...] = ()
        inverse = set()
        for key, value in item.items():
            self._met += 1
            match key:
                case "Effect":
                    self._met += 1
                case "Action":
                    actions = self._values(value, rules.action)
                case "Resource":
                    resources = self._values(value, rules.resource)
                case "Condition":
                    conditions = self._conditions(value, rules, allow=allow)
                case "Sid":
                    sid = self._sid(value, rules)
                case "Principal":
                    principals = self._principals(value, rules, effect, inverse=False)
                case "NotAction" | "NotResource" | "NotPrincipal":
                    # With Allow each deserves a word; beside its own element each is an error.
                    if allow or key[3:] in item:
                        raise NotPlain
                    inverse.add(key)
                    if key == "NotPrincipal":
                        principals = self._principals(value, rules, effect, inverse=True)
                        continue
                    values = self._values(value, rules.action if key == "NotAction" else rules.resource)
                    if any(v.text == "*" for v in values):
                        raise NotPlain
                    if key == "NotAction":
                        actions = values
                    else:
                        resources = values
                case _:
                    raise NotPlain
        kind = rules.kind
        if (
            not actions
            or (not resources) is not (kind is PolicyKind.TRUST)
            or (principals is None) is (kind in WITH_PRINCIPAL)
            or (kind is PolicyKind.TRUST and rules.storable and "NotPrincipal" in inverse)
        ):
            raise NotPlain
        if kind is PolicyKind.RCP and (
            allow
            or principals is None
            or inverse - {"NotResource"}
            or len(principals) != 1
            or principals[0].value.text != "*"
            or (rules.storable and any(a.text == "*" for a in actions))
        ):
            raise NotPlain
        return Statement(
            index=index,
            effect=effect,
            actions=actions,
            resources=resources,
            principals=principals,
            not_action="NotAction" in inverse,
            not_resource="NotResource" in inverse,
            not_principal="NotPrincipal" in inverse,
            conditions=conditions,
            sid=sid,
            line=line,
            column=column,
        )

    def _sid(self, value: object, rules: "_Rules") -> str | None:
        if type(value) is not str or (rules.kind not in FREE_SID and not SID.fullmatch(value)):
            raise NotPlain
        self._met += 1
        return value or None

    def _values(self, value: object, fit: Callable[[str], bool]) -> tuple[Value, ...]:
        if type(value) is str:
            return (self._value(value, fit),)
        if type(value) is not list or not value:
            raise NotPlain
        return tuple([self._value(item, fit) for item in value])

    def _value(self, value: object, fit: Callable[[str], bool]) -> Value:
        if type(value) is not str or not fit(value):
            raise NotPlain
        line, column = self.string_place()
        self._met += 1
        return Value(text=value, line=line, column=column)

    def _principals(
        self, value: object, rules: "_Rules", effect: Effect, *, inverse: bool
    ) -> tuple[PrincipalEntry, ...]:
        if value == "*" and type(value) is str:
            return (PrincipalEntry(type=PrincipalType.AWS, value=self._value(value, _everyone)),)
        if type(value) is not dict or not value:
            raise NotPlain
        entries: list[PrincipalEntry] = []
        for key, names in value.items():
            self._met += 1
            kind = _TYPES.get(key)
            if kind is None:
                raise NotPlain
            fit = rules.principal(kind, effect, inverse)
            entries += [PrincipalEntry(type=kind, value=v) for v in self._values(names, fit)]
        return tuple(entries)

    # Conditions

    def _conditions(self, value: object, rules: "_Rules", *, allow: bool) -> tuple[Condition, ...]:
        if type(value) is not dict or not value:
            raise NotPlain
        conditions: list[Condition] = []
        for name, keys in value.items():
            self._met += 1
            known = _operator(name)
            if known is None or type(keys) is not dict or not keys:
                raise NotPlain
            if allow and known.operator.quantifier is Quantifier.ALL:
                raise NotPlain
            for key, values in keys.items():
                conditions.append(self._condition(known, key, values, rules, allow=allow))
        if len(conditions) > 1:
            tags = [c.key for c in conditions if "/" in c.key]
            if len(set(tags)) != len({t.lower() for t in tags}):
                raise NotPlain
            if len({(c.operator, c.key.lower()) for c in conditions}) != len(conditions):
                raise NotPlain
        return tuple(conditions)

    def _condition(self, known: _Operator, key: str, values: object, rules: "_Rules", *, allow: bool) -> Condition:
        line, column = self.string_place()
        self._met += 1
        operator = known.operator
        if not rules.key(key):
            raise NotPlain
        lower = key.lower()
        if operator.quantifier is None and lower in MULTI_VALUED and operator.base is not Base.NULL:
            raise NotPlain
        if not allow and lower == "aws:multifactorauthpresent" and operator.base is Base.BOOL:
            raise NotPlain
        fit = rules.operand(operator)
        read: tuple[Value, ...]
        if type(values) is bool or type(values) is Number:
            text = _SCALARS[values] if type(values) is bool else str.__str__(values)
            if not fit(text):
                raise NotPlain
            at_line, at_column = self.value_place()
            read = (Value(text=text, line=at_line, column=at_column),)
        else:
            read = self._values(values, fit)
        if known.literal and any("*" in v.text or "?" in v.text for v in read):
            raise NotPlain
        if operator.base is Base.NULL and len(read) > 1:
            raise NotPlain
        return Condition(operator=operator, key=key, values=read, line=line, column=column)


def _everyone(_text: str) -> bool:
    return True


@functools.lru_cache(maxsize=1024)
def _operator(name: str) -> _Operator | None:
    """Return the operator of that name in its own spelling; set operators with `IfExists` deserve a word."""
    operator = read_operator(name)
    if operator is None or str(operator) != name or (operator.quantifier and operator.if_exists):
        return None
    base = operator.base
    literal = base.family is Family.STRING and base not in {Base.STRING_LIKE, Base.STRING_NOT_LIKE}
    return _Operator(operator, literal)


class _Rules:
    """The reader's checks of single texts, in one kind and version of document, each answer remembered."""

    def __init__(self, kind: PolicyKind, version: Version, *, storable: bool) -> None:
        self.kind = kind
        self.storable = storable
        self._version = version
        self.action = self._asked(lambda reader, text: reader.check_action(text))
        whole, asked = _WHOLE_ARN.fullmatch, self._asked(lambda reader, text: reader.check_resource(text))
        self.resource: Callable[[str], bool] = lambda text: whole(text) is not None or asked(text)
        self.key = self._asked(lambda reader, text: reader.check_key(text))
        self.operand = functools.cache(self._operand)
        self.principal = functools.cache(self._principal)

    def _asked(
        self, check: Callable[[Reader, JsonString], None], *, remembered: int = _REMEMBERED
    ) -> Callable[[str], bool]:
        def silent(text: str) -> bool:
            reader = Reader("", self.kind, storable=self.storable, version=self._version)
            check(reader, JsonString(0, 0, text))
            return reader.silent

        return functools.lru_cache(maxsize=remembered)(silent)

    def _operand(self, operator: Operator) -> Callable[[str], bool]:
        asked = self._asked(
            lambda reader, text: reader.check_condition_value(operator, Value(text=text.text)),
            remembered=_REMEMBERED_OPERANDS,
        )
        if operator.base.family is not Family.STRING:
            return asked
        return lambda text: "${" not in text or asked(text)

    def _principal(self, kind: PrincipalType, effect: Effect, inverse: bool) -> Callable[[str], bool]:  # noqa: FBT001 - cached by position
        return self._asked(lambda reader, text: reader.check_principal(kind, text, effect, inverse=inverse))


@functools.cache
def _rules(kind: PolicyKind, version: Version, storable: bool) -> _Rules:  # noqa: FBT001 - cached by position
    return _Rules(kind, version, storable=storable)
