"""Actions of others that are another tomorrow than today."""

import re
from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Answer, Check, Frameworks, Seen, Severity, bad, failed, good, passed, which
from watchword.evidence.posture.pipelines import Part, jobs, steps
from watchword.inventory import Asset, FrontEnd

# Whoever can change these holds the machine that the workflow runs on anyway.
_PLATFORM: Final = ("actions/", "github/")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}")


def judge(pipeline: Asset, estate: Estate) -> Answer:
    del estate
    parts = [*((step, _moves) for step in steps(pipeline)), *((job, _calls_what_moves) for job in jobs(pipeline))]
    found = [part for part, _ in which(parts, lambda entry: entry[1](entry[0]))]
    if not found:
        return passed()
    return failed(
        "actions of others without a commit: " + ", ".join(sorted({_name(part) for part in found})),
        *(one for part in found for one in _evidence(part)),
    )


def _moves(step: Part) -> bool:
    action = step["action"]
    if action.is_absent or step["pinned"].boolean(default=False):
        return False
    return not action.text().startswith(_PLATFORM)


def _calls_what_moves(job: Part) -> bool:
    workflow = job["calls"].text(default="./")
    return not workflow.startswith(("./", *_PLATFORM)) and _COMMIT.fullmatch(workflow.partition("@")[2]) is None


def _used(part: Part) -> str:
    return "action" if "action" in part.tree else "calls"


def _name(part: Part) -> str:
    return part[_used(part)].text().partition("@")[0]


def _evidence(part: Part) -> tuple[Seen, ...]:
    return (part.seen("version"), part.seen("action")) if _used(part) == "action" else (part.seen("calls"),)


CHECK = Check(
    id="pipeline-actions-pinned",
    title="Actions of others are named by their commit",
    severity=Severity.MEDIUM,
    why="A tag or a branch of an action can be moved to other code by whoever gets into its repository, and has been; "
    "your workflow then runs it with its token and your secrets.",
    remedy="Name the full commit, with the version as a comment: `uses: owner/action@<40 digits> # v4.1.0`. "
    "Dependabot and Renovate raise both.",
    function=Function.SECURE_DEVELOPMENT,
    stage=Stage.ADVANCED,
    supports=(Function.SUPPLY_CHAIN,),
    kinds=("pipeline",),
    front_ends=(FrontEnd.GITHUB_ACTIONS,),
    judge=judge,
    references=("https://docs.github.com/en/actions/reference/security/secure-use#using-third-party-actions",),
    frameworks=Frameworks(nist_800_53=("SI-7", "SR-4", "CM-2"), iso_27001=("A.5.21", "A.8.28")),
    examples=(
        good(
            FrontEnd.GITHUB_ACTIONS,
            """
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: example/setup@0123456789abcdef0123456789abcdef01234567 # v2.1.0
      - uses: ./.github/actions/build
      - run: make
""",
            says="a commit, the platform's own, one of the repository",
        ),
        bad(
            FrontEnd.GITHUB_ACTIONS,
            """
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: example/setup@v2
""",
        ),
        bad(
            FrontEnd.GITHUB_ACTIONS,
            """
on: push
jobs:
  release:
    uses: example/workflows/.github/workflows/release.yaml@main
""",
            says="a workflow of others",
        ),
    ),
)
