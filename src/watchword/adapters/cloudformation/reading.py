"""CloudFormation templates below a directory to declarations: YAML, JSON, and SAM's resources expanded simply.

    reading = read_cloudformation(Path("infra"))

A template is its own root, and a resource's address its logical id. Beside its properties a declaration's tree has what
stands around them, under names that no property has: `@Condition`, `@DependsOn`, `@Metadata` (in which other tools'
waivers stand), `@DeletionPolicy`, `@UpdateReplacePolicy`. A resource under a condition that is not known to hold, or
in a loop of which the rounds are not known, has `instances` None, and is judged as if it were there.

A stack within a stack whose template lies in reach (a relative `TemplateURL`, as `aws cloudformation package` takes it;
the asset that the CDK names) is read as a module that is called: with the parameters that it is handed, at a root of
its own, `parent.yaml/Database`; what it outputs is known to its parent. Such a template is not judged alone as well.
"""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from watchword.adapters.cloudformation._evaluation import (
    Frame,
    Named,
    Template,
    condition,
    evaluate,
    expand,
    known_tag,
    supposing,
    truth,
)
from watchword.adapters.cloudformation._serverless import expand_serverless, made_by, with_globals
from watchword.adapters.documents import (
    Document,
    Mapping,
    Node,
    Scalar,
    Sequence,
    files_below,
    node_at,
    place_of_entry,
    read_documents,
    read_file,
    text_at,
)
from watchword.inventory.model import Call, Coverage, Declaration, FrontEnd, Problem, ProblemKind, Reading
from watchword.inventory.values import Absent, Block, Child, Elements, Known, Place, Reason, ReasonKind, Unknown, Value
from watchword.kernel.errors import DefectError

SUFFIXES: Final = (".yaml", ".yml", ".json", ".template", ".cfn", ".cform")
# A template may have 500 resources (CloudFormation's quota); ten times that, after loops, is no template.
MOST_RESOURCES: Final = 5_000
# Those that make what this front-end makes of it, or nothing that is judged.
_KNOWN_TRANSFORMS: Final = ("AWS::Serverless-", "AWS::LanguageExtensions", "AWS::CodeDeployBlueGreen")
# What a template that does not parse is told by; other files mention the words, too.
_MEANT = re.compile(
    r"^[{ \t]*[\"']?(?:AWSTemplateFormatVersion|Resources)[\"']?[ \t]*:|\"Type\"[ \t]*:[ \t]*\"AWS::", re.MULTILINE
)
_STACKS: Final = frozenset({"AWS::CloudFormation::Stack", "AWS::Serverless::Application"})
_MOST_STACKS: Final = 1_000
_DEEPEST_STACKS: Final = 8  # people nest two or three
_AROUND: Final = ("Condition", "DependsOn", "Metadata", "DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy")


def read_cloudformation(root: Path, *, files: Iterable[str] | None = None) -> Reading:
    """Read the templates below `root`, or those of `files` (relative to it, with `/`) that are some. Never raises."""
    problems: list[Problem] = []
    if files is None:
        files, problems = files_below(root, is_named_like_one)
    declarations: dict[str, list[Declaration]] = {}
    stacks = _Stacks(root)
    read = size = 0
    for file in files:
        if not is_named_like_one(file):
            continue
        content, problem = read_file(root, file)
        if problem is not None:
            problems.append(problem)
        if content is None or not may_be_template(content):
            continue
        found, wrong = read_template(content, file, stacks)
        problems.extend(wrong)
        if found is not None:
            read += 1
            size += len(content)
            declarations[file] = found
    problems.extend(stacks.problems)
    # A template that another calls is judged as it is called.
    as_called = stacks.reached(declarations)
    whole = [d for file, found in declarations.items() if file not in as_called for d in found]
    roots = len({declaration.root for declaration in whole})
    coverage = Coverage(files=read, bytes=size, blocks=len(whole), roots=roots)
    return Reading(declarations=tuple(whole), problems=tuple(problems), coverage=coverage)


class _Stacks:
    """The templates that stacks of other templates are made of, read from the directory that is scanned."""

    def __init__(self, root: Path | None) -> None:
        self._root = root if root is not None and root.is_dir() else None
        self._documents: dict[str, Document | None] = {}
        self._calls: dict[str, set[str]] = {}  # by file: those whose templates it makes stacks of
        self._made = 0
        self.problems: list[Problem] = []

    def reached(self, files: Iterable[str]) -> set[str]:
        """The files that are called from some that nobody calls. Those that call each other in a circle are not."""
        called = {callee for callees in self._calls.values() for callee in callees}
        pending = [file for file in files if file not in called]
        found: set[str] = set()
        while pending:
            new = self._calls.get(pending.pop(), set()) - found
            found |= new
            pending.extend(new)
        return found

    def enter(self, file: str, by: str, place: Place) -> bool:
        """Whether one more may be made: stacks of stacks multiply."""
        self._made += 1
        if self._made > _MOST_STACKS:
            if self._made == _MOST_STACKS + 1:
                why = f"more than {_MOST_STACKS} stacks within stacks; this and those after it were not read"
                self.problems.append(Problem(ProblemKind.LIMIT, why, place))
            return False
        self._calls.setdefault(by, set()).add(file)
        return True

    def template(self, path: str, beside: str) -> tuple[str, Document] | None:
        """The document that a relative path names, from the file that names it; None where there is none in reach."""
        file = posixpath.normpath(posixpath.join(posixpath.dirname(beside), path))
        if self._root is None or file.startswith(("/", "..")) or "\0" in file:
            return None
        if file not in self._documents:
            self._documents[file] = self._read(self._root, file)
        document = self._documents[file]
        return None if document is None else (file, document)

    def _read(self, root: Path, file: str) -> Document | None:
        content, _ = read_file(root, file)
        if content is None or not may_be_template(content):
            return None
        documents = read_documents(content, file, wanted=_wanted, known_tag=known_tag)
        return next((document for document in documents.documents if _is_template(document)), None)


def is_named_like_one(name: str) -> bool:
    return name.endswith(SUFFIXES)


def may_be_template(content: bytes) -> bool:
    """A cheap test of bytes; what passes is parsed. Resources of a template have a type of one of these beginnings."""
    return b"Resources" in content and (
        b"AWS::" in content or b"Custom::" in content or b"AWSTemplateFormat" in content
    )


def _wanted(text: str) -> bool:
    return "Resources" in text


def read_template(
    content: bytes, file: str, stacks: _Stacks | None = None
) -> tuple[list[Declaration] | None, list[Problem]]:
    """Return the declarations of a file, None where it is no template; and what is wrong with it."""
    documents = read_documents(content, file, wanted=_wanted, known_tag=known_tag)
    templates = [document for document in documents.documents if _is_template(document)]
    problems: list[Problem] = []
    for broken in documents.broken:
        if _MEANT.search(broken.text):
            if "{{" in broken.text or "{%" in broken.text:
                why = "a template of a template: render it first, and scan what comes out"
                problems.append(Problem(ProblemKind.UNRENDERED, why, Place(file, broken.line, broken.line)))
            else:
                problems.extend(broken.problems)
    problems.extend(documents.problems)  # a file that is too large to tell must not pass unseen
    if not templates:
        return None, problems
    declarations: list[Declaration] = []
    for number, document in enumerate(templates):
        # A second template in one file is none that CloudFormation takes, and is read all the same.
        name = file.replace("#", "%23") + (f"~{number + 1}" if number else "")
        found, wrong = _read_resources(Template(_whole(document), file, name), stacks or _Stacks(None))
        declarations.extend(found)
        problems.extend((*document.problems, *wrong))
    return declarations, problems


def _is_template(document: Document) -> bool:
    resources = node_at(document.node, "Resources")
    if not isinstance(resources, Mapping):
        return False
    if text_at(document.node, "AWSTemplateFormatVersion") or text_at(document.node, "Transform"):
        return True
    names = resources.entries.items()
    return any(name.startswith("Fn::") or "::" in text_at(entry.value, "Type") for name, entry in names)


def _whole(document: Document) -> Mapping:
    if not isinstance(document.node, Mapping):
        raise DefectError("a template is a mapping", code="cloudformation.template")
    return with_globals(document.node)


def _read_resources(
    template: Template, stacks: _Stacks, within: tuple[str, ...] = ()
) -> tuple[list[Declaration], list[Problem]]:
    """`within` are the files of the templates that it is called by, its own last."""
    file = template.file
    resources = node_at(template.node, "Resources")
    if not isinstance(resources, Mapping):
        return [], []
    doubts: list[Reason] = []
    declared: list[_Resource] = []
    problems: list[Problem] = [*_macros(template)]
    blind = Frame(template, blind=True)
    for named in expand(resources.entries, Frame(template), doubts):
        place = place_of_entry(named.entry, file)
        if len(declared) >= MOST_RESOURCES:
            why = f"more than {MOST_RESOURCES} resources; those after them were not read"
            problems.append(Problem(ProblemKind.LIMIT, why, place))
            break
        native_type = text_at(named.entry.value, "Type")
        if named.name == "Fn::Transform":
            problems.append(_unrendered(text_at(named.entry.value, "Name"), place))
        elif not native_type:
            problems.append(Problem(ProblemKind.INVALID, f"the resource {named.name[:80]!r} has no type", place))
        elif named.name in template.made:
            problems.append(Problem(ProblemKind.DUPLICATE, f"a second resource is called {named.name[:80]!r}", place))
        elif _may_be_there(named, blind):
            declared.append(_Resource(named, native_type, place))
            template.made.update(made_by(named.name, native_type))
    declarations: list[Declaration] = []
    shared: dict[str, Frame] = {}
    for resource in declared:
        declaration = _declaration(resource, template, shared)
        declarations.extend(expand_serverless(declaration, template))
        if resource.native_type in _STACKS:
            declarations.extend(_nested(declaration, template, stacks, within or (file,)))
    for doubt in doubts:
        kind = ProblemKind.LIMIT if doubt.kind is ReasonKind.LIMIT else ProblemKind.INVALID
        problems.append(Problem(kind, doubt.text, doubt.place))
    return declarations, problems


def _nested(stack: Declaration, template: Template, stacks: _Stacks, within: tuple[str, ...]) -> Iterator[Declaration]:
    """What the template of a stack declares, where it lies in reach."""
    path = _path_of(stack.tree)
    found = stacks.template(path, template.file) if path else None
    if found is None or found[0] in within or len(within) > _DEEPEST_STACKS:
        return
    file, document = found
    if not stacks.enter(file, template.file, stack.place):
        return
    given = stack.tree["Parameters"]
    handed = {name: given[name] for name in given.names()} if isinstance(given, Block) else {}
    child = Template(_whole(document), file, f"{template.root}/{stack.address}", handed)
    template.stacks[stack.address] = child
    declarations, _ = _read_resources(child, stacks, (*within, file))  # its problems are told of the file itself
    call = Call(stack.address, stack.place)
    for declaration in declarations:
        surely = stack.instances is not None
        yield replace(
            declaration,
            calls=(call, *declaration.calls),
            instances=declaration.instances if surely else None,
            # What is there whenever the stack is, is there together.
            when=declaration.when if surely else f"{stack.address}/{declaration.when}",
        )


def _path_of(tree: Block) -> str:
    """The relative path of a stack's template: as it is written before it is packaged, or as the CDK notes it."""
    for value in (tree["TemplateURL"], tree["Location"], tree["@Metadata"]["aws:asset:path"]):
        if isinstance(value, Known):
            text = value.text()
            if text and "://" not in text and not text.startswith("/"):
                return text
    return ""


class _Resource(NamedTuple):
    named: Named
    native_type: str
    place: Place


def _macros(template: Template) -> Iterator[Problem]:
    """Transforms of a whole template that are not known: they may make anything of it."""
    entry = template.node.entries.get("Transform")
    if entry is None:
        return
    items = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
    for item in items:
        name = item.text if isinstance(item, Scalar) else text_at(item, "Name")
        if not name.startswith(_KNOWN_TRANSFORMS):
            yield _unrendered(name, place_of_entry(entry, template.file))


def _unrendered(macro: str, place: Place) -> Problem:
    why = f"the macro {macro[:80] or '?'} makes more of it than can be seen: scan the processed template"
    return Problem(ProblemKind.UNRENDERED, why, place)


def _may_be_there(named: Named, blind: Frame) -> bool:
    """False where its condition does not hold whatever the parameters are."""
    name = text_at(named.entry.value, "Condition")
    if not name:
        return True
    return truth(condition(name, blind, place_of_entry(named.entry, blind.template.file))) is not False


def _declaration(resource: _Resource, template: Template, shared: dict[str, Frame]) -> Declaration:
    named, place = resource.named, resource.place
    name = text_at(named.entry.value, "Condition")
    frame, certain = named.frame, named.counted
    if name:
        certain = certain and truth(condition(name, frame, place)) is True
        within = shared.get(name)
        if within is None or named.frame.bindings:
            within = supposing(name, frame)
        if not named.frame.bindings:
            shared[name] = within
        frame = within
    return Declaration(
        front_end=FrontEnd.CLOUDFORMATION,
        provider=resource.native_type.partition("::")[0].lower(),
        native_type=resource.native_type,
        root=template.root,
        address=named.name,
        tree=_tree(resource, frame),
        place=place,
        instances=1 if certain else None,
        when=name if named.counted else "",
    )


def _tree(resource: _Resource, frame: Frame) -> Block:
    """The properties, and what stands around them."""
    node = resource.named.entry.value
    found = node_at(node, "Properties")
    properties = evaluate(found, frame) if found is not None else Absent(resource.place)
    children: dict[str, Child] = {}
    doubts: tuple[Reason, ...] = ()
    if isinstance(properties, Block):
        doubts = properties.open_because
        children = {name: _child(properties, name) for name in properties.names()}
    elif not isinstance(properties, Absent):
        wrong = Reason(ReasonKind.INVALID, "properties are a mapping", resource.place)
        doubts = properties.reasons if isinstance(properties, Unknown) else (wrong,)
    for name in _AROUND:
        around = node_at(node, name)
        if around is not None:
            children[f"@{name}"] = _later(around, frame)
    if resource.native_type == "AWS::EC2::SecurityGroup" and not doubts:
        children.setdefault("SecurityGroupEgress", _open_egress(resource.place))
    return Block(children, resource.place, open_because=doubts)


def _child(block: Block, name: str) -> Callable[[], Value]:
    return lambda: block[name]


def _later(node: Node, frame: Frame) -> Callable[[], Value]:
    return lambda: evaluate(node, frame)


def _open_egress(place: Place) -> Value:
    """What EC2 adds to a group that names no egress rule of its own: all traffic may leave.

    Source: CloudFormation Template Reference, AWS::EC2::SecurityGroup, "Remove default rule".
    """
    anywhere = {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}
    rule: dict[str, Child] = {name: Known(text, place, is_default=True) for name, text in anywhere.items()}
    return Elements([Block(rule, place)], place)
