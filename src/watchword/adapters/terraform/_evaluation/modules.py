"""Modules: what a directory of files declares, and one call of it, evaluated.

1. A directory's files make one `ModuleConfig`, parsed once however often it is called.
2. A call of it is a `ModuleInstance`: variables from the call, everything evaluated when it is first asked for, once.
3. `count` and `for_each` make instances. A body that does not mention `each` or `count` is shared by all of them; where
   their number is not known, one symbolic instance (`[*]`) stands for them, and it may stand for none.
   None at all, where a root's variable could make one by another value than its default, is noted (`Root.off`).
4. A reference to a resource is what the resource itself was given; what the provider makes is unknown and yet says
   which resource it is of.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from sys import intern
from typing import Final

from watchword.adapters.terraform._evaluation.budget import Budget, over
from watchword.adapters.terraform._evaluation.expressions import ALL, Frame, Symbolic, at_place, evaluate
from watchword.adapters.terraform._evaluation.functions import FileReader, call_function, encoded
from watchword.adapters.terraform._evaluation.policy_documents import rendered
from watchword.adapters.terraform._evaluation.types import converted
from watchword.adapters.terraform._hcl.syntax import Attribute, BlockNode, Body, Expression, Literal, Source, Traversal
from watchword.adapters.terraform.files import joined_path
from watchword.inventory.model import ANY_INSTANCE, Call, Declaration, FrontEnd, Problem, ProblemKind
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

# Instances of one declaration beyond which one stands for all: a security group has 60 rules, a fleet some thousand.
_MOST_INSTANCES: Final = 20_000
# Assets of one root, modules counted: the largest honest state files known to us hold some 50,000.
_MOST_DECLARATIONS: Final = 200_000
# Calls of modules of one root, and how deep they nest.
_MOST_CALLS: Final = 20_000
_DEEPEST_CALL: Final = 20
_META: Final = frozenset({"count", "for_each", "provider", "depends_on", "providers"})

# The id of what is set for a bucket is the bucket's name (AWS provider, `aws_s3_bucket_policy` and the others), and
# modules hand it out for that, so that the setting is made first.
_SETTING_OF_BUCKET: Final = "aws_s3_bucket_"

Located = tuple[BlockNode, Source]


@dataclass(slots=True, kw_only=True)
class ModuleConfig:
    """What the files of one directory declare, by their labels. Filled by `configured`; not changed afterwards."""

    directory: str
    variables: dict[tuple[str, ...], Located] = field(default_factory=dict)
    outputs: dict[tuple[str, ...], Located] = field(default_factory=dict)
    locals: dict[str, tuple[Attribute, Source]] = field(default_factory=dict)
    resources: dict[tuple[str, ...], Located] = field(default_factory=dict)
    data: dict[tuple[str, ...], Located] = field(default_factory=dict)
    modules: dict[tuple[str, ...], Located] = field(default_factory=dict)
    providers: list[Located] = field(default_factory=list)
    settings: list[Located] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    blocks: int = 0


def configured(directory: str, sources: list[Source]) -> ModuleConfig:
    """Put a directory's files together. Those named `override.tf` or `…_override.tf` are merged over the others."""
    config = ModuleConfig(directory=directory)
    overrides: list[Source] = []
    for source in sources:
        stem = source.file.rpartition("/")[2].partition(".")[0]
        if stem == "override" or stem.endswith("_override"):
            overrides.append(source)
            continue
        config.problems.extend(source.problems)
        for block in source.body.blocks:
            config.blocks += 1
            _add(config, block, source)
    for source in overrides:
        config.problems.extend(source.problems)
        for block in source.body.blocks:
            _override(config, block, source)
    return config


def _table(config: ModuleConfig, block: BlockNode) -> dict[tuple[str, ...], Located] | None:
    """The table that a block belongs in, under its labels; None where it has others than it should."""
    tables: dict[str, tuple[dict[tuple[str, ...], Located], int]] = {
        "resource": (config.resources, 2),
        "data": (config.data, 2),
        "variable": (config.variables, 1),
        "output": (config.outputs, 1),
        "module": (config.modules, 1),
    }
    table, labels = tables.get(block.type, (None, -1))
    return table if len(block.labels) == labels else None


def _add(config: ModuleConfig, block: BlockNode, source: Source) -> None:
    if block.type == "locals":
        for attribute in block.body.attributes.values():
            if attribute.name in config.locals:
                _twice(config, f"local.{attribute.name}", source.place(attribute.start, attribute.end))
            config.locals.setdefault(attribute.name, (attribute, source))
    elif block.type == "provider" and block.labels:
        config.providers.append((block, source))
    elif block.type == "terraform":
        config.settings.append((block, source))
    else:
        table = _table(config, block)
        if table is None:
            if block.type in {"resource", "data", "variable", "output", "module", "provider"}:
                place = source.place(block.start, block.head + 1)
                text = f"a {block.type} block has other labels than these"
                config.problems.append(Problem(ProblemKind.INVALID, text, place))
            return
        if block.labels in table:
            _twice(config, f"{block.type} {' '.join(block.labels)}", source.place(block.start, block.head + 1))
            return
        table[block.labels] = (block, source)


def _twice(config: ModuleConfig, what: str, place: Place) -> None:
    config.problems.append(Problem(ProblemKind.DUPLICATE, f"{what} is declared twice; the first holds", place))


def _override(config: ModuleConfig, block: BlockNode, source: Source) -> None:
    """Merge a block of an override file: its arguments replace those of the block it names, nested blocks by type."""
    if block.type == "locals":
        for attribute in block.body.attributes.values():
            config.locals[attribute.name] = (attribute, source)
        return
    table = _table(config, block)
    if table is None or block.labels not in table:
        return
    original, _ = table[block.labels]
    replaced = {inner.type for inner in block.body.blocks}
    body = Body(
        {**original.body.attributes, **block.body.attributes},
        [*(inner for inner in original.body.blocks if inner.type not in replaced), *block.body.blocks],
    )
    # Places are those of the overriding file from here on: the later word is where an edit works.
    table[block.labels] = (block._replace(body=body), source)


@dataclass(slots=True, kw_only=True)
class Root:
    """What all calls of one root share: bounds, files, what was found."""

    name: str
    files: FileReader
    load: Callable[[str], ModuleConfig | None]  # a directory's configuration, None where it has none
    installed: Callable[[str], str | None]  # the directory of a remote module by its key in modules.json
    values: dict[str, tuple[Expression, Source]] = field(default_factory=dict)  # of variables, from tfvars
    budget: Budget = field(default_factory=Budget)
    problems: list[Problem] = field(default_factory=list)
    missing: list[Call] = field(default_factory=list)
    calls: int = 0
    declarations: int = 0
    used: set[str] = field(default_factory=set)  # directories of modules that were evaluated
    default_tags: dict[str, Callable[[], Value]] = field(default_factory=dict)  # of providers: `aws`, `aws.alias`
    # Variables that nobody set and whose default makes no instance of something; and those of them of which the default
    # is left out of account, to see what another value would make.
    off: set[str] = field(default_factory=set)
    doubted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Item:
    """One instance to be: the suffix of its address, what `each` or `count` are in it, how many it stands for."""

    suffix: str
    bindings: dict[str, Value]
    instances: int | None
    when: str = ""  # the expression on which it hangs whether it is there
    dormant: str = ""  # the variables that would make it be, where their defaults do not


@dataclass(frozen=True, slots=True)
class _Iteration:
    """The instances of a block. `keys` are those of `for_each`, or the numbers of `count`; None without either."""

    items: tuple[_Item, ...]
    keys: tuple[str | int, ...] | None = None
    doubts: tuple[Reason, ...] = ()
    shared: bool = False  # one item stands for all keys


_ONCE: Final = _Iteration((_Item("", {}, 1),))
_RUNNING: Final = object()


class ModuleInstance:
    """One call of a module. `address` is empty for the root, `module.a["k"].module.b` for others."""

    __slots__ = (
        "_children",
        "_inputs",
        "_iterations",
        "_locals",
        "_outputs",
        "_resources",
        "_trees",
        "_variables",
        "address",
        "ancestors",
        "caller",
        "calls",
        "config",
        "dormant",
        "instances",
        "key",
        "root",
        "when",
    )

    def __init__(
        self,
        *,
        config: ModuleConfig,
        root: Root,
        address: str = "",
        key: str = "",
        inputs: dict[str, Child] | None = None,
        calls: tuple[Call, ...] = (),
        instances: int | None = 1,
        ancestors: tuple[str, ...] = (),
        caller: "tuple[ModuleInstance, BlockNode] | None" = None,
        when: str = "",
        dormant: str = "",
    ) -> None:
        self.config = config
        self.caller = caller
        self.when = when
        self.dormant = dormant
        self.root = root
        self.address = address
        self.key = key  # in modules.json: `a.b`
        self.calls = calls
        self.instances = instances
        self.ancestors = (*ancestors, config.directory)
        self._inputs = inputs
        self._variables: dict[str, object] = {}
        self._locals: dict[str, object] = {}
        self._outputs: dict[str, object] = {}
        self._resources: dict[str, object] = {}
        self._iterations: dict[str, _Iteration] = {}
        self._trees: dict[str, BodyBlock] = {}
        self._children: dict[str, tuple[_Iteration, dict[str, ModuleInstance]] | Unknown] = {}
        root.used.add(config.directory)
        if not address:
            self._providers()

    @property
    def budget(self) -> Budget:
        return self.root.budget

    @property
    def files(self) -> FileReader:
        return self.root.files

    def full(self, address: str) -> str:
        return f"{self.address}.{address}" if self.address else address

    def target(self, address: str) -> str:
        """The uid of what is declared here under an address."""
        return f"{self.root.name}#{self.full(address)}"

    def _providers(self) -> None:
        """Take the tags that the root's providers put on everything: modules inherit its providers."""
        for block, source in self.config.providers:
            alias = block.body.attributes.get("alias")
            written = alias.expression if alias else None
            name = f"{block.labels[0]}.{written.value}" if isinstance(written, Literal) else block.labels[0]
            if any(inner.type == "default_tags" for inner in block.body.blocks):
                tree = BodyBlock(block.body, Frame(self, source), source.place(block.start, block.end), top=True)
                self.root.default_tags[name] = partial(tree.get, "default_tags", "tags")

    # What expressions refer to

    def variable(self, name: str, place: Place) -> Value:
        return self._once(self._variables, name, place, self._variable, f"var.{name}")

    def local(self, name: str, place: Place) -> Value:
        return self._once(self._locals, name, place, self._local, f"local.{name}")

    def output(self, name: str, place: Place) -> Value:
        return self._once(self._outputs, name, place, self._output, f"output.{name}")

    def resource(self, native_type: str, name: str, place: Place) -> Value:
        located = self.config.resources.get((native_type, name))
        address = f"{native_type}.{name}"
        if located is None:
            return Unknown((Reason(ReasonKind.REFERENCE, f"{address} is not declared", place),), place)
        return self._once(
            self._resources, address, place, lambda _name, _place: self._referred(address, located), address
        )

    def data(self, native_type: str, name: str, place: Place) -> Value:
        located = self.config.data.get((native_type, name))
        address = f"data.{native_type}.{name}"
        if located is None:
            return Unknown((Reason(ReasonKind.REFERENCE, f"{address} is not declared", place),), place)
        return self._once(
            self._resources, address, place, lambda _name, _place: self._referred(address, located), address
        )

    def child(self, name: str, place: Place) -> Value:
        address = f"module.{name}"
        if (name,) not in self.config.modules:
            return Unknown((Reason(ReasonKind.REFERENCE, f"{address} is not declared", place),), place)
        return self._once(self._resources, address, place, lambda _name, at: self._called(name, at), address)

    def path(self, name: str, place: Place) -> Value:
        directory = self.config.directory
        if name == "module":
            return Known(directory, place)
        return Known(self.ancestors[0] if name == "root" else ".", place)

    def _once(
        self, memo: dict[str, object], name: str, place: Place, make: Callable[[str, Place], Value], what: str
    ) -> Value:
        value = memo.get(name)
        if isinstance(value, Value):
            return value
        if value is _RUNNING:
            return Unknown((Reason(ReasonKind.CYCLE, f"{what} depends on itself", place),), place)
        memo[name] = _RUNNING
        try:
            made = make(name, place)
        except RecursionError:
            # References within references, deeper than Python's stack: no configuration that people wrote.
            made = over(f"{what} is nested too deep", place)
        memo[name] = made
        return made

    def _variable(self, name: str, place: Place) -> Value:
        located = self.config.variables.get((name,))
        if located is None:
            return Unknown((Reason(ReasonKind.REFERENCE, f"var.{name} is not declared", place),), place)
        block, source = located
        frame = Frame(self, source)
        attributes = block.body.attributes
        value = self._given(name)
        default = attributes.get("default")
        refuses_null = "nullable" in attributes and evaluate(attributes["nullable"].expression, frame) == "false"
        if value is None or (refuses_null and isinstance(value, Absent)):
            if default is None:
                reference = Reference(self.target(f"var.{name}"))
                where = source.place(block.start, block.head)
                reason = Reason(ReasonKind.VARIABLE, f"var.{name} has no value", where)
                return Unknown((reason,), place, references=(reference,), parts=(reference,))
            if self.caller is None and name in self.root.doubted:
                return self._doubted(name, source.place(default.start, default.end), place)
            value = evaluate(default.expression, frame)
        constraint = attributes.get("type")
        return value if constraint is None else converted(value, constraint.expression, frame)

    def _doubted(self, name: str, default: Place, place: Place) -> Value:
        reason = Reason(ReasonKind.VARIABLE, f"var.{name} may be another than its default", default)
        return Unknown((reason,), place, references=(Reference(self.target(f"var.{name}")),))

    def _given(self, name: str) -> Value | None:
        if self._inputs is not None:
            child = self._inputs.get(name)
            return child if child is None or isinstance(child, Value) else child()
        given = self.root.values.get(name)
        return evaluate(given[0], Frame(self, given[1])) if given else None

    def _local(self, name: str, place: Place) -> Value:
        found = self.config.locals.get(name)
        if found is None:
            return Unknown((Reason(ReasonKind.REFERENCE, f"local.{name} is not declared", place),), place)
        attribute, source = found
        return evaluate(attribute.expression, Frame(self, source))

    def _output(self, name: str, place: Place) -> Value:
        located = self.config.outputs.get((name,))
        attribute = located[0].body.attributes.get("value") if located else None
        if located is None or attribute is None:
            return Unknown((Reason(ReasonKind.REFERENCE, f"the module has no output {name}", place),), place)
        return evaluate(attribute.expression, Frame(self, located[1]))

    # Instances

    def _iteration(self, address: str, block: BlockNode, source: Source) -> _Iteration:
        found = self._iterations.get(address)
        if found is None:
            found = self._iterations[address] = self._iterate(address, block, source)
        return found

    def _iterate(self, address: str, block: BlockNode, source: Source) -> _Iteration:
        attributes = block.body.attributes
        frame = Frame(self, source)
        for name, make in (("count", self._counted), ("for_each", self._each)):
            if name in attributes:
                expression = attributes[name].expression
                iteration = make(address, block, source, evaluate(expression, frame))
                if address.startswith("data."):
                    return iteration
                if not iteration.items:
                    self.root.off |= switches(self, expression)
                    return iteration
                if iteration.items[-1].instances is None:
                    text = " ".join(source.text[expression.start : expression.end].split())
                    dormant = switches(self, expression) & self.root.doubted
                    last = replace(iteration.items[-1], when=text, dormant=_switched(dormant))
                    return replace(iteration, items=(*iteration.items[:-1], last))
                return iteration
        return _ONCE

    def _counted(self, address: str, block: BlockNode, source: Source, value: Value) -> _Iteration:
        place = source.place(block.start, block.head)
        count = _count_of(value)
        if count is None:
            return _Iteration((_symbolic("count", _reasons(value, place), place),), (), _reasons(value, place))
        if count > _MOST_INSTANCES or not self.budget.spend(count):
            return self._too_many(address, "count", count, place)
        keys = tuple(range(count))
        if count > 1 and not mentions(block.body, frozenset({"count"})):
            index = Unknown((Reason(ReasonKind.ITERATION, "any of several instances", place),), place)
            item = _Item(f"[{ANY_INSTANCE}]", {"count": Block({"index": index}, place)}, count)
            return _Iteration((item,), keys, shared=True)
        items = (_Item(f"[{index}]", {"count": Block({"index": Known(index, place)}, place)}, 1) for index in keys)
        return _Iteration(tuple(items), keys)

    def _each(self, address: str, block: BlockNode, source: Source, value: Value) -> _Iteration:
        place = source.place(block.start, block.head)
        entries, doubts = _entries(value, place)
        if len(entries) > _MOST_INSTANCES or not self.budget.spend(len(entries)):
            return self._too_many(address, "for_each", len(entries), place)
        keys = tuple(entries)
        items: list[_Item] = []
        shared = len(entries) > 1 and not mentions(block.body, frozenset({"each"}))
        if shared:
            items.append(_Item(f"[{ANY_INSTANCE}]", {}, len(entries)))
        else:
            for key, child in entries.items():
                where = child.place if isinstance(child, Known) else value.place
                each = Block({"key": Known(key, where), "value": child}, place)
                items.append(_Item(f"[{json.dumps(key, ensure_ascii=False)}]", {"each": each}, 1))
        if doubts:
            items.append(_symbolic("each", doubts, place))
        return _Iteration(tuple(items), keys, doubts, shared)

    def _too_many(self, address: str, name: str, count: int, place: Place) -> _Iteration:
        text = f"{self.full(address)} has {count} instances, more than are evaluated: one stands for all"
        self.root.problems.append(Problem(ProblemKind.LIMIT, text, place))
        reasons = (Reason(ReasonKind.LIMIT, text, place),)
        item = _symbolic("count" if name == "count" else "each", reasons, place)
        return _Iteration((_Item(item.suffix, item.bindings, count),), (), reasons)

    def _tree(self, address: str, item: _Item, block: BlockNode, source: Source) -> "BodyBlock":
        key = address + item.suffix
        tree = self._trees.get(key)
        if tree is None:
            frame = Frame(self, source, item.bindings)
            place = source.place(block.start, block.end)
            tags = self._default_tags(block) if self.root.default_tags and address.startswith("aws_") else None
            tree = self._trees[key] = BodyBlock(block.body, frame, place, top=True, default_tags=tags)
        return tree

    def _default_tags(self, block: BlockNode) -> Callable[[], Value] | None:
        chosen = block.body.attributes.get("provider")
        written = chosen.expression if chosen else None
        name = ".".join((written.name, *map(str, written.steps))) if isinstance(written, Traversal) else "aws"
        return self.root.default_tags.get(name)

    # References to resources and modules

    def _referred(self, address: str, located: Located) -> Value:
        block, source = located
        iteration = self._iteration(address, block, source)
        place = source.place(block.start, block.head)

        def instance(item: _Item, suffix: str) -> InstanceBlock:
            tree = self._tree(address, item, block, source)
            return InstanceBlock(
                self.target(address), suffix, tree, native_type=block.labels[0], data=address.startswith("data.")
            )

        return _arranged(iteration, instance, place, self.target(address))

    def _called(self, name: str, place: Place) -> Value:
        found = self._calls(name)
        if isinstance(found, Unknown):
            return found
        iteration, instances = found

        def outputs(item: _Item, suffix: str) -> OutputsBlock:
            del suffix
            return OutputsBlock(instances[item.suffix], place)

        return _arranged(iteration, outputs, place, self.target(f"module.{name}"))

    def _calls(self, name: str) -> tuple[_Iteration, dict[str, "ModuleInstance"]] | Unknown:
        found = self._children.get(name)
        if found is None:
            found = self._children[name] = self._make_calls(name)
        return found

    def _make_calls(self, name: str) -> tuple[_Iteration, dict[str, "ModuleInstance"]] | Unknown:
        block, source = self.config.modules[name,]
        address = f"module.{name}"
        place = source.place(block.start, block.head)
        config = self._module_config(name, block, place)
        if isinstance(config, Unknown):
            return config
        iteration = self._iteration(address, block, source)
        instances: dict[str, ModuleInstance] = {}
        for item in iteration.items:
            self.root.calls += 1
            frame = Frame(self, source, item.bindings)
            inputs: dict[str, Child] = {
                attribute.name: _input(attribute, frame)
                for attribute in block.body.attributes.values()
                if attribute.name not in _META and attribute.name not in {"source", "version"}
            }
            instances[item.suffix] = ModuleInstance(
                config=config,
                root=self.root,
                address=self.full(address) + item.suffix,
                key=f"{self.key}.{name}" if self.key else name,
                inputs=inputs,
                calls=(*self.calls, Call(address + item.suffix, place)),
                instances=_times(self.instances, item.instances),
                ancestors=self.ancestors,
                caller=(self, block),
                when=self._when(item),
                dormant=item.dormant or self.dormant,
            )
        return iteration, instances

    def _module_config(self, name: str, block: BlockNode, place: Place) -> ModuleConfig | Unknown:
        """Find the directory of a call: local by its path, else as `terraform init` has installed it."""
        reference = (Reference(self.target(f"module.{name}")),)
        attribute = block.body.attributes.get("source")
        written = attribute.expression if attribute else None
        path = written.value if isinstance(written, Literal) and isinstance(written.value, str) else ""
        key = f"{self.key}.{name}" if self.key else name
        local = path.startswith(("./", "../")) or path in {".", ".."}
        directory = joined_path(self.config.directory, path) if local else self.root.installed(key)
        config = self.root.load(directory) if directory is not None else None
        if config is not None and config.directory in self.ancestors:
            text = f"{self.full(f'module.{name}')} calls itself"
            self.root.problems.append(Problem(ProblemKind.LOOP, text, place))
            return Unknown((Reason(ReasonKind.CYCLE, text, place),), place, references=reference)
        if len(self.ancestors) > _DEEPEST_CALL or self.root.calls > _MOST_CALLS:
            text = "more calls of modules than are evaluated"
            self.root.problems.append(Problem(ProblemKind.LIMIT, text, place))
            return Unknown((Reason(ReasonKind.LIMIT, text, place),), place, references=reference)
        if config is None:
            self.root.missing.append(Call(f"{self.full(f'module.{name}')} ({path or 'no source'})", place))
            if local:
                self.root.problems.append(Problem(ProblemKind.INVALID, f"there is no module at {path}", place))
            why = f"the module {path or name} was not fetched"
            return Unknown((Reason(ReasonKind.MODULE, why, place),), place, references=reference)
        return config

    def _when(self, item: _Item) -> str:
        """What an instance hangs on: its own expression, read in this call, and what the call hangs on."""
        if not item.when:
            return self.when
        return f"{self.when} and {self.address}: {item.when}" if self.when else f"{self.address}: {item.when}"

    # Everything that is declared

    def declarations(self) -> Iterator[Declaration]:
        """Yield what this call declares, and the calls below it."""
        for (native_type, name), (block, source) in self.config.resources.items():
            yield from self._declared(f"{native_type}.{name}", native_type, block, source)
        for (native_type, name), (block, source) in self.config.data.items():
            yield from self._declared(f"data.{native_type}.{name}", f"data.{native_type}", block, source)
        for block, source in self.config.providers:
            alias = block.body.attributes.get("alias")
            written = alias.expression if alias else None
            suffix = f".{written.value}" if isinstance(written, Literal) else ""
            yield from self._declared(
                f"provider.{block.labels[0]}{suffix}", f"provider.{block.labels[0]}", block, source
            )
        for number, (block, source) in enumerate(self.config.settings):
            yield from self._declared(f"terraform[{number}]", "terraform", block, source)
        for (name,), (block, source) in self.config.modules.items():
            yield from self._declared(f"module.{name}", "module", block, source, once=True)
            found = self._calls(name)
            if not isinstance(found, Unknown):
                for instance in found[1].values():
                    yield from instance.declarations()

    def _declared(
        self, address: str, native_type: str, block: BlockNode, source: Source, *, once: bool = False
    ) -> Iterator[Declaration]:
        # A module that is called five hundred times has the same addresses in each.
        address, native_type = intern(address), intern(native_type)
        iteration = _ONCE if once else self._iteration(address, block, source)
        place = source.place(block.start, block.end)
        for item in iteration.items:
            self.root.declarations += 1
            if self.root.declarations > _MOST_DECLARATIONS:
                if self.root.declarations == _MOST_DECLARATIONS + 1:
                    text = f"more than {_MOST_DECLARATIONS} things are declared: the rest is not read"
                    self.root.problems.append(Problem(ProblemKind.LIMIT, text, place))
                return
            yield Declaration(
                front_end=FrontEnd.TERRAFORM,
                provider=provider_of(native_type),
                native_type=native_type,
                root=self.root.name,
                address=self.full(address) + item.suffix,
                tree=self._tree(address, item, block, source),
                place=place,
                calls=self.calls,
                instances=_times(self.instances, item.instances),
                when=self._when(item),
                dormant=item.dormant or self.dormant,
            )


class BodyBlock(Block):
    """The body of a block as a tree: attributes are evaluated, nested blocks gathered, `dynamic` ones made."""

    __slots__ = ("_body", "_default_tags", "_frame", "_top")
    __hash__ = None

    def __init__(
        self,
        body: Body,
        frame: Frame,
        place: Place,
        *,
        top: bool = False,
        default_tags: Callable[[], Value] | None = None,
    ) -> None:
        super().__init__({}, place)
        self._default_tags = default_tags
        self._body = body
        self._frame = frame
        self._top = top

    @property
    def budget(self) -> Budget:
        return self._frame.module.budget

    def names(self) -> tuple[str, ...]:
        names: dict[str, None] = dict.fromkeys(self._body.attributes)
        for block in self._body.blocks:
            names[block.labels[0] if block.type == "dynamic" and block.labels else block.type] = None
        return tuple(name for name in names if not (self._top and name in _META))

    def child(self, name: str) -> Value | None:
        cached = self._children.get(name)
        if isinstance(cached, Value):
            return cached
        if cached is not None:
            return Unknown((Reason(ReasonKind.CYCLE, f"{name} depends on itself", self.place),), self.place)
        self._children[name] = _being_made
        value = self._make(name)
        if value is None:
            del self._children[name]
        else:
            self._children[name] = value
        return value

    def _make(self, name: str) -> Value | None:
        attribute = self._body.attributes.get(name)
        if attribute is not None:
            source = self._frame.source
            place = source.place(attribute.start, attribute.end)
            if type(attribute.expression) is Literal:
                value = source.literals.get(id(attribute))
                if value is None:
                    value = source.literals[id(attribute)] = at_place(attribute.expression, place)
                return value
            try:
                return placed(evaluate(attribute.expression, self._frame), place)
            except RecursionError:
                return over("nested too deep", place)
        blocks = [
            block
            for block in self._body.blocks
            if block.type == name or (block.type == "dynamic" and block.labels == (name,))
        ]
        if not blocks:
            return self._all_tags() if name == "tags_all" and self._default_tags is not None else None
        elements: list[Child] = []
        doubts: list[Reason] = []
        for block in blocks:
            if block.type == "dynamic":
                self._dynamic(name, block, elements, doubts)
            else:
                place = self._frame.source.place(block.start, block.end)
                elements.append(BodyBlock(block.body, self._frame, place))
        first = blocks[0]
        place = self._frame.source.place(first.start, blocks[-1].end)
        return Elements(elements, place, open_because=tuple(dict.fromkeys(doubts)))

    def _all_tags(self) -> Value:
        """The provider's tags and, over them, the resource's own: what the provider calls `tags_all`."""
        defaults = self._default_tags() if self._default_tags is not None else Absent(self.place)
        own = self.child("tags") or Absent(self.place)
        return call_function("merge", [defaults, own], self.place, files=self._frame.module.files, budget=Budget())

    def _dynamic(self, name: str, block: BlockNode, elements: list[Child], doubts: list[Reason]) -> None:
        frame = self._frame
        place = frame.source.place(block.start, block.end)
        content = next((inner for inner in block.body.blocks if inner.type == "content"), None)
        each = block.body.attributes.get("for_each")
        if content is None or each is None:
            doubts.append(Reason(ReasonKind.INVALID, f"the dynamic block {name} has no content or no for_each", place))
            return
        renamed = block.body.attributes.get("iterator")
        iterator = renamed.expression.name if renamed and isinstance(renamed.expression, Traversal) else name
        collection = evaluate(each.expression, frame)
        pairs: list[tuple[Value, Value]] = []
        if isinstance(collection, Elements):
            pairs = [(collection[index], collection[index]) for index in range(collection.seen)]
            if pairs and isinstance(collection[0], Block):
                pairs = [(Known(index, place), value) for index, (_, value) in enumerate(pairs)]
            doubts.extend(collection.open_because)
        elif isinstance(collection, Block):
            pairs = [(Known(key, collection.place), collection[key]) for key in collection.names()]
            doubts.extend(collection.open_because)
        elif not isinstance(collection, Absent):
            doubts.extend(_reasons(collection, place))
        if not frame.module.budget.spend(len(pairs)):
            doubts.append(over("more elements than are evaluated", place).reasons[0])
            return
        where = frame.source.place(content.start, content.end)
        for key, value in pairs:
            bound = frame.binding({iterator: Block({"key": key, "value": value}, place)})
            elements.append(BodyBlock(content.body, bound, where))


class InstanceBlock(Symbolic):
    """An instance of a resource or data source as others refer to it: every name is something."""

    __slots__ = ("_data", "_native_type", "_suffix", "_target", "_tree")
    __hash__ = None

    def __init__(self, target: str, suffix: str, tree: BodyBlock, *, native_type: str, data: bool) -> None:
        super().__init__({}, tree.place)
        self._target = target
        self._suffix = suffix
        self._tree = tree
        self._native_type = native_type
        self._data = data

    def symbol(self) -> str:
        return f"{self._target}[{ANY_INSTANCE}]" if self._suffix else self._target

    def names(self) -> tuple[str, ...]:
        return self._tree.names()

    def child(self, name: str) -> Value:
        cached = self._children.get(name)
        if isinstance(cached, Value):
            return cached
        value = self._children[name] = self._make(name)
        return value

    def _make(self, name: str) -> Value:
        if self._data:
            constant = self._constant(name)
            if constant is not None:
                return constant
        if name == "id" and self._native_type.startswith(_SETTING_OF_BUCKET):
            bucket = self._tree.child("bucket")
            if bucket is not None:
                return bucket
        reference = Reference(self._target + self._suffix, name)
        value = self._tree.child(name)
        if isinstance(value, Known):
            return Known(
                value.value,
                value.place,
                root=value.root,
                references=(reference, *value.references),
                document=value.document,
            )
        if isinstance(value, Block | Elements):
            return value
        if isinstance(value, Unknown):
            return Unknown(
                value.reasons,
                value.place,
                root=value.root,
                references=(reference, *value.references),
                parts=value.parts or (reference,),
                document=value.document,
            )
        address = self._target.partition("#")[2] + self._suffix
        if self._data:
            reason = Reason(ReasonKind.DATA_SOURCE, f"{address}.{name} is read when it is applied", self.place)
        else:
            reason = Reason(ReasonKind.AFTER_APPLY, f"{address}.{name} is known after it is applied", self.place)
        return Unknown((reason,), self.place, references=(reference,), parts=(reference,))

    def _constant(self, name: str) -> Value | None:
        """What is known of a data source without asking the world."""
        if self._native_type == "aws_iam_policy_document" and name in {"json", "minified_json"}:
            return encoded(rendered(self._tree), self.place, self._tree.budget)
        if self._native_type == "aws_partition":
            # The commercial partition, unless a configuration says otherwise: no verdict hangs on which it is.
            return {"partition": Known("aws", self.place), "dns_suffix": Known("amazonaws.com", self.place)}.get(name)
        return None


class OutputsBlock(Block):
    """The outputs of a call, evaluated when asked for."""

    __slots__ = ("_instance",)
    __hash__ = None

    def __init__(self, instance: ModuleInstance, place: Place) -> None:
        super().__init__({}, place)
        self._instance = instance

    def names(self) -> tuple[str, ...]:
        return tuple(name for (name,) in self._instance.config.outputs)

    def child(self, name: str) -> Value | None:
        if (name,) not in self._instance.config.outputs:
            return None
        return self._instance.output(name, self.place)


def _being_made() -> Value:
    """What stands in a tree for a value that is being made."""
    return Absent()


def placed(value: Value, place: Place) -> Value:
    """Return a value as it stands at `place`; its root stays where the literal is."""
    if isinstance(value, Known):
        if value.root == place:
            return value
        return Known(value.value, place, root=value.root, references=value.references, document=value.document)
    if isinstance(value, Unknown):
        return Unknown(
            value.reasons,
            place,
            root=value.root,
            references=value.references,
            parts=value.parts,
            document=value.document,
        )
    return value


def mentions(body: Body, names: frozenset[str], *, nested: bool = False) -> bool:
    """Whether a body's expressions mention one of these names. Those of the whole's own `count` are left out."""
    for attribute in body.attributes.values():
        if (nested or attribute.name not in _META) and _mentions(attribute.expression, names):
            return True
    return any(mentions(block.body, names, nested=True) for block in body.blocks)


def switches(module: ModuleInstance, expression: Expression) -> set[str]:
    """Return the root's variables that an expression hangs on by what is written, nobody set, and that have a default.

    What goes by way of a resource or of a module's output is not followed.
    """
    found: set[str] = set()
    try:
        _switches(module, expression, found, set())
    except RecursionError:
        return set()  # nested deeper than people write
    return found


def _switches(module: ModuleInstance, node: object, found: set[str], seen: set[tuple[str, str, str]]) -> None:
    if isinstance(node, Traversal) and node.name in {"var", "local"} and node.steps and isinstance(node.steps[0], str):
        name = node.steps[0]
        if (module.address, node.name, name) in seen:
            return
        seen.add((module.address, node.name, name))
        if node.name == "local":
            local = module.config.locals.get(name)
            if local is not None:
                _switches(module, local[0].expression, found, seen)
        elif module.caller is not None:
            caller, block = module.caller
            given = block.body.attributes.get(name)
            if given is not None:
                _switches(caller, given.expression, found, seen)
        elif name not in module.root.values:
            located = module.config.variables.get((name,))
            if located is not None and "default" in located[0].body.attributes:
                found.add(name)
    if isinstance(node, tuple):
        for part in node:
            if isinstance(part, tuple):
                _switches(module, part, found, seen)


def _switched(names: set[str] | frozenset[str]) -> str:
    return ", ".join(f"var.{name}" for name in sorted(names))


def _mentions(node: object, names: frozenset[str]) -> bool:
    if isinstance(node, Traversal) and node.name in names:
        return True
    return isinstance(node, tuple) and any(_mentions(part, names) for part in node if isinstance(part, tuple))


def provider_of(native_type: str) -> str:
    """`aws_s3_bucket` -> `aws`; a data source's and a provider's own name likewise."""
    name = native_type.removeprefix("data.")
    if name.startswith("provider."):
        return name.removeprefix("provider.")
    return name.partition("_")[0]


def _input(attribute: Attribute, frame: Frame) -> Child:
    if isinstance(attribute.expression, Literal):
        return evaluate(attribute.expression, frame)
    return lambda: evaluate(attribute.expression, frame)


def _times(outer: int | None, inner: int | None) -> int | None:
    return None if outer is None or inner is None else outer * inner


def _count_of(value: Value) -> int | None:
    if not isinstance(value, Known):
        return None
    try:
        return max(int(value.number()), 0)
    except (UnknownValueError, OverflowError, ValueError):
        return None


def _reasons(value: Value, place: Place) -> tuple[Reason, ...]:
    if isinstance(value, Unknown):
        return value.reasons
    return (Reason(ReasonKind.INVALID, "it is nothing that can be gone through", place),)


def _symbolic(name: str, reasons: tuple[Reason, ...], place: Place) -> _Item:
    unknown = Unknown(reasons, place)
    bound: dict[str, Child] = {"index": unknown} if name == "count" else {"key": unknown, "value": unknown}
    return _Item(f"[{ANY_INSTANCE}]", {name: Block(bound, place)}, None)


def _entries(value: Value, place: Place) -> tuple[dict[str, Child], tuple[Reason, ...]]:
    """Return the keys and values of a `for_each`, and why there may be more."""
    if isinstance(value, Block):
        block = value
        return {name: _at(block, name) for name in block.names()}, block.open_because
    if isinstance(value, Elements):
        entries: dict[str, Child] = {}
        doubts = value.open_because
        for index in range(value.seen):
            element = value[index]
            if isinstance(element, Known):
                entries[element.text()] = element
            else:
                doubts += _reasons(element, place)
        return entries, tuple(dict.fromkeys(doubts))
    return {}, _reasons(value, place)


def _at(block: Block, name: str) -> Child:
    return lambda: block[name]


def _arranged(iteration: _Iteration, make: Callable[[_Item, str], Block], place: Place, target: str) -> Value:
    """Arrange instances as references see them: one, a list by number, or a map by key."""
    keys = iteration.keys
    if keys is None:
        return make(iteration.items[0], "")
    if not keys and iteration.doubts:
        return Unknown(iteration.doubts, place, references=(Reference(f"{target}[{ANY_INSTANCE}]", ALL),))

    def one(position: int, suffix: str) -> Callable[[], Value]:
        item = iteration.items[0 if iteration.shared else position]
        return lambda: make(item, suffix)

    if keys and isinstance(keys[0], int):
        return Elements([one(position, f"[{key}]") for position, key in enumerate(keys)], place)
    if not keys:
        return Elements([], place)
    children: dict[str, Child] = {
        str(key): one(position, f"[{json.dumps(key, ensure_ascii=False)}]") for position, key in enumerate(keys)
    }
    return Block(children, place, open_because=iteration.doubts)
