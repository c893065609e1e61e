"""The catalogue of the state directory: refreshed whole or not at all, and never replaced in silence."""

import json
from pathlib import Path

import pytest

from watchword.app.action_catalogue import catalogue_path, converted, current_catalogue, keep, reset
from watchword.app.policy_kinds import configuration_of, kinds_of
from watchword.app.state import StateDirectory
from watchword.decision.language import PolicyKind
from watchword.kernel.errors import InvalidInputError

_EXAMPLE = Path(__file__).parents[3] / "examples" / "configuration"


@pytest.fixture
def state(tmp_path: Path) -> StateDirectory:
    return StateDirectory(tmp_path / "state")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    action = {"access_level": "Write", "resource_types": {}}
    service = {"service_name": "New", "privileges": {"DoIt": action}, "resources": {}, "conditions": {}}
    path = tmp_path / "iam-definition.json"
    path.write_text(json.dumps({f"new{n}": service for n in range(60)}))
    return path


def _made(source: Path) -> bytes:
    return converted(source, origin="a test", licence="none", day="2026-01-31")


def test_without_one_of_its_own_the_shipped_is_in_force(state: StateDirectory) -> None:
    assert current_catalogue(None).action("s3:GetObject") is not None
    assert current_catalogue(state).action("s3:GetObject") is not None
    assert not state.root.exists()


def test_a_refreshed_one_is_used_instead_until_it_is_reset(state: StateDirectory, source: Path) -> None:
    path = keep(state, _made(source))
    assert path == catalogue_path(state)
    assert current_catalogue(state).action("new7:doit") is not None
    assert current_catalogue(state).action("s3:GetObject") is None
    assert reset(state)
    assert not reset(state)
    assert current_catalogue(state).action("s3:GetObject") is not None


def test_a_broken_source_is_refused_and_the_old_one_stays(state: StateDirectory, source: Path) -> None:
    keep(state, _made(source))
    source.write_text("{}")
    with pytest.raises(InvalidInputError, match="not the definition"):
        _made(source)
    assert current_catalogue(state).action("new7:DoIt") is not None


def test_a_source_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="cannot read"):
        _made(tmp_path / "none.json")


def test_a_broken_catalogue_in_the_state_directory_is_said_and_not_passed_over(
    state: StateDirectory, source: Path
) -> None:
    path = keep(state, _made(source))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(InvalidInputError) as refused:
        current_catalogue(state)
    assert refused.value.code == "catalogue.malformed"
    assert "--reset" in (refused.value.hint or "")


def test_the_kinds_of_a_configurations_policies() -> None:
    found = configuration_of(_EXAMPLE / "policies" / "organisation.json")
    assert found == _EXAMPLE.resolve()
    kinds = kinds_of(_EXAMPLE)
    assert kinds["organisation"] is PolicyKind.SCP
    assert kinds["payroll-owner"] is PolicyKind.RESOURCE
    assert kinds["payroll-reader"] is PolicyKind.IDENTITY


def test_a_policy_that_is_in_no_configuration(tmp_path: Path) -> None:
    assert configuration_of(tmp_path / "policies" / "x.json") is None
    assert configuration_of(_EXAMPLE / "organisation.json") is None


def test_a_broken_configuration_says_no_kinds(tmp_path: Path) -> None:
    (tmp_path / "watchword.yaml").write_text("nothing: true\n")
    assert kinds_of(tmp_path) == {}
