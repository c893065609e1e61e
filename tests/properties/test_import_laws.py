"""Laws of imports: whatever a file holds, it is read or refused, and no verdict of ours is another on its account."""

import copy
import json
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from unit.evidence.posture.imports.test_reading import EVERY, PROWLER
from watchword.evidence.posture import Result, Verdict, built_in_one
from watchword.evidence.posture.imports import ImportFile, checks_of, merge, read_results
from watchword.inventory import Place
from watchword.kernel.errors import InvalidInputError

_TODAY = date(2026, 3, 1)
_SCALARS = st.none() | st.booleans() | st.integers(-5, 10**20) | st.floats(allow_nan=False, allow_infinity=False)
_JSON = st.recursive(
    _SCALARS | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)
_SAMPLES = [*EVERY.values(), PROWLER]


@st.composite
def broken(draw: st.DrawFn) -> Any:
    """A sample of some form, with one value replaced."""
    whole: Any = [copy.deepcopy(draw(st.sampled_from(_SAMPLES)))]
    holder, key = whole, 0
    for _ in range(draw(st.integers(0, 9))):
        below = holder[key]
        keys = list(below) if isinstance(below, dict) else list(range(len(below))) if isinstance(below, list) else []
        if not keys:
            break
        holder, key = below, draw(st.sampled_from(keys))
    holder[key] = draw(_JSON)
    return whole[0]


@given(broken())
def test_a_file_is_read_or_refused(document: Any) -> None:
    try:
        reading = read_results(json.dumps(document).encode(), name="r.json")
    except InvalidInputError:
        return
    assert all(found.id and found.tool for found in reading.findings)


@st.composite
def results(draw: st.DrawFn) -> list[Result]:
    check = built_in_one("kms-key-rotation")
    assert check is not None
    lines = st.integers(0, 6)
    found = draw(st.lists(st.tuples(st.sampled_from(list(Verdict)), lines, lines, st.sampled_from("kx")), max_size=6))
    return [
        Result(
            check=check,
            verdict=verdict,
            root=".",
            address=f"aws_kms_key.{name}",
            place=Place("main.tf", line, line + more),
        )
        for verdict, line, more, name in found
    ]


@given(
    ours=results(),
    forms=st.lists(st.sampled_from(["checkov", "trivy", "tfsec", "kics", "sarif"]), max_size=3),
    placed=st.booleans(),
)
def test_no_verdict_of_ours_changes_and_nothing_is_lost(*, ours: list[Result], forms: list[str], placed: bool) -> None:
    files = [
        ImportFile(
            name=f"{number}.json",
            reading=(reading := read_results(json.dumps(EVERY[form]).encode(), name="r.json")),
            placed={found.file: "main.tf" if placed else None for found in reading.findings},
        )
        for number, form in enumerate(forms)
    ]
    checks = checks_of(files, [result.check for result in ours])
    merged = merge(ours, files, checks, today=_TODAY)
    assert [(r.check, r.verdict, r.fingerprint, r.digest) for r in merged.results[: len(ours)]] == [
        (r.check, r.verdict, r.fingerprint, r.digest) for r in ours
    ]
    for file, told in zip(files, merged.imported, strict=True):
        assert told.merged + told.standing == told.findings == len(file.reading.findings)
    assert all(r.verdict is not Verdict.PASS for r in merged.results[len(ours) :])
    assert len({r.fingerprint for r in merged.results[len(ours) :]}) == len(merged.results) - len(ours)
    assert all(r.verdict in {Verdict.FAIL, Verdict.WAIVED} for r in merged.results[: len(ours)] if r.also_found_by)
