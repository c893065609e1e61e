"""The plot: microseconds of one decision by number of policies, a panel a workload, a line an engine; an SVG of its own.

    python -m bench.policy.plot bench/results/20260401T093000Z.json docs/images/policy-benchmark.svg

Both axes are logarithmic. It brings its colours for light and for dark surroundings, and tells lines apart by the shape
of their marks and by their names beside them, not by colour alone.
"""

import argparse
import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

_PANELS = (
    ("W1", "Distinct ARN prefixes", "an index by prefix helps"),
    ("W2", "Only condition values differ", "everything is s3:* on *"),
    ("W3b", "Wildcards on both sides", "no index helps"),
)
# Light and dark colours, each at least 3:1 against its ground, and the mark.
_STYLES = {
    "Watchword": ("#0b57d0", "#8ab4f8", "circle"),
    "cedarpy": ("#b3261e", "#f28b82", "square"),
    "pycasbin": ("#8a5a00", "#fdd663", "triangle"),
    "regopy": ("#6a3ab2", "#c58af9", "diamond"),
    "iam-simulate": ("#146c2e", "#81c995", "cross"),
}
_WIDTH, _HEIGHT = 1080, 470
_LEFT, _TOP, _BOTTOM, _RIGHT = 64, 112, 64, 20
_GAP = 26
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif"

Line = list[tuple[int, float]]  # policies, microseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axes:
    """From values to places in one panel."""

    left: float
    width: float
    sizes: tuple[int, int]
    micros: tuple[float, float]

    def x(self, size: float) -> float:
        low, high = (math.log10(v) for v in self.sizes)
        return self.left + 18 + (math.log10(size) - low) / max(high - low, 1) * (self.width - 36)

    def y(self, micros: float) -> float:
        low, high = (math.log10(v) for v in self.micros)
        inner = _HEIGHT - _TOP - _BOTTOM
        return _HEIGHT - _BOTTOM - (math.log10(micros) - low) / (high - low) * inner


def draw(figures: Mapping[str, float]) -> str | None:
    """Return the SVG; None where there is nothing to draw: no workload of the panels was measured."""
    lines = {(w, e): _line(figures, w, e) for w, _, _ in _PANELS for e in _STYLES}
    points = [point for line in lines.values() for point in line]
    if not points:
        return None
    sizes = (min(s for s, _ in points), max(s for s, _ in points))
    low, high = min(m for _, m in points), max(m for _, m in points)
    micros = (10.0 ** math.floor(math.log10(low)), 10.0 ** math.ceil(math.log10(high) + 0.01))
    width = (_WIDTH - _LEFT - _RIGHT - _GAP * (len(_PANELS) - 1)) / len(_PANELS)
    parts = [*_head(), *_legend([e for e in _STYLES if any(lines[w, e] for w, _, _ in _PANELS)])]
    for number, (workload, title, hint) in enumerate(_PANELS):
        axes = _Axes(left=_LEFT + number * (width + _GAP), width=width, sizes=sizes, micros=micros)
        parts += _panel(axes, title, hint, first=number == 0)
        # Ours last, on top.
        for engine in reversed(_STYLES):
            parts += _drawn(axes, engine, lines[workload, engine])
    middle = _LEFT + (_WIDTH - _LEFT - _RIGHT) / 2
    parts.append(
        f'<text class="label" x="{middle:.0f}" y="{_HEIGHT - 16}" text-anchor="middle">number of policies; a line ends where its engine would need more than a minute</text>'
    )
    return "\n".join([*parts, "</svg>", ""])


def _line(figures: Mapping[str, float], workload: str, engine: str) -> Line:
    found = []
    for name, value in figures.items():
        of = name.split("/")
        if len(of) == 4 and (of[0], of[1], of[3]) == (workload, engine, "p50_us") and value > 0:
            found.append((int(of[2]), value))
    return sorted(found)


def _head() -> Iterator[str]:
    light = "".join(f".{_class(e)}{{color:{style[0]}}}" for e, style in _STYLES.items())
    dark = "".join(f".{_class(e)}{{color:{style[1]}}}" for e, style in _STYLES.items())
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" '
        'role="img" aria-labelledby="title description">'
    )
    yield '<title id="title">Time of one policy decision by number of policies</title>'
    yield (
        '<desc id="description">Three logarithmic charts, one a workload, with one line an engine: median microseconds '
        "of one decision, from 10 policies to 100,000.</desc>"
    )
    yield (
        f"<style>text{{font-family:{_FONT};fill:#1f1f1f;font-size:13px}}.ground{{fill:#ffffff}}.grid{{stroke:#e1e3e8}}"
        ".axis{stroke:#9aa0a6}.heading{font-size:17px;font-weight:600}.panel{font-size:14px;font-weight:600}"
        ".hint,.tick,.label{fill:#5f6368}.tick{font-size:12px}.line{fill:none;stroke:currentColor;stroke-width:2.2;"
        "stroke-linejoin:round;stroke-linecap:round}.mark{fill:currentColor;stroke:none}.open{fill:none;"
        f"stroke:currentColor;stroke-width:2.4;stroke-linecap:round}}{light}"
        "@media (prefers-color-scheme:dark){text{fill:#e8eaed}.ground{fill:#16181c}.grid{stroke:#2f3338}"
        f".axis{{stroke:#5f6368}}.hint,.tick,.label{{fill:#9aa0a6}}{dark}}}</style>"
    )
    yield f'<rect class="ground" width="{_WIDTH}" height="{_HEIGHT}" rx="8"/>'
    yield f'<text class="heading" x="{_LEFT}" y="32">One policy decision with its reasons: median time</text>'


def _class(engine: str) -> str:
    return engine.lower().replace(" ", "-")


def _legend(engines: Sequence[str]) -> Iterator[str]:
    x = float(_LEFT)
    for engine in engines:
        yield f'<g class="{_class(engine)}"><path class="line" d="M{x:.0f} 56h26"/>{_mark(engine, x + 13, 56)}</g>'
        yield f'<text x="{x + 34:.0f}" y="60.5">{escape(engine)}</text>'
        x += 34 + 7.6 * len(engine) + 26


def _panel(axes: _Axes, title: str, hint: str, *, first: bool) -> Iterator[str]:
    right, bottom = axes.left + axes.width, _HEIGHT - _BOTTOM
    yield f'<text class="panel" x="{axes.left:.1f}" y="{_TOP - 26}">{escape(title)}</text>'
    yield f'<text class="hint" x="{axes.left:.1f}" y="{_TOP - 9}">{escape(hint)}</text>'
    for exponent in range(round(math.log10(axes.micros[0])), round(math.log10(axes.micros[1])) + 1):
        y = axes.y(10.0**exponent)
        yield f'<path class="grid" d="M{axes.left:.1f} {y:.1f}H{right:.1f}"/>'
        if first:
            yield f'<text class="tick" x="{axes.left - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{_duration(exponent)}</text>'
    yield f'<path class="axis" d="M{axes.left:.1f} {bottom}H{right:.1f}"/>'
    for exponent in range(round(math.log10(axes.sizes[0])), round(math.log10(axes.sizes[1])) + 1):
        x = axes.x(10**exponent)
        yield f'<path class="axis" d="M{x:.1f} {bottom}v5"/>'
        yield f'<text class="tick" x="{x:.1f}" y="{bottom + 20}" text-anchor="middle">{10**exponent:,}</text>'


def _duration(exponent: int) -> str:
    """10 to the power of so many microseconds."""
    if exponent >= 6:
        return f"{10 ** (exponent - 6):,} s"
    return f"{10 ** (exponent - 3)} ms" if exponent >= 3 else f"{10**exponent:g} µs"


def _drawn(axes: _Axes, engine: str, line: Line) -> Iterator[str]:
    if not line:
        return
    places = [(axes.x(size), axes.y(micros)) for size, micros in line]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    marks = "".join(_mark(engine, x, y) for x, y in places)
    yield f'<g class="{_class(engine)}"><path class="line" d="M{path}"/>{marks}</g>'


def _mark(engine: str, x: float, y: float) -> str:
    match _STYLES[engine][2]:
        case "circle":
            return f'<circle class="mark" cx="{x:.1f}" cy="{y:.1f}" r="4.2"/>'
        case "square":
            return f'<rect class="mark" x="{x - 3.8:.1f}" y="{y - 3.8:.1f}" width="7.6" height="7.6"/>'
        case "triangle":
            return f'<path class="mark" d="M{x:.1f} {y - 5:.1f}l5 8.6h-10z"/>'
        case "diamond":
            return f'<path class="mark" d="M{x:.1f} {y - 5.2:.1f}l5.2 5.2l-5.2 5.2l-5.2-5.2z"/>'
        case _:
            return f'<path class="open" d="M{x - 4:.1f} {y - 4:.1f}l8 8m0-8l-8 8"/>'


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.policy.plot", description="Draw the plot of one benchmark run."
    )
    parser.add_argument("results", type=Path, help="what `make bench BENCH_ARGS='policy --output json'` wrote")
    parser.add_argument("image", type=Path, help="the SVG to write")
    options = parser.parse_args(arguments)
    reports = json.loads(options.results.read_text(encoding="utf-8"))["reports"]
    figures = {
        name: value for report in reports if report["name"] == "policy" for name, value in report["figures"].items()
    }
    image = draw(figures)
    if image is None:
        print(f"{options.results} holds no figures of the benchmark `policy`", file=sys.stderr)
        return 1
    options.image.parent.mkdir(parents=True, exist_ok=True)
    options.image.write_text(image, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
