"""What an account answered, as declarations. Nothing here calls anything: the same tables are walked over the answers.

    reading = read_evidence(Path("account.jsonl"))

- What was refused, or not asked, is `Unknown` with the permission that would answer it. A list that was refused, or not
  told to its end, leaves one declaration of its type of which nothing is known: nothing that hangs on the list is then
  passed or failed as if it were empty.
- Each refusal is one problem, however often it was met.
- An address is the ARN; the root is the account. So what is declared and what is there can be told to be the same.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from watchword.adapters.aws.asks import (
    LEFT_OUT,
    NOT_COLLECTED,
    Answer,
    Ask,
    Context,
    Failure,
    Item,
    Json,
    More,
    Told,
    Visit,
    at_path,
    filled,
    means_none,
    visits,
)
from watchword.adapters.aws.evidence import End, Header, Record, records
from watchword.adapters.aws.services import LISTINGS, TAGGED
from watchword.adapters.aws.sources import ARN, REGION, TAGS
from watchword.inventory import FrontEnd
from watchword.inventory.model import Coverage, Declaration, Problem, ProblemKind, Reading
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
    Unknown,
    UnknownValueError,
    Value,
)
from watchword.kernel.errors import InvalidInputError

PROVIDER: Final = "aws"
_COLUMNS: Final = 1000  # of a line for each thing that it tells of, and for the parts of that
# What AWS answers where a permission is missing: each service has words of its own.
_DENIED: Final = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "Forbidden",
        "ForbiddenException",
        "UnauthorizedOperation",
        "403",
    }
)


class Answers:
    """What was recorded, by question. Fill it with `add`; then it answers as AWS did."""

    def __init__(self, header: Header) -> None:
        self.header = header
        self.count = 0
        self._told: dict[str, list[Answer | Failure]] = {}
        self._whole: set[str] = set()
        self._tables: dict[str, Mapping[str, Json] | Failure] = {}

    def add(self, record: Record) -> None:
        self.count += 1
        key = _key(record.operation, record.region, record.parameters)
        told: Answer | Failure = (
            Failure(record.error, record.message, record.line) if record.error else Answer(record.answer, record.line)
        )
        self._told.setdefault(key, []).append(told)
        if record.last:
            self._whole.add(key)

    def __call__(self, ask: Ask, region: str, parameters: Mapping[str, Json], /) -> Iterator[Answer | Failure]:
        key = _key(ask.operation, self.header.home if ask.home else region, parameters)
        told = self._told.get(key)
        if told is None:
            if not self.header.rest_is_empty:
                yield Failure(NOT_COLLECTED, "it was not collected")
            return
        yield from told
        if key not in self._whole:
            yield Failure(NOT_COLLECTED, "its last page was not collected")

    def among(self, more: More, region: str, parameters: Mapping[str, Json], /) -> Mapping[str, Json] | Failure:
        del parameters
        key = _key(more.ask.operation, self.header.home if more.ask.home else region, {})
        table = self._tables.get(key)
        if table is None:
            table = self._tables[key] = self._table(more, region)
        return table

    def _table(self, more: More, region: str) -> Mapping[str, Json] | Failure:
        name = more.where[0] if more.where else ""
        found: dict[str, Json] = {}
        for answer in self(more.ask, region, {}):
            if isinstance(answer, Failure):
                return answer
            for one in at_path(answer.value, more.at):
                if isinstance(one, dict):
                    found[str(one.get(name))] = one
        return found


def _key(operation: str, region: str, parameters: Mapping[str, Json]) -> str:
    return f"{operation} {region} {json.dumps(parameters, sort_keys=True)}" if parameters else f"{operation} {region}"


@dataclass(slots=True)
class _Refusals:
    """What was not told, brought together by what would answer it."""

    met: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    words: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)  # several things may hang on one answer; answers outlive this

    def note(self, ask: Ask, failure: Failure, region: str) -> None:
        if failure.code == NOT_COLLECTED:
            return  # it was left out on purpose; what hangs on it says so
        if id(failure) in self.seen:
            return
        self.seen.add(id(failure))
        key = (ask.permission, failure.code)
        self.met.setdefault(key, []).append(region)
        self.words.setdefault(key, (failure.words, failure.line))

    def problems(self, file: str) -> Iterator[Problem]:
        for (permission, code), regions in sorted(self.met.items()):
            words, line = self.words[permission, code]
            where = ", ".join(dict.fromkeys(regions))
            times = f", {len(regions)} times" if len(regions) > 1 else ""
            text = f"{permission}: {_why(permission, code, words)} ({where}{times})"
            yield Problem(ProblemKind.UNREADABLE, text, Place(file, line, line))


def _why(permission: str, code: str, words: str) -> str:
    if code in _DENIED:
        return f"denied ({code}): allow {permission}"
    return f"not answered ({code}){': ' + words if words else ''}"


def reading_of(answers: Answers, *, file: str = "", problems: tuple[Problem, ...] = ()) -> Reading:
    """Make the reading of what was recorded. `file` is where it stands; "" where it was read live."""
    header = answers.header
    maker = _Maker(answers, file)
    declarations: list[Declaration] = []
    seen: set[str] = set()
    for listing in LISTINGS:
        for region in header.regions if listing.everywhere else (header.home,):
            for visit in visits(listing, Context(header.partition, header.account, region), answers):
                made = maker.declaration(visit)
                if made is not None and made.address not in seen:
                    seen.add(made.address)
                    declarations.append(made)
    return Reading(
        declarations=tuple(declarations),
        problems=(*problems, *maker.refusals.problems(file or f"aws:{header.account}")),
        coverage=Coverage(files=1 if file else 0, blocks=answers.count, roots=1),
    )


class _Places(NamedTuple):
    """Where a thing is told of, for the thing and its parts; and its file alone, for what it says: no text to edit."""

    thing: Place
    value: Place


class _Maker:
    """Makes declarations of visits."""

    def __init__(self, answers: Answers, file: str) -> None:
        self._answers = answers
        self._header = answers.header
        self._file = file
        self._made = 0  # columns that are taken
        self.refusals = _Refusals()

    def declaration(self, visit: Visit) -> Declaration | None:
        if visit.failure is not None:
            return self._untold(visit, visit.failure)
        arn = filled(visit.listing.arn, visit.item, visit.context)
        if not isinstance(arn, str):
            # What its ARN is made of was not told: it goes by what it is listed as.
            arn = f"{visit.listing.type.rpartition(':')[2]}/{visit.context.region}/{_first_text(visit.item)}"
        self._made += _COLUMNS
        # In a file: the line of the answer that tells of it, and, because one line tells of many, a column of its own.
        line = (visit.line or 1) if self._file else 0
        place = Place(self._file or arn, line, line, self._made if line else 0)
        inner = Place(self._file or arn, 0, 0)
        at = _Places(place, inner)
        children: dict[str, Child] = {name: _child(value, at) for name, value in visit.item.items() if name != "parent"}
        for name, told in visit.told.items():
            children[name] = self._told(told, visit.context.region, at)
        children |= {ARN: Known(arn, inner), REGION: Known(visit.context.region, inner)}
        children["@account"] = Known(self._header.account, inner)
        children["@collected_at"] = Known(self._header.collected_at, inner)
        if visit.listing.tags:
            children[TAGS] = self._tags(arn, visit.context.region, at)
        tree = Block(children, place)
        for name, derive in visit.listing.derived.items():
            children[name] = _later(derive, tree)
        return Declaration(
            front_end=FrontEnd.AWS,
            provider=PROVIDER,
            native_type=visit.listing.type,
            root=self._header.account,
            address=arn,
            tree=tree,
            place=place,
        )

    def _untold(self, visit: Visit, failure: Failure) -> Declaration:
        """What stands for a list that was not told: perhaps many, perhaps none, and nothing is known of them."""
        ask = visit.listing.ask
        if ask is None:
            raise InvalidInputError("a listing without a question failed", code="aws.defect")
        self.refusals.note(ask, failure, visit.context.region)
        address = f"{visit.listing.type.removeprefix('live:')} in {visit.context.region}"
        if visit.item:  # of what it is a part of
            address += f" of {_first_text(visit.item)}"
        self._made += _COLUMNS
        line = (failure.line or 1) if self._file else 0
        place = Place(self._file or address, line, line, self._made if line else 0)
        reason = _reason(ask, failure, place)
        tree = Block(
            {REGION: Known(visit.context.region, place), "@account": Known(self._header.account, place)},
            place,
            open_because=(reason,),
        )
        return Declaration(
            front_end=FrontEnd.AWS,
            provider=PROVIDER,
            native_type=visit.listing.type,
            root=self._header.account,
            address=address,
            tree=tree,
            place=place,
            instances=None,
        )

    def _told(self, told: Told, region: str, at: _Places) -> Child:
        if told.failure is not None:
            self.refusals.note(told.ask, told.failure, region)
            return Unknown((_reason(told.ask, told.failure, at.value),), at.value)
        return _child(told.value, at)

    def _tags(self, arn: str, region: str, at: _Places) -> Child:
        table = self._answers.among(TAGGED, region, {})
        if isinstance(table, Failure):
            if not means_none(table, TAGGED.ask):
                return Unknown((_reason(TAGGED.ask, table, at.value),), at.value)
            return Absent(at.value)
        row = table.get(arn)
        tags: dict[str, Child] = {}
        for pair in at_path(row, "Tags[]"):
            if isinstance(pair, dict):
                tags[str(pair.get("Key"))] = _child(pair.get("Value"), at)
        return Block(tags, at.thing)


def _first_text(item: Item) -> str:
    return next((value for value in item.values() if isinstance(value, str)), "")


def _later(derive: Callable[[Block], Value], tree: Block) -> Child:
    def child() -> Value:
        try:
            return derive(tree)
        except UnknownValueError as error:
            return Unknown(error.reasons, tree.place)
        except AbsentValueError:
            why = Reason(ReasonKind.INVALID, "the answer lacks what AWS documents", tree.place)
            return Unknown((why,), tree.place)

    return child


def _reason(ask: Ask, failure: Failure, place: Place) -> Reason:
    why = failure.words if failure.code == NOT_COLLECTED else _why(ask.permission, failure.code, "")
    return Reason(ReasonKind.ACCESS, f"{ask.operation} {'' if failure.code == NOT_COLLECTED else 'was '}{why}", place)


def _child(value: Json, at: _Places) -> Child:
    """A part of an answer as a value; trees are made when they are asked for."""
    if value is None:
        return Absent(at.value)
    if isinstance(value, dict):
        if LEFT_OUT in value:
            why = "it may be a secret, and was left out of the file: collect with --secrets"
            return Unknown((Reason(ReasonKind.ACCESS, why, at.value),), at.value)
        return lambda: _tree(value, at)
    if isinstance(value, list):
        return lambda: _list(value, at)
    return Known(value, at.value)


def _tree(value: Item, at: _Places) -> Value:
    return Block({name: _child(child, at) for name, child in value.items() if child is not None}, at.thing)


def _list(value: list[Json], at: _Places) -> Value:
    children: list[Child] = []
    for number, child in enumerate(value, 1):
        if child is None:
            continue
        of = at
        if isinstance(child, dict) and at.thing.line:  # a rule of a group is a thing of its own
            of = at._replace(thing=at.thing._replace(column=at.thing.column + number))
        children.append(_child(child, of))
    return Elements(children, at.thing)


def read_evidence(path: Path) -> Reading:
    """Read a file of evidence, or the one in a directory. Never raises for what is in it."""
    file = next(iter(sorted(path.glob("*.jsonl"))), path) if path.is_dir() else path
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            return read_lines(lines, name=file.name)
    except OSError as error:
        problem = Problem(ProblemKind.UNREADABLE, str(error.strerror or error), Place(file.name, 0, 0))
        return Reading(declarations=(), problems=(problem,))


def read_lines(lines: Iterable[str], *, name: str) -> Reading:
    """Read the lines of a file of evidence. What is wrong with them is a problem; what was read before it holds."""
    answers: Answers | None = None
    problems: list[Problem] = []
    whole = False
    written: int | None = None  # counted at the end of the file, since what was added behind its last line counts too
    try:
        for record in records(lines, name=name):
            if isinstance(record, Header):
                answers = Answers(record)
                whole = record.rest_is_empty
            elif isinstance(record, End):
                whole = True
                written = record.answers
            elif answers is not None:
                answers.add(record)
    except InvalidInputError as error:
        problems.append(Problem(ProblemKind.SYNTAX, error.message, Place(name, 0, 0)))
    if answers is None:
        return Reading(declarations=(), problems=tuple(problems), coverage=Coverage(files=1))
    if written is not None and written != answers.count and not problems:
        why = f"{written} answers were written, {answers.count} are there"
        problems.append(Problem(ProblemKind.INVALID, why, Place(name, 0, 0)))
    if not whole and not problems:
        why = "it ends before the collection did: what is not there was perhaps never asked"
        problems.append(Problem(ProblemKind.UNREADABLE, why, Place(name, 0, 0)))
    return reading_of(answers, file=name, problems=tuple(problems))
