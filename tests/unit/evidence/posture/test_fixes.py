"""What checks offer to fix: every bad example, on every front-end that a check says it fixes, comes to pass by it."""

from datetime import date
from pathlib import Path

import pytest

from watchword.app.fixing import Fixing, propose, write
from watchword.app.scanning import Scan, ScanRequest, scan
from watchword.evidence.posture import Check, Example, Result, Verdict, built_in
from watchword.evidence.posture.effects import ADDED, IN_PLACE, REPLACES, effect_of
from watchword.evidence.posture.model import family

_BAD = [
    pytest.param(check, example, id=f"{check.id}-{number}-{example.front_end}")
    for check in built_in()
    if check.fixes
    for number, example in enumerate(check.examples, 1)
    if example.verdict is Verdict.FAIL and family(example.front_end) in check.fixes
]


def _scanned(directory: Path, check: Check) -> Scan:
    return scan(
        ScanRequest(paths=(directory,), today=date(2026, 3, 1), working_directory=directory, checks=(check.id,))
    )


def _put(directory: Path, example: Example) -> Path:
    path = directory / example.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(example.text)
    return path


@pytest.mark.parametrize(("check", "example"), _BAD)
def test_a_bad_example_is_fixed_or_it_is_said_why_not(check: Check, example: Example, tmp_path: Path) -> None:
    path = _put(tmp_path, example)
    done = _scanned(tmp_path, check)
    found = propose(done)
    after = _written(tmp_path, check, found)
    for result in done.report.findings:
        if result.fingerprint in found.offers:
            assert {r.verdict for r in after if r.address == result.address} == {Verdict.PASS}
        else:
            assert result.fix is None or any(
                one.result.fingerprint == result.fingerprint and one.why for one in found.refused
            )
    comments = [line for line in example.text.split("\n") if line.lstrip().startswith("#")]
    assert [line for line in path.read_text().split("\n") if line.lstrip().startswith("#")] == comments


def _written(directory: Path, check: Check, found: Fixing) -> tuple[Result, ...]:
    write(found.files)
    return _scanned(directory, check).report.results


@pytest.mark.parametrize("check", [pytest.param(check, id=check.id) for check in built_in()])
def test_a_check_says_on_which_front_ends_it_offers_fixes(check: Check, tmp_path: Path) -> None:
    offered = set()
    for number, example in enumerate(check.examples):
        if example.verdict is Verdict.FAIL and family(example.front_end) not in offered:
            directory = tmp_path / str(number)
            _put(directory, example)
            if propose(_scanned(directory, check)).offers:
                offered.add(family(example.front_end))
    assert set(check.fixes) == offered
    assert set(check.fixes) <= set(check.front_ends)


def test_what_is_changed_in_place_is_told_with_its_source_and_is_not_replaced() -> None:
    for native_type, known in IN_PLACE.items():
        assert known.by
        assert known.paths
        for path in known.paths:
            assert (native_type, path) not in REPLACES
            assert effect_of(native_type, path) == ""
    assert all(ADDED.values())
    assert all(REPLACES.values())


def test_what_is_not_listed_is_not_known_and_so_refused() -> None:
    assert effect_of("aws_thing", "a.b") == "what changing a.b of aws_thing does to what is deployed is not known"
    assert "replaces what is deployed" in effect_of("aws_ebs_volume", "encrypted")
