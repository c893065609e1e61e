"""`watchword policy check` on standard input, which transcripts do not have."""

import json
import subprocess
import sys
from pathlib import Path

RIGHT = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}


def check(*arguments: str, directory: Path, text: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "watchword", "policy", "check", *arguments]
    return subprocess.run(
        command, cwd=directory, input=text, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
    )


def test_a_document_comes_from_standard_input(tmp_path: Path) -> None:
    done = check("-", directory=tmp_path, text=json.dumps(RIGHT))
    assert (done.returncode, done.stdout) == (0, "")
    done = check("-", "--kind", "trust", directory=tmp_path, text=json.dumps(RIGHT))
    assert done.returncode == 13
    assert all(line.startswith("<stdin>:1:") for line in done.stdout.splitlines())


def test_cases_come_from_standard_input(tmp_path: Path) -> None:
    lines = "".join(json.dumps({"id": f"é{n}", "policy": RIGHT}, ensure_ascii=False) + "\n" for n in range(1000))
    done = check("--batch", "-", directory=tmp_path, text=lines)
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [f"é{n}" for n in range(1000)]
    assert check("--batch", "-", directory=tmp_path, text="").returncode == 3
