"""Dockerfiles to declarations. Build arguments are their defaults; one without is unknown, as is `$TARGETARCH`."""

import json
import posixpath
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from watchword.adapters.dockerfile._instructions import Instruction, instructions
from watchword.adapters.documents import files_below, read_file
from watchword.inventory import Shape, shapes
from watchword.inventory.images import image_parts
from watchword.inventory.model import Coverage, Declaration, FrontEnd, Problem, ProblemKind, Reading
from watchword.inventory.shapes import Nothing, Readable
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
    Value,
)

_TYPE: Final = "docker:dockerfile"
_NAME = re.compile(r"(?:Dockerfile|Containerfile)(?:\.[\w.-]+)?|[\w.-]+\.(?:[Dd]ockerfile|[Cc]ontainerfile)")
_NOT = re.compile(
    r".*\.(?:md|txt|py|go|js|ts|java|j2|jinja2?|tmpl|tpl|tftpl|erb|hbs|mustache|dockerignore|orig|rej|bak)"
)
_LARGEST: Final = 1024 * 1024
_VARIABLE = re.compile(r"\\\$|\$(?:(\w+)|\{(\w+)(?:(:?[-+])((?:[^{}$])*+))?\})")
_OPTION = re.compile(r"--([\w-]+)(?:=(\S*))?\s*")
_PAIR = re.compile(r"([\w.-]+)=(\"(?:[^\"\\]|\\.)*+\"|'[^']*+'|(?:[^\s\\]|\\.)*+)", re.DOTALL)
_REMOTE = re.compile(r"(?:https?|git|ssh)://|git@", re.IGNORECASE)
_LONGEST_VALUE: Final = 10_000


def is_dockerfile(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and _NOT.fullmatch(name) is None


def read_dockerfiles(root: Path, *, files: Iterable[str] | None = None) -> Reading:
    """Read the Dockerfiles below `root`, or those of `files` (relative to it, with `/`). Never raises."""
    problems: list[Problem] = []
    if files is None:
        files, problems = files_below(root, is_dockerfile)
    declarations: list[Declaration] = []
    size = 0
    for file in files:
        if not is_dockerfile(posixpath.basename(file)):
            continue
        content, problem = read_file(root, file)
        problems.extend([problem] if problem else [])
        if content is None:
            continue
        declaration, wrong = _read(content, file)
        problems.extend(wrong)
        if declaration is not None:
            size += len(content)
            declarations.append(declaration)
    coverage = Coverage(files=len(declarations), bytes=size, blocks=len(declarations), roots=len(declarations))
    return Reading(declarations=tuple(declarations), problems=tuple(problems), coverage=coverage)


def _read(content: bytes, file: str) -> tuple[Declaration | None, list[Problem]]:
    if len(content) > _LARGEST:
        return None, [Problem(ProblemKind.TOO_LARGE, f"more than {_LARGEST} bytes", Place(file, 0, 0))]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None, [Problem(ProblemKind.UNREADABLE, "it is not UTF-8", Place(file, 0, 0))]
    found, problems = instructions(text, file)
    if not any(instruction.name == "FROM" for instruction in found):
        if not problems and not found:
            return None, []
        why = "a Dockerfile begins with FROM, and this has none"
        return None, [Problem(ProblemKind.SYNTAX, why, Place(file, 1, 1))]
    place = Place(file, 1, max(1, found[-1].place.end_line), 1)
    declaration = Declaration(
        front_end=FrontEnd.DOCKERFILE,
        provider="docker",
        native_type=_TYPE,
        root=(posixpath.dirname(file) or ".").replace("#", "%23"),
        address=posixpath.basename(file),
        tree=_Build(found, place).tree(),
        place=place,
    )
    return declaration, problems


class _Build:
    """What a build does, instruction by instruction."""

    def __init__(self, found: list[Instruction], place: Place) -> None:
        self._place = place
        self._found = found
        self._global: dict[str, Value] = {}  # arguments before the first FROM: they hold in FROM alone
        self._local: dict[str, Value] = {}
        self._stages: list[Child] = []
        self._names: set[str] = set()
        self._variables: list[Child] = []
        self._commands: list[Child] = []
        self._additions: list[Child] = []
        self._ports: list[Child] = []
        self._image: Value = Absent(place)
        self._users: dict[str, Value] = {}  # of stages by name: a stage that begins with another runs as it does
        self._user: Value = Absent(place)
        self._health: Value = Known(False, place)
        self._stage = ""

    def tree(self) -> Block:
        for instruction in self._found:
            name = instruction.name
            if name == "FROM":
                self._from(instruction)
            elif name in {"ARG", "ENV"}:
                self._set(instruction)
            elif name == "USER":
                self._user = self._users[self._stage] = self._filled(instruction.text.strip(), instruction.place)
            elif name in {"ADD", "COPY"}:
                self._add(instruction)
            elif name == "RUN":
                text = _OPTION.sub("", instruction.text) if instruction.text.startswith("--") else instruction.text
                self._commands.append(Known(_words(text) or text, instruction.place))
            elif name == "EXPOSE":
                ports = instruction.text.split()
                self._ports.extend(self._filled(port, instruction.place) for port in ports)
            elif name == "HEALTHCHECK":
                self._health = Known(instruction.text.strip().upper() != "NONE", instruction.place)
        place = self._place
        return Block(
            {
                "image": self._image,
                "user": self._user,
                "health_check": self._health,
                "ports": Elements(self._ports, place),
                "stages": Elements(self._stages, place),
                "variables": Elements(self._variables, place),
                "commands": Elements(self._commands, place),
                "additions": Elements(self._additions, place),
            },
            place,
        )

    def _from(self, instruction: Instruction) -> None:
        place = instruction.place
        words = [word for word in instruction.text.split() if not word.startswith("--")]
        written = words[0] if words else ""
        named = words[2] if len(words) > 2 and words[1].upper() == "AS" else ""  # noqa: PLR2004 - FROM x AS y
        self._local = {}
        image = self._filled(written, place, self._global)
        earlier = isinstance(image, Known) and image.text().lower() in self._names
        internal = earlier or (isinstance(image, Known) and image.text() == "scratch")
        parts = Block({}, place) if internal else image_parts(image)
        self._stages.append(
            Block(
                {
                    "name": Known(named, place) if named else Absent(place),
                    "image": image,
                    **{name: parts[name] for name in ("registry", "repository", "tag", "digest")},
                    "internal": Known(internal, place) if isinstance(image, Known) else image,
                },
                place,
            )
        )
        self._stage = named.lower() or f"\0{len(self._stages)}"
        inherited = self._users.get(image.text().lower()) if earlier and isinstance(image, Known) else None
        self._user = Absent(place) if inherited is None else inherited
        self._users[self._stage] = self._user
        self._image = image
        self._health = Known(False, place)
        if named:
            self._names.add(named.lower())

    def _set(self, instruction: Instruction) -> None:
        argument = instruction.name == "ARG"
        for name, written in _pairs(instruction.text, argument=argument):
            place = instruction.place
            value: Value = Absent(place) if written is None else self._filled(_unquoted(written), place)
            known = value
            if isinstance(value, Absent):
                # What a stage takes from before the first FROM, or is given when the image is made.
                given = self._global.get(name) if self._stages else None
                why = Reason(ReasonKind.VARIABLE, f"the build argument {name} has no default", place)
                reference = Reference(f"#arg:{name}")
                known = Unknown((why,), place, references=(reference,), parts=(None,)) if given is None else given
            (self._local if self._stages else self._global)[name] = known
            self._variables.append(
                Block({"name": Known(name, place), "value": value, "argument": Known(argument, place)}, place)
            )

    def _add(self, instruction: Instruction) -> None:
        place = instruction.place
        text = instruction.text.split("\n", 1)[0]
        options: dict[str, str] = {}
        while (option := _OPTION.match(text)) is not None:
            options[option[1]] = option[2] or ""
            text = text[option.end() :]
        words = (_words(text) or text).split()
        sources = [self._filled(word, place) for word in words[:-1]]
        remote = instruction.name == "ADD" and any(_REMOTE.match(word) for word in words[:-1])
        self._additions.append(
            Block(
                {
                    "sources": Elements([*sources], place),
                    "remote": Known(remote, place),
                    "checksum": Known(options["checksum"], place) if "checksum" in options else Absent(place),
                },
                place,
            )
        )

    def _filled(self, text: str, place: Place, names: Mapping[str, Value] | None = None) -> Value:
        """A text with its `$names` filled in."""
        names = self._local if names is None else names
        parts: list[str | Reference | None] = []
        reasons: list[Reason] = []
        at = 0
        for found in _VARIABLE.finditer(text):
            parts.append(text[at : found.start()])
            at = found.end()
            name = found[1] or found[2]
            if name is None:
                parts.append("$")
                continue
            value = names.get(name)
            if isinstance(value, Known):
                parts.append(value.text() if found[3] not in {"+", ":+"} else found[4])
            elif found[3] in {"-", ":-"} and value is None:
                parts.append(found[4])
            else:
                why = f"${name} is given when the image is made"
                reasons.extend(
                    value.reasons if isinstance(value, Unknown) else [Reason(ReasonKind.VARIABLE, why, place)]
                )
                parts.append(None)
        parts.append(text[at:])
        if sum(len(part) for part in parts if part and isinstance(part, str)) > _LONGEST_VALUE:
            return Unknown((Reason(ReasonKind.LIMIT, "a text longer than is evaluated", place),), place)
        if not reasons:
            return Known("".join(part for part in parts if isinstance(part, str)), place)
        return Unknown(tuple(dict.fromkeys(reasons)), place, parts=tuple(part for part in parts if part != ""))


def _words(text: str) -> str:
    """The words of the list form, `["a", "b"]`; empty where it is the shell's."""
    if not text.lstrip().startswith("["):
        return ""
    try:
        words: object = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    return " ".join(str(word) for word in words) if isinstance(words, list) else ""


def _pairs(text: str, *, argument: bool) -> list[tuple[str, str | None]]:
    """`ENV a=b c="d"`, the old `ENV a b c`, `ARG a`, `ARG a=b`."""
    pairs: list[tuple[str, str | None]] = [(found[1], found[2]) for found in _PAIR.finditer(text)]
    first = text.split(None, 1)
    if first and "=" not in first[0]:
        if argument:
            return [(word, None) for word in text.split() if "=" not in word] + pairs
        return [(first[0], first[1].strip() if len(first) > 1 else "")]
    if argument:
        pairs.extend((word, None) for word in text.split() if re.fullmatch(r"\w+", word))
    return pairs


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text


_BUILD: Final[Mapping[str, Readable]] = {
    "name": Nothing(),
    "tags": Nothing(),
    **{
        name: name
        for name in ("image", "user", "health_check", "ports", "stages", "variables", "commands", "additions")
    },
}


def dockerfile_shapes() -> Mapping[str, Shape]:
    return shapes((Shape(_TYPE, "image_build", _BUILD, identity=()),))
