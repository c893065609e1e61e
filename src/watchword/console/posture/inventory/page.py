"""The list of assets: by kind, provider, owner, environment; what is critical and why, what the Internet reaches."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from watchword.console.desk import Desk, Visit
from watchword.console.posture.findings.filter import PATH as FINDINGS
from watchword.console.posture.frame import LONGEST, SECTION, Frame, Pager, count_of, pager, posture_page
from watchword.console.posture.words import kind_words
from watchword.console.shell.forms import Fields
from watchword.evidence.posture.records import AssetQuery, Counted, KeptAsset

PATH: Final = "/posture/inventory"
_SHOWN = 50
# In a choice: none is named. Whoever is called so in a tag cannot be asked for by it.
_NOBODY: Final = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetFilter:
    """`owner` and `environment`: empty is any, `/` are those of which none is named. `reach`: exposed, unknown, any."""

    kind: str = ""
    provider: str = ""
    owner: str = ""
    environment: str = ""
    text: str = ""
    reach: str = ""
    critical: bool = False
    offset: int = 0

    @classmethod
    def read(cls, fields: Fields) -> "AssetFilter":
        """Raise `InvalidInputError` for a number that is none."""

        def text(name: str) -> str:
            return fields.text(name).strip()

        reach = text("reach")
        return cls(
            kind=text("kind")[:LONGEST],
            provider=text("provider")[:LONGEST],
            owner=text("owner"),
            environment=text("environment"),
            text=text("text")[:LONGEST],
            reach=reach if reach in {"exposed", "unknown"} else "",
            critical=fields.text("critical") == "1",
            offset=count_of(text("offset")),
        )

    @property
    def active(self) -> bool:
        return replace(self, offset=0) != AssetFilter()

    def query(self, estate: str, *, limit: int) -> AssetQuery:
        return AssetQuery(
            estate=estate,
            kind=self.kind,
            provider=self.provider,
            owner=_named(self.owner),
            environment=_named(self.environment),
            critical=self.critical,
            exposed=self.reach == "exposed",
            doubtful=self.reach == "unknown",
            text=self.text,
            offset=self.offset,
            limit=limit,
        )

    def parameters(self) -> dict[str, str | int]:
        return {
            "kind": self.kind,
            "provider": self.provider,
            "owner": self.owner,
            "environment": self.environment,
            "text": self.text,
            "reach": self.reach,
            "critical": "1" if self.critical else "",
            "offset": self.offset,
        }


def _named(value: str) -> str | None:
    return None if not value else "" if value == _NOBODY else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetLine:
    address: str
    name: str  # empty where the address says the same
    kind: str
    native_type: str
    provider: str
    place: str
    owner: str
    environment: str
    reasons: tuple[str, ...]
    exposed: str
    doubt: str
    findings_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryView:
    frame: Frame
    filter: AssetFilter
    kinds: tuple[Choice, ...]
    providers: tuple[Choice, ...]
    owners: tuple[Choice, ...]
    environments: tuple[Choice, ...]
    reaches: tuple[Choice, ...]
    lines: tuple[AssetLine, ...]
    critical: int
    exposed: int
    doubtful: int
    pager: Pager
    clear_url: str


def routes(desk: Desk) -> Sequence[Route]:
    def listing(visit: Visit, frame: Frame) -> Response:
        view = inventory_view(desk, frame, AssetFilter.read(visit.query))
        return desk.html(visit, "posture/inventory/inventory.html", view, title="Inventory", section=SECTION)

    return [posture_page(desk, PATH, listing)]


def inventory_view(desk: Desk, frame: Frame, wanted: AssetFilter) -> InventoryView:
    page = desk.assessments.assets(wanted.query(frame.estate, limit=_SHOWN))
    choices = desk.assessments.asset_choices(frame.estate)

    def page_url(offset: int) -> str:
        return frame.url(PATH, **replace(wanted, offset=offset).parameters())

    return InventoryView(
        frame=frame,
        filter=wanted,
        kinds=_choices(choices.kinds, wanted.kind, kind_words),
        providers=_choices(choices.providers, wanted.provider, str),
        owners=_choices(choices.owners, wanted.owner, str),
        environments=_choices(choices.environments, wanted.environment, str),
        reaches=(
            Choice(value="", label="Any"),
            Choice(value="exposed", label=f"Reaches it ({choices.exposed})"),
            Choice(value="unknown", label=f"Not known ({choices.doubtful})"),
        ),
        lines=tuple(_line(frame, asset) for asset in page.assets),
        critical=choices.critical,
        exposed=choices.exposed,
        doubtful=choices.doubtful,
        pager=pager(wanted.offset, len(page.assets), page.total, _SHOWN, page_url),
        clear_url=frame.url(PATH),
    )


def _choices(counted: Sequence[Counted], chosen: str, words: Callable[[str], str]) -> tuple[Choice, ...]:
    found = [
        Choice(value=one.name or _NOBODY, label=f"{words(one.name) if one.name else 'None named'} ({one.count})")
        for one in counted
    ]
    if chosen and chosen not in {choice.value for choice in found}:
        found.insert(0, Choice(value=chosen, label=chosen))
    return (Choice(value="", label="Any"), *found)


def _line(frame: Frame, asset: KeptAsset) -> AssetLine:
    return AssetLine(
        address=asset.address,
        name="" if asset.name == asset.address or asset.address.endswith(asset.name) else asset.name,
        kind=kind_words(asset.kind),
        native_type=asset.native_type,
        provider=asset.provider,
        place=str(asset.spot),
        owner=asset.owner,
        environment=asset.environment,
        reasons=asset.reasons,
        exposed=asset.exposed,
        doubt=asset.doubt,
        findings_url=frame.url(FINDINGS, asset=asset.uid, view="list", state="all"),
    )
