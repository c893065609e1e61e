"""Log files in every form that they come in, and what is said of those that are broken."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from support.catalogues import catalogue
from support.trails import ROLE, USER, USER_IDENTITY, event
from watchword.app.usage.cloudtrail import Tally, recorded_calls
from watchword.app.usage.cloudtrail_files import read_events
from watchword.decision.analysis.usage.cloudtrail import JsonValue
from watchword.kernel.errors import InvalidInputError

EVENTS: list[JsonValue] = [event(), event("s3", "PutObject"), event(identity=USER_IDENTITY)]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"Records": EVENTS}),
        "\ufeff" + json.dumps({"Records": EVENTS}, indent=2),
        json.dumps(EVENTS),
        "\n".join(json.dumps(e) for e in EVENTS),
        "\n\n".join(json.dumps(e, indent=1) for e in EVENTS) + "\n",
        "\n".join(json.dumps({"Records": [e]}) for e in EVENTS[:0]) + json.dumps({"Records": EVENTS}),
        json.dumps({"version": 1, "Records": EVENTS}),
    ],
    ids=["delivered", "indented", "list", "lines", "one-after-the-other", "lines-of-records", "another-member"],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_every_form_is_read(tmp_path: Path, text: str, zipped: bool) -> None:  # noqa: FBT001 - a case
    path = tmp_path / "log"
    content = text.encode()
    path.write_bytes(gzip.compress(content) if zipped else content)
    assert list(read_events([str(path)])) == EVENTS


def test_a_file_longer_than_what_is_read_at_once(tmp_path: Path) -> None:
    events: Sequence[JsonValue] = [event(requestID="x" * 1000, number=n) for n in range(3000)]
    path = tmp_path / "log.json"
    path.write_text(json.dumps({"Records": events}))
    assert sum(1 for _ in read_events([str(path)])) == 3000


def test_a_directory_without_its_digests(tmp_path: Path) -> None:
    for name in ("CloudTrail/b.json", "CloudTrail/a.json.gz", "CloudTrail-Digest/d.json", "CloudTrail/notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        content = json.dumps({"Records": [{"file": name}]}).encode()
        path.write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    assert list(read_events([str(tmp_path)])) == [{"file": "CloudTrail/a.json.gz"}, {"file": "CloudTrail/b.json"}]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'{"Records": [{"a": 1}', "cloudtrail.json"),
        (b'{"Records": [', "cloudtrail.json"),
        (b'{"Records": [{"a": 1}, oops]}', "cloudtrail.json"),
        (b"no json at all", "cloudtrail.json"),
        (b"[" + b'{"a":' * 100_000, "cloudtrail.json"),
        (b"\xff\xfe{}", "file.unreadable"),
        (gzip.compress(b'{"Records": []}', mtime=0)[:-9], "file.unreadable"),
        (b"\x1f\x8bnot gzip", "file.unreadable"),
    ],
)
def test_a_broken_file_is_refused_with_its_name(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "log.json"
    path.write_bytes(content)
    with pytest.raises(InvalidInputError) as refused:
        list(read_events([str(path)]))
    assert refused.value.code == code
    assert "log.json" in str(refused.value)


def test_nothing_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError) as refused:
        list(read_events([str(tmp_path)]))
    assert refused.value.code == "cloudtrail.none"
    with pytest.raises(InvalidInputError) as refused:
        list(read_events([str(tmp_path / "nowhere")]))
    assert refused.value.code == "file.unreadable"


def test_an_empty_list_and_an_empty_file_have_no_events(tmp_path: Path) -> None:
    for content in ('{"Records": []}', "", "  \n"):
        path = tmp_path / "log.json"
        path.write_text(content)
        assert list(read_events([str(path)])) == []


def test_everything_that_is_left_out_is_counted() -> None:
    events: list[JsonValue] = [
        event(),
        event(identity=USER_IDENTITY),
        event(errorCode="NoSuchKey"),
        event("apigateway", "ImportRestApi"),
        event("ec2", "RunInstances", eventCategory="Data"),
        event(eventTime="2020-01-01T00:00:00Z"),
        7,
    ]
    tally = Tally()
    found = list(recorded_calls(events, tally, catalogue(), principal=ROLE, since=None, failed_too=False))
    assert [r.request.action for r in found] == ["s3:GetObject", "ec2:RunInstances", "s3:GetObject"]
    assert (tally.events, tally.others, tally.failed, tally.resources_untold, tally.data_events) == (7, 1, 1, 1, 1)
    assert {why.name: count for why, count in tally.untold.items()} == {"ACTION": 1, "SHAPE": 1}
    assert tally.unknown_calls == {"apigateway.amazonaws.com ImportRestApi": 1}


def test_one_user_or_one_session_can_be_asked_for() -> None:
    for principal, expected in ((USER, 1), (ROLE, 2), ("arn:aws:iam::1:user/nobody", 0)):
        records = recorded_calls(EVENTS, Tally(), catalogue(), principal=principal, since=None, failed_too=True)
        assert sum(1 for _ in records) == expected
