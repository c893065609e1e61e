"""Checks of a team's own: files of a directory, in Python or in YAML.

A Python file has a `CHECK`, as the built-in ones have. It is code, and is run: name only what you would run. A YAML
file says the same in CEL (see `docs/guides/write-a-check.md`), and can do nothing but read:

    id: bucket-has-owner
    title: Buckets have an owner
    severity: medium
    why: Nobody mends what nobody owns.
    remedy: Tag the bucket with `owner`.
    function: data.governance
    stage: initial
    kinds: [object_store]
    passes: has(asset.tags.owner) && asset.tags.owner != ""
    message: it has no owner
    evidence: [tags.owner]
    examples:
      - front_end: terraform
        verdict: pass
        text: …

Nothing is loaded unless its directory is named.
"""

import importlib.util
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Final, TypeVar

from watchword.app.diagnostics import Findings
from watchword.app.yaml_tree import Mapping, Scalar, Sequence, read_yaml
from watchword.evidence.posture import ANY_KIND, Check, Example, Function, Severity, Stage, Verdict
from watchword.evidence.posture.cel import Expression, parse
from watchword.evidence.posture.expressions import judge_by
from watchword.evidence.posture.model import EXAMPLE_FILES
from watchword.inventory import KINDS, FrontEnd
from watchword.kernel.errors import InvalidInputError, NotFoundError, Place

_T = TypeVar("_T")
_REQUIRED: Final = ("id", "title", "severity", "why", "remedy", "function", "stage", "kinds", "passes", "message")
_NARROWING: Final = ("front_ends", "native_types", "providers", "applies", "otherwise")
_OPTIONAL: Final = (*_NARROWING, "evidence", "references", "examples")
_VERDICTS: Final = ("pass", "fail", "unknown", "not_applicable")
_DECLARATIVE: Final = (FrontEnd.TERRAFORM, FrontEnd.CLOUDFORMATION, FrontEnd.KUBERNETES, FrontEnd.AWS)


def load_checks(directory: Path) -> tuple[Check, ...]:
    """Load the checks of a directory, in the order of their names. Raises with every bad file at once."""
    if not directory.is_dir():
        raise NotFoundError(f"{directory}: no such directory", code="checks.no_directory")
    checks: list[Check] = []
    flaws: list[str] = []
    for path in sorted(directory.iterdir()):
        load = _LOADERS.get(path.suffix)
        if load is None or path.name.startswith(("_", ".")):
            continue
        try:
            checks.append(load(path))
        except InvalidInputError as error:
            flaws.append(str(error))
    if flaws:
        raise InvalidInputError("\n".join(flaws), code="checks.refused")
    if not checks:
        raise InvalidInputError(
            f"{directory}: no checks", code="checks.none", expected="*.py with a CHECK, or *.yaml with an expression"
        )
    return tuple(checks)


def _from_python(path: Path) -> Check:
    module = _module(path)
    check: object = getattr(module, "CHECK", None)
    if not isinstance(check, Check):
        raise InvalidInputError(f"{path}: it has no CHECK", code="checks.no_check")
    unknown = set(check.kinds) - set(KINDS)
    if unknown and check.kinds != ANY_KIND:
        raise InvalidInputError(f"{path}: there is no kind {', '.join(sorted(unknown))}", code="checks.kind")
    return check


def _module(path: Path) -> ModuleType:
    name = f"watchword_user_checks_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise InvalidInputError(f"{path}: cannot be loaded", code="checks.load")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses of the file look themselves up there
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # the file is its author's: whatever it raises is told with its name
        del sys.modules[name]
        raise InvalidInputError(f"{path}: {type(error).__name__}: {error}", code="checks.load") from error
    return module


def _from_yaml(path: Path) -> Check:
    findings = Findings()
    tree = read_yaml(path.read_bytes(), str(path), findings)
    if findings.errors:
        raise InvalidInputError("\n".join(map(str, findings.errors)), code="checks.yaml")
    if not isinstance(tree, Mapping):
        raise InvalidInputError(f"{path}: a mapping was expected", code="checks.yaml")
    return _Fields(tree).check()


class _Fields:
    """The fields of one mapping, each read as what it must be."""

    def __init__(self, tree: Mapping) -> None:
        self._tree = tree
        self._by_name = {entry.key: entry for entry in tree.entries}

    def check(self) -> Check:
        self._only(_REQUIRED, _OPTIONAL)
        kinds = self._texts("kinds")
        if kinds != ANY_KIND:
            self._each_of("kinds", kinds, KINDS)
        front_ends = self._texts("front_ends") or tuple(f.value for f in _DECLARATIVE)
        self._each_of("front_ends", front_ends, [f.value for f in _DECLARATIVE])
        return Check(
            id=self._text("id"),
            title=self._text("title"),
            severity=self._word("severity", Severity),
            why=self._text("why"),
            remedy=self._text("remedy"),
            function=self._word("function", Function),
            stage=self._word("stage", Stage),
            kinds=kinds,
            native_types=self._texts("native_types"),
            providers=self._texts("providers"),
            front_ends=tuple(map(FrontEnd, front_ends)),
            judge=judge_by(
                passes=self._expression("passes"),
                message=self._text("message"),
                evidence=self._texts("evidence"),
                applies=self._expression("applies") if "applies" in self._by_name else None,
                otherwise=self._text("otherwise", "the check does not speak about it"),
            ),
            references=self._texts("references"),
            examples=tuple(self._examples()),
        )

    def example(self) -> Example:
        self._only(("front_end", "verdict", "text"), ("says",))
        front_end, verdict = self._text("front_end"), self._text("verdict")
        self._each_of("front_end", (front_end,), [f.value for f in EXAMPLE_FILES])
        self._each_of("verdict", (verdict,), _VERDICTS)
        return Example(
            front_end=FrontEnd(front_end),
            verdict=Verdict(verdict),
            text=self._text("text"),
            says=self._text("says", ""),
        )

    def _examples(self) -> Iterable[Example]:
        entry = self._by_name.get("examples")
        if entry is None:
            return
        if not isinstance(entry.value, Sequence):
            raise _refused(entry.place, "examples: a list was expected")
        for item in entry.value.items:
            if not isinstance(item, Mapping):
                raise _refused(item.place, "a mapping of front_end, verdict and text was expected")
            yield _Fields(item).example()

    def _only(self, required: tuple[str, ...], optional: tuple[str, ...]) -> None:
        missing = [name for name in required if name not in self._by_name]
        if missing:
            raise _refused(self._tree.place, f"no {', no '.join(missing)}")
        for name, entry in self._by_name.items():
            if name not in (*required, *optional):
                raise _refused(entry.place, f"{name} is not known here")

    def _text(self, name: str, default: str | None = None) -> str:
        entry = self._by_name.get(name)
        if entry is None and default is not None:
            return default
        if entry is None or not isinstance(entry.value, Scalar) or not entry.value.text.strip():
            raise _refused(entry.place if entry else self._tree.place, f"{name}: a text was expected")
        return entry.value.text

    def _texts(self, name: str) -> tuple[str, ...]:
        entry = self._by_name.get(name)
        if entry is None:
            return ()
        items = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
        texts = tuple(item.text for item in items if isinstance(item, Scalar))
        if len(texts) != len(items):
            raise _refused(entry.place, f"{name}: a list of texts was expected")
        return texts

    def _word(self, name: str, of: Callable[[str], _T]) -> _T:
        text = self._text(name)
        try:
            return of(text)
        except ValueError as error:
            raise _refused(self._by_name[name].place, f"{name}: {text!r} is not known") from error

    def _expression(self, name: str) -> Expression:
        try:
            return parse(self._text(name))
        except InvalidInputError as error:
            raise _refused(self._by_name[name].place, f"{name}: {error.message}") from error

    def _each_of(self, name: str, texts: Iterable[str], known: Iterable[str]) -> None:
        known = tuple(known)
        for text in texts:
            if text not in known:
                raise _refused(self._by_name[name].place, f"{name}: there is no {text}")


def _refused(place: Place, what: str) -> InvalidInputError:
    return InvalidInputError(what, code="checks.yaml", place=place)


_LOADERS: Final[dict[str, Callable[[Path], Check]]] = {".py": _from_python, ".yaml": _from_yaml, ".yml": _from_yaml}
