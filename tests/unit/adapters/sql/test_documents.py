"""Dataclasses as JSON in a column: whole on the way back, and nothing that does not fit is believed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from support.assessments import asset, finding, picture, run
from watchword.adapters.sql.documents import read, written
from watchword.evidence.posture.model import Severity
from watchword.evidence.posture.records import Finding, KeptAsset, Picture, Summary, summary_of
from watchword.kernel.errors import DefectError


@dataclass(frozen=True, slots=True, kw_only=True)
class Small:
    name: str
    at: datetime
    share: float | None
    counts: Mapping[Severity, int]
    later: tuple[str, ...] = field(default=("default",))


SMALL = Small(
    name="<\N{SNOWMAN}>", at=datetime(2026, 3, 1, 9, 0, 0, 123457, tzinfo=UTC), share=1, counts={Severity.HIGH: 3}
)


@pytest.mark.parametrize(
    ("form", "value"),
    [
        (Small, SMALL),
        (Finding, finding("a")),
        (KeptAsset, asset("a")),
        (Picture, picture()),
        (Picture, Picture()),
        (Summary, summary_of(run([finding("a")]), (), number=7)),
    ],
)
def test_what_was_written_is_read(form: type[object], value: object) -> None:
    assert read(form, written(value)) == value


def test_what_an_earlier_version_did_not_write_has_its_default() -> None:
    body = b'{"name": "a", "at": "2026-03-01T09:00:00+00:00", "share": null, "counts": {}}'
    assert read(Small, body).later == ("default",)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b'{"name": 1, "at": "2026-03-01T09:00:00+00:00", "share": null, "counts": {}}',
        b'{"name": "a", "at": 5, "share": null, "counts": {}}',
        b'{"name": "a", "at": "yesterday", "share": null, "counts": {}}',
        b'{"name": "a", "at": "2026-03-01T09:00:00+00:00", "share": true, "counts": {}}',
        b'{"name": "a", "at": "2026-03-01T09:00:00+00:00", "share": 1.5, "counts": {"dreadful": 1}}',
        b'{"name": "a", "at": "2026-03-01T09:00:00+00:00", "share": 1.5, "counts": []}',
        b'{"name": "a", "at": "2026-03-01T09:00:00+00:00", "share": 1.5, "counts": {}, "later": "x"}',
    ],
)
def test_what_does_not_fit_is_a_defect(body: bytes) -> None:
    with pytest.raises(DefectError) as refused:
        read(Small, body)
    assert refused.value.code == "database.document"


def test_a_field_that_no_column_holds_is_a_defect() -> None:
    @dataclass(frozen=True)
    class Odd:
        things: set[str]

    with pytest.raises(DefectError):
        read(Odd, b'{"things": []}')
