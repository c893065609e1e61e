"""Expressions to values. Lazy where a tree is made, three-valued where a condition is not known; never raises.

An expression that fails (a name that is not in an object, a text where a number must be) is an `Unknown` of the kind
INVALID or REFERENCE: `try` and `can` look for these two. `null` is `Absent`.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, Protocol

from watchword.adapters.terraform._evaluation.budget import LONGEST_LIST, Budget, over
from watchword.adapters.terraform._evaluation.functions import FileReader, call_function
from watchword.adapters.terraform._evaluation.texts import invalid, joined, plainly, whole
from watchword.adapters.terraform._hcl.parser import parse_template
from watchword.adapters.terraform._hcl.syntax import (
    Access,
    Binary,
    Call,
    Conditional,
    Expression,
    ForObject,
    ForTuple,
    Literal,
    Object,
    Source,
    Splat,
    Template,
    TemplateFor,
    TemplateIf,
    Traversal,
    Tuple,
    Unary,
)
from watchword.inventory.values import (
    Absent,
    Block,
    Child,
    Elements,
    Known,
    Place,
    Reason,
    ReasonKind,
    Reference,
    Unknown,
    UnknownValueError,
    Value,
)

_FAILED: Final = frozenset({ReasonKind.INVALID, ReasonKind.REFERENCE})
_HIGHEST: Final = 1e300  # numbers beyond are refused: products of products would fill the memory
# The attribute of a reference to all instances of a thing, of which it is not known how many there are.
ALL: Final = "*"
NOTHING: Final[Mapping[str, Value]] = {}


class Module(Protocol):
    """What an expression may refer to: a call of a module."""

    @property
    def budget(self) -> Budget: ...

    @property
    def files(self) -> FileReader: ...

    def variable(self, name: str, place: Place) -> Value: ...

    def local(self, name: str, place: Place) -> Value: ...

    def child(self, name: str, place: Place) -> Value:
        """Return the outputs of the module called `name`."""
        ...

    def resource(self, native_type: str, name: str, place: Place) -> Value: ...

    def data(self, native_type: str, name: str, place: Place) -> Value: ...

    def path(self, name: str, place: Place) -> Value: ...


class Frame:
    """Where an expression is evaluated: its module, its file, and the names that are bound around it."""

    __slots__ = ("bindings", "module", "source")

    def __init__(self, module: Module, source: Source, bindings: Mapping[str, Value] = NOTHING) -> None:
        self.module = module
        self.source = source
        self.bindings = bindings

    def binding(self, names: Mapping[str, Value]) -> "Frame":
        return Frame(self.module, self.source, {**self.bindings, **names})


def evaluate(expression: Expression, frame: Frame) -> Value:
    """Return what an expression is. A tree's parts are evaluated when they are asked for."""
    return _EVALUATE[type(expression)](expression, frame)


def later(expression: Expression, frame: Frame) -> Child:
    """Return the value of a literal, and of anything else a function that evaluates it."""
    if type(expression) is Literal:
        return _literal(expression, frame)
    return lambda: evaluate(expression, frame)


def failed(value: Value) -> bool:
    """Whether evaluation went wrong, so that `try` goes on."""
    return isinstance(value, Unknown) and bool(value.reasons) and value.reasons[0].kind in _FAILED


def _place(expression: Expression, frame: Frame) -> Place:
    return frame.source.place(expression.start, expression.end)


def _literal(expression: Literal, frame: Frame) -> Value:
    literals = frame.source.literals
    value = literals.get(id(expression))
    if value is None:
        value = literals[id(expression)] = at_place(expression, _place(expression, frame))
    return value


def at_place(expression: Literal, place: Place) -> Value:
    return Absent(place) if expression.value is None else Known(expression.value, place)


# Names and steps


def _traversal(expression: Traversal, frame: Frame) -> Value:
    name, steps = expression.name, expression.steps
    bound = frame.bindings.get(name)
    if bound is not None:
        return _walk(bound, steps, expression, frame)
    module = frame.module
    place = _place(expression, frame)
    if not steps or not isinstance(steps[0], str):
        return Unknown((Reason(ReasonKind.REFERENCE, f"{name} names nothing", place),), place)
    first = steps[0]
    if name == "var":
        return _walk(module.variable(first, place), steps[1:], expression, frame)
    if name == "local":
        return _walk(module.local(first, place), steps[1:], expression, frame)
    if name == "module":
        return _walk(module.child(first, place), steps[1:], expression, frame)
    if name in {"path", "terraform"}:
        return module.path(first, place) if name == "path" else _workspace(first, place)
    if name in {"each", "count", "self"}:
        return Unknown((Reason(ReasonKind.ITERATION, f"{name}.{first} is not known here", place),), place)
    if name == "data":
        if len(steps) < 2 or not isinstance(steps[1], str):  # noqa: PLR2004 - data.type.name
            return Unknown((Reason(ReasonKind.REFERENCE, "a data source has a type and a name", place),), place)
        return _walk(module.data(first, steps[1], place), steps[2:], expression, frame)
    return _walk(module.resource(name, first, place), steps[1:], expression, frame)


def _workspace(name: str, place: Place) -> Value:
    why = f"terraform.{name} is known when it is run"
    reference = Reference(f"#terraform.{name}")
    return Unknown((Reason(ReasonKind.VARIABLE, why, place),), place, references=(reference,), parts=(reference,))


def _access(expression: Access, frame: Frame) -> Value:
    return _walk(evaluate(expression.of, frame), expression.steps, expression, frame)


def _walk(value: Value, steps: tuple[str | int | Expression, ...], of: Expression, frame: Frame) -> Value:
    for step in steps:
        if isinstance(step, str | int):
            value = take(value, step, frame, of)
        else:
            key = evaluate(step, frame)
            if isinstance(key, Known):
                value = take(value, key.value if isinstance(key.value, str | int) else str(key.value), frame, of)
            elif isinstance(key, Unknown):
                value = _anywhere(value, key)
            else:
                value = invalid("an index is a text or a number", _place(of, frame))
    return value


def take(value: Value, step: str | int, frame: Frame, of: Expression) -> Value:
    """Take one step. What is not there is a failure, unlike in a check: `null` and missing differ here."""
    if isinstance(value, Unknown):
        return _into(value, step)
    if isinstance(value, Block):
        name = str(step)
        child = value.child(name)
        if child is not None:
            return child
        if isinstance(step, int) and step == 0 and not value.names() and not value.open_because:
            return invalid("nothing is at 0", _place(of, frame))
        if value.open_because:
            return Unknown(value.open_because, _place(of, frame))
        return invalid(f"there is no {name} in it", _place(of, frame))
    if isinstance(value, Elements):
        if isinstance(step, str) and step.isdecimal():
            step = int(step)
        if isinstance(step, int) and not isinstance(step, bool):
            if 0 <= step < value.seen or value.open_because:
                return value[step] if step >= 0 else invalid("an index below 0", _place(of, frame))
            return invalid(f"there is no element {step}", _place(of, frame))
    return invalid(f"{step!r} cannot be taken of it", _place(of, frame))


def _into(value: Unknown, step: str | int) -> Unknown:
    """A part of something unknown. Of all instances of a thing, that is one; of one, it is that attribute of it."""
    if value.references and value.references[0].attribute == ALL:
        reference = value.references[0]._replace(attribute="")
        return Unknown(value.reasons, value.place, root=value.root, references=(reference,))
    if value.references and not value.references[0].attribute and isinstance(step, str):
        reference = value.references[0]._replace(attribute=step)
        return Unknown(value.reasons, value.place, root=value.root, references=(reference,), parts=(reference,))
    return Unknown(value.reasons, value.place, root=value.root)


def _anywhere(value: Value, key: Unknown) -> Value:
    """An element of which the index is not known: of instances of a resource, some instance of it."""
    if isinstance(value, Unknown):
        return _into(value, 0)
    first = next(iter(_elements(value)), None)
    if isinstance(first, Unknown) and not first.references:
        return Unknown(key.reasons, key.place)
    target = first.symbol() if isinstance(first, Symbolic) else None
    if target is not None:
        return Unknown(key.reasons, key.place, references=(Reference(target),))
    return Unknown(key.reasons, key.place)


class Symbolic(Block):
    """A block that stands for a declared thing: what any instance of it is called."""

    __slots__ = ()
    __hash__ = None

    def symbol(self) -> str:
        raise NotImplementedError


def _elements(value: Value) -> Iterator[Value]:
    """Yield the elements of a list or the values of a map, as `for` and splats do; `null`s too."""
    if isinstance(value, Elements):
        for index in range(value.seen):
            yield value[index]
    elif isinstance(value, Block):
        for name in value.names():
            yield value[name]


def _splat(expression: Splat, frame: Frame) -> Value:
    of = evaluate(expression.of, frame)
    place = _place(expression, frame)
    if isinstance(of, Absent):
        return Elements([], place)
    if isinstance(of, Unknown):
        if of.references and of.references[0].attribute in {"", ALL}:
            whole = _into(of, 0) if of.references[0].attribute else of
            for step in expression.steps:
                whole = _into(whole, step) if isinstance(step, str | int) else Unknown(of.reasons, place)
            return Elements([whole], place, open_because=of.reasons)
        return Unknown(of.reasons, place)
    if not isinstance(of, Elements):
        return Elements([_walk(of, expression.steps, expression, frame)], place)
    if not frame.module.budget.spend(of.seen):
        return over("more elements than are evaluated", place)
    if not expression.steps:
        return of
    if of.seen > LONGEST_LIST:
        return over("a list longer than is evaluated", place)
    children: list[Child] = [_stepping(of, index, expression, frame) for index in range(of.seen)]
    return Elements(children, place, open_because=of.open_because)


def _stepping(of: Elements, index: int, expression: Splat, frame: Frame) -> Callable[[], Value]:
    return lambda: _walk(of[index], expression.steps, expression, frame)


# Texts


def _template(expression: Template, frame: Frame) -> Value:
    return joined([evaluate(part, frame) for part in expression.parts], _place(expression, frame))


def _template_if(expression: TemplateIf, frame: Frame) -> Value:
    return _choose(expression.condition, expression.then, expression.otherwise, expression, frame)


def _template_for(expression: TemplateFor, frame: Frame) -> Value:
    place = _place(expression, frame)
    collection = evaluate(expression.collection, frame)
    pairs = _pairs(collection, frame, place)
    if isinstance(pairs, Unknown):
        return Unknown(pairs.reasons, place, parts=(None,))
    texts = [evaluate(expression.body, _bound(frame, expression.key, expression.value, k, v)) for k, v in pairs]
    if isinstance(collection, Block | Elements) and collection.open_because:
        texts.append(Unknown(collection.open_because, place))
    return joined(texts, place)


# Collections


def _tuple(expression: Tuple, frame: Frame) -> Value:
    return Elements([later(element, frame) for element in expression.elements], _place(expression, frame))


def _object(expression: Object, frame: Frame) -> Value:
    children: dict[str, Child] = {}
    doubts: tuple[Reason, ...] = ()
    for key, value in expression.items:
        if type(key) is Literal and key.value is not None:
            name: str | None = Known(key.value).text()
        else:
            name, doubts = _name_of(evaluate(key, frame), doubts)
        if name is not None:
            children[name] = later(value, frame)
    return Block(children, _place(expression, frame), open_because=doubts)


def _name_of(key: Value, doubts: tuple[Reason, ...]) -> tuple[str | None, tuple[Reason, ...]]:
    if isinstance(key, Known):
        return key.text(), doubts
    if isinstance(key, Unknown):
        return None, (*doubts, *key.reasons)
    return None, (*doubts, Reason(ReasonKind.INVALID, "a name is a text", key.place))


def _pairs(collection: Value, frame: Frame, place: Place) -> list[tuple[Value, Value]] | Unknown:
    """Return keys and values of what `for` goes through. What an open collection holds beyond is for the caller."""
    if isinstance(collection, Elements):
        if not frame.module.budget.spend(collection.seen):
            return over("more elements than are evaluated", place)
        return [(Known(index, place), collection[index]) for index in range(collection.seen)]
    if isinstance(collection, Block):
        names = collection.names()
        if not frame.module.budget.spend(len(names)):
            return over("more elements than are evaluated", place)
        return [(Known(name, collection.place), collection[name]) for name in names]
    if isinstance(collection, Unknown):
        return collection
    return invalid("only lists and maps can be gone through", place)


def _bound(frame: Frame, key_name: str | None, value_name: str, key: Value, value: Value) -> Frame:
    return frame.binding({key_name: key, value_name: value} if key_name else {value_name: value})


def _for_tuple(expression: ForTuple, frame: Frame) -> Value:
    place = _place(expression, frame)
    collection = evaluate(expression.collection, frame)
    pairs = _pairs(collection, frame, place)
    if isinstance(pairs, Unknown):
        return Unknown(pairs.reasons, place)
    children: list[Child] = []
    doubts = _open(collection)
    for key, value in pairs:
        inner = _bound(frame, expression.key, expression.value, key, value)
        kept = _kept(expression.condition, inner)
        if isinstance(kept, Unknown):
            doubts += kept.reasons
        elif kept:
            children.append(later(expression.element, inner))
    return Elements(children, place, open_because=tuple(dict.fromkeys(doubts)))


def _for_object(expression: ForObject, frame: Frame) -> Value:
    place = _place(expression, frame)
    collection = evaluate(expression.collection, frame)
    pairs = _pairs(collection, frame, place)
    if isinstance(pairs, Unknown):
        return Unknown(pairs.reasons, place)
    children: dict[str, Child] = {}
    groups: dict[str, list[Child]] = {}
    doubts = _open(collection)
    for key, value in pairs:
        inner = _bound(frame, expression.key, expression.value, key, value)
        kept = _kept(expression.condition, inner)
        if isinstance(kept, Unknown):
            doubts += kept.reasons
            continue
        if not kept:
            continue
        name, doubts = _name_of(evaluate(expression.name, inner), doubts)
        if name is None:
            continue
        if expression.group:
            groups.setdefault(name, []).append(later(expression.element, inner))
        else:
            children[name] = later(expression.element, inner)
    for name, group in groups.items():
        children[name] = Elements(group, place)
    return Block(children, place, open_because=tuple(dict.fromkeys(doubts)))


def _open(collection: Value) -> tuple[Reason, ...]:
    return collection.open_because if isinstance(collection, Block | Elements) else ()


def _kept(condition: Expression | None, frame: Frame) -> bool | Unknown:
    return True if condition is None else truth(evaluate(condition, frame))


def truth(value: Value) -> bool | Unknown:
    """Return a condition's boolean, or what is not known about it."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Absent):
        return invalid("a condition is null", value.place)
    try:
        return value.boolean()
    except UnknownValueError as error:
        return Unknown(error.reasons, value.place)


# Operators


def _conditional(expression: Conditional, frame: Frame) -> Value:
    return _choose(expression.condition, expression.then, expression.otherwise, expression, frame)


def _choose(condition: Expression, then: Expression, otherwise: Expression, whole: Expression, frame: Frame) -> Value:
    decided = truth(evaluate(condition, frame))
    if not isinstance(decided, Unknown):
        return evaluate(then if decided else otherwise, frame)
    place = _place(whole, frame)
    one, other = evaluate(then, frame), evaluate(otherwise, frame)
    if isinstance(one, Known) and isinstance(other, Known) and one == other:
        return one
    if isinstance(one, Absent) and isinstance(other, Absent):
        return one
    return Unknown(decided.reasons, place)


def _unary(expression: Unary, frame: Frame) -> Value:
    value = evaluate(expression.operand, frame)
    place = _place(expression, frame)
    if isinstance(value, Unknown):
        return Unknown(value.reasons, place, root=value.root)
    if isinstance(value, Absent):
        return invalid("null cannot be negated", place)
    try:
        if expression.operator == "!":
            return Known(not value.boolean(), place, root=value.root)
        return Known(-value.number(), place, root=value.root)
    except UnknownValueError as error:
        return Unknown(error.reasons, place)


def _binary(expression: Binary, frame: Frame) -> Value:
    operator = expression.operator
    if operator in {"&&", "||"}:
        return _logical(expression, frame)
    left, right = evaluate(expression.left, frame), evaluate(expression.right, frame)
    place = _place(expression, frame)
    if operator in {"==", "!="}:
        same = equal(left, right, frame.module.budget)
        return Unknown(same.reasons, place) if isinstance(same, Unknown) else Known(same == (operator == "=="), place)
    for side in (left, right):
        if isinstance(side, Unknown):
            return Unknown(side.reasons, place)
        if isinstance(side, Absent):
            return invalid("null is no number", place)
    try:
        return _arithmetic(operator, left.number(), right.number(), place)
    except UnknownValueError as error:
        return Unknown(error.reasons, place)


def _arithmetic(operator: str, left: float, right: float, place: Place) -> Value:
    if operator in {"<", ">", "<=", ">="}:
        truths = {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}
        return Known(truths[operator], place)
    if operator in {"/", "%"} and right == 0:
        return invalid("division by 0", place)
    result: float
    if operator == "+":
        result = left + right
    elif operator == "-":
        result = left - right
    elif operator == "*":
        result = left * right
    elif operator == "/":
        result = left / right
    else:
        result = left - right * int(left / right)  # the remainder has the sign of the dividend
    if abs(result) > _HIGHEST:
        return invalid("a number beyond what can be computed with", place)
    return Known(whole(result), place)


def _logical(expression: Binary, frame: Frame) -> Value:
    """`&&` and `||`, three-valued: false and unknown is false, true or unknown is true."""
    decisive = expression.operator == "||"
    place = _place(expression, frame)
    left = truth(evaluate(expression.left, frame))
    if left is decisive:
        return Known(decisive, place)
    right = truth(evaluate(expression.right, frame))
    if right is decisive:
        return Known(decisive, place)
    for side in (left, right):
        if isinstance(side, Unknown):
            return Unknown(side.reasons, place)
    return Known(not decisive, place)


def equal(left: Value, right: Value, budget: Budget) -> bool | Unknown:
    """Whether two values are the same, or why that cannot be told."""
    if isinstance(left, Absent) or isinstance(right, Absent):
        for side in (left, right):
            if isinstance(side, Unknown) and _may_be_null(side):
                return Unknown(side.reasons)
        try:
            return left.is_absent and right.is_absent
        except UnknownValueError as error:
            return Unknown(error.reasons)
    try:
        if isinstance(left, Unknown):
            return left == (right.value if isinstance(right, Known) else right)
        if isinstance(right, Unknown):
            return right == (left.value if isinstance(left, Known) else left)
        if isinstance(left, Known) and isinstance(right, Known):
            return left == right  # stricter in Terraform, where "1" is not 1; a front-end of JSON cannot tell them
        return plainly(left, budget) == plainly(right, budget)
    except UnknownValueError as error:
        return Unknown(error.reasons)


def _may_be_null(value: Unknown) -> bool:
    """Whether this is a variable that has to be set: checks take it for something, who compares it expects null."""
    return len(value.parts) == 1 and bool(value.reasons) and value.reasons[0].kind is ReasonKind.VARIABLE


# Functions


def _call(expression: Call, frame: Frame) -> Value:
    name = expression.name.removeprefix("core::")
    place = _place(expression, frame)
    if name == "try":
        value: Value = invalid("nothing to try", place)
        for argument in expression.arguments:
            value = evaluate(argument, frame)
            if not failed(value):
                return value
        return value
    if name == "can":
        value = evaluate(expression.arguments[0], frame) if expression.arguments else invalid("nothing to try", place)
        made = isinstance(value, Unknown) and bool(value.reasons) and value.reasons[0].kind is ReasonKind.AFTER_APPLY
        if isinstance(value, Unknown) and not failed(value) and not made:
            return Unknown(value.reasons, place)
        return Known(not failed(value), place)
    arguments = [evaluate(argument, frame) for argument in expression.arguments]
    if expression.expand and arguments:
        last = arguments.pop()
        if isinstance(last, Unknown):
            return Unknown(last.reasons, place)
        if isinstance(last, Elements) and last.open_because:
            return Unknown(last.open_because, place)
        if not frame.module.budget.spend(last.seen if isinstance(last, Elements) else 0):
            return over("more elements than are evaluated", place)
        arguments.extend(_elements(last))
    if name == "templatefile":
        return _template_file(arguments, frame, place)
    return call_function(name, arguments, place, files=frame.module.files, budget=frame.module.budget)


def _template_file(arguments: list[Value], frame: Frame, place: Place) -> Value:
    text = call_function("file", arguments[:1], place, files=frame.module.files, budget=frame.module.budget)
    if not isinstance(text, Known):
        return text
    names = arguments[1] if len(arguments) > 1 else Block({}, place)
    if isinstance(names, Unknown):
        return Unknown(names.reasons, place)
    if not isinstance(names, Block):
        return invalid("the variables of a template are a map", place)
    source, expression = parse_template(text.text(), text.place.file)
    if expression is None:
        return invalid(f"the template does not parse: {source.problems[0].text}", place)
    bindings = {name: names[name] for name in names.names()}
    value = evaluate(expression, Frame(frame.module, source, bindings))
    if isinstance(value, Known):
        return Known(value.value, place, root=value.place)
    if isinstance(value, Unknown):
        return Unknown(value.reasons, place, parts=value.parts)
    return value


_EVALUATE: Final[dict[type, Callable[..., Value]]] = {
    Literal: _literal,
    Template: _template,
    TemplateIf: _template_if,
    TemplateFor: _template_for,
    Traversal: _traversal,
    Access: _access,
    Splat: _splat,
    Call: _call,
    Unary: _unary,
    Binary: _binary,
    Conditional: _conditional,
    Tuple: _tuple,
    Object: _object,
    ForTuple: _for_tuple,
    ForObject: _for_object,
}
