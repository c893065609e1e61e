"""What is asked of an AWS account, as tables: which operations, what is taken from their answers, what follows from it.

    Listing(
        type="live:AWS::S3::Bucket",
        ask=Ask("s3:ListBuckets", action="s3:ListAllMyBuckets", home=True),
        at="Buckets[]",                                      # each element is one thing
        keep=("Name",),                                      # and this is all that is taken from it
        arn="arn:{partition}:s3:::{Name}",
        more={"Policy": More(ask=Ask("s3:GetBucketPolicy", {"Bucket": "{Name}"}, absent=(…,)), at="Policy")},
    )

The tables are the one list of operations: the collector calls nothing else, the least policy is made of it, and the
reader walks the same tables over what was answered. So what is recorded is what is read, and nothing besides.

`visits` is the walk. It is given a function that asks, and yields each thing with the answers that belong to it:
against AWS the function calls, against recorded answers it looks up.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol, TypeAlias

from watchword.adapters.aws import evidence
from watchword.inventory.values import Block, Value

Json: TypeAlias = evidence.Json
Item: TypeAlias = dict[str, Json]

_HOLE: Final = re.compile(r"\{([\w.]+)\}")
LEFT_OUT: Final = "$left_out"  # what stands in an answer in place of something that may be a secret
VALUE: Final = "Value"  # what an element that is a bare text goes by
NOT_IN_REGION: Final = "NotInRegion"  # the service is not offered there, so that there is none of it
NOT_COLLECTED: Final = "NotCollected"


@dataclass(frozen=True, slots=True)
class Ask:
    """One call. `absent` are the errors that mean that there is none: a code, or `Code: words of its message`.

    `home`: a service of the whole account, asked in one region. `action` is what IAM calls it, where that differs.
    `page`: how many to ask for at once, where an API that is not told gives all in one answer, or leaves some out.
    """

    operation: str  # boto3's service and the API's operation: s3:GetBucketPolicy
    parameters: Mapping[str, Json] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    action: str = ""
    home: bool = False
    page: int = 0

    @property
    def service(self) -> str:
        return self.operation.partition(":")[0]

    @property
    def permission(self) -> str:
        return self.action or f"{_PREFIXES.get(self.service, self.service)}:{self.operation.partition(':')[2]}"


# What IAM calls services that boto3 calls otherwise: AWS, Service Authorization Reference.
_PREFIXES: Final[Mapping[str, str]] = {
    "accessanalyzer": "access-analyzer",
    "ecr": "ecr",
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "opensearch": "es",
    "resourcegroupstaggingapi": "tag",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class More:
    """A further answer about one thing: what stands at `at`, and of that what `keep` names (nothing: all of it)."""

    ask: Ask
    at: str = "."
    keep: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    where: tuple[str, str] | None = (
        None  # of a list about many things: a name of theirs, and what of this one equals it
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Things of one type. Without an `ask` there is one of it: an account, a region.

    `secret` are paths in an element that may hold secrets. `parts` are listings that are asked of each element.
    `once`: the answer is one thing, which is there (and empty) also where the answer is that nothing was set.
    `tags`: the tags come from the tagging API, by ARN.
    """

    type: str
    arn: str
    ask: Ask | None = None
    at: str = "."
    keep: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    more: Mapping[str, More] = field(default_factory=dict)
    parts: tuple["Listing", ...] = ()
    once: bool = False
    tags: bool = False
    everywhere: bool = True  # once a region; else once an account
    only: tuple[str, str] | None = None  # a name, and what its text must match as a whole
    derived: Mapping[str, Callable[[Block], Value]] = field(default_factory=dict)  # for parts: made of the rest


class Context(NamedTuple):
    """What templates may name beside an element's own: where the question is asked."""

    partition: str
    account: str
    region: str


class Answer(NamedTuple):
    """One page. `line` is where it stands in a file of answers; 0 where there is no file."""

    value: Json
    line: int = 0


class Failure(NamedTuple):
    """Why there is no answer, or no further page: AWS's code, and its words."""

    code: str
    words: str = ""
    line: int = 0


class Asker(Protocol):
    """Who asks."""

    def __call__(self, ask: Ask, region: str, parameters: Mapping[str, Json], /) -> Iterator[Answer | Failure]:
        """Yield the pages of an answer. What goes wrong is the last that is yielded."""
        ...

    def among(self, more: More, region: str, parameters: Mapping[str, Json], /) -> Mapping[str, Json] | Failure:
        """Ask for a list once, and return what it says by the name in `more.where`."""
        ...


class Told(NamedTuple):
    """What a further question came to: a value, None for "there is none", or why it is not known."""

    value: Json
    failure: Failure | None
    ask: Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One thing, with the answers about it. `failure`: not a thing, but a list that was not told, or not to its end."""

    listing: Listing
    context: Context
    item: Item
    told: Mapping[str, Told] = field(default_factory=dict)
    line: int = 0
    number: int = 0
    failure: Failure | None = None


def means_none(failure: Failure, ask: Ask) -> bool:
    """Whether an error says that there is nothing, rather than that we may not know."""
    if failure.code == NOT_IN_REGION:
        return True
    for words in ask.absent:
        code, _, message = words.partition(": ")
        if failure.code == code and message in failure.words:
            return True
    return False


def at_path(value: Json, path: str) -> Iterator[Json]:
    """Yield what stands at a path: `Reservations[].Instances[]`, `Policy`, `.`."""
    if path == ".":
        yield value
        return
    step, _, rest = path.partition(".")
    inner = value.get(step.removesuffix("[]")) if isinstance(value, dict) else None
    if inner is None:
        return
    for one in inner if step.endswith("[]") and isinstance(inner, list) else (inner,):
        yield from at_path(one, rest or ".")


def elements(value: Json, path: str) -> Iterator[Item]:
    """Yield the things at a path; one that is a bare text goes by `VALUE`."""
    for one in at_path(value, path):
        if isinstance(one, dict):
            yield one
        elif one is not None:
            yield {VALUE: one}


def filled(template: Json, item: Item, context: Context) -> Json:
    """Put an element's own into a template. None where it lacks what is named: then there is nothing to ask."""
    if isinstance(template, dict):
        made = {name: filled(child, item, context) for name, child in template.items()}
        return None if any(child is None for child in made.values()) else made
    if isinstance(template, list):
        several = [filled(child, item, context) for child in template]
        return None if any(child is None for child in several) else several
    if not isinstance(template, str):
        return template
    whole = _HOLE.fullmatch(template)
    if whole:
        return _named(whole[1], item, context)
    missing = False

    def put(hole: re.Match[str]) -> str:
        nonlocal missing
        found = _named(hole[1], item, context)
        missing = missing or found is None
        return str(found)

    text = _HOLE.sub(put, template)
    return None if missing else text


def _named(name: str, item: Item, context: Context) -> Json:
    if name in Context._fields:
        return str(getattr(context, name))
    return next(at_path(item, name), None)


def visits(listing: Listing, context: Context, ask: Asker, *, parent: Item | None = None) -> Iterator[Visit]:
    """Walk a listing in one region: its things, what is told about each, and the parts of each."""
    if listing.ask is None:
        yield from around(listing, {}, context, ask)
        return
    parameters = filled(dict(listing.ask.parameters), parent or {}, context)
    if not isinstance(parameters, dict):
        return
    number = 0
    for answer in ask(listing.ask, context.region, parameters):
        if isinstance(answer, Failure):
            if not means_none(answer, listing.ask):
                yield Visit(listing=listing, context=context, item=dict(parent or {}), line=answer.line, failure=answer)
            elif listing.once and answer.code != NOT_IN_REGION:
                yield from around(listing, {}, context, ask, line=answer.line)
            return
        for item in elements(answer.value, listing.at):
            number += 1
            yield from around(listing, item, context, ask, line=answer.line, number=number, parent=parent)
    if listing.once and not number:
        yield from around(listing, {}, context, ask)


def around(
    listing: Listing,
    item: Item,
    context: Context,
    ask: Asker,
    *,
    line: int = 0,
    number: int = 0,
    parent: Item | None = None,
) -> Iterator[Visit]:
    """Ask what there is to ask about one thing; then go through its parts."""
    if listing.only is not None and not _matches(item, listing.only):
        return
    own: Item = {**item, "parent": parent} if parent else dict(item)
    told: dict[str, Told] = {}
    for name, more in listing.more.items():
        told[name] = _told(more, own, context, ask)
        if told[name].value is not None:
            own[name] = told[name].value
    yield Visit(listing=listing, context=context, item=own, told=told, line=line, number=number)
    for part in listing.parts:
        yield from visits(part, context, ask, parent=own)


def _matches(item: Item, only: tuple[str, str]) -> bool:
    found = next(at_path(item, only[0]), None)
    return not isinstance(found, str) or re.fullmatch(only[1], found) is not None  # what does not say is not left out


def _told(more: More, item: Item, context: Context, ask: Asker) -> Told:
    parameters = filled(dict(more.ask.parameters), item, context)
    if not isinstance(parameters, dict):
        return Told(None, None, more.ask)
    if more.where is not None:
        table = ask.among(more, context.region, parameters)
        if isinstance(table, Failure):
            return Told(None, None if means_none(table, more.ask) else table, more.ask)
        name = str(filled(more.where[1], item, context))
        missing = None if name in table else Failure(NOT_COLLECTED, f"it does not tell of {name} (yet)")
        return Told(table.get(name), missing, more.ask)
    found: list[Json] = []
    for answer in ask(more.ask, context.region, parameters):
        if isinstance(answer, Failure):
            return Told(None, None if means_none(answer, more.ask) else answer, more.ask)
        found.extend(at_path(answer.value, more.at))
    if "[]" in more.at:
        return Told(found, None, more.ask)
    return Told(found[0] if found else None, None, more.ask)


class Take(NamedTuple):
    """What is taken from an answer."""

    at: str
    keep: tuple[str, ...]
    secret: tuple[str, ...]


def every(listings: Iterable[Listing]) -> Iterator[Listing]:
    """Yield listings and their parts, however deep."""
    for listing in listings:
        yield listing
        yield from every(listing.parts)


def takes(listings: Iterable[Listing]) -> dict[str, tuple[Take, ...]]:
    """Return what is taken from the answer of each operation: the one list of operations that there is."""
    found: dict[str, list[Take]] = {}
    for listing in every(listings):
        if listing.ask is not None:
            found.setdefault(listing.ask.operation, []).append(Take(listing.at, listing.keep, listing.secret))
        for more in listing.more.values():
            found.setdefault(more.ask.operation, []).append(Take(more.at, more.keep, more.secret))
    return {operation: tuple(dict.fromkeys(several)) for operation, several in found.items()}


def taken(answer: Json, wanted: Iterable[Take], *, secrets: bool) -> Json:
    """Return an answer with nothing in it but what is wanted, in its own form."""
    whole: Json = None
    for take in wanted:
        whole = _merged(whole, _reduced(answer, take.at, take, secrets=secrets))
    return {} if whole is None else whole


def _reduced(value: Json, path: str, take: Take, *, secrets: bool) -> Json:
    if path == ".":
        kept = {n: c for n, c in value.items() if n in take.keep} if take.keep and isinstance(value, dict) else value
        for secret in () if secrets else take.secret:
            kept = _without(kept, secret)
        return kept
    step, _, rest = path.partition(".")
    name = step.removesuffix("[]")
    inner = value.get(name) if isinstance(value, dict) else None
    if inner is None:
        return {}
    if step.endswith("[]") and isinstance(inner, list):
        return {name: [_reduced(one, rest or ".", take, secrets=secrets) for one in inner]}
    return {name: _reduced(inner, rest or ".", take, secrets=secrets)}


def _without(value: Json, path: str) -> Json:
    """The same with a mark in place of what stands at a path."""
    if path == ".":
        return {LEFT_OUT: "a value that may be a secret"}
    step, _, rest = path.partition(".")
    name = step.removesuffix("[]")
    if not isinstance(value, dict) or value.get(name) is None:
        return value
    inner = value[name]
    if step.endswith("[]") and isinstance(inner, list):
        return {**value, name: [_without(one, rest or ".") for one in inner]}
    return {**value, name: _without(inner, rest or ".")}


def _merged(one: Json, other: Json) -> Json:
    """Bring together what two takes left of the same answer."""
    if one is None:
        return other
    if isinstance(one, dict) and isinstance(other, dict):
        return {**one, **{name: _merged(one.get(name), child) for name, child in other.items()}}
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [_merged(a, b) for a, b in zip(one, other, strict=True)]
    return other
