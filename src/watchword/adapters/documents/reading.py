"""A file's bytes to documents."""

from collections.abc import Callable
from typing import NamedTuple

from watchword.adapters.documents._json import parse_json
from watchword.adapters.documents._yaml import MOST_DOCUMENTS, parse_document, split
from watchword.adapters.documents.files import LARGEST
from watchword.adapters.documents.nodes import Node
from watchword.inventory.model import Problem, ProblemKind
from watchword.inventory.values import Place


class Document(NamedTuple):
    """One document of a file; `text` is its source, of which the first line is `line`."""

    node: Node
    text: str
    line: int
    problems: tuple[Problem, ...]  # what is wrong with it and did not keep it from being read


class Broken(NamedTuple):
    """A document that does not parse, for whoever can tell why: a template is not broken, it wants rendering."""

    text: str
    line: int
    problems: tuple[Problem, ...]


class Documents(NamedTuple):
    """What a file holds; `problems` are those of the file as a whole."""

    documents: tuple[Document, ...]
    broken: tuple[Broken, ...]
    problems: tuple[Problem, ...]


def no_tag(tag: str) -> bool:
    """For formats that have no tags of their own."""
    del tag
    return False


def read_documents(
    content: bytes,
    file: str,
    *,
    wanted: Callable[[str], bool],
    known_tag: Callable[[str], bool] = no_tag,
) -> Documents:
    """Parse the documents of a file whose text is `wanted`; the others cost nothing. Never raises.

    A file that begins like JSON and is called so is read as JSON, everything else as YAML.
    """
    if len(content) > LARGEST:
        return _failed(ProblemKind.TOO_LARGE, f"more than {LARGEST} bytes", Place(file, 0, 0))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return _failed(ProblemKind.UNREADABLE, "it is not UTF-8", Place(file, line, line))
    if text.lstrip()[:1] in {"{", "["} and not file.endswith((".yaml", ".yml")):
        if not wanted(text):
            return Documents((), (), ())
        node, problems = parse_json(text, file)
        if node is None:
            return Documents((), (Broken(text, 1, tuple(problems)),), ())
        return Documents((Document(node, text, 1, tuple(problems)),), (), ())
    return _read_yaml(text, file, wanted, known_tag)


def _read_yaml(text: str, file: str, wanted: Callable[[str], bool], known_tag: Callable[[str], bool]) -> Documents:
    documents: list[Document] = []
    broken: list[Broken] = []
    problems: list[Problem] = []
    line, counted = 1, 0
    spans = split(text)
    if len(spans) > MOST_DOCUMENTS:
        why = f"more than {MOST_DOCUMENTS} documents; those after them were not read"
        problems.append(Problem(ProblemKind.LIMIT, why, Place(file, 0, 0)))
    for start, end in spans[:MOST_DOCUMENTS]:
        line += text.count("\n", counted, start)
        counted = start
        part = text[start:end]
        if not wanted(part):
            continue
        node, found = parse_document(part, file, line, known_tag)
        if node is not None:
            documents.append(Document(node, part, line, tuple(found)))
        elif found:
            broken.append(Broken(part, line, tuple(found)))
    return Documents(tuple(documents), tuple(broken), tuple(problems))


def _failed(kind: ProblemKind, text: str, place: Place) -> Documents:
    return Documents((), (), (Problem(kind, text, place),))
