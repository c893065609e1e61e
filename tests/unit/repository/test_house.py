"""The rules of the house that import-linter cannot say."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

_SOURCE = Path(__file__).parents[3] / "src"
_MODULES = sorted((_SOURCE / "watchword").rglob("*.py"))
_VAGUE = re.compile(r"(^|_)(utils?|helpers?|common|manager|base|misc|stuff)(_|$)")


def _name(path: Path) -> str:
    parts = path.relative_to(_SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and full name of everything of ours that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _trespasses(importer: str, imported: str) -> bool:
    """Whether a name that starts with an underscore is used outside of the package that holds it."""
    parts = imported.split(".")
    for index, part in enumerate(parts):
        if part.startswith("_") and not part.startswith("__"):
            holder = ".".join(parts[:index])
            return importer != holder and not importer.startswith(holder + ".")
    return False


def test_there_is_something_to_look_at() -> None:
    assert len(_MODULES) > 50


def test_names_that_start_with_an_underscore_stay_inside_their_context() -> None:
    found = [
        f"{path.relative_to(_SOURCE)}:{line}: {imported}"
        for path in _MODULES
        for line, imported in _imports(path)
        if imported.startswith("watchword.") and _trespasses(_name(path), imported)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("importer", "imported", "trespasses"),
    [
        ("watchword.evidence.ledger.writer", "watchword.evidence.ledger._ocsf.encode", False),
        ("watchword.evidence.ledger", "watchword.evidence.ledger._ocsf.encode", False),
        ("watchword.app.runtime", "watchword.evidence.ledger._ocsf.encode", True),
        ("watchword.evidence.ledgers", "watchword.evidence.ledger._ocsf", True),
        ("watchword.app.runtime", "watchword.evidence.ledger.writer._secret", True),
        ("watchword.app.runtime", "watchword.__version__", False),
    ],
)
def test_what_counts_as_trespassing(importer: str, imported: str, *, trespasses: bool) -> None:
    assert _trespasses(importer, imported) is trespasses


def test_no_module_has_a_vague_name() -> None:
    assert [_name(path) for path in _MODULES if _VAGUE.search(path.stem)] == []


def test_every_module_opens_with_its_promise() -> None:
    silent = [
        _name(path)
        for path in _MODULES
        if "/_proto/" not in path.as_posix()
        and path.read_text("utf-8").strip()
        and ast.get_docstring(ast.parse(path.read_text("utf-8"))) is None
    ]
    assert silent == []


def test_no_module_asks_the_environment_but_the_composition_root() -> None:
    """`app` is the only reader of the environment; the command line hands it over."""
    reading = re.compile(r"\bos\.(environ|getenv)\b")
    found = {_name(path) for path in _MODULES if reading.search(path.read_text("utf-8"))}
    assert {name for name in found if not name.startswith(("watchword.app.", "watchword.cli."))} == set()


def test_no_path_is_taken_apart_by_a_parser_that_misreads_it() -> None:
    parsing = re.compile(r"\b(urlsplit|urlparse)\b\s*\(")
    assert [_name(path) for path in _MODULES if parsing.search(path.read_text("utf-8"))] == []
