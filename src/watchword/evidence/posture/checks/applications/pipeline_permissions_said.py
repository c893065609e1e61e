"""Workflows that leave to a setting what their token may."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Frameworks,
    Severity,
    bad,
    failed,
    good,
    passed,
    seen,
    which,
    write,
)
from watchword.evidence.posture.pipelines import jobs
from watchword.inventory import Asset, FrontEnd, Setting


def judge(pipeline: Asset, estate: Estate) -> Answer:
    del estate
    if not pipeline["permissions"].is_absent:
        return passed()
    found = which(jobs(pipeline), lambda job: job["permissions"].is_absent)
    if not found:
        return passed()
    return failed(
        "what its token may hangs on a setting of the repository",
        seen("permissions", pipeline["permissions"]),
        *(job.seen("permissions") for job in found),
        fix=write(_read_alone(pipeline), "let its token read the code alone; a job that needs more says so"),
    )


def _read_alone(pipeline: Asset) -> Setting:
    return Setting(value="read", at=pipeline.place, path="permissions.contents", whole=True)


CHECK = Check(
    id="pipeline-permissions-said",
    title="Workflows say what their token may",
    severity=Severity.LOW,
    why="Where nothing is said the repository's or the organisation's setting holds, which for older ones is to write "
    "everything, and which changes without anybody looking at the workflow.",
    remedy="Begin the workflow with `permissions: {contents: read}`.",
    function=Function.SECURE_DEVELOPMENT,
    stage=Stage.ADVANCED,
    kinds=("pipeline",),
    front_ends=(FrontEnd.GITHUB_ACTIONS,),
    judge=judge,
    fixes=(FrontEnd.GITHUB_ACTIONS,),
    references=("https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions",),
    frameworks=Frameworks(nist_800_53=("AC-6", "CM-5"), iso_27001=("A.8.4",)),
    examples=(
        good(
            FrontEnd.GITHUB_ACTIONS,
            """
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    permissions: {}
    steps:
      - run: make
""",
            says="nothing, for each job",
        ),
        bad(
            FrontEnd.GITHUB_ACTIONS,
            """
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: make
""",
        ),
    ),
)
