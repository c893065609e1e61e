"""Runs of an estate, made by hand or assessed for real."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from watchword.evidence.posture.assessment.roadmap import Effort, Phase
from watchword.evidence.posture.assessment.stages import State
from watchword.evidence.posture.maturity import Function, Pillar, Stage
from watchword.evidence.posture.model import Severity, Verdict
from watchword.evidence.posture.records import (
    CheckWords,
    CriterionState,
    Finding,
    FoundBy,
    FunctionState,
    KeptAsset,
    Picture,
    PlannedItem,
    Run,
    Shown,
    Spot,
    Step,
    TierFlow,
    Way,
)

# Microseconds, so that a store that rounds is found out.
FIRST = datetime(2026, 6, 1, 8, 0, 0, 123457, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOSTILE = "<script>alert('x')</script>\N{SNOWMAN} \"quoted\" & %_\\"


def finding(name: str = "a", **changes: object) -> Finding:
    """A finding of `aws_s3_bucket.<name>`."""
    made = Finding(
        fingerprint=f"{name:0>32}",
        digest="d1",
        check="s3-public",
        severity=Severity.HIGH,
        pillar=Pillar.DATA,
        verdict=Verdict.FAIL,
        root="infra",
        address=f"aws_s3_bucket.{name}",
        asset=f"infra#aws_s3_bucket.{name}",
        kind="object_store",
        spot=Spot(file="infra/main.tf", line=3, end_line=3),
        words="anybody may read it",
        cause="cause-1",
        cause_spot=Spot(file="infra/variables.tf", line=1, end_line=1),
        evidence=(
            Shown(path="acl", value="public-read", spot=Spot(file="infra/main.tf", line=4, end_line=4), written=True),
        ),
        calls=("storage",),
        also_found_by=(FoundBy(tool="checkov", id="CKV_AWS_20", file="checkov.json"),),
        fix="make it private",
        critical=True,
        owner="payments",
        environment="production",
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # each keeps its own field's type


def asset(of: str = "a", **changes: object) -> KeptAsset:
    made = KeptAsset(
        uid=f"infra#aws_s3_bucket.{of}",
        kind="object_store",
        provider="aws",
        native_type="aws_s3_bucket",
        front_end="terraform",
        root="infra",
        address=f"aws_s3_bucket.{of}",
        name=of,
        spot=Spot(file="infra/main.tf", line=1, end_line=9),
        owner="payments",
        environment="production",
        reasons=("tagged classification: restricted",),
        tier="data",
        exposed="its policy lets anybody in",
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # the same


def picture() -> Picture:
    """Two functions, a way, an item in each of two phases."""
    here = Spot(file="infra/main.tf", line=1, end_line=9)
    item = PlannedItem(
        id="item-1",
        phase=Phase.FOUNDATION,
        heading="aws_s3_bucket.a and 1 more: anybody may read it",
        gain="2 lines close 2 findings, 1 way to critical assets",
        goal="Buckets are private",
        why="Whoever finds the name has the data.",
        remedy="Block public access.",
        effort=Effort.LINE,
        edits=2,
        closes=2,
        paths=1,
        on_critical=1,
        unlocks=("data.data-access:initial:s3-public",),
        needs=(),
        severity=Severity.HIGH,
        checks=("s3-public",),
        functions=(Function.DATA_ACCESS,),
        spots=(here,),
        resources=("aws_s3_bucket.a", "aws_s3_bucket.b"),
    )
    return Picture(
        ways=(
            Way(
                steps=(
                    Step(
                        asset="infra#aws_lb.edge",
                        address="aws_lb.edge",
                        kind="load_balancer",
                        how="is public, and its groups let anybody in at 443",
                        spot=here,
                    ),
                    Step(
                        asset="infra#aws_s3_bucket.a",
                        address="aws_s3_bucket.a",
                        kind="object_store",
                        how="requests go to it",
                        spot=here,
                    ),
                )
            ),
        ),
        flows=(TierFlow(source="internet", target="edge", ports=("443",), rules=1),),
        functions=tuple(
            FunctionState(
                function=function,
                stage=stage,
                target=Stage.ADVANCED,
                coverage=coverage,
                meets_target=False,
                mix={"checks": 1, "attestation": 0, "none": 2},
                held_back_by=(f"{function.value}:initial:s3-public",),
                criteria=(
                    CriterionState(
                        id=f"{function.value}:initial:s3-public",
                        stage=Stage.INITIAL,
                        statement="Buckets are private",
                        state=State.UNMET,
                        source="checks",
                        words="2 of 3 fail, 1 on critical assets",
                    ),
                ),
            )
            for function, stage, coverage in (
                (Function.DATA_ACCESS, Stage.TRADITIONAL, 0.75),
                (Function.DATA_ENCRYPTION, Stage.INITIAL, 1.0),
                (Function.RISK_ASSESSMENTS, None, None),
            )
        ),
        items=(
            item,
            replace(
                item, id="item-2", phase=Phase.AUTOMATION, needs=("item-1",), severity=None, heading="Show evidence"
            ),
        ),
        first=("item-1",),
        warnings=("waivers.yaml:3: does not count: it has no owner",),
    )


def run(
    findings: Sequence[Finding] = (),
    assets: Sequence[KeptAsset] | None = None,
    *,
    hour: int = 0,
    **changes: object,
) -> Run:
    """A run at an hour of the first day, with the counts that go with its findings."""
    verdicts = dict.fromkeys(Verdict, 0) | {Verdict.PASS: 40}
    severities = dict.fromkeys(reversed(Severity), 0)
    for one in findings:
        verdicts[one.verdict] += 1
        if one.verdict is Verdict.FAIL:
            severities[one.severity] += 1
    held = tuple(assets if assets is not None else (asset(),))
    kinds: dict[str, int] = {}
    for thing in held:
        kinds[thing.kind] = kinds.get(thing.kind, 0) + 1
    made = Run(
        estate="shop",
        at=FIRST + hour * HOUR,
        version="1.2.3",
        commit="3f2c",
        paths=("infra",),
        front_ends=("terraform",),
        files=2,
        checks=194,
        verdicts=verdicts,
        severities=severities,
        kinds=kinds,
        owned=1,
        ownable=2,
        findings=tuple(findings),
        assets=held,
        check_words=tuple(
            CheckWords(
                id=check,
                title="Buckets are private",
                severity=Severity.HIGH,
                pillar=Pillar.DATA,
                function=Function.DATA_ACCESS,
                why="Whoever finds the name has the data.",
                remedy="Block public access.",
                references=("https://example.com/s3",),
                known_as=("checkov CKV_AWS_20",),
            )
            for check in sorted({one.check for one in findings})
        ),
        picture=picture(),
        judged=frozenset({"s3-public", "kms-rotation", "input-readable"}),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # the same
