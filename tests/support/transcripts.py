"""Transcripts: what somebody types at a terminal, and what they get to see.

    # Why the story is told.
    > site/watchword.yaml          write a file with the lines that follow
    | domain: localhost
    $ watchword plan --config site run a command
    + setting listen changed…      what it prints on standard output
    ! warning: …                   what it says on standard error
    ? 2                            its exit code, where that is not 0

`[..]` in an expected line stands for any text; a line `...` for any number of lines. Each command runs in one directory,
which is also its HOME.
"""

import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CompletedProcess

Run = Callable[[Sequence[str]], "CompletedProcess[str]"]


@dataclass
class Step:
    line: int
    command: list[str]
    output: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    code: int = 0


@dataclass
class File:
    path: str
    lines: list[str] = field(default_factory=list)


def parse(text: str) -> list[Step | File]:
    """Raise `ValueError` for a line that belongs to nothing."""
    steps: list[Step | File] = []
    for number, line in enumerate(text.splitlines(), start=1):
        last = steps[-1] if steps else None
        if line.startswith("$ watchword"):
            steps.append(Step(line=number, command=shlex.split(line[2:])[1:]))
        elif line.startswith("> "):
            steps.append(File(path=line[2:].strip()))
        elif isinstance(last, File) and line.startswith("|"):
            last.lines.append(line[2:])
        elif isinstance(last, Step) and line.startswith("! "):
            last.words.append(line[2:])
        elif isinstance(last, Step) and line.startswith("? "):
            last.code = int(line[2:])
        elif line.startswith("#") or not line.strip():
            continue
        elif isinstance(last, Step):
            last.output.append(line)
        else:
            raise ValueError(f"line {number}: {line!r} belongs to no command")
    return steps


def play(text: str, directory: Path, run: Run) -> None:
    """Run a transcript; an `AssertionError` shows the command and everything it said."""
    for step in parse(text):
        if isinstance(step, File):
            path = directory / step.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(f"{line}\n" for line in step.lines), encoding="utf-8")
            continue
        done = run(step.command)
        seen = f"line {step.line}: watchword {shlex.join(step.command)}\n--- stdout\n{done.stdout}--- stderr\n{done.stderr}"
        assert "Traceback" not in done.stderr + done.stdout, seen
        assert matches(step.output, [line for line in done.stdout.splitlines() if line.strip()]), seen
        assert matches(step.words, [line for line in done.stderr.splitlines() if line.strip()]), seen
        assert done.returncode == step.code, f"exit code {done.returncode}, expected {step.code}\n{seen}"


def matches(expected: Sequence[str], actual: Sequence[str]) -> bool:
    """Whether the actual lines are the expected ones, wildcards taken into account."""
    pattern = "".join(r"(?:.*\n)*" if line == "..." else _line(line) + r"\n" for line in expected)
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in actual)) is not None


def _line(text: str) -> str:
    return ".*".join(re.escape(part) for part in text.rstrip().split("[..]"))
