"""`docs/reference/api.md` is true: its examples are run, its operations are those that there are, its bounds too."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from support.policy_api import Api, policy_api
from support.states import prepared, services_of
from support.transcripts import matches
from watchword.api.policy import shell
from watchword.api.policy.operations import MOST_BYTES, MOST_BYTES_SERVED, OPERATIONS
from watchword.app.analyst import pool, worker
from watchword.app.served import ServedPolicies
from watchword.decision.analysis.catalogue import shipped_catalogue

PAGE = (Path(__file__).parents[4] / "docs" / "reference" / "api.md").read_text(encoding="utf-8")


@dataclass
class Shown:
    command: str
    output: list[str] = field(default_factory=list)


def shown() -> list[Shown]:
    found: list[Shown] = []
    for block in re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(Shown(line[2:]))
            else:
                found[-1].output.append(line)
    return found


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    settings, configuration = prepared(tmp_path / "s")
    with services_of(settings) as services:
        served = ServedPolicies(lambda: configuration, services.people, shipped_catalogue)
        with policy_api(served=served) as made:
            yield made


def test_every_example_says_what_is_answered(api: Api, tmp_path: Path) -> None:
    asked = 0
    for one in shown():
        if one.command.startswith("cat "):
            (tmp_path / one.command.split()[1]).write_text("\n".join(one.output) + "\n")
        elif one.command.startswith("jq "):
            # What this one does with its two files.
            sides = {
                side: [{"name": name, "document": (tmp_path / name).read_text()}]
                for side, name in (("a", "new.json"), ("b", "old.json"))
            }
            (tmp_path / "sides.json").write_text(json.dumps(sides))
        elif one.command.startswith("api http"):
            asked += 1
            answer = _ask(api, shlex.split(one.command)[1:], tmp_path)
            assert matches(one.output, answer.splitlines()), (one.command, answer)
    assert asked == 5


def _ask(api: Api, words: list[str], directory: Path) -> str:
    address, media, content = words[0], "application/json", b""
    for word, value in zip(words[1::2], words[2::2], strict=True):
        match word:
            case "-H":
                media = value.removeprefix("content-type: ")
            case "--json" | "--data-binary":
                content = (directory / value[1:]).read_bytes() if value.startswith("@") else value.encode()
            case _:
                raise AssertionError(word)
    return api.ask("POST", address.removeprefix("http://localhost"), content, media=media).text


def test_every_operation_is_in_the_table() -> None:
    listed = set(re.findall(r"^\| `((?:GET|POST) /policy/[^`]+)` \|", PAGE, re.MULTILINE))
    assert listed == {f"{operation.method} {operation.path}" for operation in OPERATIONS}


@pytest.mark.parametrize(
    "said",
    [
        f"| questions at a time | {pool.MOST_ANALYSTS};",
        f"| an answer | within {shell.ANSWER_WITHIN:g} s ({shell.LOCAL_ANSWER_WITHIN:g} s on the control socket), or",
        f"its process is killed; of {shell.MOST_ANSWER >> 20} MiB at most",
        (
            f"{shell.ANSWER_WITHIN:g} s ({shell.LOCAL_ANSWER_WITHIN:g} s) without a line in or out, "
            f"{shell.STREAM_WITHIN / 60:g} minutes in all"
        ),
        (
            f"| a body | {MOST_BYTES >> 20} MiB; {MOST_BYTES_SERVED >> 10} KiB for `simulate`; within {shell.BODY_WITHIN:g} s; "
            f"{shell.MOST_READING} on their way"
        ),
        f"{worker.MEMORY >> 30} GiB of address space",
    ],
)
def test_bounds_are_those_of_the_code(said: str) -> None:
    assert said in PAGE


def test_we_give_up_before_the_gateway_does() -> None:
    """And the alarm of an analyst goes off in between: 15 s is the gateway's (`adapters.envoy.configuration`)."""
    assert shell.ANSWER_WITHIN < shell.ANSWER_WITHIN + worker.LATE <= 15
