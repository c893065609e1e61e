"""What a check is made of, what it answers, and what a run makes of the answer.

    CHECK = Check(id="kms-key-rotation", …, kinds=("key",), front_ends=(TERRAFORM, CLOUDFORMATION), judge=judge, …)

    def judge(key: Asset, estate: Estate) -> Answer:
        if key["usage"].text(default="ENCRYPT_DECRYPT") != "ENCRYPT_DECRYPT":
            return not_applicable("only keys that encrypt are rotated by the service")
        if key["rotation"].boolean(default=False):
            return passed()
        return failed("the key is never rotated", seen("rotation", key["rotation"]))

A check is a plain function of one asset and the estate around it. It never swallows `UnknownValueError`: a question
whose answer hangs on a value that is not known raises it, and the run makes the verdict UNKNOWN of it.
"""

import enum
import posixpath
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from watchword.evidence.posture.maturity import Function, Pillar, Stage
from watchword.evidence.posture.redaction import redact
from watchword.inventory import (
    Asset,
    Call,
    FrontEnd,
    Known,
    Place,
    Reason,
    Setting,
    UnknownValueError,
    Value,
    Wanted,
    fingerprint,
    settings_for,
)

if TYPE_CHECKING:
    from watchword.evidence.posture.estate import Estate

_T = TypeVar("_T")


class Severity(enum.StrEnum):
    """In order: `rank` compares them."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS: Final = {severity: rank for rank, severity in enumerate(Severity)}


class Verdict(enum.StrEnum):
    """What a check comes to. UNKNOWN and ERROR are never counted as good."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    FAIL = "fail"
    UNKNOWN = "unknown"  # the answer hangs on a value that is not known
    NOT_APPLICABLE = "not_applicable"  # the check does not speak about this asset, for a stated reason
    WAIVED = "waived"  # it fails, and somebody answers for it until a date
    ERROR = "error"  # the check crashed, or a file could not be read


class Seen(NamedTuple):
    """A value that an answer rests on, and the path it was read at: `actions[0].redirect_protocol`."""

    path: str
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """What is to be written. A proposal: it is offered once it was tried, and the check passes by it.

    `make` says what and where, when somebody asks: most findings are read by people who fix nothing.
    """

    words: str
    make: Callable[[], tuple[Setting, ...]]
    directory: str = ""  # that the places are below

    @property
    def settings(self) -> tuple[Setting, ...]:
        """What is to be written; nothing where that cannot be told."""
        return tuple(_set_below(setting, self.directory) for setting in self.make())


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a check says of one asset. Made by `passed`, `failed` and `not_applicable`."""

    verdict: Verdict
    words: str = ""
    seen: tuple[Seen, ...] = ()
    fix: Fix | None = None


_PASSED: Final = Answer(verdict=Verdict.PASS)


def passed() -> Answer:
    return _PASSED


def failed(words: str, *evidence: Seen, fix: Fix | None = None) -> Answer:
    """The asset is not as it should be: one sentence that says how, and the values that show it, the decisive first."""
    return Answer(verdict=Verdict.FAIL, words=words, seen=evidence, fix=fix)


def not_applicable(reason: str) -> Answer:
    """The check does not speak about this asset. The reason is a sentence and is shown."""
    return Answer(verdict=Verdict.NOT_APPLICABLE, words=reason)


def seen(path: str, value: Value) -> Seen:
    return Seen(path, value)


def which(things: Iterable[_T], holds: Callable[[_T], object]) -> list[_T]:
    """Return the things of which it surely holds. Where there is none, and it may hold of one, raises (UNKNOWN).

    For checks that fail on any of several: what is known to be wrong fails, whatever else is not known.
    """
    found: list[_T] = []
    doubt: UnknownValueError | None = None
    for thing in things:
        try:
            if holds(thing):
                found.append(thing)
        except UnknownValueError as error:
            doubt = doubt or error
    if doubt is not None and not found:
        raise doubt
    return found


def mend(thing: Asset | Value, name: str, value: Wanted, words: str) -> Fix:
    """A fix that makes an attribute of an asset, or of a block of one, `value`."""
    tree = thing.attributes if isinstance(thing, Asset) else thing
    return Fix(words=words, make=lambda: settings_for(tree, name, value))


def together(*fixes: Fix | None) -> Fix | None:
    """One fix of several, for what is mended only by all of them; None where one is missing."""
    whole = [fix for fix in fixes if fix is not None]
    if not whole or len(whole) < len(fixes):
        return None

    def make() -> tuple[Setting, ...]:
        parts = [fix.settings for fix in whole]
        return tuple(dict.fromkeys(setting for part in parts for setting in part)) if all(parts) else ()

    return Fix(words="; ".join(dict.fromkeys(fix.words for fix in whole)), make=make)


def rewrite(value: Value, new: Wanted, words: str) -> Fix | None:
    """A fix that writes `new` where the literal stands that made `value`; None where no literal was written."""
    if isinstance(value, Known) and not value.is_default and value.root.line:
        return write(Setting(value=new, root=value.root), words)
    return None


def write(setting: Setting, words: str) -> Fix:
    """A fix that is said in the front-end's own words, where no attribute says it."""
    return Fix(words=words, make=lambda: (setting,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A snippet that must come to `verdict`. `front_end` reads it as a file called `file`."""

    front_end: FrontEnd
    verdict: Verdict
    text: str
    says: str = ""

    @property
    def file(self) -> str:
        return EXAMPLE_FILES[self.front_end]


EXAMPLE_FILES: Final[Mapping[FrontEnd, str]] = {
    FrontEnd.TERRAFORM: "main.tf",
    FrontEnd.CLOUDFORMATION: "template.yaml",
    FrontEnd.KUBERNETES: "manifest.yaml",
    FrontEnd.GITHUB_ACTIONS: ".github/workflows/build.yaml",
    FrontEnd.DOCKERFILE: "Dockerfile",
    FrontEnd.AWS: "account.jsonl",
}


def good(front_end: FrontEnd, text: str, *, says: str = "") -> Example:
    """Every asset that the check judges here passes or is not applicable, and one passes."""
    return Example(front_end=front_end, verdict=Verdict.PASS, text=text, says=says)


def bad(front_end: FrontEnd, text: str, *, says: str = "") -> Example:
    """One asset fails; none is unknown."""
    return Example(front_end=front_end, verdict=Verdict.FAIL, text=text, says=says)


def unsure(front_end: FrontEnd, text: str, *, says: str = "") -> Example:
    """One asset is unknown, and none fails."""
    return Example(front_end=front_end, verdict=Verdict.UNKNOWN, text=text, says=says)


def outside(front_end: FrontEnd, text: str, *, says: str = "") -> Example:
    """Nothing but NOT_APPLICABLE."""
    return Example(front_end=front_end, verdict=Verdict.NOT_APPLICABLE, text=text, says=says)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAs:
    """What others call the same check. Facts to map by; none of their texts are here."""

    checkov: tuple[str, ...] = ()  # CKV_AWS_53
    trivy: tuple[str, ...] = ()  # AVD-AWS-0086, or AWS-0086
    tfsec: tuple[str, ...] = ()  # aws-s3-block-public-acls
    kics: tuple[str, ...] = ()  # the query's UUID
    prowler: tuple[str, ...] = ()
    cfn_nag: tuple[str, ...] = ()  # W35
    cfn_lint: tuple[str, ...] = ()
    polaris: tuple[str, ...] = ()
    kube_linter: tuple[str, ...] = ()
    kube_score: tuple[str, ...] = ()
    kubescape: tuple[str, ...] = ()
    security_hub: tuple[str, ...] = ()  # S3.8
    config: tuple[str, ...] = ()  # AWS Config managed rules

    def by_tool(self) -> dict[str, tuple[str, ...]]:
        """The tools that have one, in the order above."""
        return {f.name: ids for f in fields(self) if (ids := getattr(self, f.name))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frameworks:
    """Controls that the check is evidence for. Numbers alone: the texts are their publishers'."""

    nist_800_53: tuple[str, ...] = ()  # revision 5: AC-3, SC-28(1)
    cis_aws: tuple[str, ...] = ()  # CIS AWS Foundations Benchmark 3.0.0
    cis_azure: tuple[str, ...] = ()
    cis_gcp: tuple[str, ...] = ()
    cis_kubernetes: tuple[str, ...] = ()  # CIS Kubernetes Benchmark 1.9
    pci_dss_4: tuple[str, ...] = ()
    soc_2: tuple[str, ...] = ()  # Trust Services Criteria: CC6.1
    iso_27001: tuple[str, ...] = ()  # 2022, annex A: A.8.24

    def by_framework(self) -> dict[str, tuple[str, ...]]:
        return {f.name: ids for f in fields(self) if (ids := getattr(self, f.name))}


Judge = Callable[[Asset, "Estate"], Answer]

ANY_KIND: Final = ("*",)
_FAMILY: Final[Mapping[FrontEnd, FrontEnd]] = {
    FrontEnd.TERRAFORM_PLAN: FrontEnd.TERRAFORM,
    FrontEnd.TERRAFORM_STATE: FrontEnd.TERRAFORM,
    FrontEnd.KUBERNETES_LIVE: FrontEnd.KUBERNETES,
}


def family(front_end: FrontEnd) -> FrontEnd:
    """Terraform's source, plans and states are one family: what is judged on one is judged on all. So are manifests and
    what a cluster holds."""
    return _FAMILY.get(front_end, front_end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check: its metadata and the function that judges one asset.

    `kinds` are those it judges (`ANY_KIND`: all); `providers` narrows to what is true of some clouds alone, and
    `native_types` to types where no kind says enough. It judges assets of the front-ends that it names and no others:
    an attribute that a front-end does not read is no finding.
    """

    id: str
    title: str  # what holds when it passes: "Buckets block public access"
    severity: Severity
    why: str
    remedy: str
    function: Function
    stage: Stage
    kinds: tuple[str, ...]
    front_ends: tuple[FrontEnd, ...]
    judge: Judge
    examples: tuple[Example, ...] = ()
    native_types: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()  # aws, google, azurerm, kubernetes, …; none: of all
    references: tuple[str, ...] = ()  # addresses of the documentation that the facts come from
    frameworks: Frameworks = field(default_factory=Frameworks)
    known_as: KnownAs = field(default_factory=KnownAs)
    supports: tuple[Function, ...] = ()  # functions beside the first that it is evidence for
    fixes: tuple[FrontEnd, ...] = ()  # on these it offers fixes; a test holds that together with its examples

    @property
    def pillar(self) -> Pillar:
        return self.function.pillar


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A value as it is shown: redacted where it looks like a secret. `root` is where an edit changes it."""

    path: str
    value: str
    place: Place
    root: Place
    written: bool  # False: nothing was written there, the default or the absence is what counts


class Source(NamedTuple):
    """Another tool that found the same: its name, its identifier of the check, the file of results that says so."""

    tool: str
    id: str
    file: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Result:
    """What one check came to for one asset. `asset` is None where it is about a file or a waiver.

    `address` and `root` name the asset (or what stands for it), `place` is its whole block; `root_cause` is where one
    edit changes the answer.
    """

    check: Check
    verdict: Verdict
    root: str
    address: str
    place: Place
    words: str = ""
    asset: Asset | None = None
    calls: tuple[Call, ...] = ()  # of modules, outermost first
    evidence: tuple[Evidence, ...] = ()
    reasons: tuple[Reason, ...] = ()
    root_cause: Place | None = None
    fix: Fix | None = None
    waiver: "Waiver | None" = None
    found: str = ""  # names all that was found, also what is too much to be shown as evidence; no secret is in it
    also_found_by: tuple[Source, ...] = ()  # imported results; of an imported finding, where it comes from

    @property
    def spot(self) -> Place:
        """The line to point at: of the decisive value where that stands in the block, else of the block's beginning."""
        for evidence in self.evidence[:1]:
            at = evidence.place
            if evidence.written and at.file == self.place.file and self.place.line <= at.line <= self.place.end_line:
                return at
        return self.place._replace(end_line=self.place.line)

    def below(self, directory: str) -> "Result":
        """The same with every place below `directory`: what was read there says where it stands from there on."""
        return Below(directory)(self)

    @property
    def fingerprint(self) -> str:
        """Names this result across edits elsewhere: no line number is in it, and no value."""
        path = self.evidence[0].path if self.evidence else ""
        return fingerprint(self.check.id, self.root, self.address, path)

    @property
    def digest(self) -> str:
        """Changes when what was found changes: the verdict, the values, the paths. No line number is in it.

        One secret in place of another does not show: secrets are not told, not even by their hash.
        """
        return fingerprint(self.verdict.value, self.found)


def _set_below(setting: Setting, directory: str) -> Setting:
    if not directory:
        return setting
    return replace(setting, at=moved(setting.at, directory), root=moved(setting.root, directory))


def told(reasons: tuple[Reason, ...]) -> str:
    """A chain of reasons in words, without what looks like a secret."""
    return redact("; ".join(map(str, reasons))) or "a value is not known"


class Below:
    """Puts results below a directory. For many of one scan: what stands at one place is told the same place."""

    __slots__ = ("_calls", "_directory", "_places", "_roots")

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._places: dict[Place, Place] = {}
        self._roots: dict[str, str] = {}
        self._calls: dict[tuple[Call, ...], tuple[Call, ...]] = {}

    def __call__(self, result: Result) -> Result:
        if not self._directory:
            return result
        place = self._place(result.place)
        reasons = tuple(reason._replace(place=self._place(reason.place)) for reason in result.reasons)
        evidence = tuple(
            replace(one, place=self._place(one.place), root=self._place(one.root)) for one in result.evidence
        )
        # Written out, because `replace` takes twice as long, and an estate has a hundred thousand results.
        return Result(
            check=result.check,
            verdict=result.verdict,
            root=self._root(result.root),
            # What is about a file goes by the file's name.
            address=place.file if result.address == result.place.file else result.address,
            place=place,
            words=told(reasons) if reasons else result.words,
            asset=result.asset,
            calls=self._called(result.calls) if result.calls else (),
            evidence=evidence,
            reasons=reasons,
            root_cause=result.root_cause and self._place(result.root_cause),
            fix=result.fix and replace(result.fix, directory=self._directory),
            waiver=result.waiver and replace(result.waiver, place=self._place(result.waiver.place)),
            found=result.found,
            also_found_by=result.also_found_by,
        )

    def _place(self, place: Place) -> Place:
        found = self._places.get(place)
        if found is None:
            found = self._places[place] = moved(place, self._directory)
        return found

    def _root(self, root: str) -> str:
        found = self._roots.get(root)
        if found is None:
            found = self._roots[root] = self._directory if root in {"", "."} else f"{self._directory}/{root}"
        return found

    def _called(self, calls: tuple[Call, ...]) -> tuple[Call, ...]:
        found = self._calls.get(calls)
        if found is None:
            found = self._calls[calls] = tuple(Call(call.name, self._place(call.place)) for call in calls)
        return found


def moved(place: Place, directory: str) -> Place:
    """Put a place below a directory, without the `..` that lead out of it again."""
    if not place.file or not directory:
        return place
    return place._replace(file=posixpath.normpath(f"{directory}/{place.file}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Somebody answers for a finding until a day. `source` says where it stands: `waivers.yaml`, a comment."""

    check: str
    resource: str
    reason: str
    owner: str
    expires: str  # ISO 8601 day, the last on which it holds
    source: str
    place: Place
