"""Checks written as CEL expressions: `judge_by(applies=…, passes=…, …)` makes the function that a check has.

Names in an expression: `asset` (the canonical attributes), `native` (the front-end's own words), `kind`, `type`,
`address`, `front_end`.
"""

from collections.abc import Callable

from watchword.evidence.posture.cel import Expression
from watchword.evidence.posture.cel.evaluation import Thing
from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.model import Answer, failed, not_applicable, passed, seen
from watchword.inventory import Absent, Asset, Value


def judge_by(
    *, passes: Expression, message: str, evidence: tuple[str, ...], applies: Expression | None, otherwise: str
) -> Callable[[Asset, Estate], Answer]:
    """Return a function that passes an asset where `passes` holds; where not, it shows what stands at `evidence`."""

    def judge(asset: Asset, estate: Estate) -> Answer:
        del estate
        names: dict[str, Thing] = {
            "asset": asset.attributes,
            "native": asset.native,
            "kind": asset.kind,
            "type": asset.native_type,
            "address": asset.address,
            "front_end": asset.front_end.value,
        }
        if applies is not None and not applies.holds(names):
            return not_applicable(otherwise)
        if passes.holds(names):
            return passed()
        shown = [seen(path, _at(asset, path)) for path in evidence]
        return failed(message, *(shown or [seen(asset.kind, Absent(asset.place))]))

    return judge


def _at(asset: Asset, path: str) -> Value:
    steps = path.split(".")
    value: Value = asset.native if steps[0] == "native" else asset.attributes
    for step in steps[1:] if steps[0] in {"native", "asset"} else steps:
        value = value[int(step) if step.isdigit() else step]
    return value
