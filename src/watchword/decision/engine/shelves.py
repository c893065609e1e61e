"""`Shelf`: the statements of one layer, found by what a request is about instead of one after the other.

Few statements are a tuple that is walked. More than `_WALKED` are filed, each under the most telling thing that must be
true of a request for it to apply, so that a decision costs as much as there are statements that could apply:

1. its resources, where each says more than the service: whole, or by literal beginning or literal end;
2. a condition that wants a key to equal one of some texts: an absent key, or another value, and it cannot apply;
3. its actions, where each is written out;
4. the services of its actions;
5. nothing: these are looked at for every request.

A file that itself becomes long is filed again, by the next of these. What comes out of an index *may* apply: it is
still to be matched, action first.

Everything here is immutable. `replacing` gives a new shelf that shares all but what changed, in time that does not
grow with the number of statements, so that readers of the old one go on undisturbed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from watchword.decision.engine.model import ContextValue
from watchword.decision.engine.statements import CompiledStatement
from watchword.decision.language import Base, Quantifier
from watchword.decision.language.variables import Literal, Plain, Template

Statements = tuple[CompiledStatement, ...]
_Context = Mapping[str, ContextValue]
_T = TypeVar("_T")

# Walking costs a seventh of a microsecond a statement, a look into the files two or three microseconds.
_WALKED = 24
# A statement with more keys than this would stand in as many files; then the next path is tried.
_MAX_KEYS = 256
# A change copies what was changed before it; beyond this many the table is made anew, which takes milliseconds.
_OVER = 256
_NOT_HERE: object = object()
# Literal beginnings are told apart by so many characters first, so that a bucket's name is not compared with beginnings
# of the lengths that tables have. Up to here an ARN has said its service, and little that differs within one.
_HEAD = 16
# A literal end shorter than this is one that too many resources have.
_TELLING_END = 3
_ARN_COLONS = 5
# What `concerning` looks at where conditions are left out of account: enough for a page that explains a refusal.
_MAX_CONCERNING = 4096

_RESOURCE, _EQUALITY, _ACTION, _SERVICE, _REST = range(5)
_EXACT, _PREFIX, _SUFFIX, _EQUAL, _NAMED, _OF_SERVICE = range(6)
_Key = tuple[int, object]  # which table, and what is looked up in it


class Tables(Generic[_T]):
    """An immutable map, of which a changed one costs as much as was changed, not as much as there is.

    `get` is a plain dictionary's own where nothing was changed since the map was made, because every decision passes
    it. Changes lie in a small dictionary over the large one; when they are many, both become one again.
    """

    __slots__ = ("_base", "_over", "get")

    get: Callable[[object], _T | None]

    def __init__(self, base: dict[object, _T], over: dict[object, _T | None] | None = None) -> None:
        self._base = base
        self._over = over or {}
        self.get = _layered(base, self._over) if over else base.get

    def values(self) -> Iterator[_T]:
        if not self._over:
            yield from self._base.values()
            return
        for key, value in (self._base | self._over).items():
            if value is not None:
                del key
                yield value

    def changed(self, changes: Mapping[object, _T | None]) -> "Tables[_T]":
        """None removes a key."""
        over = {**self._over, **changes}
        if len(over) <= _OVER:
            return Tables(self._base, over)
        merged = {key: value for key, value in (self._base | over).items() if value is not None}
        return Tables(merged)


def _layered(base: Mapping[object, _T], over: Mapping[object, _T | None]) -> Callable[[object], _T | None]:
    below, above = base.get, over.get

    def get(key: object) -> _T | None:
        found = above(key, _NOT_HERE)
        return below(key) if found is _NOT_HERE else found  # type: ignore[return-value]  # what is not the mark is a value

    return get


class Shelf:
    """Immutable. `keys` holds at least every condition key that a statement here reads.

    `asks`: statements here, or further down, may be filed under what a condition wants; False is certain.
    """

    __slots__ = ("_ends", "_files", "_heads", "_paths", "_rest", "_wanted", "asks", "keys", "size", "statements")

    def __init__(self, statements: Sequence[CompiledStatement], paths: frozenset[int] | None = None) -> None:
        self.size = len(statements)
        self.keys: frozenset[str] = frozenset().union(*{s.keys for s in statements})
        self._paths = paths if paths is not None else frozenset({_RESOURCE, _EQUALITY, _ACTION, _SERVICE})
        self.statements: Statements | None = tuple(statements)
        self.asks = False
        if self.size <= _WALKED or not self._paths:
            return
        self.statements = None
        files: list[dict[object, list[CompiledStatement]]] = [{} for _ in range(6)]
        used: dict[_Key, int] = {}
        rest: list[CompiledStatement] = []
        for statement in statements:
            path, keys = _filing(statement, self._paths)
            if path == _REST:
                rest.append(statement)
            for table, key in keys:
                files[table].setdefault(key, []).append(statement)
                used[table, key] = path
        self._rest: Statements = tuple(rest)
        self._files = tuple(
            Tables[Statements | Shelf]({k: self._file(used[table, k], found) for k, found in by_key.items()})
            if by_key
            else None
            for table, by_key in enumerate(files)
        )
        # How many files there are by length: of literal beginnings for each head, of literal ends altogether.
        heads: dict[object, list[int]] = {}
        for key in files[_PREFIX]:
            if isinstance(key, str):
                heads.setdefault(_head(key), []).append(len(key))
        self._heads = Tables[dict[int, int]]({head: _counted(lengths) for head, lengths in heads.items()})
        self._ends = _counted(len(key) for key in files[_SUFFIX] if isinstance(key, str))
        self._wanted = _counted(key[0] for key in files[_EQUAL] if isinstance(key, tuple))
        self.asks = bool(self._wanted) or any(
            file.asks
            for table in self._files
            if table is not None
            for file in table.values()
            if isinstance(file, Shelf)
        )

    def _file(self, path: int, statements: Sequence[CompiledStatement]) -> "Statements | Shelf":
        if len(statements) <= _WALKED:
            return tuple(statements)
        return Shelf(statements, self._paths - {path})

    def candidates(self, action: str, resource: str, context: _Context) -> list[CompiledStatement]:
        """Return a superset of the statements that apply. `action` is in lower case. One may stand here twice."""
        if self.statements is not None:
            return list(self.statements)
        files = self._by_request(action, resource)
        found = list(self._rest)
        for file in files:
            found += file if isinstance(file, tuple) else file.candidates(action, resource, context)
        equal = self._files[_EQUAL]
        if equal is not None:
            for key in self._wanted:
                value = context.get(key)
                if value is None:
                    continue
                for single in (value,) if isinstance(value, str) else value:
                    wanted = equal.get((key, single))
                    if wanted is not None:
                        found += wanted if isinstance(wanted, tuple) else wanted.candidates(action, resource, context)
        return found

    def _by_request(self, action: str, resource: str) -> "list[Statements | Shelf]":
        # Straight code: every decision on many policies passes here, once for each long shelf.
        exact, prefixes, suffixes, _, named, services = self._files
        files: list[Statements | Shelf] = []
        if exact is not None and (file := exact.get(resource)) is not None:
            files.append(file)
        if prefixes is not None:
            get, heads = prefixes.get, self._heads.get
            for lengths in (heads(resource[:_HEAD]), heads("")):
                for length in lengths or ():
                    if (file := get(resource[:length])) is not None:
                        files.append(file)  # noqa: PERF401 - a comprehension is a call more, and slower here
        if suffixes is not None:
            get = suffixes.get
            files += [file for length in self._ends if (file := get(resource[-length:])) is not None]
        if named is not None and (file := named.get(action)) is not None:
            files.append(file)
        if services is not None and (file := services.get(action.partition(":")[0])) is not None:
            files.append(file)
        return files

    def concerning(self, action: str, resource: str) -> Iterator[CompiledStatement]:
        """Yield what may speak of an action and a resource whatever the context, a bounded number of them."""
        if self.statements is not None:
            yield from self.statements
            return
        left = _MAX_CONCERNING
        yield from self._rest
        files = [*self._by_request(action, resource)]
        equal = self._files[_EQUAL]
        for file in (*files, *(equal.values() if equal is not None else ())):
            for statement in file if isinstance(file, tuple) else file.concerning(action, resource):
                if left == 0:
                    return
                left -= 1
                yield statement

    def unasked(self, action: str, resource: str, context: _Context) -> frozenset[str]:
        """Return the absent keys for the lack of which statements were left out of `candidates`.

        Some of them may not matter: whether the statements speak of the resource at all is not looked at.
        """
        if not self.asks:
            return frozenset()
        absent = frozenset(k for k in self._wanted if k not in context)
        for file in self._by_request(action, resource):
            if isinstance(file, Shelf):
                absent |= file.unasked(action, resource, context)
        return absent

    def replacing(self, removed: Sequence[CompiledStatement], added: Sequence[CompiledStatement]) -> "Shelf":
        """Return a shelf without some statements and with others."""
        if self.statements is not None:
            gone = set(removed)
            return Shelf([*(s for s in self.statements if s not in gone), *added], self._paths)
        new = object.__new__(Shelf)
        new.size = self.size - len(removed) + len(added)
        new.keys = self.keys.union(*(s.keys for s in added))
        new.statements = None
        new.asks = self.asks
        new._paths = self._paths
        gone = set(removed)
        rest = self._rest
        changes: list[dict[object, tuple[int, list[CompiledStatement], list[CompiledStatement]]]] = [
            {} for _ in range(6)
        ]
        for statement, which in [*((s, 1) for s in removed), *((s, 2) for s in added)]:
            path, keys = _filing(statement, self._paths)
            if path == _REST and which == 2:  # noqa: PLR2004 - the second of two lists
                rest = (*rest, statement)
            elif path == _REST:
                rest = tuple(s for s in rest if s not in gone)
            for table, key in keys:
                entry = changes[table].setdefault(key, (path, [], []))
                (entry[1] if which == 1 else entry[2]).append(statement)
        new._rest = rest
        files = list(self._files)
        new._heads, new._ends, new._wanted = self._heads, self._ends, self._wanted
        for table, by_key in enumerate(changes):
            if not by_key:
                continue
            old = files[table]
            changed: dict[object, Statements | Shelf | None] = {}
            for key, (path, less, more) in by_key.items():
                file = old.get(key) if old is not None else None
                changed[key] = refiled = self._refiled(path, file, less, more)
                new.asks |= table == _EQUAL or (isinstance(refiled, Shelf) and refiled.asks)
                step = (changed[key] is not None) - (file is not None)
                if step and table == _PREFIX and isinstance(key, str):
                    head = _head(key)
                    lengths = _stepped(new._heads.get(head) or {}, len(key), step)
                    new._heads = new._heads.changed({head: lengths or None})
                elif step and table == _SUFFIX and isinstance(key, str):
                    new._ends = _stepped(new._ends, len(key), step)
                elif step and table == _EQUAL and isinstance(key, tuple):
                    new._wanted = _stepped(new._wanted, key[0], step)
            files[table] = old.changed(changed) if old is not None else Tables(_present(changed))
        new._files = tuple(files)
        return new

    def _refiled(
        self,
        path: int,
        file: "Statements | Shelf | None",
        less: Sequence[CompiledStatement],
        more: Sequence[CompiledStatement],
    ) -> "Statements | Shelf | None":
        if isinstance(file, Shelf):
            found = file.replacing(less, more)
            return found if found.size else None
        gone = set(less)
        kept = [*(s for s in file or () if s not in gone), *more]
        return self._file(path, kept) if kept else None


_N = TypeVar("_N", int, str)


def _head(beginning: str) -> str:
    """Under what the lengths of literal beginnings are counted: those too short to have a head have the empty one."""
    return beginning[:_HEAD] if len(beginning) >= _HEAD else ""


def _counted(values: Iterable[_N]) -> dict[_N, int]:
    """How many files there are with each value, the values in order."""
    counts: dict[_N, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return dict(sorted(counts.items()))


def _stepped(counts: dict[_N, int], value: _N, step: int) -> dict[_N, int]:
    new = dict(counts)
    new[value] = new.get(value, 0) + step
    if not new[value]:
        del new[value]
    return dict(sorted(new.items()))


def _present(changes: Mapping[object, "Statements | Shelf | None"]) -> "dict[object, Statements | Shelf]":
    return {key: value for key, value in changes.items() if value is not None}


# Under what a statement is filed


def _filing(statement: CompiledStatement, paths: frozenset[int]) -> tuple[int, Sequence[_Key]]:
    """Return the first path that tells enough, and the statement's keys in it; always the same for one statement."""
    if _RESOURCE in paths and (keys := _resource_keys(statement)):
        return _RESOURCE, keys
    if _EQUALITY in paths and (keys := _equality_keys(statement)):
        return _EQUALITY, keys
    source = statement.source
    if not source.not_action:
        texts = dict.fromkeys(a.text.lower() for a in source.actions)
        if _ACTION in paths and len(texts) <= _MAX_KEYS and not any("*" in t or "?" in t for t in texts):
            return _ACTION, [(_NAMED, t) for t in texts]
        services = dict.fromkeys(t.partition(":")[0] for t in texts)
        if _SERVICE in paths and "*" not in services and len(services) <= _MAX_KEYS:
            return _SERVICE, [(_OF_SERVICE, s) for s in services]
    return _REST, ()


def _resource_keys(statement: CompiledStatement) -> Sequence[_Key]:
    templates = statement.templates
    if statement.source.not_resource or not templates or len(templates) > _MAX_KEYS:
        return ()
    keys: dict[_Key, None] = {}
    for template in templates:
        beginning, whole = _literal_beginning(template)
        if whole:
            keys[_EXACT, beginning] = None
            continue
        # Up to the fifth colon an ARN says which service and account it is of, and every other one says the same.
        if beginning.count(":") >= _ARN_COLONS and not beginning.endswith(":"):
            keys[_PREFIX, beginning] = None
            continue
        end = _literal_end(template)
        if len(end) < _TELLING_END:
            return ()
        keys[_SUFFIX, end] = None
    return list(keys)


def _literal_beginning(template: Template) -> tuple[str, bool]:
    """The text with which every match begins, and whether that is all of it."""
    text = ""
    for part in template.parts:
        if isinstance(part, Literal):
            text += part.text
        elif isinstance(part, Plain):
            cut = next((i for i, c in enumerate(part.text) if c in "*?"), -1)
            if cut >= 0:
                return text + part.text[:cut], False
            text += part.text
        else:
            return text, False
    return text, True


def _literal_end(template: Template) -> str:
    text = ""
    for part in reversed(template.parts):
        if isinstance(part, Literal):
            text = part.text + text
        elif isinstance(part, Plain):
            cut = max(part.text.rfind("*"), part.text.rfind("?"))
            text = part.text[cut + 1 :] + text
            if cut >= 0:
                return text
        else:
            return text
    return text


def _equality_keys(statement: CompiledStatement) -> Sequence[_Key]:
    best: Sequence[_Key] = ()
    for condition in statement.conditions:
        operator = condition.source.operator
        if (
            operator.base is not Base.STRING_EQUALS
            or operator.if_exists
            or operator.quantifier is Quantifier.ALL
            or condition.texts is None
        ):
            continue
        key = condition.source.key.lower()
        keys = [(_EQUAL, (key, text)) for text in condition.texts]
        if len(keys) <= _MAX_KEYS and (not best or len(keys) < len(best)):
            best = keys
    return best
