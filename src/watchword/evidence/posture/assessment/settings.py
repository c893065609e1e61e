"""What people say to an assessment: attestations, words on single assets, targets. Each holds until a day.

    settings, flaws = read_settings(entries, today=today)

An attestation says that a stage's statement is true of a function. It names what shows it (a document, by its SHA-256),
who signed, and an end at most a year after. A sampled one says how many were looked at and how many were good; it
counts by the lower end of its 95 % interval. What does not hold does not count, and is told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from watchword.evidence.posture.assessment.criticality import Override
from watchword.evidence.posture.assessment.sampling import wilson
from watchword.evidence.posture.maturity import Function, Stage
from watchword.inventory import Place

LONGEST_ATTESTATION: Final = timedelta(days=366)
LONGEST_OVERRIDE: Final = timedelta(days=366)
_SHA256_DIGITS: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    function: Function
    stage: Stage
    sha256: str
    signer: str
    expires: date
    place: Place
    artifact: str = ""  # the file, where one was named and its hash is right
    sample: int = 0  # how many were looked at; 0: all
    good: int = 0

    @property
    def words(self) -> str:
        """Who attests it, and what the sample shows."""
        if not self.sample:
            return f"attested by {self.signer}"
        low, high = wilson(self.good, self.sample)
        seen = f"{self.good} of {self.sample} in a sample, so {low:.0%} to {high:.0%} of all"
        return f"attested by {self.signer}: {seen}"

    def holds_for(self, pass_min: float) -> bool:
        """Whether it says enough: in full, or by the lower end of what the sample shows."""
        return self.sample == 0 or wilson(self.good, self.sample)[0] >= pass_min


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry as it was written: its fields as texts, and its place. `section` is where it stands."""

    section: str  # attestations, assets, targets
    fields: Mapping[str, str]
    place: Place
    flaw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    attestations: tuple[Attestation, ...] = ()
    overrides: tuple[Override, ...] = ()
    targets: Mapping[Function, Stage] = field(default_factory=dict)


_FIELDS: Final = {
    "attestations": ({"function", "stage", "sha256", "signer", "expires"}, {"artifact", "sample", "good"}),
    "assets": ({"resource", "owner", "reason", "until"}, {"criticality"}),
    "targets": ({"function", "stage"}, set()),
}


def read_settings(entries: Iterable[Entry], *, today: date) -> tuple[Settings, tuple[str, ...]]:
    """Return what holds, and a sentence for each entry that does not."""
    attestations: list[Attestation] = []
    overrides: list[Override] = []
    targets: dict[Function, Stage] = {}
    flaws: list[str] = []
    for entry in entries:
        try:
            _whole(entry)
            if entry.section == "attestations":
                attestations.append(_attestation(entry, today))
            elif entry.section == "assets":
                overrides.append(_override(entry, today))
            elif entry.fields["function"] == "*":
                targets = dict.fromkeys(Function, _stage(entry.fields["stage"])) | targets
            else:
                targets[_function(entry.fields["function"])] = _stage(entry.fields["stage"])
        except ValueError as error:
            flaws.append(f"{entry.place}: does not count: {error}")
    settings = Settings(attestations=tuple(attestations), overrides=tuple(overrides), targets=targets)
    return settings, tuple(flaws)


def _whole(entry: Entry) -> None:
    if entry.flaw:
        raise ValueError(entry.flaw)
    needed, possible = _FIELDS[entry.section]
    missing = sorted(name for name in needed if not entry.fields.get(name, "").strip())
    odd = sorted(set(entry.fields) - needed - possible)
    if missing:
        raise ValueError(f"it has no {' and no '.join(missing)}")
    if odd:
        raise ValueError(f"it has {', '.join(odd)}, which {entry.section} do not have")


def _attestation(entry: Entry, today: date) -> Attestation:
    given = entry.fields
    sha256 = given["sha256"].strip().lower()
    if len(sha256) != _SHA256_DIGITS or set(sha256) - set("0123456789abcdef"):
        raise ValueError("its sha256 is no SHA-256: 64 hexadecimal digits")
    sample, good = _count(given.get("sample", "0")), _count(given.get("good", "0"))
    if good > sample:
        raise ValueError("more are good than were looked at")
    stage = _stage(given["stage"])
    if stage is Stage.TRADITIONAL:
        raise ValueError("traditional takes nothing, and is not attested")
    return Attestation(
        function=_function(given["function"]),
        stage=stage,
        sha256=sha256,
        signer=given["signer"].strip(),
        expires=_day(given["expires"], today, LONGEST_ATTESTATION),
        artifact=given.get("artifact", ""),
        sample=sample,
        good=good,
        place=entry.place,
    )


def _override(entry: Entry, today: date) -> Override:
    given = entry.fields
    word = given.get("criticality", "").strip().lower()
    if word not in {"", "critical", "ordinary"}:
        raise ValueError(f"criticality is critical or ordinary, not {word!r}")
    return Override(
        resource=given["resource"].strip(),
        critical=None if not word else word == "critical",
        owner=given["owner"].strip(),
        reason=given["reason"].strip(),
        until=_day(given["until"], today, LONGEST_OVERRIDE),
        place=entry.place,
    )


def _day(text: str, today: date, longest: timedelta) -> date:
    try:
        last = date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{text!r} is no day: write it as {today.isoformat()}") from None
    if last < today:
        raise ValueError(f"it ran out on {last.isoformat()}")
    if last > today + longest:
        raise ValueError(f"it lasts for more than a year: until {last.isoformat()}")
    return last


def _function(text: str) -> Function:
    try:
        return Function(text.strip())
    except ValueError:
        raise ValueError(f"there is no function {text!r}") from None


def _stage(text: str) -> Stage:
    try:
        return Stage(text.strip().lower())
    except ValueError:
        raise ValueError(f"there is no stage {text!r}") from None


def _count(text: str) -> int:
    if text.isascii() and text.isdigit():
        return int(text)
    raise ValueError(f"{text!r} is no count")
