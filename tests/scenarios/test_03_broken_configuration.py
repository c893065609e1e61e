"""Story 3: somebody applies a configuration with mistakes. They are told where, and nothing changes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.stack import Stack, running
from support.story import administrators_handle, ledger, write_configuration
from support.traffic import traffic
from support.witness import Witness, witness

pytestmark = [pytest.mark.envoy, pytest.mark.browser]

HOST = "witness.localhost"


@pytest.fixture
def upstream() -> Iterator[Witness]:
    with witness() as one:
        yield one


@pytest.fixture
def directory(tmp_path: Path, upstream: Witness) -> Path:
    return write_configuration(tmp_path / "configuration", witness_port=upstream.port)


@pytest.fixture
def stack(directory: Path) -> Iterator[Stack]:
    with running(configuration=directory) as one:
        yield one


def test_all_mistakes_are_told_with_their_places_and_the_old_one_serves(stack: Stack, directory: Path) -> None:
    cookie = administrators_handle(stack, "witness")
    main, policy = directory / "watchword.yaml", directory / "policies" / "witness.json"
    good_main, good_policy = main.read_text("utf-8"), policy.read_text("utf-8")

    head, routes, rest = good_main.rpartition("    routes:")
    main.write_text(head.replace("privileged: true", "privileged: yes") + routes.replace("routes", "ruotes") + rest)
    policy.write_text(good_policy.replace('"Allow"', '"Permit"'))
    refused = stack.cli("apply", "--config", str(directory))
    assert refused.returncode == 2
    assert "watchword.yaml:8:21: " in refused.stderr  # privileged: yes
    assert "watchword.yaml:13:5: unknown key 'ruotes'" in refused.stderr
    assert "did you mean 'routes'?" in refused.stderr
    assert 'policies/witness.json:6:17: not an effect (expected "Allow" or "Deny", found "Permit")' in refused.stderr
    assert "Traceback" not in refused.stderr
    assert stack.get(HOST, "/", cookie=cookie).status == 200

    # Nor does restarting make it serve what is broken: what was applied last is served.
    stack.stop()
    stack.start()
    assert stack.get(HOST, "/", cookie=cookie).status == 200
    assert any("refused" in line for line in stack.errors)

    # Put right, it is applied, and what it takes away is gone at once.
    main.write_text(good_main)
    policy.write_text(good_policy.replace("arn:watchword:app:::witness/*", "arn:watchword:app:::witness/live"))
    applied = stack.cli("apply", "--config", str(directory))
    assert applied.returncode == 0, applied.stderr
    assert stack.get(HOST, "/", cookie=cookie).status == 403

    recorded = [row["event"] for row in ledger(stack)]
    assert "ConfigurationApplied" in recorded


def test_applying_under_traffic_drops_nothing(stack: Stack, directory: Path) -> None:
    cookie = administrators_handle(stack, "witness")
    main = directory / "watchword.yaml"
    text = main.read_text("utf-8")
    with traffic(stack, HOST, "/", cookie=cookie) as alice:
        for number in range(5):
            extra = f"      - path: /added-{number}\n        privileged: true\n"
            main.write_text(text.replace("      - path: /privileged\n", f"{extra}      - path: /privileged\n"))
            applied = stack.cli("apply", "--config", str(directory))
            assert applied.returncode == 0, applied.stderr
    assert len(alice.answers) > 20
    assert {answer.status for answer in alice.answers} == {200}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("applications: [", "watchword.yaml:1:"),
        ("applications:\n  a:\n    upstream: http://127.0.0.1:1\n  a:\n    upstream: http://127.0.0.1:2\n", ":4:3"),
        ("listen:\n  port: 70000\n", "watchword.yaml:2:9"),
        ("domain: example.com\n", "watchword.yaml:1:9"),
        ("\tdomain: localhost\n", "watchword.yaml:1:"),
    ],
    ids=["yaml", "duplicate", "port", "plain-domain", "tab"],
)
def test_a_first_start_with_a_mistake_says_where_and_starts_nothing(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "watchword.yaml").write_text(content)
    stack = Stack(state=tmp_path / "s", port=1, configuration=tmp_path)
    done = stack.cli("up", "--config", str(tmp_path), "--state", str(stack.state))
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert "Traceback" not in done.stderr
