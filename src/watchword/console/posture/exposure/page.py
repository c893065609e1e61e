"""Ways from the Internet to critical assets: drawn, and told step by step; what could not be told; flows by tier."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from watchword.console.desk import Desk, Visit
from watchword.console.posture.exposure.drawing import Graph, as_tree, side_by_side
from watchword.console.posture.findings.filter import PATH as FINDINGS
from watchword.console.posture.frame import SECTION, Frame, Pager, count_of, pager, posture_page
from watchword.console.posture.words import kind_words
from watchword.evidence.posture.records import AssetQuery, Picture, Way

PATH: Final = "/posture/exposure"
_SHOWN = 30
_DOUBTS = 30
_MOST_PORTS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    address: str
    kind: str
    how: str
    place: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WayLine:
    steps: tuple[StepLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtLine:
    address: str
    kind: str
    why: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLine:
    source: str
    target: str
    ports: str
    rules: int
    open: bool  # from the Internet, past the edge


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureView:
    frame: Frame
    wide: Graph | None
    narrow: Graph | None
    ways: tuple[WayLine, ...]
    total: int
    pager: Pager
    exposed: int
    exposed_url: str
    doubts: tuple[DoubtLine, ...]
    doubtful: int
    doubtful_url: str
    flows: tuple[FlowLine, ...]


def routes(desk: Desk) -> Sequence[Route]:
    def exposure(visit: Visit, frame: Frame) -> Response:
        view = exposure_view(desk, frame, offset=count_of(visit.query.text("offset")))
        return desk.html(visit, "posture/exposure/exposure.html", view, title="Exposure", section=SECTION)

    return [posture_page(desk, PATH, exposure)]


def exposure_view(desk: Desk, frame: Frame, *, offset: int) -> ExposureView:
    store = desk.assessments
    picture = store.picture(frame.estate) or Picture()
    shown = picture.ways[offset:][:_SHOWN]
    doubts = store.assets(AssetQuery(estate=frame.estate, doubtful=True, limit=_DOUBTS))
    exposed = store.assets(AssetQuery(estate=frame.estate, exposed=True, limit=0)).total

    def asset_url(uid: str) -> str:
        return frame.url(FINDINGS, asset=uid, view="list", state="all")

    return ExposureView(
        frame=frame,
        wide=side_by_side(picture.ways),
        narrow=as_tree(picture.ways),
        ways=tuple(_way(frame, way) for way in shown),
        total=len(picture.ways),
        pager=pager(offset, len(shown), len(picture.ways), _SHOWN, lambda at: frame.url(PATH, offset=at)),
        exposed=exposed,
        exposed_url=frame.url("/posture/inventory", reach="exposed"),
        doubts=tuple(
            DoubtLine(address=one.address, kind=kind_words(one.kind), why=one.doubt, url=asset_url(one.uid))
            for one in doubts.assets
        ),
        doubtful=doubts.total,
        doubtful_url=frame.url("/posture/inventory", reach="unknown"),
        flows=tuple(
            FlowLine(
                source=flow.source.capitalize(),
                target=flow.target.capitalize(),
                ports=", ".join(flow.ports[:_MOST_PORTS]) + (", …" if len(flow.ports) > _MOST_PORTS else ""),
                rules=flow.rules,
                open=flow.source == "internet" and flow.target != "edge",
            )
            for flow in picture.flows
        ),
    )


def _way(frame: Frame, way: Way) -> WayLine:
    return WayLine(
        steps=tuple(
            StepLine(
                address=step.address,
                kind=kind_words(step.kind),
                how=step.how,
                place=str(step.spot),
                url=frame.url(FINDINGS, asset=step.asset, view="list", state="all"),
            )
            for step in way.steps
        ),
    )
