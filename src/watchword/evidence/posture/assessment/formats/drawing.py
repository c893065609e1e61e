"""Pictures as SVG text: stages of a pillar, ways from the Internet, flows between tiers.

Colours and type come from the page's sheet by class; colour never carries meaning alone. Each picture has a title and a
description, so that it can be heard. Every text is escaped here.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from watchword.evidence.posture.assessment.exposure import ExposurePath
from watchword.evidence.posture.assessment.stages import PillarMaturity
from watchword.evidence.posture.assessment.survey import Flow, Tier
from watchword.evidence.posture.maturity import STAGES
from watchword.inventory import Asset

_STEP: Final = 26  # height of a stage
_BAR: Final = 18
_GAP: Final = 6
_BOX_WIDTH: Final = 215
_BOX_HEIGHT: Final = 46
_COLUMN: Final = 285
_ROW: Final = 66
_LETTERS: Final = 25  # that a box's line holds
_SCALED: Final = 1500  # pixels: a wider picture is scrolled, a narrower one is made to fit
MOST_WAYS: Final = 14  # drawn; the list below tells all


def pillar(one: PillarMaturity) -> str:
    """A bar a function, as high as its stage; what is not assessed is an empty outline at the bottom."""
    left, top = 74, 8
    width = left + len(one.functions) * (_BAR + _GAP) + 4
    base = top + len(STAGES) * _STEP
    parts = [
        _opening("chart", width, base + 20, _pillar_words(one)),
    ]
    for number, stage in enumerate(reversed(STAGES)):
        y = top + number * _STEP
        parts.append(f'<line class="rule" x1="{left - 4}" x2="{width}" y1="{y}" y2="{y}"/>')
        parts.append(
            f'<text class="axis" x="{left - 8}" y="{y + _STEP / 2 + 4:g}" text-anchor="end">'
            f"{stage.value.capitalize()}</text>"
        )
    parts.append(f'<line class="base" x1="{left - 4}" x2="{width}" y1="{base}" y2="{base}"/>')
    for number, function in enumerate(one.functions):
        x = left + number * (_BAR + _GAP)
        stage_name = function.stage.value if function.stage else "not assessed"
        title = f"<title>{escape(function.function.label)}: {stage_name}</title>"
        if function.stage is None:
            parts.append(
                f'<g>{title}<rect class="none" x="{x + 0.5}" y="{base - 12.5}" width="{_BAR - 1}" height="12" rx="2"/>'
            )
            letter = "-"
        else:
            height = (STAGES.index(function.stage) + 1) * _STEP
            parts.append(
                f'<g>{title}<rect class="s-{stage_name}" x="{x}" y="{base - height}" width="{_BAR}" '
                f'height="{height}" rx="2"/>'
            )
            letter = stage_name[0].upper()
        parts.append(
            f'<text class="letter" x="{x + _BAR / 2:g}" y="{base + 14}" text-anchor="middle">{letter}</text></g>'
        )
    parts.append("</svg>")
    return "".join(parts)


def _pillar_words(one: PillarMaturity) -> str:
    told = ", ".join(
        f"{function.function.label}: {function.stage.value if function.stage else 'not assessed'}"
        for function in one.functions
    )
    return f"{one.pillar.value}: {one.words}. {told}"


def ways(paths: Sequence[ExposurePath], critical: Iterable[Asset]) -> str:
    """A graph: the Internet at the left, what is critical at the right. Empty where there is no way."""
    drawn = paths[:MOST_WAYS]
    if not drawn:
        return ""
    marked = set(critical)
    column: dict[Asset, int] = {}
    edges: dict[tuple[Asset | None, Asset], str] = {}
    for path in drawn:
        before: Asset | None = None
        for depth, hop in enumerate(path.hops, 1):
            column[hop.asset] = max(column.get(hop.asset, 0), depth)
            edges.setdefault((before, hop.asset), hop.words)
            before = hop.asset
    rows: dict[Asset, int] = {}
    used: dict[int, int] = {}
    for path in drawn:
        for hop in path.hops:
            if hop.asset not in rows:
                at = column[hop.asset]
                rows[hop.asset] = used.get(at, 0)
                used[at] = rows[hop.asset] + 1
    height = max(used.values()) * _ROW + 10
    width = 110 + max(column.values()) * _COLUMN - (_COLUMN - _BOX_WIDTH) + 60
    middle = height / 2

    def box(asset: Asset) -> tuple[float, float]:
        own = used[column[asset]]
        offset = (height - own * _ROW) / 2
        return 160 + (column[asset] - 1) * _COLUMN, offset + rows[asset] * _ROW + (_ROW - _BOX_HEIGHT) / 2

    parts = [
        _opening(
            "graph wide" if width > _SCALED else "graph",
            width,
            height,
            f"Ways from the Internet to {len(drawn)} critical assets, as in the list below",
        ),
        _arrowhead("way"),
    ]
    for (source, target), words in edges.items():
        x2, y2 = box(target)
        y2 += _BOX_HEIGHT / 2
        if source is None:
            x1, y1 = 92.0, middle
        else:
            x1, y1 = box(source)
            x1, y1 = x1 + _BOX_WIDTH, y1 + _BOX_HEIGHT / 2
        bend = max(24.0, (x2 - x1) / 2)
        parts.append(
            f'<path class="edge" marker-end="url(#way)" d="M{x1:g} {y1:g} C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} '
            f'{x2 - 3:g} {y2:g}"><title>{escape(words)}</title></path>'
        )
    parts.append(
        f'<g><rect class="internet" x="6" y="{middle - 20:g}" width="86" height="40" rx="20"/>'
        f'<text class="strong" x="49" y="{middle + 4:g}" text-anchor="middle">Internet</text></g>'
    )
    names = Counter(map(_name, column))
    for asset in column:
        x, y = box(asset)
        name = _name(asset) if names[_name(asset)] == 1 else _longer_name(asset)
        kind = "critical" if asset in marked else "node"
        label = f"{asset.kind.replace('_', ' ')}{', critical' if asset in marked else ''}"
        parts.append(
            f'<g><title>{escape(asset.address)}</title><rect class="{kind}" x="{x:g}" y="{y:g}" width="{_BOX_WIDTH}" '
            f'height="{_BOX_HEIGHT}" rx="6"/><text class="strong" x="{x + 12:g}" y="{y + 19:g}">'
            f'{escape(_short(name))}</text><text class="soft" x="{x + 12:g}" y="{y + 36:g}">'
            f"{escape(label)}</text></g>"
        )
    parts.append("</svg>")
    return "".join(parts)


_PLACES: Final = {
    Tier.INTERNET: (10, 30),
    Tier.PRIVATE: (10, 170),
    Tier.EDGE: (260, 100),
    Tier.COMPUTE: (510, 100),
    Tier.DATA: (760, 100),
}
_TIER_WIDTH: Final = 140
_TIER_HEIGHT: Final = 50
_SPAN: Final = 270  # farther apart than neighbours are


def tiers(flows: Sequence[Flow]) -> str:
    """Boxes for tiers, an arrow for each flow with its ports. Empty where no rule declares one.

    What leads to groups that guard nothing is not drawn: the table says it.
    """
    flows = [flow for flow in flows if Tier.UNUSED not in {flow.source, flow.target}]
    if not flows:
        return ""
    here = {tier for flow in flows for tier in (flow.source, flow.target)} | {Tier.EDGE, Tier.COMPUTE, Tier.DATA}
    height = 290
    parts = [
        _opening("graph", 910, height, "Flows between tiers that rules declare, as in the table below"),
        _arrowhead("flow"),
        _arrowhead("open"),
    ]
    labels: list[str] = []
    for flow in flows:
        path, x, y = _route(flow)
        kind = "edge open" if flow.source is Tier.INTERNET and flow.target is not Tier.EDGE else "edge"
        words = _short(", ".join(flow.ports), 22)
        wide = len(words) * 6.6 + 14
        parts.append(
            f'<path class="{kind}" marker-end="url(#{"open" if kind.endswith("open") else "flow"})" d="{path}"/>'
        )
        labels.append(
            f'<g><title>{escape(", ".join(flow.ports))}: {flow.rules} rules</title><rect class="pill" '
            f'x="{x - wide / 2:g}" y="{y - 11:g}" width="{wide:g}" height="22" rx="11"/>'
            f'<text class="port" x="{x:g}" y="{y + 4:g}" text-anchor="middle">{escape(words)}</text></g>'
        )
    for tier, (x, y) in _PLACES.items():
        if tier in here:
            kind = "internet" if tier is Tier.INTERNET else "node"
            parts.append(
                f'<rect class="{kind}" x="{x}" y="{y}" width="{_TIER_WIDTH}" height="{_TIER_HEIGHT}" rx="8"/>'
                f'<text class="strong" x="{x + _TIER_WIDTH / 2:g}" y="{y + 30}" text-anchor="middle">'
                f"{tier.value.capitalize()}</text>"
            )
    return "".join([*parts, *labels, "</svg>"])


def _route(flow: Flow) -> tuple[str, float, float]:
    """A curve from one tier to another, and where its label stands."""
    (x1, y1), (x2, y2) = _PLACES[flow.source], _PLACES[flow.target]
    if flow.source is flow.target:  # within a tier: a loop above it
        x, y = x1 + _TIER_WIDTH * 0.8, float(y1)
        return f"M{x - 24:g} {y:g} C{x - 44:g} {y - 52:g} {x + 44:g} {y - 52:g} {x + 24:g} {y - 4:g}", x, y - 40
    above = flow.source is not Tier.PRIVATE
    if x2 > x1 and x2 - x1 > _SPAN:  # over another tier: an arc above, or below for private addresses
        rise = -1 if above else 1
        sx, sy = x1 + _TIER_WIDTH, y1 + _TIER_HEIGHT / 2
        tx, ty = x2 + _TIER_WIDTH / 2, float(y2 if above else y2 + _TIER_HEIGHT)
        far = (30 if above else 40) + (x2 - x1 - _SPAN) / 12
        top = min(sy, ty) - far if above else max(sy, ty) + far
        return (
            f"M{sx:g} {sy:g} C{sx + 120:g} {top:g} {tx - 40:g} {top:g} {tx:g} {ty + rise * 4:g}",
            (sx + tx) / 2 + 20,
            (sy + ty) / 8 + top * 0.75,
        )
    if x2 > x1:
        sx, sy, tx, ty = x1 + _TIER_WIDTH, y1 + _TIER_HEIGHT / 2, x2 - 4, y2 + _TIER_HEIGHT / 2
        middle = (sx + tx) / 2
        return f"M{sx:g} {sy:g} C{middle:g} {sy:g} {middle:g} {ty:g} {tx:g} {ty:g}", middle, (sy + ty) / 2
    # Backwards: below both.
    start, goal = x1 + _TIER_WIDTH / 2, x2 + _TIER_WIDTH / 2
    begin, end = y1 + _TIER_HEIGHT, y2 + _TIER_HEIGHT + 4
    low = max(begin, end) + 56
    path = f"M{start:g} {begin:g} C{start:g} {low:g} {goal:g} {low:g} {goal:g} {end:g}"
    return path, (start + goal) / 2, (begin + end) / 8 + low * 0.75


def _opening(name: str, width: int, height: int, words: str) -> str:
    return (
        f'<svg class="{name}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(words)}">'
    )


def _arrowhead(name: str) -> str:
    return (
        f'<defs><marker id="{name}" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path class="head {name}" d="M0 0 L8 4 L0 8 Z"/></marker></defs>'
    )


def _name(asset: Asset) -> str:
    """The last part of the address, with its index: the box says the kind beside it."""
    base, bracket, index = asset.address.partition("[") if asset.address.endswith("]") else (asset.address, "", "")
    return f"{re.split(r'[./]', base)[-1]}{bracket}{index}" if base else asset.address


def _longer_name(asset: Asset) -> str:
    """With its type, where another has the same name: `aws_eks_cluster.main`."""
    front, dot, _ = asset.address.removesuffix(_name(asset)).rstrip("./").rpartition(".")
    return asset.address[len(front + dot) :]


def _short(text: str, most: int = _LETTERS) -> str:
    half = (most - 1) // 2
    return text if len(text) <= most else f"{text[:half]}…{text[-half:]}"
