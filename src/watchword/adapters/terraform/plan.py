"""Plans and states as JSON to a reading: what Terraform itself has evaluated.

    terraform show -json plan.out > plan.json
    read_plan(Path("plan.json"), source=Path("infra"))
    read_state(Path("terraform.tfstate"))

A plan knows most values; what is known after it is applied is unknown here too, and refers to what the plan's own
configuration says it comes from. With `source`, assets and their attributes stand at their places in the source, joined
by full address; without, at the plan. A state has every value and no references: its assets find each other by their
names. Formats: "JSON Output Format" of Terraform (format versions 0.1 to 1.x), state version 4.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from watchword.adapters.terraform._evaluation.modules import provider_of
from watchword.adapters.terraform.source import read_terraform, translated
from watchword.inventory.model import (
    ANY_INSTANCE,
    Call,
    Coverage,
    Declaration,
    FrontEnd,
    Problem,
    ProblemKind,
    Reading,
    without_index,
)
from watchword.inventory.values import (
    Absent,
    Block,
    Elements,
    Known,
    Place,
    Reason,
    ReasonKind,
    Reference,
    Unknown,
    Value,
)

_NOT_WHOLE: Final = "{} lists resources in a form that no state of Terraform has"
_LARGEST: Final = 256 * 1024 * 1024  # bytes; plans of large estates have some ten million
_DEEPEST: Final = 20  # modules in modules
_STATE_VERSION: Final = 4

Json = Mapping[str, object]


def read_plan(path: Path, *, source: Path | None = None) -> Reading:
    """Read `terraform show -json` of a plan or of a state. Never raises for what is in the file."""
    tree, problems = _loaded(path)
    if tree is None:
        return Reading(declarations=(), problems=problems)
    values = _object(tree, "planned_values") or _object(tree, "values")
    if values is None:
        problem = Problem(
            ProblemKind.INVALID, f"{path.name} is no plan: it has no planned values", Place(path.name, 0, 0)
        )
        return Reading(declarations=(), problems=(problem,))
    written = read_terraform(source) if source is not None else Reading(declarations=())
    plan = _Plan(path.name, tree, {declaration.address: declaration for declaration in written.declarations})
    front_end = FrontEnd.TERRAFORM_PLAN if "planned_values" in tree else FrontEnd.TERRAFORM_STATE
    root = _object(values, "root_module") or {}
    declarations = tuple(plan.declarations(root, front_end, 0))
    return Reading(
        declarations=translated(declarations),
        problems=(*plan.problems, *written.problems),
        coverage=Coverage(files=1 + written.coverage.files, blocks=len(declarations), roots=1),
    )


def read_state(path: Path) -> Reading:
    """Read a state file (version 4). Never raises for what is in the file."""
    tree, problems = _loaded(path)
    if tree is None:
        return Reading(declarations=(), problems=problems)
    if tree.get("version") != _STATE_VERSION:
        text = f"{path.name} is no state of version {_STATE_VERSION}"
        return Reading(declarations=(), problems=(Problem(ProblemKind.INVALID, text, Place(path.name, 0, 0)),))
    declarations = tuple(
        declaration for resource in _objects(tree, "resources") for declaration in _instances(resource, path.name)
    )
    # Half a state would pass for a whole one, and what is not in it for what nobody declares.
    problems = (
        () if _is_whole(tree) else (Problem(ProblemKind.INVALID, _NOT_WHOLE.format(path.name), Place(path.name, 0, 0)),)
    )
    return Reading(
        declarations=translated(declarations),
        problems=problems,
        coverage=Coverage(files=1, blocks=len(declarations), roots=1),
    )


def _is_whole(state: Json) -> bool:
    """Whether each resource has its type, its name, and instances with attributes."""
    resources = state.get("resources")
    return isinstance(resources, list) and all(
        isinstance(one, dict)
        and isinstance(one.get("type"), str)
        and isinstance(one.get("name"), str)
        and isinstance(one.get("instances"), list)
        and all(isinstance(made, dict) and isinstance(made.get("attributes", {}), dict) for made in one["instances"])
        for one in resources
    )


def _loaded(path: Path) -> tuple[Json | None, tuple[Problem, ...]]:
    place = Place(path.name, 0, 0)
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        return None, (Problem(ProblemKind.UNREADABLE, f"{path.name} cannot be read: {error.strerror or error}", place),)
    if len(content) > _LARGEST:
        return None, (Problem(ProblemKind.TOO_LARGE, f"{path.name} has more than {_LARGEST} bytes", place),)
    try:
        tree: object = json.loads(content)
    except (ValueError, RecursionError) as error:
        return None, (Problem(ProblemKind.SYNTAX, f"{path.name} is no JSON: {error}", place),)
    if not isinstance(tree, dict):
        return None, (Problem(ProblemKind.INVALID, f"{path.name} is no object", place),)
    return tree, ()


class PlainBlock(Block):
    """JSON as a tree, made when it is asked for. `unknown` has the same shape, true where a value is not known."""

    __slots__ = ("_json", "_named", "_unknown")
    __hash__ = None

    def __init__(self, plain: Json, unknown: object, place: Place, named: "_Named") -> None:
        super().__init__({}, place)
        self._json = plain
        self._unknown = unknown if isinstance(unknown, dict) else {}
        self._named = named

    def names(self) -> tuple[str, ...]:
        return tuple({**self._json, **self._unknown})

    def child(self, name: str) -> Value | None:
        cached = self._children.get(name)
        if isinstance(cached, Value):
            return cached
        if name not in self._json and name not in self._unknown:
            return None
        value = _value(
            self._json.get(name), self._unknown.get(name), self._named.place(name, self.place), self._named.inner(name)
        )
        self._children[name] = value
        return value


class _Named:
    """What a plan's configuration and the source say about a value: what it refers to, where it is written."""

    __slots__ = ("_expressions", "_plan", "_resource", "_tree")

    def __init__(self, plan: "_Plan | None", resource: str, expressions: object, tree: Value | None) -> None:
        self._plan = plan
        self._resource = resource
        self._expressions = expressions
        self._tree = tree

    def inner(self, step: str | int) -> "_Named":
        expressions = self._expressions
        below: object = None
        if isinstance(expressions, dict) and isinstance(step, str):
            below = expressions.get(step)
        elif isinstance(expressions, list) and isinstance(step, int):
            below = expressions[step] if step < len(expressions) else None
        elif isinstance(expressions, dict) and isinstance(step, int):
            below = expressions
        written = self._tree[step] if isinstance(self._tree, Block | Elements) else None
        return _Named(self._plan, self._resource, below, written)

    def place(self, name: str, otherwise: Place) -> Place:
        written = self._tree[name] if isinstance(self._tree, Block) else None
        return otherwise if written is None or isinstance(written, Absent) else written.place

    def references(self) -> tuple[Reference, ...]:
        if self._plan is None or not isinstance(self._expressions, dict):
            return ()
        found = self._expressions.get("references")
        names = [name for name in found if isinstance(name, str)] if isinstance(found, list) else []
        reference = self._plan.reference(names, self._resource)
        return (reference,) if reference else ()


_NAMELESS: Final = _Named(None, "", None, None)


def _value(plain: object, unknown: object, place: Place, named: _Named) -> Value:
    if unknown is True:
        references = named.references()
        reason = Reason(ReasonKind.AFTER_APPLY, "it is known after it is applied", place)
        return Unknown((reason,), place, references=references, parts=references)
    if isinstance(plain, dict):
        return PlainBlock(plain, unknown, place, named)
    if isinstance(plain, list):
        shapes = unknown if isinstance(unknown, list) else []
        children = [
            _value(child, shapes[index] if index < len(shapes) else None, place, named.inner(index))
            for index, child in enumerate(plain)
        ]
        return Elements([*children], place)
    if isinstance(plain, str | int | float):
        return Known(plain, place)
    if isinstance(unknown, dict):
        return PlainBlock({}, unknown, place, named)
    return Absent(place)


class _Plan:
    """A plan's indexes: what is not known of each resource, and where its configuration says values come from."""

    def __init__(self, file: str, tree: Json, written: Mapping[str, Declaration]) -> None:
        self.problems: list[Problem] = []
        self._place = Place(file, 0, 0)
        self._written = written
        self._unknown: dict[str, object] = {}
        for change in _objects(tree, "resource_changes"):
            after = _object(change, "change") or {}
            self._unknown[str(change.get("address"))] = after.get("after_unknown")
        self._configuration = _object(_object(tree, "configuration") or {}, "root_module") or {}
        self._by_module: dict[tuple[str, ...], dict[str, object]] = {}
        self._addresses: set[str] = set()
        self._bases: set[str] = set()
        for address in self._unknown:
            self._addresses.add(address)
            self._bases.add(without_index(address))

    def declarations(self, module: Json, front_end: FrontEnd, depth: int) -> Iterator[Declaration]:
        if depth > _DEEPEST:
            self.problems.append(Problem(ProblemKind.LIMIT, f"more than {_DEEPEST} modules in modules", self._place))
            return
        for resource in _objects(module, "resources"):
            yield self._declaration(resource, front_end)
        for child in _objects(module, "child_modules"):
            yield from self.declarations(child, front_end, depth + 1)

    def _declaration(self, resource: Json, front_end: FrontEnd) -> Declaration:
        address = str(resource.get("address"))
        native_type = str(resource.get("type"))
        if resource.get("mode") == "data":
            native_type = f"data.{native_type}"
        written = self._written.get(address) or self._written.get(without_index(address) + f"[{ANY_INSTANCE}]")
        place = written.place if written else self._place
        named = _Named(self, address, self._expressions(address), written.tree if written else None)
        return Declaration(
            front_end=front_end,
            provider=provider_of(native_type),
            native_type=native_type,
            root=".",
            address=address,
            tree=PlainBlock(_object(resource, "values") or {}, self._unknown.get(address), place, named),
            place=place,
            calls=written.calls if written else tuple(Call(name, self._place) for name in module_steps(address)),
        )

    def _module(self, steps: tuple[str, ...]) -> Json | None:
        """Find a module's configuration by the steps of its address, without their indexes."""
        module: Json | None = self._configuration
        for step in steps:
            calls = _object(module, "module_calls") if module else None
            call = _object(calls, without_index(step).removeprefix("module.")) if calls else None
            module = _object(call, "module") if call else None
        return module

    def _expressions(self, address: str) -> object:
        steps = module_steps(address)
        inner = without_index(address[len(".".join(steps)) + 1 :] if steps else address)
        module = tuple(without_index(step) for step in steps)
        found = self._by_module.get(module)
        if found is None:
            resources = _objects(self._module(steps) or {}, "resources")
            found = {str(resource.get("address")): resource.get("expressions") for resource in resources}
            self._by_module[module] = found
        return found.get(inner)

    def reference(self, names: list[str], resource: str) -> Reference | None:
        """Return what the first name that leads somewhere refers to, from a resource's place in the modules."""
        suffix = resource[len(without_index(resource)) :]
        return self._followed(names, module_steps(resource), suffix, 0)

    def _followed(self, names: list[str], steps: tuple[str, ...], suffix: str, depth: int) -> Reference | None:
        if depth > _DEEPEST:
            return None
        for name in names:
            parts = name.split(".")
            if parts[0] == "var" and len(parts) > 1 and steps:
                call = self._call(steps)
                expression = _object(_object(call, "expressions") or {}, parts[1]) if call else None
                found = self._followed(_references(expression), steps[:-1], suffix, depth + 1)
            elif parts[0] == "module" and len(parts) > 2:  # noqa: PLR2004 - module, name, output
                inner = (*steps, f"module.{parts[1]}")
                outputs = _object(self._module(inner) or {}, "outputs") or {}
                output = _object(outputs, parts[2].partition("[")[0]) or {}
                found = self._followed(_references(_object(output, "expression")), inner, suffix, depth + 1)
            else:
                found = self._resource(parts, steps, suffix)
            if found is not None:
                return found
        return None

    def _call(self, steps: tuple[str, ...]) -> Json | None:
        calls = _object(self._module(steps[:-1]) or {}, "module_calls")
        return _object(calls, without_index(steps[-1]).removeprefix("module.")) if calls else None

    def _resource(self, parts: list[str], steps: tuple[str, ...], suffix: str) -> Reference | None:
        size = 3 if parts[0] == "data" else 2
        if len(parts) < size or parts[0] in {"each", "local", "count", "path", "var", "self", "terraform", "module"}:
            return None
        address = ".".join((*steps, *parts[:size]))
        attribute = parts[size] if len(parts) > size else "id"
        if address in self._addresses:
            return Reference(f".#{address}", attribute)
        if address + suffix in self._addresses:
            return Reference(f".#{address}{suffix}", attribute)
        return Reference(f".#{address}[{ANY_INSTANCE}]", attribute) if without_index(address) in self._bases else None


def module_steps(address: str) -> tuple[str, ...]:
    """`module.a["x.y"].module.b.aws_vpc.c` -> (`module.a["x.y"]`, `module.b`)."""
    steps: list[str] = []
    rest = address
    while rest.startswith("module."):
        position, quoted, bracket = len("module."), False, False
        while position < len(rest):
            character = rest[position]
            if character == '"' and rest[position - 1] != "\\":
                quoted = not quoted
            elif not quoted and character in "[]":
                bracket = character == "["
            elif not quoted and not bracket and character == ".":
                break
            position += 1
        steps.append(rest[:position])
        rest = rest[position + 1 :]
    return tuple(steps)


def _instances(resource: Json, file: str) -> Iterator[Declaration]:
    native_type = str(resource.get("type"))
    module = str(resource.get("module") or "")
    data = resource.get("mode") == "data"
    base = f"{'data.' if data else ''}{native_type}.{resource.get('name')}"
    base = f"{module}.{base}" if module else base
    place = Place(file, 0, 0)
    for instance in _objects(resource, "instances"):
        key = instance.get("index_key")
        suffix = "" if key is None else f"[{json.dumps(key, ensure_ascii=False)}]"
        yield Declaration(
            front_end=FrontEnd.TERRAFORM_STATE,
            provider=provider_of(native_type),
            native_type=f"data.{native_type}" if data else native_type,
            root=".",
            address=base + suffix,
            tree=PlainBlock(_object(instance, "attributes") or {}, None, place, _NAMELESS),
            place=place,
            calls=tuple(Call(name, place) for name in module_steps(base)),
        )


def _references(expression: Json | None) -> list[str]:
    found = expression.get("references") if expression else None
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []


def _object(tree: Json, name: str) -> Json | None:
    found = tree.get(name)
    return found if isinstance(found, dict) else None


def _objects(tree: Json, name: str) -> Iterator[Json]:
    found = tree.get(name)
    if isinstance(found, list):
        yield from (item for item in found if isinstance(item, dict))
