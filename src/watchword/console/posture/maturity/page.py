"""Maturity by CISA's model: five pillars, 37 functions; the stage of each, its evidence, and what holds it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from watchword.console.desk import Desk, Visit
from watchword.console.posture.charts import Chart
from watchword.console.posture.findings.filter import PATH as FINDINGS
from watchword.console.posture.frame import SECTION, Frame, posture_page
from watchword.console.posture.trends import stages_over_runs
from watchword.console.posture.words import NOT_ASSESSED, PILLARS, STATES, stage_words
from watchword.evidence.posture.assessment.stages import State
from watchword.evidence.posture.maturity import STAGES, Pillar, Stage
from watchword.evidence.posture.records import CriterionState, FunctionState, Picture, Summary

PATH: Final = "/posture/maturity"
_ATTESTED: Final = "attested"
_FIRST: Final = (State.UNMET, State.NO_EVIDENCE, State.MET, State.OUT_OF_SCOPE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionLine:
    tone: str
    state: str
    stage: str
    statement: str
    words: str
    url: str  # of the findings that keep it from being met; empty where there are none


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionCard:
    """`rank` is 0 for what was not assessed, else 1 to 4."""

    label: str
    stage: str
    rank: int
    target: str
    meets_target: bool
    coverage: str
    mix: str
    held_back: int
    criteria: tuple[CriterionLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PillarCard:
    name: str
    stage: str
    assessed: int
    functions: tuple[FunctionCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MaturityView:
    frame: Frame
    pillars: tuple[PillarCard, ...]
    at_target: int
    assessed: int
    functions: int
    mix: tuple[tuple[str, int], ...]
    chart: Chart


def routes(desk: Desk) -> Sequence[Route]:
    def maturity(visit: Visit, frame: Frame) -> Response:
        picture = desk.assessments.picture(frame.estate) or Picture()
        view = maturity_view(frame, picture.functions, desk.assessments.runs(frame.estate))
        return desk.html(visit, "posture/maturity/maturity.html", view, title="Maturity", section=SECTION)

    return [posture_page(desk, PATH, maturity)]


def maturity_view(frame: Frame, functions: Sequence[FunctionState], runs: Sequence[Summary]) -> MaturityView:
    """`runs` are newest first."""
    mix = {"checks": 0, "attestation": 0, "none": 0}
    for function in functions:
        for source, count in function.mix.items():
            mix[source] = mix.get(source, 0) + count
    return MaturityView(
        frame=frame,
        pillars=tuple(
            _pillar(frame, pillar, [f for f in functions if f.function.pillar is pillar]) for pillar in Pillar
        ),
        at_target=sum(function.meets_target for function in functions),
        assessed=sum(function.stage is not None for function in functions),
        functions=len(functions),
        mix=(
            ("rest on checks", mix["checks"]),
            ("on an attestation", mix["attestation"]),
            ("on nothing", mix["none"]),
        ),
        chart=stages_over_runs(runs),
    )


def _pillar(frame: Frame, pillar: Pillar, functions: Sequence[FunctionState]) -> PillarCard:
    reached = [function.stage for function in functions if function.stage is not None]
    lowest = min(reached, key=STAGES.index, default=None)
    words = stage_words(lowest)
    if lowest not in {None, Stage.TRADITIONAL} and len(reached) < len(functions):
        words = f"at most {words}"  # what was not assessed may be lower
    return PillarCard(
        name=PILLARS[pillar],
        stage=words,
        assessed=len(reached),
        functions=tuple(_function(frame, function) for function in functions),
    )


def _function(frame: Frame, function: FunctionState) -> FunctionCard:
    coverage = function.coverage
    checks, attested = function.mix.get("checks", 0), function.mix.get("attestation", 0)
    bare = function.mix.get("none", 0)
    parts = [f"{checks} by checks"] if checks else []
    parts += [f"{attested} attested"] if attested else []
    parts += [f"{bare} without evidence"] if bare else []
    return FunctionCard(
        label=function.function.label,
        stage=stage_words(function.stage),
        rank=STAGES.index(function.stage) + 1 if function.stage is not None else 0,
        target=stage_words(function.target),
        meets_target=function.meets_target,
        # Rounded down: 99.6 % is not all.
        coverage=NOT_ASSESSED if coverage is None else f"{int(coverage * 100)} % answered",
        mix=", ".join(parts) or "nothing is in scope",
        held_back=len(function.held_back_by),
        # Within a stage what is not met comes first, and what it does not speak about last.
        criteria=tuple(
            _criterion(frame, one)
            for one in sorted(function.criteria, key=lambda c: (STAGES.index(c.stage), _FIRST.index(c.state), c.id))
        ),
    )


def _criterion(frame: Frame, one: CriterionState) -> CriterionLine:
    tone, state = STATES[one.state]
    check = one.id.split(":", 2)[-1]
    fails = one.state is State.UNMET and check != _ATTESTED
    return CriterionLine(
        tone=tone,
        state=state,
        stage=stage_words(one.stage),
        statement=one.statement,
        words=one.words,
        url=frame.url(FINDINGS, check=check, view="list", state="all") if fails else "",
    )
