"""Scripts into which anybody can write."""

import re
from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Frameworks,
    KnownAs,
    Seen,
    Severity,
    bad,
    failed,
    good,
    passed,
    which,
)
from watchword.evidence.posture.pipelines import steps
from watchword.inventory import Asset, FrontEnd

# What whoever opens an issue, a pull request or a comment writes (GitHub: "Script injections").
_WRITTEN_BY_ANYBODY: Final = re.compile(
    r"github\.head_ref"
    r"|github\.event\.(issue|discussion|pull_request)\.(title|body)"
    r"|github\.event\.(comment|review|review_comment)\.body"
    r"|github\.event\.pull_request\.head\.(ref|label|repo\.default_branch)"
    r"|github\.event\.(head_commit|commits.*)\.(message|author\.(email|name))"
    r"|github\.event\.pages.*\.page_name"
    r"|github\.event\.workflow_run\.(head_branch|display_title|head_commit\.(message|author\.(email|name)))"
)


def judge(pipeline: Asset, estate: Estate) -> Answer:
    del estate
    found = which(
        (Seen(f"{step.path}.expressions", one) for step in steps(pipeline) for one in step["expressions"].each()),
        lambda one: _WRITTEN_BY_ANYBODY.search(one.value.text(default="")) is not None,
    )
    if not found:
        return passed()
    return failed("text that anybody writes becomes part of a script", *found)


CHECK = Check(
    id="pipeline-script-injection",
    title="No script holds what strangers write",
    severity=Severity.HIGH,
    why="An expression is put into the script before the shell reads it. A title such as `$(curl …)` is then a "
    "command, with the workflow's token and secrets.",
    remedy='Hand it over as a variable: `env: {TITLE: ${{ github.event.issue.title }}}`, and write `"$TITLE"` in '
    "the script.",
    function=Function.SECURE_DEVELOPMENT,
    stage=Stage.INITIAL,
    kinds=("pipeline",),
    front_ends=(FrontEnd.GITHUB_ACTIONS,),
    judge=judge,
    references=("https://docs.github.com/en/actions/concepts/security/script-injections",),
    frameworks=Frameworks(nist_800_53=("SI-10", "CM-5"), iso_27001=("A.8.28",)),
    known_as=KnownAs(checkov=("CKV_GHA_2",)),
    examples=(
        good(
            FrontEnd.GITHUB_ACTIONS,
            """
on: issues
jobs:
  greet:
    runs-on: ubuntu-latest
    steps:
      - run: echo "$TITLE" ${{ github.event.issue.number }}
        env:
          TITLE: ${{ github.event.issue.title }}
""",
            says="as a variable; a number is none of theirs",
        ),
        bad(
            FrontEnd.GITHUB_ACTIONS,
            """
on: issues
jobs:
  greet:
    runs-on: ubuntu-latest
    steps:
      - run: echo "${{ github.event.issue.title }}"
""",
        ),
    ),
)
