"""Workflows that run a stranger's code with the repository's rights."""

import re
from typing import Final

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
    not_applicable,
    outside,
    passed,
    seen,
    unsure,
    which,
)
from watchword.evidence.posture.pipelines import Part, steps
from watchword.inventory import Asset, FrontEnd, Unknown

_TRIGGERS: Final = ("pull_request_target", "workflow_run", "issue_comment")
_THEIRS: Final = re.compile(
    r"github\.head_ref|github\.event\.pull_request\.head\.|github\.event\.workflow_run\.head_|refs/pull/"
    r"|github\.event\.(pull_request|issue|number)[.\w]*number.*/(merge|head)"
)
# What an earlier step, another workflow or a person hands over may be anything.
_MADE_BEFORE: Final = re.compile(r"\b(env|inputs|matrix|needs|steps)\.")


def judge(pipeline: Asset, estate: Estate) -> Answer:
    del estate
    triggers = which(_TRIGGERS, lambda trigger: trigger in pipeline["triggers"])
    if not triggers:
        return not_applicable("strangers' pull requests do not run it with rights")
    found = which(steps(pipeline), _fetches_theirs)
    if not found:
        return passed()
    return failed(
        f"on {triggers[0]} it fetches the code of whoever asks",
        *(seen(f"{step.path}.inputs.ref", step["inputs"]["ref"]) for step in found),
        seen("triggers", pipeline["triggers"]),
    )


def _fetches_theirs(step: Part) -> bool:
    if step["action"].text(default="") != "actions/checkout":
        return False
    ref = step["inputs"]["ref"]
    if not isinstance(ref, Unknown):
        return _THEIRS.search(ref.text(default="")) is not None
    # An expression is not evaluated: its reason says how it is written.
    written = " ".join((ref.sketch() if ref.parts else "", *(reason.text for reason in ref.reasons)))
    if _THEIRS.search(written) is not None:
        return True
    return _MADE_BEFORE.search(written) is not None and bool(ref)


CHECK = Check(
    id="pipeline-untrusted-checkout",
    title="No workflow runs strangers' code with the repository's rights",
    severity=Severity.HIGH,
    why="On these triggers a workflow has the secrets and a token that may write, also for a pull request of a "
    "stranger. Once it fetches their code, each build script, test and configuration file of it runs with both.",
    remedy="Use `pull_request`, which has neither; or keep to the base's code, and let a second workflow without "
    "rights run theirs.",
    function=Function.SECURE_DEVELOPMENT,
    stage=Stage.INITIAL,
    kinds=("pipeline",),
    front_ends=(FrontEnd.GITHUB_ACTIONS,),
    judge=judge,
    references=("https://docs.github.com/en/actions/reference/security/secure-use",),
    frameworks=Frameworks(nist_800_53=("AC-6", "CM-5", "SI-7"), iso_27001=("A.8.4", "A.8.28")),
    examples=(
        good(
            FrontEnd.GITHUB_ACTIONS,
            """
on: pull_request_target
jobs:
  label:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
""",
            says="the base's code",
        ),
        bad(
            FrontEnd.GITHUB_ACTIONS,
            """
on: pull_request_target
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
        with:
          ref: ${{ github.event.pull_request.head.sha }}
      - run: make test
""",
        ),
        outside(
            FrontEnd.GITHUB_ACTIONS,
            """
on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
        with:
          ref: ${{ github.event.pull_request.head.sha }}
""",
        ),
        unsure(
            FrontEnd.GITHUB_ACTIONS,
            """
on: pull_request_target
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
        with:
          ref: ${{ steps.which.outputs.ref }}
""",
            says="an earlier step says which",
        ),
    ),
)
