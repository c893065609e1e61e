"""How an estate has changed from run to run: findings that are open, and functions by their stage."""

from collections.abc import Sequence

from watchword.console.posture.charts import Chart, Key, Row, stacked
from watchword.console.posture.words import NOT_ASSESSED, SEVERITIES
from watchword.evidence.posture.maturity import STAGES, Function
from watchword.evidence.posture.records import Summary

_SEVERITY_KEYS = tuple(Key(kind=severity.value, label=severity.value.capitalize()) for severity in SEVERITIES)
_UNKNOWN_KEY = Key(kind="unknown", label="Not known")
# The highest stage stands on the line: there it can be seen to grow.
_STAGE_KEYS = (
    *(Key(kind=stage.value, label=stage.value.capitalize()) for stage in reversed(STAGES)),
    Key(kind="unassessed", label=NOT_ASSESSED),
)


def burn_down(runs: Sequence[Summary]) -> Chart:
    """Open findings by severity, and on top what has no answer. `runs` are newest first."""
    return stacked(
        (*_SEVERITY_KEYS, _UNKNOWN_KEY),
        [
            Row(
                label=_label(run),
                counts=(*(run.severities.get(severity, 0) for severity in SEVERITIES), run.not_known),
            )
            for run in reversed(runs)
        ],
    )


def stages_over_runs(runs: Sequence[Summary]) -> Chart:
    """How many of the functions are at each stage. `runs` are newest first."""
    rows = []
    for run in reversed(runs):
        counts = [sum(stage is own for stage in run.stages.values()) for own in reversed(STAGES)]
        rows.append(Row(label=_label(run), counts=(*counts, len(Function) - len(run.stages))))
    return stacked(_STAGE_KEYS, rows, highest=len(Function))


def _label(run: Summary) -> str:
    return f"Run {run.number}, {run.at:%Y-%m-%d %H:%M} UTC"
