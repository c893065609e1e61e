"""One condition key as a dimension: every value it can have, as far as the conditions on it can tell values apart.

A value is absent, one text, or a set of texts. Texts are sorted into classes by what the conditions' operators make of
them, the odd ones among them: the empty text, and text that is not of the operator's type. Sets are then put together
from the texts, as far as `ForAllValues` and `ForAnyValue` can tell sets apart.

Where a class is a guess (two families of operators on one key, or a variable whose text is not known) it is counted
and marked: it may keep a "yes" from being given, and can never give a "no".
"""

import base64
import ipaddress
import operator as op
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from typing import NamedTuple, TypeVar

from watchword.decision.analysis.containment.budget import Budget, TooMuchError
from watchword.decision.analysis.containment.languages import Class, Machine
from watchword.decision.analysis.containment.masks import Choice, Dimension
from watchword.decision.analysis.containment.patterns import (
    ABSENT,
    ARN_SHAPED,
    EMPTY,
    NULL,
    SET,
    SOME,
    Binding,
    Folded,
    Held,
    Pattern,
    arn,
    folded,
    glob,
    known,
    plain_tokens,
    tokens,
)
from watchword.decision.analysis.containment.unknown import Unknown, Unknowns
from watchword.decision.engine import ContextValue
from watchword.decision.language import Base, Condition, Family, Operator, Quantifier, Version
from watchword.decision.language.scalars import (
    Address,
    Network,
    in_network,
    read_address,
    read_boolean,
    read_bytes,
    read_instant,
    read_network,
    read_number,
)
from watchword.decision.language.variables import Template, read_template

_T = TypeVar("_T")

# Distinct sets of values that are looked at for one key.
_MAX_SETS = 2000
_MAX_SAMPLES = 4000
_COMPARISONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "Equals": op.eq,
    "NotEquals": op.eq,
    "LessThan": op.lt,
    "LessThanEquals": op.le,
    "GreaterThan": op.gt,
    "GreaterThanEquals": op.ge,
}
_REGULAR = frozenset({Family.STRING, Family.ARN, Family.BOOL})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Seconds of the years 2 to 9998, in which any offset can be written.
_WRITABLE = range(-62_103_628_800, 253_370_764_800)
_V4_BITS, _V6_BITS = 32, 128
# ::ffff:0:0/96, whose addresses are IPv4 addresses.
_MAPPED = 0xFFFF << _V4_BITS


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCondition:
    """A condition on this key, and the statements it stands in (bits). `sets_only`: false of anything but a set."""

    operator: Operator
    texts: tuple[str, ...]
    variables: bool  # whether `${…}` means anything in its document
    deny: bool
    statements: int
    sets_only: bool = False


class Sample(NamedTuple):
    """A class of texts, by one of them: what each operator makes of it. `text` is None where none is known."""

    text: str | None
    matched: int
    number: Decimal | None = None
    instant: Decimal | None = None
    address: Address | None = None
    data: bytes | None = None


_Test = Callable[[Sample], bool | None]
"""Whether a text equals any of a condition's values; None: it is not of the operator's type."""


@dataclass(frozen=True, slots=True)
class _Check:
    """`single` and `multiple` are what it says of one text and of a set's member; the rest of absent and empty."""

    condition: KeyCondition
    test: _Test
    wanted: frozenset[bool]  # of `Null`

    def if_absent(self) -> bool:
        operator = self.condition.operator
        if self.condition.sets_only:
            return False
        if operator.base is Base.NULL:
            return True in self.wanted
        if operator.quantifier is not None:
            return operator.quantifier is Quantifier.ALL or (operator.if_exists and self.condition.deny)
        return operator.base.negative or operator.if_exists

    def of_text(self, sample: Sample, *, empty: bool) -> bool:
        operator = self.condition.operator
        if self.condition.sets_only:
            return False
        if operator.base is Base.NULL:
            return empty in self.wanted
        if operator.quantifier is not None:
            return operator.quantifier is Quantifier.ALL if empty else self.of_member(sample)
        return self.of_member(sample)

    def of_member(self, sample: Sample) -> bool:
        equal = self.test(sample)
        if self.condition.operator.base.negative:
            return self.condition.deny if equal is None else not equal
        return equal is True

    def of_empty_set(self) -> bool:
        operator = self.condition.operator
        if operator.base is Base.NULL:
            return True in self.wanted
        if operator.quantifier is not None:
            return operator.quantifier is Quantifier.ALL
        return operator.base.negative and self.condition.deny

    def of_set(self) -> bool:
        """What an operator without quantifier says of a set that is not empty."""
        operator = self.condition.operator
        if operator.base is Base.NULL:
            return False in self.wanted
        return operator.base.negative and self.condition.deny


def condition_of(condition: Condition, version: Version, *, deny: bool, statements: int) -> KeyCondition:
    return KeyCondition(
        operator=condition.operator,
        texts=tuple(v.text for v in condition.values),
        variables=version is Version.V2012,
        deny=deny,
        statements=statements,
    )


def templates_of(condition: KeyCondition) -> list[Template]:
    """The texts in which variables mean something."""
    if condition.operator.base.family not in {Family.STRING, Family.ARN}:
        return []
    return [read_template(t, variables=condition.variables) for t in condition.texts]


class KeySpace:
    """The conditions on one key, for one binding of the variables. All values, where it is no variable's own key."""

    def __init__(
        self, key: str, conditions: Sequence[KeyCondition], binding: Binding, budget: Budget, others: Sequence[str] = ()
    ) -> None:
        """`others`: texts that the key's other cases are about, which this one, if it is about some text, is not."""
        self._key = key
        self._binding = binding
        self._budget = budget
        self._others = others
        self._bits: dict[Pattern, int] = {EMPTY: 1}
        self._unknown: dict[tuple[str, object], Unknown] = {}
        self._next = 2
        self._named: list[str] = []
        families = {c.operator.base.family for c in conditions}
        strings = [c for c in conditions if c.operator.base.family is Family.STRING]
        # Where nothing tells cases apart, texts are looked at in lower case; that folds every script.
        self._lower = not families & {Family.ARN} and all(
            "IgnoreCase" in c.operator.base.value and all(known(t, binding) for t in templates_of(c)) for c in strings
        )
        self._lower = self._lower and bool(strings) and not others
        self._numbers: set[Decimal] = set()
        self._instants: set[Decimal] = set()
        self._networks: set[Network] = set()
        self._data: set[bytes] = set()
        self._checks = [self._check(c) for c in conditions]
        self._regular = bool(families & _REGULAR) or bool(others)
        for name in others:
            self._bit((name,) if name else EMPTY)

    # What conditions ask of a text

    def _check(self, condition: KeyCondition) -> _Check:
        base = condition.operator.base
        wanted: frozenset[bool] = frozenset()
        test: _Test = _nothing
        match base.family:
            case Family.NULL:
                wanted = frozenset(b for b in map(read_boolean, condition.texts) if b is not None)
            case Family.STRING:
                test = _any_bit(self._string_bits(condition))
            case Family.ARN:
                test = self._arn_test(condition)
            case Family.BOOL:
                self._named += ["true", "false"]
                both = {True: self._bit(self._fold("true")), False: self._bit(self._fold("false"))}
                bits = sum(both[b] for b in {read_boolean(t) for t in condition.texts} if b is not None)
                test = _typed_bits(bits, both[True] | both[False])
            case Family.NUMERIC:
                test = _number_test(base, _read(read_number, condition.texts, self._numbers))
            case Family.DATE:
                test = _instant_test(base, _read(read_instant, condition.texts, self._instants))
            case Family.IP:
                test = _address_test(_read(read_network, condition.texts, self._networks))
            case Family.BINARY:
                test = _data_test(_read(read_bytes, condition.texts, self._data))
        return _Check(condition, test, wanted)

    def _fold(self, text: str) -> Pattern:
        return (text,) if self._lower else (Folded(text),)

    def _bit(self, pattern: Pattern) -> int:
        found = self._bits.get(pattern)
        if found is None:
            found = self._bits[pattern] = self._next
            self._next <<= 1
        return found

    def _string_bits(self, condition: KeyCondition) -> int:
        base, binding = condition.operator.base, self._binding
        like = base in {Base.STRING_LIKE, Base.STRING_NOT_LIKE}
        ignoring_case = "IgnoreCase" in base.value
        bits = 0
        for template in templates_of(condition):
            cut = tokens if like else plain_tokens
            if known(template, binding):
                pieces = cut(template, binding, widened=True)
                if pieces is None:
                    continue  # null: equals nothing
                if not ignoring_case:
                    bits |= self._bit(glob(pieces))
                    self._named += [t for t in pieces if isinstance(t, str) and len(pieces) == 1]
                else:
                    bits |= self._ignoring_case("".join(t for t in pieces if isinstance(t, str)))
                continue
            wide, lettered = cut(template, binding, widened=True), cut(template, binding, widened=False)
            if wide is None or lettered is None:
                continue
            if ignoring_case:
                pattern = folded(wide)
                widened = self._bit(pattern) if pattern is not None else 0
                bits |= self._unknown_bit(("IgnoreCase", glob(lettered)), widened, None)
            else:
                bits |= self._unknown_bit(("", glob(lettered)), self._bit(glob(wide)), glob(lettered))
        return bits

    def _ignoring_case(self, text: str) -> int:
        lower = text.lower()
        if not text:
            return self._bit(EMPTY)
        self._named.append(text)
        if self._lower:
            return self._bit((lower,))
        if text.isascii():
            return self._bit((Folded(lower),))
        return self._unknown_bit(("text", lower), 0, None, lambda word: word.lower() == lower)

    def _arn_test(self, condition: KeyCondition) -> _Test:
        shaped = self._bit(ARN_SHAPED)
        bits = 0
        for template in templates_of(condition):
            wide, lettered = (tokens(template, self._binding, widened=w) for w in (True, False))
            if wide is None or lettered is None:
                continue
            if known(template, self._binding):
                pattern = arn(wide)
                bits |= self._bit(pattern) if pattern is not None else 0
            else:  # the unknown text may hold colons, and shift what stands where
                bits |= self._unknown_bit(("Arn", glob(lettered)), shaped, None)
        return _typed_bits(bits, shaped)

    def _unknown_bit(
        self,
        name: tuple[str, object],
        widened: int,
        lettered: Pattern | None,
        matches: Callable[[str], bool] | None = None,
    ) -> int:
        found = self._unknown.get(name)
        if found is None:
            found = self._unknown[name] = Unknown(self._next, widened, lettered, matches)
            self._next <<= 1
        return found.bit

    # Texts

    def _sample(self, machine: Machine, order: Sequence[int], text: str) -> Sample:
        matched = _spread(machine.signature(text.lower() if self._lower else text), order)
        for unknown in self._unknown.values():
            if unknown.matches is not None and unknown.matches(text):
                matched |= unknown.bit
        return Sample(
            text=text,
            matched=matched,
            number=read_number(text) if self._numbers else None,
            instant=read_instant(text) if self._instants else None,
            address=read_address(text) if self._networks else None,
            data=read_bytes(text) if self._data else None,
        )

    def _samples(self, held: str | Held | None) -> list[Sample]:
        """Return a sample of every class of texts; some that are not known to be any."""
        if isinstance(held, str):
            order, machine = list(self._bits.values()), Machine(list(self._bits))
            return self._with_unknown([self._sample(machine, order, held)], exact=True)
        return self._with_unknown(self._classes(held), exact=False)

    def _classes(self, held: Held | None) -> list[Sample]:
        order, machine = list(self._bits.values()), Machine(list(self._bits))
        regular = [Class(_spread(c.signature, order), c.word) for c in machine.classes(self._budget)]
        texts = dict.fromkeys([*self._named, *(c.word for c in regular)])
        typed = list(self._typed())
        for spellings, _ in typed:
            texts.update(dict.fromkeys(spellings if self._regular else spellings[:1]))
        found: dict[Sample, Sample] = {}
        self._budget.spend(4 * len(texts))
        for text in sorted(texts, key=lambda t: not t):  # the empty text is the odd one
            sample = self._sample(machine, order, text)
            found.setdefault(sample._replace(text=None), sample)
        if typed:
            self._add_mixed(found, regular, [reading for _, reading in typed])
        else:
            # No class may be lost for want of a text, whatever lower case does to one.
            met = {s.matched & sum(order) for s in found.values()}
            for class_ in regular:
                if class_.signature not in met:
                    found.setdefault(Sample(None, class_.signature), Sample(None, class_.signature))
        return [s for s in found.values() if held is not SOME or s.text not in self._others]

    def _add_mixed(self, found: dict[Sample, Sample], regular: Sequence[Class], readings: Sequence[Sample]) -> None:
        """Where a class of patterns and a class of quantities may share a text that was not met, count one."""
        names = sum(bit for p, bit in self._bits.items() if all(isinstance(x, str) for x in p))
        for class_ in regular:
            if class_.signature & names and not self._lower:
                continue  # one text alone, which is among the samples
            self._budget.spend(len(readings))
            if class_.signature & 1:
                continue
            for reading in readings:
                sample = reading._replace(matched=class_.signature)
                found.setdefault(sample, sample)
        if len(found) > _MAX_SAMPLES:
            raise TooMuchError

    def _with_unknown(self, samples: list[Sample], *, exact: bool) -> list[Sample]:
        """Let each unknown bit be either, as far as what is known of it goes."""
        unknowns = Unknowns(list(self._unknown.values()), self._budget)
        if not unknowns:
            return samples
        found: dict[Sample, Sample] = {}
        for sample in samples:
            if sample.text is not None and unknowns.askable:
                found.setdefault(sample._replace(text=None), sample)
                if exact:
                    continue
            for matched in unknowns.variants(sample.matched):
                guess = sample._replace(text=None, matched=matched)
                found.setdefault(guess, guess)
        if len(found) > _MAX_SAMPLES:
            raise TooMuchError
        self._budget.spend(len(found))
        return list(found.values())

    def _typed(self) -> Iterator[tuple[list[str], Sample]]:
        """Every class of quantities: texts of it, and how the operators read them."""
        line: list[tuple[list[str], Sample]] = []
        if self._numbers or self._instants:
            for point in _points(self._numbers | self._instants):
                spellings = _spellings(point) if self._numbers else [*_dates(point), *_spellings(point)]
                number = point if self._numbers else None
                instant = point if self._instants else None
                line.append((spellings, Sample(None, 0, number=number, instant=instant)))
        dates: list[tuple[list[str], Sample]] = []
        if self._numbers and self._instants:
            dates = [(_dates(p), Sample(None, 0, instant=p)) for p in _points(self._instants)]
        data: list[tuple[list[str], Sample]] = []
        if self._data:
            data = [
                ([base64.b64encode(d).decode()], Sample(None, 0, data=d))
                for d in [*(self._data - {b""}), _other(self._data)]
            ]
        if line and data:  # digits alone may be base64 as well
            line += [([], reading._replace(data=d.data)) for _, reading in line for _, d in data]
        yield from line
        yield from dates
        yield from data
        if self._networks:
            for address, spellings in _addresses(self._networks):
                yield spellings, Sample(None, 0, address=address)
        if line or data or self._networks:
            yield ["none"], Sample(None, 0)

    def texts(self) -> list[str]:
        """Return a text of every class that is known to have one, for trying out."""
        return [s.text for s in self._classes(SOME) if s.text is not None]

    # Choices

    def dimension(self) -> Dimension:
        """Return every choice that this key has."""
        held = self._binding.get(self._key)
        choices = _Choices(self._key)
        if held is None or held is ABSENT or held is NULL:
            choices.add(self._standing([c.if_absent() for c in self._checks]), None)
        if held is ABSENT:
            return choices.made()
        samples = self._samples(held)
        if held is not SET and held is not NULL:
            for sample in samples:
                empty = bool(sample.matched & 1)
                standing = self._standing([c.of_text(sample, empty=empty) for c in self._checks])
                choices.add(standing, sample.text, concrete=sample.text is not None)
        if held is None or held is SET or held is NULL:
            self._add_sets(samples, choices)
        return choices.made()

    def some(self) -> Dimension:
        """Return choices of which each is known, and which are not all: texts that the conditions themselves hold."""
        choices = _Choices(self._key)
        held = self._binding.get(self._key)
        if held is None or held is ABSENT or held is NULL:
            choices.add(self._standing([c.if_absent() for c in self._checks]), None)
        if isinstance(held, Held) or any(u.matches is None for u in self._unknown.values()):
            return choices.made(some=True)
        order, machine = list(self._bits.values()), Machine(list(self._bits))
        texts = [held] if held is not None else [t for c in self._checks for t in (*c.condition.texts, "x")]
        for text in dict.fromkeys(texts):
            sample = self._sample(machine, order, text)
            empty = bool(sample.matched & 1)
            choices.add(self._standing([c.of_text(sample, empty=empty) for c in self._checks]), text)
        return choices.made(some=True)

    def _standing(self, said: Sequence[bool]) -> int:
        standing = -1
        for check, holds in zip(self._checks, said, strict=True):
            if not holds:
                standing &= ~check.condition.statements
        return standing

    def _add_sets(self, samples: Sequence[Sample], choices: "_Choices") -> None:
        """Put sets together from their members, until no further member makes a difference to any condition."""
        choices.add(self._standing([c.of_empty_set() for c in self._checks]), ())
        quantified = [c for c in self._checks if c.condition.operator.quantifier is not None]
        every = sum(1 << i for i, c in enumerate(quantified) if c.condition.operator.quantifier is Quantifier.ALL)
        for concrete in (True, False):
            members: dict[int, Sample] = {}
            first: dict[int, Sample] = {}  # a set whose members are all empty is the empty set
            for sample in samples:
                if sample.text is None and concrete:
                    continue
                said = sum(1 << i for i, c in enumerate(quantified) if c.of_member(sample))
                members.setdefault(said, sample)
                if not sample.matched & 1:
                    first.setdefault(said, sample)
            sets: dict[int, tuple[Sample, ...]] = {said: (sample,) for said, sample in first.items()}
            waiting = list(sets)
            for said in waiting:  # grows while it is walked
                self._budget.spend(len(members))
                for other, sample in members.items():
                    both = (said & other & every) | ((said | other) & ~every)
                    if both not in sets:
                        if len(sets) >= _MAX_SETS:
                            raise TooMuchError
                        sets[both] = (*sets[said], sample)
                        waiting.append(both)
            for said, chosen in sets.items():
                holds = {id(c): bool(said >> i & 1) for i, c in enumerate(quantified)}
                standing = self._standing([holds[id(c)] if id(c) in holds else c.of_set() for c in self._checks])
                texts = tuple(s.text for s in chosen if s.text is not None)
                # A set of one is one text to some readers; so there are two where the second changes nothing.
                choices.add(standing, texts * 2 if len(texts) == 1 else texts, concrete=concrete)


class _Choices:
    """Choices by what they leave standing, the first of each kept: known ones, and guesses beside them."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._known: dict[int, Choice] = {}
        self._guessed: dict[int, Choice] = {}

    def add(self, standing: int, value: ContextValue | None, *, concrete: bool = True) -> None:
        if not concrete:
            self._guessed.setdefault(standing, Choice(standing=standing, concrete=False))
        elif standing not in self._known:
            values = () if value is None else ((self._key, value),)
            self._known[standing] = Choice(standing=standing, concrete=True, values=values)

    def made(self, *, some: bool = False) -> Dimension:
        guesses = [c for s, c in self._guessed.items() if s not in self._known]
        return Dimension(name=self._key, choices=(*self._known.values(), *guesses), some=some)


# What operators ask of a text


def _nothing(_: Sample) -> bool | None:
    return None


def _any_bit(bits: int) -> _Test:
    return lambda sample: sample.matched & bits != 0


def _typed_bits(bits: int, typed: int) -> _Test:
    return lambda sample: sample.matched & bits != 0 if sample.matched & typed else None


def _number_test(base: Base, wanted: Sequence[Decimal]) -> _Test:
    compare = _COMPARISONS[base.value.removeprefix("Numeric")]
    return lambda s: None if s.number is None else any(compare(s.number, w) for w in wanted)


def _instant_test(base: Base, wanted: Sequence[Decimal]) -> _Test:
    compare = _COMPARISONS[base.value.removeprefix("Date")]
    return lambda s: None if s.instant is None else any(compare(s.instant, w) for w in wanted)


def _address_test(wanted: Sequence[Network]) -> _Test:
    return lambda s: None if s.address is None else any(in_network(s.address, w) for w in wanted)


def _data_test(wanted: Sequence[bytes]) -> _Test:
    return lambda s: None if s.data is None else s.data in wanted


def _read(read: Callable[[str], _T | None], texts: Iterable[str], seen: set[_T]) -> list[_T]:
    """Read the values of a document, which the language has checked."""
    values = [value for value in map(read, texts) if value is not None]
    seen.update(values)
    return values


def _spread(signature: int, order: Sequence[int]) -> int:
    """The bits of a machine's signature as those of the patterns here."""
    matched = 0
    while signature:
        low = signature & -signature
        matched |= order[low.bit_length() - 1]
        signature ^= low
    return matched


# Texts of quantities


def _points(cuts: set[Decimal]) -> list[Decimal]:
    """Each cut, one point between each two, one before all and one after."""
    ordered = sorted(cuts)
    with localcontext() as exact:
        exact.prec = 256  # values have at most 64 digits
        found = [ordered[0] - 1]
        for at, cut in enumerate(ordered):
            found.append(cut)
            following = ordered[at + 1] if at + 1 < len(ordered) else cut + 2
            found.append(_between(cut, following))
    return found


def _between(low: Decimal, high: Decimal) -> Decimal:
    """The shortest number strictly between: a whole one if there is any."""
    whole = low.to_integral_value(rounding="ROUND_FLOOR") + 1
    return whole if whole < high else (low + high) / 2


def _spellings(number: Decimal) -> list[str]:
    """Texts that are this number; none where it is too long to write."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    longer = [f"{text}0", f"{text}00"] if "." in text else [f"{text}.0", f"{text}.00"]
    return [t for t in (text, *longer) if read_number(t) == number]


def _dates(instant: Decimal) -> list[str]:
    whole = instant.to_integral_value(rounding="ROUND_FLOOR")
    if int(whole) not in _WRITABLE:
        return []
    moment = (_EPOCH + timedelta(seconds=int(whole))).strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
    with localcontext() as exact:
        exact.prec = 256
        fraction = format(instant - whole, "f").partition(".")[2].rstrip("0")
    texts = [f"{moment}.{fraction}Z"] if fraction else [f"{moment}Z", f"{moment}.0Z"]
    texts.append(f"{texts[0][:-1]}+00:00")
    return [t for t in texts if read_instant(t) == instant]


def _other(data: set[bytes]) -> bytes:
    """Bytes that are none of these, nor empty."""
    candidate = b"other"
    while candidate in data:
        candidate += b"!"
    return candidate


def _addresses(networks: set[Network]) -> Iterator[tuple[Address, list[str]]]:
    """One address of every stretch that the networks' ends cut the two address spaces into."""
    for version, width in ((4, _V4_BITS), (6, _V6_BITS)):
        cuts = {0}
        for network in networks:
            if network.version == version:
                cuts |= {network.base, network.base + (1 << width) - network.mask}
        if version == 6:  # noqa: PLR2004 - the IP version is its own name
            cuts |= {_MAPPED, _MAPPED + (1 << _V4_BITS)}
        ordered = sorted(c for c in cuts if c < 1 << width)
        for at, start in enumerate(ordered):
            end = ordered[at + 1] if at + 1 < len(ordered) else 1 << width
            if version == 6 and start == _MAPPED:  # noqa: PLR2004 - as above
                continue
            # The first address of a network is its name, so the second stands for it.
            number = start + 1 if start + 1 < end else start
            address = Address(version, number)
            yield address, [t for t in _written(address) if read_address(t) == address]


def _written(address: Address) -> list[str]:
    if address.version == 4:  # noqa: PLR2004 - the IP version is its own name
        dotted = str(ipaddress.IPv4Address(address.number))
        return [dotted, f"::ffff:{dotted}", f"::FFFF:{dotted}"]
    written = ipaddress.IPv6Address(address.number)
    return [str(written), written.exploded, written.exploded.upper()]
