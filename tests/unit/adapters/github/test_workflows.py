"""Workflows: what their tokens may, what they use, and what is put into their scripts."""

from pathlib import Path

import pytest

from watchword.adapters.github import is_workflow, read_workflows, workflow_shapes
from watchword.inventory import KINDS, Asset, Inventory, ProblemKind, assemble

_WORKFLOW = """\
name: ci
on: {pull_request_target: {branches: [main]}, push: }
permissions: write-all
env: {TOKEN: '${{ secrets.TOKEN }}', REGION: eu}
jobs:
  build:
    runs-on: [self-hosted, linux]
    permissions: {contents: read, id-token: write}
    environment: {name: production}
    container: {image: 'node:22'}
    steps:
      - uses: actions/checkout@v4
        with: {ref: '${{ github.event.pull_request.head.sha }}'}
      - uses: actions/cache@0123456789abcdef0123456789abcdef01234567
      - uses: ./.github/actions/own
      - uses: docker://alpine@sha256:abc
      - uses: docker://alpine:3
      - name: script
        run: |
          echo "${{ github.event.issue.title }}" ${{ env.X }}
        env: {A: b}
      - uses: actions/github-script@v7
        with: {script: 'console.log("${{ github.head_ref }}")'}
  call:
    uses: team/shared/.github/workflows/deploy.yml@main
    secrets: inherit
  plain: {runs-on: '${{ matrix.os }}', permissions: {}, environment: staging, if: always()}
"""


def _inventory(tmp_path: Path, text: str, name: str = "ci.yml") -> Inventory:
    directory = tmp_path / ".github" / "workflows"
    directory.mkdir(parents=True, exist_ok=True)
    (directory / name).write_text(text)
    reading = read_workflows(tmp_path)
    assert not reading.problems
    return assemble([reading], workflow_shapes())


def _one(tmp_path: Path, text: str = _WORKFLOW) -> Asset:
    (pipeline,) = _inventory(tmp_path, text).of("pipeline")
    return pipeline


def test_no_attribute_of_the_kind_is_left_unread(tmp_path: Path) -> None:
    (shape,) = workflow_shapes().values()
    fields = KINDS["pipeline"].attributes
    assert set(shape.attributes) == set(fields)
    job = _one(tmp_path)["jobs"][0]
    assert set(job.names()) == set(fields["jobs"].fields)  # type: ignore[attr-defined]
    assert set(job["steps"][0].names()) == set(fields["jobs"].fields["steps"].fields)  # type: ignore[attr-defined]


def test_a_workflow(tmp_path: Path) -> None:
    pipeline = _one(tmp_path)
    assert pipeline.uid == ".#workflow/ci.yml"
    assert pipeline.name == "ci"
    assert pipeline["triggers"].plain() == ["pull_request_target", "push"]
    assert pipeline["permissions"]["everything"] == "write-all"
    assert pipeline["variables"]["REGION"] == "eu"
    assert pipeline["variables"]["TOKEN"].is_unknown
    build, call, plain = pipeline["jobs"].each()
    assert build["name"] == "build"
    assert build["runner"].plain() == ["self-hosted", "linux"]
    assert build["permissions"]["everything"].is_absent
    assert build["permissions"]["scopes"].plain() == {"contents": "read", "id-token": "write"}
    assert (build["environment"].text(), plain["environment"].text()) == ("production", "staging")
    assert build["image"] == "node:22"
    assert call["calls"] == "team/shared/.github/workflows/deploy.yml@main"
    assert (call["inherits_secrets"].boolean(), build["inherits_secrets"].boolean()) == (True, False)
    assert call["permissions"].is_absent
    assert not plain["permissions"]["scopes"]
    assert plain["condition"] == "always()"
    assert plain["runner"].is_unknown


def test_actions_are_pinned_or_not(tmp_path: Path) -> None:
    steps = list(_one(tmp_path)["jobs"][0]["steps"].each())
    used = [(step["action"].text(), step["pinned"].boolean()) for step in steps if not step["action"].is_absent]
    assert used == [
        ("actions/checkout", False),
        ("actions/cache", True),
        ("./.github/actions/own", True),
        ("docker://alpine", True),
        ("docker://alpine:3", False),
        ("actions/github-script", False),
    ]
    assert steps[0]["version"] == "v4"
    assert steps[2]["version"].is_absent
    assert steps[0]["inputs"]["ref"].is_unknown
    assert steps[0].place.line == 12


def test_what_is_put_into_scripts_is_told(tmp_path: Path) -> None:
    steps = list(_one(tmp_path)["jobs"][0]["steps"].each())
    script = steps[5]
    assert script["expressions"].plain() == ["github.event.issue.title", "env.X"]
    assert script["run"].text().startswith("echo")
    assert script["run"].place.line == 19
    assert script["variables"]["A"] == "b"
    assert steps[6]["expressions"].plain() == ["github.head_ref"]
    assert steps[0]["expressions"].is_absent


@pytest.mark.parametrize(
    ("on", "triggers"),
    [("push", ["push"]), ("[push, pull_request]", ["push", "pull_request"]), ("{push: {}}", ["push"])],
)
def test_what_starts_it_is_written_in_three_ways(tmp_path: Path, on: str, triggers: list[str]) -> None:
    assert _one(tmp_path, f"on: {on}\njobs: {{}}\n")["triggers"].plain() == triggers


def test_workflows_are_where_github_looks(tmp_path: Path) -> None:
    _inventory(tmp_path, _WORKFLOW)
    (tmp_path / "other.yml").write_text(_WORKFLOW)
    (tmp_path / ".github" / "dependabot.yml").write_text("version: 2\n")
    (tmp_path / ".github" / "workflows" / "note.yaml").write_text("a: 1\n")
    assert len(read_workflows(tmp_path).declarations) == 1
    assert len(read_workflows(tmp_path / ".github" / "workflows").declarations) == 1
    assert len(read_workflows(tmp_path / ".github" / "workflows" / "ci.yml").declarations) == 1
    assert len(read_workflows(tmp_path, files=[".github/workflows/ci.yml", "other.yml"]).declarations) == 1
    assert is_workflow("x/.github/workflows/a.yaml")
    assert not is_workflow(".github/workflows/deep/a.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "on: 7\njobs: x\n",
        "on: [push]\njobs: {a: b, c: {steps: {d: e}, runs-on: {labels: x}, permissions: 3, secrets: [1]}}\n",
        "on: ${{ x }}\npermissions: ${{ x }}\njobs: {a: {steps: [1, {uses: [2], run: {a: b}}, {uses: '${{ x }}@y'}]}}\n",
        "jobs: {a: {steps: [{run: 5}, {run: null}, {with: x}]}}\n",
    ],
)
def test_workflows_of_the_wrong_shape_are_read_all_the_same(tmp_path: Path, text: str) -> None:
    for _, value in _one(tmp_path, text).attributes.items():  # noqa: PERF102 - a block is no dictionary
        repr(value)


def test_a_workflow_that_does_not_parse_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    (tmp_path / ".github" / "workflows" / "a.yml").write_text("on: push\njobs: [\n")
    (problem,) = read_workflows(tmp_path).problems
    assert (problem.kind, problem.place.file) == (ProblemKind.SYNTAX, ".github/workflows/a.yml")
