"""The law of the policy API: what it answers is what `watchword policy … --output json` prints, byte for byte.

The questions are those of the command line's own transcripts, as far as they are about documents that are given.
"""

import contextlib
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.policy_api import Api, as_question, policy_api
from support.transcripts import File, parse
from watchword.cli.main import main
from watchword.kernel.errors import InvalidInputError

TRANSCRIPTS = Path(__file__).parents[3] / "cli"
STORIES = ("cases", "check-policies", "containment", "estates", "lint", "right-size", "unknown-names")


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with policy_api() as made:
        yield made


@pytest.mark.parametrize("story", STORIES)
def test_every_question_of_the_transcripts(
    story: str, api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.delenv("WATCHWORD_STATE", raising=False)
    counts: Counter[str] = Counter()
    for step in parse((TRANSCRIPTS / f"{story}.txt").read_text(encoding="utf-8")):
        if isinstance(step, File):
            path = tmp_path / step.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(f"{line}\n" for line in step.lines), encoding="utf-8")
        elif step.command[0] == "policy":
            counts[_compare(api, step.command, tmp_path)] += 1
    assert counts["the same"] >= 3, counts


def _compare(api: Api, command: list[str], directory: Path) -> str:
    try:
        asked = as_question(command, directory)
    except (InvalidInputError, ValueError, OSError):
        return "no question"  # files that are not there, bytes that are no text
    if asked is None:
        return "no question"
    form = () if "--output" in command else ("--output", "json")
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        code = main([*command, *form])
    answer = api.ask(asked.method, asked.path, asked.content, media=asked.media, headers={"accept": asked.accept})
    if answer.status_code == 200:
        assert answer.text == asked.as_told(out.getvalue()), command
        assert answer.headers["content-type"] == asked.accept
        return "the same"
    # Refused here as there: 2 is a document that cannot be accepted, 3 is nothing examined.
    assert code in {2, 3}, (command, code, answer.text)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.status_code in {400, 404, 422}, answer.text
    return "refused"
