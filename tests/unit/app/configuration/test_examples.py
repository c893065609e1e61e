"""The examples and the documentation are read by what they describe."""

import re
from pathlib import Path

import pytest

from support.configurations import surroundings
from watchword.app.configuration import read_configuration
from watchword.app.configuration._applications import _APPLICATION_KEYS, _ROUTE_KEYS
from watchword.app.configuration._assemble import _KEYS
from watchword.app.data_plane import validate
from watchword.app.simulation import Simulation, simulate
from watchword.app.state import StateDirectory
from watchword.decision.engine import Result

ROOT = Path(__file__).parents[4]
EXAMPLE = ROOT / "examples/configuration"


def test_the_example_is_read_without_a_warning() -> None:
    assert read_configuration(EXAMPLE, surroundings()).warnings == ()


@pytest.mark.envoy
def test_envoy_takes_the_example(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path / "s")
    validate(state, read_configuration(EXAMPLE, surroundings(state.root)).gateway)


@pytest.mark.parametrize(
    ("method", "path", "group", "context", "result"),
    [
        ("GET", "payroll/reports", "staff", {"aws:SourceIp": ["203.0.113.7"]}, Result.ALLOWED),
        ("GET", "payroll/reports", "staff", {"aws:SourceIp": ["198.51.100.7"]}, Result.IMPLICITLY_DENIED),
        ("POST", "payroll/payments/7", "staff", {"aws:SourceIp": ["203.0.113.7"]}, Result.IMPLICITLY_DENIED),
        ("POST", "payroll/payments/7", "payroll", {"watchword:AuthAge": ["60"]}, Result.ALLOWED),
        ("POST", "payroll/payments/7", "payroll", {"watchword:AuthAge": ["7200"]}, Result.IMPLICITLY_DENIED),
        ("DELETE", "payroll/payments/7", "payroll", {"watchword:AuthAge": ["60"]}, Result.EXPLICITLY_DENIED),
        ("CONNECT", "ledger-db/", "database-operators", {}, Result.ALLOWED),
    ],
)
def test_the_example_means_what_it_says(
    method: str, path: str, group: str, context: dict[str, list[str]], *, result: Result
) -> None:
    asked = Simulation(
        email="alice@example.com",
        groups=frozenset({group}),
        action=f"http:{method}",
        resource=f"arn:watchword:app:::{path}",
        assurance="aal3",
        context=context,
    )
    assert simulate(read_configuration(EXAMPLE, surroundings()), asked).decision.result is result


def test_every_key_is_documented() -> None:
    text = (ROOT / "docs/reference/configuration.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([a-z_]+)` \|", text, re.MULTILINE))
    assert documented >= {*_KEYS, *_APPLICATION_KEYS, *_ROUTE_KEYS}
