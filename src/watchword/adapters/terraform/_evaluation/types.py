"""Type constraints of variables: what they change of a value. They fill in optional attributes, and do not validate."""

from typing import Final

from watchword.adapters.terraform._evaluation.expressions import Frame, evaluate
from watchword.adapters.terraform._evaluation.texts import invalid
from watchword.adapters.terraform._hcl.syntax import Call, Expression, Literal, Object, Traversal
from watchword.inventory.values import Absent, Block, Child, Elements, Known, Unknown, UnknownValueError, Value

_COLLECTIONS: Final = frozenset({"list", "set", "map"})


def converted(value: Value, constraint: Expression, frame: Frame) -> Value:
    """Return a value as its constraint makes it. What does not fit is an `Unknown` of the kind INVALID."""
    if isinstance(value, Unknown | Absent):
        return value
    if isinstance(constraint, Traversal):
        return _scalar(value, constraint.name)
    if isinstance(constraint, Literal):
        return _scalar(value, str(constraint.value))  # "string": the way of Terraform 0.11
    if not isinstance(constraint, Call) or not constraint.arguments:
        return value
    inner = constraint.arguments[0]
    if constraint.name in _COLLECTIONS:
        return _collection(value, inner, frame) if _fills(inner) else value
    if constraint.name == "object" and isinstance(inner, Object):
        return _object(value, inner, frame)
    return value


def _fills(constraint: Expression) -> bool:
    """Whether there are objects in it, the only types that add something."""
    if not isinstance(constraint, Call):
        return False
    return constraint.name in {"object", "optional"} or any(_fills(inner) for inner in constraint.arguments)


def _scalar(value: Value, name: str) -> Value:
    if not isinstance(value, Known):
        return value if name not in {"string", "number", "bool"} else invalid(f"a {name} was expected", value.place)
    try:
        if name == "string" and not isinstance(value.value, str):
            return Known(value.text(), value.place, root=value.root, references=value.references)
        if name == "bool" and not isinstance(value.value, bool):
            return Known(value.boolean(), value.place, root=value.root)
        if name == "number" and isinstance(value.value, str):
            number = value.number()
            return Known(int(number) if number == int(number) else number, value.place, root=value.root)
    except (UnknownValueError, OverflowError, ValueError):
        return invalid(f"a {name} was expected", value.place)
    return value


def _collection(value: Value, inner: Expression, frame: Frame) -> Value:
    if isinstance(value, Elements):
        made = [_later(value, index, inner, frame) for index in range(value.seen)]
        return Elements(made, value.place, open_because=value.open_because)
    if isinstance(value, Block):
        children = {name: _later(value, name, inner, frame) for name in value.names()}
        return Block(children, value.place, open_because=value.open_because)
    return value


def _later(of: Value, key: str | int, constraint: Expression, frame: Frame) -> Child:
    return lambda: converted(of[key], constraint, frame)


def _object(value: Value, fields: Object, frame: Frame) -> Value:
    if not isinstance(value, Block):
        return value
    children: dict[str, Child] = {}
    for key, constraint in fields.items:
        name = str(key.value) if isinstance(key, Literal) else ""
        children[name] = _field(value, name, constraint, frame)
    return Block(children, value.place)


def _field(block: Block, name: str, constraint: Expression, frame: Frame) -> Child:
    default: Expression | None = None
    if isinstance(constraint, Call) and constraint.name == "optional" and constraint.arguments:
        default = constraint.arguments[1] if len(constraint.arguments) > 1 else None
        constraint = constraint.arguments[0]

    def make() -> Value:
        child = block[name]
        if isinstance(child, Absent) and default is not None:
            child = evaluate(default, frame)
        return converted(child, constraint, frame)

    return make
