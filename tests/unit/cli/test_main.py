"""However a command ends: words and an exit code, and never a stack trace."""

import argparse
import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from watchword.cli import version
from watchword.cli.main import main
from watchword.kernel.errors import (
    ConflictError,
    DefectError,
    InvalidInputError,
    NotFoundError,
    RefusedError,
    UnavailableError,
    WatchwordError,
)


@pytest.fixture
def verb(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException | None], None]:
    """Make `watchword version` end as the test wants."""

    def install(error: BaseException | None) -> None:
        def run(_: argparse.Namespace) -> int:
            if error is not None:
                raise error
            return 0

        monkeypatch.setattr(version, "_run", run)

    return install


Verb = Callable[[BaseException | None], None]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InvalidInputError, 2),
        (NotFoundError, 2),
        (ConflictError, 1),
        (UnavailableError, 1),
        (DefectError, 1),
        (RefusedError, 10),
    ],
)
def test_our_errors(verb: Verb, capsys: pytest.CaptureFixture[str], error: type[WatchwordError], code: int) -> None:
    verb(error("it went wrong", code="test.wrong", expected="this", found="that", hint="do this"))
    assert main(["version"]) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "watchword: it went wrong (expected this, found that)\n  hint: do this\n"


def test_several_problems(verb: Verb, capsys: pytest.CaptureFixture[str]) -> None:
    verb(InvalidInputError("a: one\nb: two\x1b[31m", code="test.wrong"))
    assert main(["version"]) == 2
    assert capsys.readouterr().err == "watchword: 2 problems\n  a: one\n  b: two\\x1b[31m\n"


def test_a_defect_of_ours_goes_into_a_private_file(
    verb: Verb, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    verb(ZeroDivisionError("secret of a library"))
    assert main(["version"]) == 1
    said = capsys.readouterr().err
    (trace,) = tmp_path.glob("watchword-*.trace")
    assert said == f"watchword: this is a defect of ours: ZeroDivisionError\n  details: {trace}\n"
    assert "ZeroDivisionError" in trace.read_text()
    assert trace.stat().st_mode & 0o777 == 0o600


def test_a_defect_where_nothing_can_be_written(
    verb: Verb, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    verb(ZeroDivisionError())
    assert main(["version"]) == 1
    assert capsys.readouterr().err.endswith("  for details, run it again with --debug\n")


@pytest.mark.parametrize("error", [ZeroDivisionError(), UnavailableError("gone", code="test.gone")])
def test_debug_shows_the_trace(verb: Verb, capsys: pytest.CaptureFixture[str], error: Exception) -> None:
    verb(error)
    assert main(["version", "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_interrupted(verb: Verb, capsys: pytest.CaptureFixture[str]) -> None:
    verb(KeyboardInterrupt())
    assert main(["version"]) == 130
    assert capsys.readouterr().err == "\n"


def test_help_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "exit codes" in capsys.readouterr().out


def test_options_may_stand_before_and_after_the_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--output", "json", "version"]) == 0
    before = capsys.readouterr().out
    assert main(["version", "--output", "json"]) == 0
    assert capsys.readouterr().out == before
    assert before.startswith("{")


def test_a_reader_that_leaves(tmp_path: Path) -> None:
    # More than a pipe holds, so that writing goes on after the reader has left.
    program = (
        "import sys; from watchword.cli import version, main\n"
        "def run(_):\n    for _ in range(100_000): print('a line that nobody reads')\n    return 0\n"
        "version._run = run\n"
        "sys.exit(main(['version']))\n"
    )
    reading, writing = os.pipe()
    with subprocess.Popen([sys.executable, "-c", program], stdout=writing, stderr=subprocess.PIPE) as process:
        os.close(writing)
        os.read(reading, 10)
        os.close(reading)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (141, b"")


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys; from watchword.cli import main\n"
        "main(['--help'])\n"
        "heavy = {'sqlalchemy', 'cryptography', 'starlette', 'jinja2', 'grpc', 'webauthn', 'yaml', 'orjson', 'asyncio'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_what_a_stranger_wrote_commands_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    from watchword.cli.output import Output

    data = io.StringIO()
    output = Output(json=False, data=data, words=io.StringIO())
    output.rows([{"who": "\x1b[31mevil\nline"}], ("who",), empty="")
    output.record({"who": "\x1b]0;title\x07"})
    assert data.getvalue() == "WHO\n\\x1b[31mevil\\nline\nwho  \\x1b]0;title\\x07\n"


def test_nothing_to_show_is_said_and_is_no_data() -> None:
    from watchword.cli.output import Output

    data, words = io.StringIO(), io.StringIO()
    Output(json=False, data=data, words=words).rows([], ("a",), empty="None.")
    assert (data.getvalue(), words.getvalue()) == ("", "None.\n")
    Output(json=True, data=data, words=words).rows([], ("a",), empty="None.")
    assert data.getvalue() == "[]\n"
