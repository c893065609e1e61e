"""A template's values: parameters, mappings, conditions and intrinsic functions. Lazy, three-valued, never raises.

- A parameter is its default; without one it is unknown. What is read when it is deployed (SSM, dynamic references,
  imports, availability zones) is unknown. `AWS::Partition` and `AWS::URLSuffix` are taken for `aws` and
  `amazonaws.com`, because no check judges otherwise in another partition; other pseudo parameters are unknown.
- `Fn::If` takes the branch of its condition. Where that is not known both are looked at: what both agree on is known.
- A resource under a condition is evaluated as if the condition held, with what follows from it (`_Assumptions`).
- `Ref` and `Fn::GetAtt` of a resource are unknown and say which resource. `Ref` of nothing is unknown as well.
- `Fn::Base64` is the text that is encoded, because that is what is judged.

Source: CloudFormation User Guide and Template Reference, "Intrinsic function reference", "Pseudo parameters reference",
"Condition functions", "Fn::ForEach".
"""

import ipaddress
import json
import re
from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingOf
from typing import Final, NamedTuple

from watchword.adapters.cloudformation._texts import invalid, joined, text_value
from watchword.adapters.documents import (
    Entry,
    Mapping,
    Node,
    Scalar,
    Sequence,
    node_at,
    place_of,
    place_of_entry,
    scalar_value,
    text_at,
)
from watchword.inventory.values import (
    Absent,
    AbsentValueError,
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

# Intrinsics and conditions within each other. Python's stack holds a thousand frames, and each takes four or five.
_DEEPEST: Final = 100
# Bodies that the loops of one template may make. A template may have 500 resources (CloudFormation's quota).
MOST_ITERATIONS: Final = 10_000
# Functions, elements and substitutions that one template may make us evaluate, again for each round of a loop. One of a
# megabyte (CloudFormation's quota) makes some 20,000; ten times that is some seconds.
STEPS: Final = 200_000
_MOST_SUBNETS: Final = 256  # Fn::Cidr's own quota

_FOR_EACH: Final = "Fn::ForEach::"
_NO_VALUE: Final = "AWS::NoValue"
_CONSTANT: Final = {"AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com"}
_PSEUDO: Final = frozenset({"AWS::AccountId", "AWS::NotificationARNs", "AWS::Region", "AWS::StackId", "AWS::StackName"})
_SUBSTITUTION = re.compile(r"\$\{([^{}]*+)\}")
_LOOP_NAME = re.compile(r"[$&]\{([A-Za-z0-9]++)\}")


def known_tag(tag: str) -> bool:
    """Whether a tag is the short form of an intrinsic function."""
    return tag in _SHORT


class Frame:
    """Where something is evaluated: names that are bound around it, conditions that are taken to hold."""

    __slots__ = ("assumed", "bindings", "blind", "decided", "template")

    def __init__(
        self,
        template: "Template",
        *,
        bindings: MappingOf[str, Value] | None = None,
        assumed: MappingOf[str, bool] | None = None,
        blind: bool = False,
    ) -> None:
        self.template = template
        self.bindings = bindings or {}
        self.assumed = assumed or {}
        self.blind = blind  # parameters' defaults do not count: for what holds whatever is deployed
        self.decided: dict[str, Value | None] = {}  # None while a condition is being decided

    def binding(self, name: str, value: Value) -> "Frame":
        return Frame(self.template, bindings={**self.bindings, name: value}, assumed=self.assumed, blind=self.blind)


class Named(NamedTuple):
    """An entry of a mapping with its loops run."""

    name: str
    entry: Entry
    frame: Frame
    counted: bool  # False where it is not known which there are: it stands for all of them


class Template:
    """One template as a whole. `made` are the logical ids of resources, also of those that a transform makes.

    `given` are the values of parameters that a stack hands to it, `stacks` the templates of the stacks that it makes:
    `Database.Outputs.Address` is what that template says.
    """

    __slots__ = (
        "_depth",
        "_iterations",
        "_steps",
        "conditions",
        "file",
        "given",
        "made",
        "mappings",
        "node",
        "parameters",
        "root",
        "stacks",
    )

    def __init__(self, node: Mapping, file: str, root: str, given: MappingOf[str, Value] | None = None) -> None:
        self.node = node
        self.file = file
        self.root = root
        self.parameters = _entries(node, "Parameters")
        self.mappings = _entries(node, "Mappings")
        self.conditions = _entries(node, "Conditions")
        self.given = given or {}
        self.made: set[str] = set()
        self.stacks: dict[str, Template] = {}
        self._iterations = 0
        self._steps = STEPS
        self._depth = 0

    def place(self, node: Node) -> Place:
        return place_of(node, self.file)

    def reference(self, logical: str, attribute: str, place: Place) -> Unknown:
        """What CloudFormation knows of a resource once it is made."""
        target = Reference(f"{self.root}#{logical}", attribute)
        word = "the name or id" if attribute == "Ref" else attribute
        reason = Reason(ReasonKind.AFTER_APPLY, f"{word} of {logical} is known when it is deployed", place)
        return Unknown((reason,), place, references=(target,), parts=(target,))

    def spend(self) -> bool:
        self._iterations += 1
        return self._iterations <= MOST_ITERATIONS

    def charge(self, steps: int) -> bool:
        """Whether that many steps are left; they are then gone."""
        self._steps -= steps
        return self._steps >= 0

    def deeper(self) -> bool:
        self._depth += 1
        return self._depth <= _DEEPEST

    def back(self) -> None:
        self._depth -= 1


def _entries(node: Mapping, section: str) -> dict[str, Entry]:
    found = node_at(node, section)
    return found.entries if isinstance(found, Mapping) else {}


# Nodes to values


def evaluate(node: Node, frame: Frame) -> Value:
    """Return what a node is. The parts of a tree are evaluated when they are asked for."""
    call = _call_of(node)
    if call is not None:
        return _call(*call, node, frame)
    if isinstance(node, Scalar):
        return _scalar(node, frame)
    if isinstance(node, Sequence):
        return _sequence(node, frame)
    return mapping(node, frame)


def _call_of(node: Node) -> tuple[str, Node] | None:
    """The function that a node calls and its argument: `!Sub x`, or a mapping of one name that is a function's."""
    if node.tag and node.tag in _SHORT:
        return _SHORT[node.tag], node._replace(tag="")
    if isinstance(node, Mapping) and len(node.entries) == 1:
        name, entry = next(iter(node.entries.items()))
        if name == "Ref" or (name.startswith("Fn::") and not name.startswith(_FOR_EACH)):
            return name, entry.value
    return None


def _scalar(node: Scalar, frame: Frame) -> Value:
    place = place_of(node, frame.template.file)
    if node.tag and not known_tag(node.tag) and not node.tag.startswith("tag:yaml.org"):
        return (
            invalid(f"a tag that is not known: {node.tag[:80]}", place) if node.tag != "!" else Known(node.text, place)
        )
    value = scalar_value(node)
    if value is None:
        return Absent(place)
    return text_value(value, place) if isinstance(value, str) else Known(value, place)


def _sequence(node: Sequence, frame: Frame) -> Value:
    """A list. An element that is `AWS::NoValue` is none, so that functions in lists are evaluated at once."""
    if not frame.template.charge(len(node.items)):
        return _over(place_of(node, frame.template.file))
    children: list[Child] = []
    for item in node.items:
        if isinstance(item, Mapping) and _call_of(item) is None:
            children.append(_later(item, frame))
        else:
            value = evaluate(item, frame)
            if not isinstance(value, Absent):
                children.append(value)
    return Elements(children, place_of(node, frame.template.file))


def _later(node: Node, frame: Frame) -> Callable[[], Value]:
    return lambda: evaluate(node, frame)


def _over(place: Place) -> Unknown:
    return Unknown((Reason(ReasonKind.LIMIT, "more than is evaluated of one template", place),), place)


def mapping(node: Mapping, frame: Frame) -> Value:
    if not frame.template.charge(len(node.entries)):
        return _over(place_of(node, frame.template.file))
    children: dict[str, Child] = {}
    doubts: list[Reason] = []
    for named in expand(node.entries, frame, doubts):
        value = named.entry.value
        if named.name == "Fn::Transform":
            doubts.append(_macro(value, place_of_entry(named.entry, frame.template.file)))
        elif not named.counted:
            doubts.append(_uncounted(named, frame))
        elif isinstance(value, Scalar) and not value.tag:
            children[named.name] = _scalar(value, named.frame)
        else:
            children[named.name] = _later(value, named.frame)
    return Block(children, place_of(node, frame.template.file), open_because=tuple(doubts))


def _uncounted(named: Named, frame: Frame) -> Reason:
    why = f"which of {named.name} there are is not known"
    return Reason(ReasonKind.ITERATION, why, place_of_entry(named.entry, frame.template.file))


def _macro(argument: Node, place: Place) -> Reason:
    return Reason(ReasonKind.FUNCTION, f"the macro {text_at(argument, 'Name') or '?'} makes it", place)


def expand(entries: MappingOf[str, Entry], frame: Frame, doubts: list[Reason]) -> Iterator[Named]:
    """Yield entries, `Fn::ForEach` run. What is beyond the bound is a doubt."""
    for name, entry in entries.items():
        if name.startswith(_FOR_EACH):
            yield from _for_each(entry, frame, doubts)
        else:
            yield Named(name, entry, frame, counted=True)


def _for_each(entry: Entry, frame: Frame, doubts: list[Reason]) -> Iterator[Named]:
    place = place_of_entry(entry, frame.template.file)
    loop = entry.value.items if isinstance(entry.value, Sequence) else ()
    if len(loop) != 3 or not isinstance(loop[0], Scalar) or not isinstance(loop[2], Mapping):  # noqa: PLR2004 - its syntax
        doubts.append(Reason(ReasonKind.INVALID, "a loop has a name, a collection and a body", place))
        return
    name = loop[0].text
    collection = evaluate(loop[1], frame)
    if isinstance(collection, Known):
        collection = Elements([collection], collection.place)
    rounds: list[tuple[Value, bool]]
    if isinstance(collection, Elements):
        rounds = [(collection[index], True) for index in range(collection.seen)]
        if collection.open_because:
            rounds.append((Unknown(collection.open_because, place), False))
    else:
        reasons = collection.reasons if isinstance(collection, Unknown) else ()
        why = Reason(ReasonKind.ITERATION, f"what {name} goes through is not known", place)
        rounds = [(Unknown((why, *reasons), place), False)]
    for value, counted in rounds:
        if not frame.template.spend():
            doubts.append(Reason(ReasonKind.LIMIT, f"loops that run more than {MOST_ITERATIONS} times", place))
            return
        inner = frame.binding(name, value)
        for named in expand(loop[2].entries, inner, doubts):
            bound = named.frame.bindings
            text = _LOOP_NAME.sub(lambda found, bound=bound: _spelled(found, bound), named.name)  # type: ignore[misc]
            known = value.is_known or f"{{{name}}}" not in named.name
            yield Named(text, named.entry, named.frame, counted=counted and named.counted and known)


def _spelled(found: re.Match[str], bindings: MappingOf[str, Value]) -> str:
    value = bindings.get(found[1])
    if not isinstance(value, Known):
        return found[0]
    # `&{Name}` leaves out what a logical id cannot have.
    return re.sub("[^A-Za-z0-9]", "", value.text()) if found[0].startswith("&") else value.text()


# Functions


def _call(name: str, argument: Node, node: Node, frame: Frame) -> Value:
    place = place_of(node, frame.template.file)
    function = _FUNCTIONS.get(name)
    if function is None:
        return Unknown((Reason(ReasonKind.FUNCTION, f"{name} is not known", place),), place)
    template = frame.template
    try:
        if not template.deeper():
            return Unknown((Reason(ReasonKind.LIMIT, "functions nested too deep", place),), place)
        # Texts are copied: a long one costs as much as several short ones.
        if not template.charge(1 + (len(argument.text) // 200 if isinstance(argument, Scalar) else 0)):
            return _over(place)
        return function(argument, frame, place)
    except AbsentValueError:
        return invalid(f"{name} was given null", place)
    finally:
        template.back()


def _arguments(node: Node, frame: Frame) -> list[Value]:
    """The evaluated elements of a function's argument; of one that is no list, itself."""
    if isinstance(node, Sequence) and not node.tag:
        return [evaluate(item, frame) for item in node.items]
    return [evaluate(node, frame)]


def _ref(argument: Node, frame: Frame, place: Place) -> Value:
    name = evaluate(argument, frame)
    if isinstance(name, Known):
        return named(name.text(), frame, place)
    return name if isinstance(name, Unknown) else invalid("Ref of no name", place)


def named(name: str, frame: Frame, place: Place) -> Value:
    """What `Ref` of a name is."""
    template = frame.template
    bound = frame.bindings.get(name)
    if bound is not None:
        return Known(bound.value, place, root=bound.root) if isinstance(bound, Known) else bound
    if name == _NO_VALUE:
        return Absent(place)
    if name in _CONSTANT:
        return Known(_CONSTANT[name], place, is_default=True)
    if name in _PSEUDO:
        return _given(f"#{name}", f"{name} is known when it is deployed", place)
    if name in template.parameters:
        return _parameter(name, template.parameters[name], frame, place)
    if name in template.made:
        return template.reference(name, "Ref", place)
    return Unknown((Reason(ReasonKind.REFERENCE, f"nothing is called {name[:80]}", place),), place)


def _given(target: str, why: str, place: Place) -> Unknown:
    """Something that is given when it is deployed; the same wherever it is named."""
    reference = Reference(target)
    return Unknown((Reason(ReasonKind.VARIABLE, why, place),), place, references=(reference,), parts=(reference,))


def _parameter(name: str, entry: Entry, frame: Frame, place: Place) -> Value:
    template = frame.template
    kind = text_at(entry.value, "Type")
    where = place_of_entry(entry, template.file)
    default = node_at(entry.value, "Default")
    target = f"{template.root}#Parameters.{name}"
    if kind.startswith("AWS::SSM::Parameter::"):
        reason = Reason(ReasonKind.DATA_SOURCE, f"the parameter {name} is read from SSM", where)
        # What it is read from is told as a dynamic reference tells it.
        reference = Reference(f"#resolve:ssm:{default.text}" if isinstance(default, Scalar) else target)
        return Unknown((reason,), place, root=where, references=(reference,), parts=(reference,))
    handed = template.given.get(name)
    if handed is not None and not isinstance(handed, Absent) and not frame.blind:
        return _handed(handed, kind)
    if frame.blind or not isinstance(default, Scalar):
        return _given(target, f"the parameter {name} has no default", where)
    root = place_of(default, template.file)
    if kind in {"CommaDelimitedList", "List<Number>"} or kind.startswith("List<"):
        texts = [text.strip() for text in default.text.split(",")] if default.text else []
        return Elements([Known(text, place, root=root) for text in texts], place)
    return text_value(default.text, place, root=root)


def _handed(value: Value, kind: str) -> Value:
    """A parameter as a stack hands it: of a list, the text that lists it."""
    if isinstance(value, Known) and (kind == "CommaDelimitedList" or kind.startswith("List<")):
        texts = [text.strip() for text in value.text().split(",")] if value.text() else []
        return Elements([Known(text, value.place, root=value.root) for text in texts], value.place)
    return value


def _get_attribute(argument: Node, frame: Frame, place: Place) -> Value:
    values = _arguments(argument, frame)
    texts = [value.text() for value in values if isinstance(value, Known)]
    if len(texts) != len(values) or not texts:
        return next((v for v in values if isinstance(v, Unknown)), invalid("Fn::GetAtt of no name", place))
    logical, _, attribute = ".".join(texts).partition(".")
    return attribute_of(logical, attribute, frame, place)


def attribute_of(logical: str, attribute: str, frame: Frame, place: Place) -> Value:
    template = frame.template
    if logical in template.stacks and attribute.startswith("Outputs."):
        return _output(template.stacks[logical], attribute.removeprefix("Outputs."), place)
    if logical in template.made and attribute:
        return template.reference(logical, attribute, place)
    return Unknown((Reason(ReasonKind.REFERENCE, f"no resource is called {logical[:80]}", place),), place)


def _output(template: Template, name: str, place: Place) -> Value:
    """What a stack's template says of one of its outputs. A circle of stacks ends at the bound of depth."""
    outputs = node_at(template.node, "Outputs")
    found = node_at(outputs, name) if isinstance(outputs, Mapping) else None
    value = node_at(found, "Value") if found is not None else None
    if value is None:
        return Unknown((Reason(ReasonKind.REFERENCE, f"the stack has no output {name[:80]}", place),), place)
    return evaluate(value, Frame(template))


def _sub(argument: Node, frame: Frame, place: Place) -> Value:
    names: MappingOf[str, Entry] = {}
    if isinstance(argument, Sequence) and argument.items:
        second = argument.items[1] if len(argument.items) > 1 else None
        names = second.entries if isinstance(second, Mapping) else {}
        argument = argument.items[0]
    text = evaluate(argument, frame)
    if not isinstance(text, Known):
        return text if isinstance(text, Unknown) and not text.parts else _substituted_parts(text, names, frame, place)
    return joined(list(_substituted(text.text(), names, frame, place)), place)


def _substituted_parts(text: Value, names: MappingOf[str, Entry], frame: Frame, place: Place) -> Value:
    """A text with dynamic references in it, whose other parts may hold names."""
    if not isinstance(text, Unknown):
        return invalid("Fn::Sub of no text", place)
    values: list[Value] = []
    for part in text.parts:
        if isinstance(part, str):
            values.extend(_substituted(part, names, frame, place))
        elif part is not None:
            values.append(Unknown(text.reasons, place, parts=(part,)))
        else:
            values.append(Unknown(text.reasons, place))
    return joined(values, place)


def _substituted(text: str, names: MappingOf[str, Entry], frame: Frame, place: Place) -> Iterator[Value]:
    at = 0
    for found in _SUBSTITUTION.finditer(text):
        yield Known(text[at : found.start()], place)
        at = found.end()
        name = found[1].strip()
        if not frame.template.charge(1):
            yield _over(place)
            return
        if name.startswith("!"):
            yield Known(f"${{{name[1:]}}}", place)
        elif name in names:
            yield evaluate(names[name].value, frame)
        elif "." in name and name not in frame.bindings:
            logical, _, attribute = name.partition(".")
            yield attribute_of(logical, attribute, frame, place)
        else:
            yield named(name, frame, place)
    yield Known(text[at:], place)


def _join(argument: Node, frame: Frame, place: Place) -> Value:
    if not isinstance(argument, Sequence) or len(argument.items) != 2:  # noqa: PLR2004 - its syntax
        return invalid("Fn::Join takes a separator and a list", place)
    separator = evaluate(argument.items[0], frame)
    values = evaluate(argument.items[1], frame)
    if isinstance(values, Unknown):
        return Unknown(values.reasons, place)
    if not isinstance(values, Elements):
        return joined([values], place)
    if values.open_because:
        return Unknown(values.open_because, place)
    parts: list[Value] = []
    for index in range(values.seen):
        if index:
            parts.append(separator)
        parts.append(values[index])
    # A separator that is nothing (`""` evaluates to a text, null to Absent) joins without one.
    return joined([part for part in parts if not isinstance(part, Absent)], place)


def _select(argument: Node, frame: Frame, place: Place) -> Value:
    if not isinstance(argument, Sequence) or len(argument.items) != 2:  # noqa: PLR2004 - its syntax
        return invalid("Fn::Select takes an index and a list", place)
    index, values = (evaluate(item, frame) for item in argument.items)
    if isinstance(values, Unknown) or isinstance(index, Unknown):
        first = values if isinstance(values, Unknown) else index
        return Unknown(first.reasons if isinstance(first, Unknown) else (), place)
    try:
        number = int(index.number())
    except (UnknownValueError, ValueError):
        return invalid("an index is a number", place)
    found = values[number] if isinstance(values, Elements) and number >= 0 else Absent(place)
    return invalid(f"there is no element {number}", place) if isinstance(found, Absent) else found


def _split(argument: Node, frame: Frame, place: Place) -> Value:
    values = _arguments(argument, frame)
    if len(values) != 2 or not isinstance(values[0], Known):  # noqa: PLR2004 - its syntax
        return invalid("Fn::Split takes a separator and a text", place)
    text, separator = values[1], values[0].text()
    if isinstance(text, Known) and separator:
        return Elements([Known(part, place, root=text.root) for part in text.text().split(separator)], place)
    return Unknown(text.reasons, place) if isinstance(text, Unknown) else invalid("Fn::Split of no text", place)


def _if(argument: Node, frame: Frame, place: Place) -> Value:
    if not isinstance(argument, Sequence) or len(argument.items) != 3:  # noqa: PLR2004 - its syntax
        return invalid("Fn::If takes a condition and two values", place)
    name, then, otherwise = argument.items
    decided = truth(condition(name.text, frame, place) if isinstance(name, Scalar) else evaluate(name, frame))
    if not isinstance(decided, Unknown):
        return evaluate(then if decided else otherwise, frame)
    return both_ways(evaluate(then, frame), evaluate(otherwise, frame), decided.reasons, place)


def both_ways(one: Value, other: Value, reasons: tuple[Reason, ...], place: Place) -> Value:
    """What two values have in common: a tree is compared part by part, when a part is asked for."""
    if isinstance(one, Known) and isinstance(other, Known) and one == other:
        return one
    if isinstance(one, Absent) and isinstance(other, Absent):
        return one
    if isinstance(one, Block) and isinstance(other, Block):
        names = dict.fromkeys((*one.names(), *other.names()))
        children: dict[str, Child] = {name: _common(one, other, name, reasons) for name in names}
        return Block(children, place, open_because=(*one.open_because, *other.open_because))
    if isinstance(one, Elements) and isinstance(other, Elements) and one.seen == other.seen:
        elements: list[Child] = [_common(one, other, index, reasons) for index in range(one.seen)]
        return Elements(elements, place, open_because=(*one.open_because, *other.open_because))
    return Unknown(reasons, place)


def _common(one: Value, other: Value, step: str | int, reasons: tuple[Reason, ...]) -> Callable[[], Value]:
    return lambda: both_ways(one[step], other[step], reasons, one[step].place)


def _find_in_map(argument: Node, frame: Frame, place: Place) -> Value:
    if not isinstance(argument, Sequence) or len(argument.items) not in {3, 4}:
        return invalid("Fn::FindInMap takes a map and two keys", place)
    template = frame.template
    keys = [evaluate(item, frame) for item in argument.items[:3]]
    levels: list[MappingOf[str, Entry]] = [template.mappings]
    doubts: tuple[Reason, ...] = ()
    found: list[Node] = []
    for number, key in enumerate(keys):
        found = []
        for level in levels:
            if isinstance(key, Known):
                entry = level.get(key.text())
                found.extend([entry.value] if entry else [])
            else:
                found.extend(entry.value for entry in level.values())
        if isinstance(key, Unknown):
            doubts += key.reasons
        template.charge(len(found))
        levels = [node.entries for node in found if isinstance(node, Mapping)] if number < 2 else []  # noqa: PLR2004
    values = [evaluate(node, frame) for node in found]
    if not values:
        default = node_at(argument.items[3], "DefaultValue") if len(argument.items) == 4 else None  # noqa: PLR2004
        if default is not None and not doubts:
            return evaluate(default, frame)
        why = Reason(ReasonKind.REFERENCE, "the mapping has no such keys", place)
        return Unknown((*doubts, why), place)
    first = values[0]
    if not doubts:
        return _moved(first, place)
    if all(isinstance(value, Known) for value in values) and all(value == first for value in values):
        return _moved(first, place)  # the same whichever key it is
    return Unknown(doubts, place)


def _moved(value: Value, place: Place) -> Value:
    return Known(value.value, place, root=value.root) if isinstance(value, Known) else value


def _base64(argument: Node, frame: Frame, place: Place) -> Value:
    del place
    return evaluate(argument, frame)


def _cidr(argument: Node, frame: Frame, place: Place) -> Value:
    values = _arguments(argument, frame)
    for value in values:
        if isinstance(value, Unknown):
            return Unknown(value.reasons, place)
    try:
        block = ipaddress.ip_network(values[0].text(), strict=False)
        count = int(values[1].number())
        host_bits = int(values[2].number()) if len(values) > 2 else block.max_prefixlen - block.prefixlen - 8  # noqa: PLR2004
        fits = 0 < count <= _MOST_SUBNETS and 0 <= host_bits <= block.max_prefixlen
        step = 1 << host_bits if fits else 0
        if not fits or count * step > block.num_addresses:
            return invalid("Fn::Cidr asks for more than there is", place)
        prefix = block.max_prefixlen - host_bits
        first = int(block.network_address)
        networks = [ipaddress.ip_address(first + number * step) for number in range(count)]
    except (ValueError, IndexError, OverflowError, MemoryError, UnknownValueError):
        return invalid("Fn::Cidr takes a block, a count and bits", place)
    return Elements([Known(f"{network}/{prefix}", place) for network in networks], place)


def _zones(argument: Node, frame: Frame, place: Place) -> Value:
    del argument, frame
    why = "availability zones are known when it is deployed"
    return Unknown((Reason(ReasonKind.DATA_SOURCE, why, place),), place)


def _import(argument: Node, frame: Frame, place: Place) -> Value:
    name = evaluate(argument, frame)
    spelled = name.text() if isinstance(name, Known) else name.sketch() if isinstance(name, Unknown) else "?"
    reference = Reference(f"#import:{spelled}")
    reason = Reason(ReasonKind.DATA_SOURCE, f"it is imported from another stack: {spelled[:80]}", place)
    return Unknown((reason,), place, references=(reference,), parts=(reference,))


def _transform(argument: Node, frame: Frame, place: Place) -> Value:
    del frame
    return Unknown((_macro(argument, place),), place)


def _length(argument: Node, frame: Frame, place: Place) -> Value:
    value = evaluate(argument, frame)
    if isinstance(value, Elements) and not value.open_because:
        return Known(value.seen, place)
    return Unknown(value.reasons, place) if isinstance(value, Unknown) else invalid("Fn::Length of no list", place)


def _to_json(argument: Node, frame: Frame, place: Place) -> Value:
    value = evaluate(argument, frame)
    try:
        text = json.dumps(value.plain())
    except UnknownValueError as error:
        return Unknown(error.reasons, place, document=value)
    return Known(text, place, document=value)


# Conditions


def condition(name: str, frame: Frame, place: Place) -> Value:
    """Decide a condition by its name, once a frame. One that depends on itself is unknown."""
    if name in frame.assumed:
        return Known(frame.assumed[name], place)
    if name in frame.decided:
        decided = frame.decided[name]
        if decided is None:
            return Unknown((Reason(ReasonKind.CYCLE, f"the condition {name[:80]} depends on itself", place),), place)
        return decided
    entry = frame.template.conditions.get(name)
    if entry is None:
        return Unknown((Reason(ReasonKind.REFERENCE, f"no condition is called {name[:80]}", place),), place)
    frame.decided[name] = None
    value = frame.decided[name] = _condition_of(entry.value, frame)
    return value


def _condition_of(node: Node, frame: Frame) -> Value:
    """A condition's value. `Condition: Name` is a condition here, and only here."""
    other = _other_condition(node)
    if other is None:
        return evaluate(node, frame)
    place = place_of(node, frame.template.file)
    template = frame.template
    try:
        if not template.deeper():
            return Unknown((Reason(ReasonKind.LIMIT, "conditions nested too deep", place),), place)
        return condition(other, frame, place)
    finally:
        template.back()


def _other_condition(node: Node) -> str | None:
    if isinstance(node, Scalar) and node.tag == "!Condition":
        return node.text
    if isinstance(node, Mapping) and len(node.entries) == 1 and "Condition" in node.entries:
        return text_at(node, "Condition")
    return None


def truth(value: Value) -> bool | Unknown:
    if isinstance(value, Unknown):
        return value
    try:
        return value.boolean() if isinstance(value, Known) else invalid("a condition is true or false", value.place)
    except UnknownValueError as error:
        return Unknown(error.reasons, value.place)


def _equals(argument: Node, frame: Frame, place: Place) -> Value:
    values = _arguments(argument, frame)
    if len(values) != 2:  # noqa: PLR2004 - its syntax
        return invalid("Fn::Equals takes two values", place)
    one, other = values
    try:
        if isinstance(one, Unknown) and isinstance(other, Unknown):
            same = bool(one.parts) and None not in one.parts and one.parts == other.parts
            return Known(True, place) if same else Unknown((*one.reasons, *other.reasons), place)
        if isinstance(one, Unknown):
            one, other = other, one
        if isinstance(other, Unknown) and one == "" and other.reasons and other.reasons[0].kind is ReasonKind.VARIABLE:
            return Unknown(other.reasons, place)  # what is given may be the empty text, which nothing that is made is
        equal = other == (one.text() if isinstance(one, Known) else one)
    except UnknownValueError as error:
        return Unknown(error.reasons, place)
    return Known(equal, place)


def _all(argument: Node, frame: Frame, place: Place) -> Value:
    return _logical(argument, frame, place, decisive=False)


def _any(argument: Node, frame: Frame, place: Place) -> Value:
    return _logical(argument, frame, place, decisive=True)


def _logical(argument: Node, frame: Frame, place: Place, *, decisive: bool) -> Value:
    """`Fn::And`, `Fn::Or`, three-valued: one that is decisive decides, whatever the others are."""
    doubt: Unknown | None = None
    for item in argument.items if isinstance(argument, Sequence) else (argument,):
        decided = truth(_condition_of(item, frame))
        if isinstance(decided, Unknown):
            doubt = decided if doubt is None else doubt
        elif decided is decisive:
            return Known(decisive, place)
    return Known(not decisive, place) if doubt is None else Unknown(doubt.reasons, place)


def _not(argument: Node, frame: Frame, place: Place) -> Value:
    items = argument.items if isinstance(argument, Sequence) else (argument,)
    if len(items) != 1:
        return invalid("Fn::Not takes one condition", place)
    decided = truth(_condition_of(items[0], frame))
    return Unknown(decided.reasons, place) if isinstance(decided, Unknown) else Known(not decided, place)


def _condition_function(argument: Node, frame: Frame, place: Place) -> Value:
    return condition(argument.text, frame, place) if isinstance(argument, Scalar) else invalid("no condition", place)


class _Assumptions(NamedTuple):
    conditions: dict[str, bool]
    bindings: dict[str, Value]


def supposing(name: str, frame: Frame) -> Frame:
    """A frame in which a condition holds, and what follows from that: its parts, the parameters it names."""
    assumptions = _Assumptions({}, {})
    _suppose(name, frame, assumptions, 0)
    return Frame(
        frame.template, bindings={**frame.bindings, **assumptions.bindings}, assumed={**frame.assumed, **assumptions[0]}
    )


def _suppose(name: str, frame: Frame, made: _Assumptions, depth: int) -> None:
    if name in made.conditions or depth > _DEEPEST:
        return
    made.conditions[name] = True
    entry = frame.template.conditions.get(name)
    if entry is not None:
        _suppose_node(entry.value, frame, made, depth + 1, holds=True)


def _suppose_node(node: Node, frame: Frame, made: _Assumptions, depth: int, *, holds: bool) -> None:
    other = _other_condition(node)
    if other is not None:
        if holds:
            _suppose(other, frame, made, depth)
        else:
            made.conditions.setdefault(other, False)
        return
    call = _call_of(node)
    if call is None or depth > _DEEPEST or not isinstance(call[1], Sequence):
        return
    function, items = call[0], call[1].items
    if function == "Fn::Not" and len(items) == 1:
        _suppose_node(items[0], frame, made, depth + 1, holds=not holds)
    elif (function, holds) in {("Fn::And", True), ("Fn::Or", False)}:
        for item in items:
            _suppose_node(item, frame, made, depth + 1, holds=holds)
    elif function == "Fn::Equals" and holds and len(items) == 2:  # noqa: PLR2004 - its syntax
        for one, value in (items, items[::-1]):
            ref = _call_of(one)
            plain = isinstance(value, Scalar) and not value.tag
            if ref and ref[0] == "Ref" and isinstance(ref[1], Scalar) and plain:
                made.bindings.setdefault(ref[1].text, evaluate(value, frame))


_Function = Callable[[Node, Frame, Place], Value]
_FUNCTIONS: Final[MappingOf[str, _Function]] = {
    "Ref": _ref,
    "Condition": _condition_function,
    "Fn::And": _all,
    "Fn::Base64": _base64,
    "Fn::Cidr": _cidr,
    "Fn::Equals": _equals,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAZs": _zones,
    "Fn::GetAtt": _get_attribute,
    "Fn::If": _if,
    "Fn::ImportValue": _import,
    "Fn::Join": _join,
    "Fn::Length": _length,
    "Fn::Not": _not,
    "Fn::Or": _any,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
    "Fn::ToJsonString": _to_json,
    "Fn::Transform": _transform,
}
# Functions of the Rules section, which judges parameters before a deployment and makes nothing.
_RULE_FUNCTIONS: Final = ("Contains", "EachMemberEquals", "EachMemberIn", "RefAll", "ValueOf", "ValueOfAll")
_SHORT: Final[MappingOf[str, str]] = {
    **{"!" + name.removeprefix("Fn::"): name for name in _FUNCTIONS},
    **{f"!{name}": f"Fn::{name}" for name in _RULE_FUNCTIONS},
}
