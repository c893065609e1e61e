"""`policy narrow` and `policy what-if` over a ledger in which something happened."""

import dataclasses
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from support.configurations import ALLOW_ALL, write
from support.ledgers import decided
from support.states import prepared, services_of
from watchword.app.settings import Settings
from watchword.cli import exits
from watchword.cli.main import main
from watchword.decision.engine import Layer, StatementRef
from watchword.kernel.events import Origin

MAIN = """
domain: localhost
applications:
  payroll: {upstream: "http://127.0.0.1:3000"}
policies:
  everyone: [wide]
  groups: {finance: [books]}
  persons: {carol@example.com: [own]}
"""
POLICIES = {"wide": ALLOW_ALL, "books": ALLOW_ALL, "own": ALLOW_ALL}
AT = datetime(2026, 8, 1, 12, tzinfo=UTC)
WIDE = StatementRef(policy="wide", layer=Layer.IDENTITY, index=0, sid=None)


class World:
    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.settings: Settings = prepared(root / "s", MAIN, POLICIES)[0]
        self._capsys = capsys
        with services_of(self.settings) as services:
            for email, groups in (("alice@example.com", {"finance"}), ("carol@example.com", set[str]())):
                services.people.invite(
                    email=email, display_name="Somebody", groups=frozenset(groups), actor="operator", origin=Origin()
                )
            for n, path in enumerate(["/reports/1", "/reports/2", "/admin"]):
                for method in ("GET", "POST") if path != "/admin" else ("GET",):
                    services.ledger.record(
                        dataclasses.replace(
                            decided(n, path=path),
                            at=AT + timedelta(days=30 * n),
                            method=method,
                            groups=("finance",),
                            statements=(WIDE,),
                        )
                    )

    def run(self, *arguments: str) -> tuple[int, str, str]:
        code = main(["policy", *arguments, "--state", str(self.settings.state.root)])
        said = self._capsys.readouterr()
        return code, said.out, said.err


@pytest.fixture
def world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> World:
    return World(tmp_path, capsys)


def narrowed(text: str) -> Sequence[dict[str, object]]:
    statements = json.loads(text)["Statement"]
    assert isinstance(statements, list)
    return statements


def test_a_policy_becomes_what_was_used_of_it(world: World) -> None:
    code, out, words = world.run("narrow", "--policy", "wide")
    assert code == exits.OK
    assert [s["Action"] for s in narrowed(out)] == ["http:GET", "http:POST"]
    assert "arn:watchword:app:::payroll/reports/1" in out
    assert "less than 90 days" in words
    assert "Not seen is not the same as not needed" in words
    assert "less than 30 days" not in world.run("narrow", "--policy", "wide", "--enough", "30")[2]


def test_the_whole_report_as_json(world: World) -> None:
    code, out, _ = world.run("narrow", "--policy", "wide", "--output", "json", "--resources", "1")
    found = json.loads(out)
    assert code == exits.OK
    assert found["observed"]["used"] == 5
    assert found["statements"][0]["change"] == "narrowed"
    assert found["statements"][0]["resources"]["after"] == [
        "arn:watchword:app:::payroll/*",
        "arn:watchword:app:::payroll/reports/*",
    ]


def test_what_a_person_has_is_narrowed_with_a_warning_where_others_have_it_too(world: World) -> None:
    code, _, words = world.run("narrow", "--person", "alice@example.com")
    assert code == exits.OK
    assert "others have wide too" in words


def test_what_a_group_has(world: World) -> None:
    code, out, words = world.run("narrow", "--group", "finance")
    assert code == exits.OK
    assert len(narrowed(out)) == 2
    assert "others have" not in words


@pytest.mark.parametrize("choice", [("--person", "carol@example.com"), ("--policy", "own")])
def test_nothing_observed_proposes_nothing(world: World, choice: tuple[str, str]) -> None:
    code, out, words = world.run("narrow", *choice)
    assert (code, out) == (exits.NOTHING, "")
    assert "nothing was observed" in words


def test_without_a_choice_every_policy_and_person_is_looked_at(world: World) -> None:
    code, out, words = world.run("narrow", "--output", "json")
    found = json.loads(out)
    assert code == exits.OK
    assert {p["policy"]: (p["allowed"], p["idle"]) for p in found["policies"]} == {
        "wide": (5, ["carol@example.com"]),
        "books": (0, ["alice@example.com"]),
        "own": (0, ["carol@example.com"]),
    }
    assert found["silent"] == ["carol@example.com"]
    assert "Nothing was seen of: carol@example.com" in words
    assert world.run("narrow", "--since", "2100-01-01")[0] == exits.NOTHING


@pytest.mark.parametrize(
    "arguments",
    [
        ("narrow", "--policy", "nowhere"),
        ("narrow", "--person", "nobody@example.com"),
        ("narrow", "--group", "nobody"),
        ("narrow", "--principal", "arn:aws:iam::1:role/x"),
        ("narrow", "--cloudtrail", "x.json"),
        ("narrow", "--since", "yesterday"),
        ("narrow", "--policy", "wide", "--resources", "101"),
        ("what-if", "--before", "x.json"),
        ("what-if", "--cloudtrail", "x.json"),
    ],
)
def test_what_cannot_be_asked_is_refused(world: World, arguments: tuple[str, ...]) -> None:
    assert world.run(*arguments)[0] == exits.USAGE


def test_what_if_nothing_changed(world: World) -> None:
    code, out, words = world.run("what-if")
    assert (code, out) == (exits.OK, "")
    assert "Nobody would lose access" in words


def test_what_if_somebody_loses(world: World, tmp_path: Path) -> None:
    only_get = ALLOW_ALL.replace('"Action":"*"', '"Action":"http:GET"')
    changed = write(tmp_path / "changed", MAIN, POLICIES | {"wide": only_get, "books": only_get})
    code, out, _ = world.run("what-if", "--config", str(changed))
    assert code == exits.DENIED
    assert out.startswith("- alice@example.com loses http:POST arn:watchword:app:::payroll/reports/1 (asked once")
    code, out, _ = world.run("what-if", "--config", str(changed), "--output", "json", "--since", "2026-08-02")
    found = json.loads(out)
    assert (code, found["examined"], found["losses"], found["gains"]) == (exits.DENIED, 3, 1, 0)


def test_what_if_nothing_can_be_replayed(world: World) -> None:
    code, _, words = world.run("what-if", "--since", "2100-01-01")
    assert code == exits.NOTHING
    assert "nothing is known" in words
