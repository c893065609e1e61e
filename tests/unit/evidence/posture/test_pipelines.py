"""Jobs and steps of a workflow, and the paths they are told by."""

from watchword.app.posture import read_example
from watchword.evidence.posture.pipelines import jobs, steps
from watchword.inventory import FrontEnd

_WORKFLOW = """
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: make
      - uses: actions/checkout@v5
  release:
    uses: example/workflows/.github/workflows/release.yaml@main
"""


def test_parts_are_named_by_their_job() -> None:
    (pipeline,) = read_example(FrontEnd.GITHUB_ACTIONS, ".github/workflows/build.yaml", _WORKFLOW).of("pipeline")
    assert [job.path for job in jobs(pipeline)] == ["jobs[build]", "jobs[release]"]
    assert [step.path for step in steps(pipeline)] == ["jobs[build].steps[0]", "jobs[build].steps[1]"]
    assert [step.seen("action").path for step in steps(pipeline)][1] == "jobs[build].steps[1].action"
