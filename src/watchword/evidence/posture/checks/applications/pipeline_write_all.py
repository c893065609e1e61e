"""Workflows whose token may change everything in the repository."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Frameworks,
    KnownAs,
    Severity,
    bad,
    failed,
    good,
    passed,
    seen,
    which,
)
from watchword.evidence.posture.pipelines import jobs
from watchword.inventory import Asset, FrontEnd


def judge(pipeline: Asset, estate: Estate) -> Answer:
    del estate
    parts = [
        ("permissions", pipeline["permissions"]),
        *((f"{job.path}.permissions", job["permissions"]) for job in jobs(pipeline)),
    ]
    found = which(parts, lambda part: part[1]["everything"].text(default="") == "write-all")
    if not found:
        return passed()
    return failed(
        "its token may change everything", *(seen(path, permissions["everything"]) for path, permissions in found)
    )


CHECK = Check(
    id="pipeline-write-all",
    title="Tokens of workflows may change what they must, not everything",
    severity=Severity.MEDIUM,
    why="Each step of a workflow, those of others included, can use its token. One that may write everything "
    "pushes code, makes releases and changes other workflows.",
    remedy="Name the scopes: `permissions: {contents: read}` for the workflow, more for the job that needs it.",
    function=Function.SECURE_DEVELOPMENT,
    stage=Stage.INITIAL,
    kinds=("pipeline",),
    front_ends=(FrontEnd.GITHUB_ACTIONS,),
    judge=judge,
    references=("https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions",),
    frameworks=Frameworks(nist_800_53=("AC-6", "CM-5"), iso_27001=("A.8.4", "A.8.28")),
    known_as=KnownAs(checkov=("CKV2_GHA_1",)),
    examples=(
        good(
            FrontEnd.GITHUB_ACTIONS,
            """
on: push
permissions:
  contents: read
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: make
""",
        ),
        bad(
            FrontEnd.GITHUB_ACTIONS,
            """
on: push
permissions: write-all
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: make
""",
        ),
        bad(
            FrontEnd.GITHUB_ACTIONS,
            """
on: push
permissions: {}
jobs:
  build:
    runs-on: ubuntu-latest
    permissions: write-all
    steps:
      - run: make
""",
            says="one job",
        ),
    ),
)
