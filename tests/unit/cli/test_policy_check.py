"""`watchword policy check` on standard input, which transcripts do not have."""

import json
import subprocess
import sys

RIGHT = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}


def check(*arguments: str, text: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "watchword", "policy", "check", *arguments]
    return subprocess.run(
        command, input=text, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
    )


def test_a_document_comes_from_standard_input() -> None:
    done = check("-", text=json.dumps(RIGHT))
    assert (done.returncode, done.stdout) == (0, "")
    done = check("-", "--kind", "trust", text=json.dumps(RIGHT))
    assert done.returncode == 13
    assert all(line.startswith("<stdin>:1:") for line in done.stdout.splitlines())


def test_cases_come_from_standard_input() -> None:
    lines = "".join(json.dumps({"id": f"é{n}", "policy": RIGHT}, ensure_ascii=False) + "\n" for n in range(1000))
    done = check("--batch", "-", text=lines)
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [f"é{n}" for n in range(1000)]
    assert check("--batch", "-", text="").returncode == 3
