"""What looks at the database from the command line does not load what it has no use for: it would cost most of its time."""

import subprocess
import sys
from pathlib import Path

import pytest

_SOURCES = Path(__file__).parents[3] / "src"
_HEAVY = ("alembic", "webauthn", "OpenSSL", "grpc", "joserfc", "jinja2", "starlette", "uvicorn", "uvloop", "psycopg")


@pytest.mark.parametrize("module", ["watchword.app.runtime", "watchword.app.planning"])
def test_what_the_command_line_asks_loads_nothing_heavy(module: str) -> None:
    ask = f"import sys, {module}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", ask], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(_SOURCES)}
    )
    loaded = done.stdout.split()
    assert "sqlalchemy" in loaded or module != "watchword.app.runtime"
    assert [name for name in _HEAVY if name in loaded] == []
