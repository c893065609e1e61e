"""Every check: its metadata, its place, and its examples on every front-end that it names and that can be read."""

import re
from pathlib import Path

import pytest

from watchword.app.posture import plugged_in, read_example
from watchword.evidence.posture import ANY_KIND, Check, Example, built_in, checks
from watchword.evidence.posture.examples import flaw_of, missing_examples
from watchword.inventory import KINDS

_FOLDER = Path(checks.__file__).parent
_EXAMPLES = [(c, e, f"{c.id}-{n}-{e.front_end}-{e.verdict}") for c in built_in() for n, e in enumerate(c.examples, 1)]


@pytest.mark.parametrize("check", [pytest.param(check, id=check.id) for check in built_in()])
def test_the_metadata_of_a_check_is_whole(check: Check) -> None:
    path = _FOLDER / check.pillar.value / f"{check.id.replace('-', '_')}.py"
    assert path.is_file(), "a check's file is named for its id, in the folder of its pillar"
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", check.id)
    assert check.kinds == ANY_KIND or set(check.kinds) <= set(KINDS)
    assert check.kinds
    assert check.front_ends
    assert check.title
    assert not check.title.endswith(".")
    assert check.why.endswith(".")
    assert check.remedy.endswith(".")
    assert check.known_as.by_tool() or check.frameworks.by_framework()
    assert all(reference.startswith("https://") for reference in check.references)
    assert not missing_examples(check)


def test_ids_are_distinct_and_every_file_is_listed() -> None:
    ids = [check.id for check in built_in()]
    assert len(ids) == len(set(ids))
    files = {path.stem.replace("_", "-") for path in _FOLDER.glob("*/*.py") if path.stem != "__init__"}
    assert files == set(ids)


def test_the_lists_are_in_alphabetical_order() -> None:
    for names in (checks.identity.NAMES, checks.devices.NAMES, checks.networks.NAMES, checks.data.NAMES):
        assert list(names) == sorted(names)
    assert list(checks.applications.NAMES) == sorted(checks.applications.NAMES)


@pytest.mark.parametrize(
    ("check", "example"),
    [pytest.param(check, example, id=name) for check, example, name in _EXAMPLES if example.front_end in plugged_in()],
)
def test_an_example_comes_out_as_it_must(check: Check, example: Example) -> None:
    assert flaw_of(check, example, read_example) == ""
