"""Requests that nobody made."""

from pathlib import Path

import pytest

from support.configurations import read
from watchword.app.simulation import Simulation, simulate
from watchword.decision.engine import Result

POLICY = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"http:GET","Resource":"*",
  "Condition":{"StringEquals":{"watchword:AuthAssurance":"aal3"},"IpAddress":{"aws:SourceIp":"203.0.113.0/24"},
  "ForAnyValue:StringEquals":{"watchword:Groups":["staff"]}}}]}"""


@pytest.mark.parametrize(
    ("assurance", "groups", "context", "result"),
    [
        ("aal3", {"staff"}, {"aws:SourceIp": ["203.0.113.7"]}, Result.ALLOWED),
        ("aal2", {"staff"}, {"aws:SourceIp": ["203.0.113.7"]}, Result.IMPLICITLY_DENIED),
        ("aal2", {"staff"}, {"aws:SourceIp": ["203.0.113.7"], "watchword:AuthAssurance": ["aal3"]}, Result.ALLOWED),
        ("aal3", {"staff"}, {}, Result.IMPLICITLY_DENIED),
        ("aal3", set(), {"aws:SourceIp": ["203.0.113.7"], "watchword:Groups": ["x", "staff"]}, Result.ALLOWED),
        ("aal3", {"other"}, {"aws:SourceIp": ["203.0.113.7"]}, Result.IMPLICITLY_DENIED),
    ],
)
def test_simulate(
    tmp_path: Path, assurance: str, groups: set[str], context: dict[str, list[str]], result: Result
) -> None:
    configuration = read(tmp_path, "policies: {everyone: [p]}\n", {"p": POLICY})
    asked = Simulation(
        email="alice@example.com",
        groups=frozenset(groups),
        action="http:GET",
        resource="arn:watchword:app:::a/",
        assurance=assurance,
        context=context,
    )
    assert simulate(configuration, asked).decision.result is result
