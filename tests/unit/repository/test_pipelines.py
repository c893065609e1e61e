"""The files that other pipelines take from this repository: they parse, and call the command line as it is."""

import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from watchword.cli.parser import build

ROOT = Path(__file__).parents[3]


def loaded(name: str) -> object:
    return yaml.safe_load((ROOT / name).read_text("utf-8"))


def accepted(command: str) -> bool:
    """Whether the command line takes the words of a command."""
    program, *arguments = shlex.split(command)
    assert program == "watchword"
    build().parse_args(arguments)
    return True


def test_each_hook_is_a_command_of_ours() -> None:
    hooks = loaded(".pre-commit-hooks.yaml")
    assert isinstance(hooks, list)
    assert [h["id"] for h in hooks] == ["watchword-scan", "watchword-policy-lint"]
    for hook in hooks:
        assert accepted(f"{hook['entry']} {'--severity high' if 'scan' in hook['id'] else 'policies/a.json'}")


def shell_of(name: str) -> str:
    found = loaded(name)
    assert isinstance(found, Mapping)
    if name == "action.yml":
        return str(found["runs"]["steps"][0]["run"])
    return str(found["watchword-scan"]["script"][0])


@pytest.mark.parametrize("name", ["action.yml", "templates/gitlab/watchword-scan.yml"])
def test_the_scripts_are_shell_and_hold_no_expression(name: str) -> None:
    script = shell_of(name)
    assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0
    assert "${{" not in script  # inputs come by the environment, where they cannot become commands


@pytest.mark.parametrize(
    ("name", "environment"),
    [
        (
            "action.yml",
            {"SCAN_PATH": "it's", "SCAN_SEVERITY": "high", "SCAN_SINCE": "main", "SCAN_SARIF": "out.sarif"},
        ),
        (
            "templates/gitlab/watchword-scan.yml",
            {"WATCHWORD_PATH": "it's", "WATCHWORD_SEVERITY": "high", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "main"},
        ),
    ],
)
def test_the_scripts_hand_over_what_they_were_told(tmp_path: Path, name: str, environment: dict[str, str]) -> None:
    """Run with stand-ins for python3, pip and watchword that write down how they were called."""
    stand_in = tmp_path / "watchword" / "bin" / "watchword"
    stand_in.parent.mkdir(parents=True)
    stand_in.write_text('#!/bin/sh\nprintf "%s|" "$@" >> "$TOLD"\nprintf "\\n" >> "$TOLD"\n')
    python = tmp_path / "python3"
    python.write_text("#!/bin/sh\n")
    for program in (stand_in, python, stand_in.with_name("pip")):
        program.touch()
        program.chmod(0o755)
    told = tmp_path / "told"
    script = shell_of(name).replace("/opt/watchword/bin", str(stand_in.parent))
    done = subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=tmp_path,
        env={
            "PATH": f"{tmp_path}:/usr/bin:/bin",
            "RUNNER_TEMP": str(tmp_path),
            "HERE": ".",
            "TOLD": str(told),
            **environment,
        },
        check=False,
    )
    assert done.returncode == 0
    calls = [line.rstrip("|").split("|") for line in told.read_text().splitlines()]
    assert len(calls) == (2 if name == "action.yml" else 1)
    for call in calls:
        assert call[:6] == ["scan", "it's", "--severity", "high", "--since", "main"]
        assert call[6] == "--output"
        build().parse_args(call)
