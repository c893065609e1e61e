"""A skip that nobody declared fails the run; so does, in CI, a declared one that this machine gives no cause for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.declared_skips import DeclaredSkip, declared, objection, read

_TESTS = Path(__file__).parents[2]


def _run(directory: Path, body: str, *, ci: bool, arguments: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    (directory / "conftest.py").write_text('pytest_plugins = ["support.declared_skips"]\n')
    (directory / "pytest.ini").write_text(f"[pytest]\npythonpath = {_TESTS}\n")
    (directory / "test_it.py").write_text(body)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "CI"))}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments, str(directory)],
        cwd=directory,
        # Other plugins cost seconds and have no part in this.
        env={**environment, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **({"CI": "true"} if ci else {})},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "body",
    [
        "import pytest\ndef test_a(): pytest.skip('some day')\n",
        "import pytest\n@pytest.mark.skip(reason='flaky')\ndef test_a(): ...\n",
        "import pytest\n@pytest.mark.skipif(True, reason='slow')\ndef test_a(): ...\n",
        "import pytest\npytest.skip('whole module', allow_module_level=True)\n",
        "import pytest\npytest.importorskip('no_such_module_anywhere')\n",
    ],
    ids=["call", "mark", "condition", "module", "import"],
)
def test_an_undeclared_skip_fails_the_run_and_is_named(tmp_path: Path, body: str) -> None:
    done = _run(tmp_path, body, ci=False)
    assert done.returncode == 1
    assert "skips that fail the run" in done.stdout
    assert "not declared in tests/declared_skips.txt" in done.stdout


def test_the_last_line_stays_pytests_own(tmp_path: Path) -> None:
    done = _run(tmp_path, "import pytest\ndef test_a(): pytest.skip('some day')\n", ci=False)
    assert "1 skipped" in done.stdout.strip().splitlines()[-1]


def test_workers_of_xdist_cannot_hide_one(tmp_path: Path) -> None:
    done = _run(
        tmp_path,
        "import pytest\ndef test_a(): pytest.skip('some day')\n",
        ci=False,
        arguments=("-p", "xdist", "-n", "1"),
    )
    assert done.returncode == 1
    assert "not declared" in done.stdout


def test_a_declared_skip_passes(tmp_path: Path) -> None:
    body = f"import pytest\ndef test_a(): pytest.skip({declared('no-chromium')!r})\ndef test_b(): ...\n"
    done = _run(tmp_path, body, ci=False)
    assert done.returncode == 0
    assert "skips that fail" not in done.stdout


def test_in_ci_a_declared_skip_without_cause_fails(tmp_path: Path) -> None:
    body = f"import pytest\ndef test_a(): pytest.skip({declared('no-postgresql')!r})\n"
    done = _run(tmp_path, body, ci=True)
    assert done.returncode == 1
    assert "not to be expected here" in done.stdout


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    done = _run(tmp_path, "import pytest\n@pytest.mark.xfail\ndef test_a(): assert False\n", ci=False)
    assert done.returncode == 0
    assert "1 xfailed" in done.stdout


def test_a_failing_run_keeps_its_status(tmp_path: Path) -> None:
    body = "import pytest\ndef test_a(): pytest.skip('x')\ndef test_b(): raise KeyboardInterrupt\n"
    assert _run(tmp_path, body, ci=False).returncode == 2


def test_a_condition_is_about_this_machine(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.touch()
    skips = {
        "gone": DeclaredSkip(name="gone", expected_where=("absent", str(tmp_path / "gone")), why="-"),
        "there": DeclaredSkip(name="there", expected_where=("absent", str(there)), why="-"),
        "any": DeclaredSkip(name="any", expected_where=("anywhere",), why="-"),
        "elsewhere": DeclaredSkip(name="elsewhere", expected_where=("not-platform", sys.platform), why="-"),
    }
    assert objection("gone: x", skips, strict=True) is None
    assert objection("any: x", skips, strict=True) is None
    assert objection("there: x", skips, strict=False) is None
    assert "not to be expected" in str(objection("there: x", skips, strict=True))
    assert "not to be expected" in str(objection("elsewhere: x", skips, strict=True))


@pytest.mark.parametrize(
    "text", ["a | anywhere", "a | anywhere | why | more", " | anywhere | why", "a|anywhere|w\na|anywhere|w"]
)
def test_a_malformed_list_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(ValueError, match=r"declared_skips\.txt:\d"):
        read(text)


def test_an_unknown_condition_is_refused() -> None:
    with pytest.raises(ValueError, match="no such condition: full moon"):
        DeclaredSkip(name="a", expected_where=("full", "moon"), why="-").expected_here()


def test_every_condition_of_the_list_can_be_asked() -> None:
    skips = read((_TESTS / "declared_skips.txt").read_text("utf-8"))
    assert skips
    assert {type(skip.expected_here()) for skip in skips.values()} == {bool}
