"""Analysts that are stuck, crash, talk nonsense or grow: whoever asked is told, and the next question is answered."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from support.policy_api import JSON, LINES, ROOT, Api, NothingServed, policy_api
from watchword.api.policy import Bounds, BusyError, LocalDoor, Question, create_policy_api
from watchword.app.analyst import AnalystPool
from watchword.app.analyst.frames import BrokenFrameError, read_frame
from watchword.app.state import StateDirectory

ALLOW = {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
CHECK = {"documents": [{"document": ALLOW}]}
CASE = {
    "request": {"principal": "arn:aws:iam::111111111111:user/bob", "action": "s3:GetObject", "resource": "*"},
    "policies": {"identity": [ALLOW]},
}
LONG = Bounds(answer_within=60)
SHORT = Bounds(answer_within=0.3)
QUESTION = Question(operation="rules", media="", accept=JSON, within=60, query={})


def script(text: str) -> Any:
    return lambda: [sys.executable, "-c", f"import os, signal, struct, sys, time\nout = sys.stdout.buffer\n{text}"]


def gone(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return False
    return True


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with policy_api(bounds=LONG) as made:
        yield made


# Stuck


def test_a_stuck_analyst_is_killed_and_said_to_have_taken_too_long() -> None:
    with policy_api(bounds=SHORT, command=script("time.sleep(3600)")) as api:
        answer = api.post("check", CHECK)
        assert (answer.status_code, answer.json()["code"]) == (504, "analysis.time")
        assert answer.json()["expected"] == "an answer within 0.3 s"
        assert api.pool.processes == []


def test_a_stuck_analyst_of_lines_is_killed() -> None:
    with policy_api(bounds=SHORT, command=script("sys.stdin.buffer.read(9); time.sleep(3600)")) as api:
        answer = api.lines("test", json.dumps(CASE).encode())
        assert (answer.status_code, answer.json()["code"]) == (504, "analysis.time")
        assert api.pool.processes == []


def test_one_that_ignores_signals_is_killed_all_the_same() -> None:
    deaf = "for n in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP): signal.signal(n, signal.SIG_IGN)\ntime.sleep(3600)"
    with policy_api(bounds=SHORT, command=script(deaf)) as api:
        assert api.post("check", CHECK).status_code == 504
        assert api.pool.processes == []


def test_an_analyst_stays_however_large_the_process_is_that_started_it() -> None:
    """Linux counts the starter's memory as the started's; what counts is what the analyst itself needs."""
    large = bytearray(300 * 1024 * 1024)
    del large
    with policy_api(bounds=LONG) as api:
        assert api.post("check", CHECK).status_code == 200
        first = list(api.pool.processes)
        assert api.post("check", CHECK).status_code == 200
        assert first == list(api.pool.processes) != []


def test_a_question_that_is_too_much_is_ended_and_the_next_is_answered() -> None:
    """Fifty policies of the greatest length: seconds of work for a caller who waits a moment."""
    statements = [
        {**ALLOW["Statement"][0], "Sid": f"S{n}", "Condition": {"StringLike": {"aws:PrincipalTag/team": [f"t{n}*"]}}}
        for n in range(1_800)
    ]
    body = {"documents": [{"document": {"Version": "2012-10-17", "Statement": statements}}] * 50}
    with policy_api(bounds=LONG) as api:
        assert api.post("check", CHECK).status_code == 200
        before = api.pool.processes
        app = create_policy_api(analyst=api.pool, served=NothingServed(), door=LocalDoor(), bounds=SHORT)
        answer = Api(app, api.pool).post("check", body)
        assert (answer.status_code, answer.json()["code"]) == (504, "analysis.time"), answer.text[:500]
        assert gone(before[0])
        assert api.post("check", CHECK).status_code == 200


def test_the_loop_goes_on_while_an_analyst_is_stuck() -> None:
    """What decides requests lives on the same loop: it gets its turns."""
    turns: list[float] = []

    async def story(api: Api) -> int:
        async def tick() -> None:
            while True:
                turns.append(time.monotonic())
                await asyncio.sleep(0.01)

        ticking = asyncio.create_task(tick())
        status: list[int] = []

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": json.dumps(CHECK).encode(), "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                status.append(message["status"])

        scope = {
            "type": "http",
            "method": "POST",
            "path": f"{ROOT}/check",
            "query_string": b"",
            "headers": [(b"content-type", JSON.encode())],
        }
        await api.app(scope, receive, send)
        ticking.cancel()
        return status[0]

    with policy_api(bounds=SHORT, command=script("while True: pass")) as api:
        assert asyncio.run(story(api)) == 504
    assert len(turns) > 3


# Broken


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sys.exit(3)", "exited with status 3"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "killed by SIGKILL"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "killed by SIGSEGV"),
        ("out.write(b'Segmentation fault'); out.flush(); time.sleep(3600)", "no frame"),
        ("out.write(struct.pack('>cI', b'H', 9) + b'{}'); out.flush()", "a frame breaks off"),
        ("out.write(struct.pack('>cI', b'H', 2) + b'{}'); out.flush(); time.sleep(3600)", None),
        ("out.write(struct.pack('>cI', b'B', 2) + b'{}'); out.flush(); time.sleep(3600)", None),
    ],
)
@pytest.mark.parametrize("media", [JSON, LINES])
def test_a_broken_analyst_is_said_to_be_broken(text: str, found: str | None, media: str) -> None:
    with policy_api(bounds=LONG, command=script(text)) as api:
        body = CHECK if media == JSON else CASE
        answer = api.post("check" if media == JSON else "test", body, media=media)
        assert (answer.status_code, answer.json()["code"]) == (503, "analysis.broken"), answer.text
        if found is not None:
            assert found in answer.json()["found"]
        assert api.pool.processes == []


def test_an_answer_that_breaks_off_has_no_end() -> None:
    head = b'{"status": 200, "media": "application/jsonl", "headers": {}}'
    text = (
        f"out.write(struct.pack('>cI', b'H', {len(head)}) + {head!r} + struct.pack('>cI', b'B', 3) + b'{{}}' + b'\\n')\n"
        "out.flush(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    messages: list[Any] = []

    async def story(api: Api) -> None:
        bodies: list[dict[str, object]] = [
            {"type": "http.request", "body": json.dumps(CASE).encode(), "more_body": False}
        ]

        async def receive() -> dict[str, object]:
            if not bodies:
                await asyncio.sleep(3600)
            return bodies.pop()

        async def send(message: Any) -> None:
            messages.append(message)

        scope = {
            "type": "http",
            "method": "POST",
            "path": f"{ROOT}/test",
            "query_string": b"",
            "headers": [(b"content-type", LINES.encode())],
        }
        await api.app(scope, receive, send)

    with policy_api(bounds=LONG, command=script(text)) as api:
        asyncio.run(story(api))
    assert messages[0]["status"] == 200
    assert [m["body"] for m in messages[1:]] == [b"{}\n"]
    assert all(m["more_body"] for m in messages[1:])


def test_one_that_died_while_it_was_idle_is_replaced(api: Api) -> None:
    assert api.post("check", CHECK).status_code == 200
    for pid in api.pool.processes:
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert api.post("check", CHECK).status_code == 200


def test_one_that_cannot_be_started_is_said(tmp_path: Path) -> None:
    with policy_api(command=lambda: [str(tmp_path / "nothing")]) as api:
        answer = api.post("check", CHECK)
        assert (answer.status_code, answer.json()["code"]) == (503, "analysis.start")
        # And it does not count as one that is busy.
        assert api.post("check", CHECK).json()["code"] == "analysis.start"
        assert api.post("check", CHECK).json()["code"] == "analysis.start"


def test_memory_is_bounded() -> None:
    hungry = script(
        "from watchword.app.analyst import worker\n"
        "from watchword.app.analyst import questions\n"
        "worker.answer = lambda asked: iter([str(len(bytearray(4 * 1024**3)))])\n"
        "sys.exit(worker.main([]))"
    )
    with policy_api(bounds=LONG, command=hungry) as poor:
        answer = poor.post("check", CHECK)
        assert (answer.status_code, answer.json()["code"]) == (503, "analysis.memory")
        assert poor.pool.processes == []


def test_a_defect_of_ours_is_said_as_one() -> None:
    defective = script(
        "from watchword.app.analyst import worker\n"
        "worker.answer = lambda asked: iter([1 / 0])\n"
        "sys.exit(worker.main([]))"
    )
    with policy_api(bounds=LONG, command=defective) as api:
        answer = api.post("check", CHECK)
        assert (answer.status_code, answer.json()["code"]) == (500, "analysis.defect")


@pytest.mark.parametrize("last", ["yield ''", "return iter(())"])
def test_the_alarm_ends_one_whose_master_is_gone(last: str) -> None:
    """Nobody waits, nobody kills it: it ends by itself, whether it answers in parts or all at once."""
    left = script(
        "from watchword.app.analyst import worker\n"
        "worker.LATE = -59.8\n"  # of the minute that the API would wait
        "def forever(asked):\n"
        "    while True: pass\n"
        f"    {last}\n"
        "worker.answer = forever\n"
        "sys.exit(worker.main([]))"
    )
    with policy_api(bounds=LONG, command=left) as api:
        answer = api.post("check", CHECK)
        assert (answer.status_code, answer.json()["found"]) == (503, "killed by SIGALRM")


# How many, and for how long


def test_more_than_may_be_asked_at_once_are_told_to_come_again() -> None:
    pool = AnalystPool(None, most=1, command=script("time.sleep(3600)"))
    try:
        first = pool.begin(QUESTION)
        with pytest.raises(BusyError) as busy:
            pool.begin(QUESTION)
        assert busy.value.code == "analysis.busy"
        first.end(kill=True)
        pool.begin(QUESTION).end(kill=True)
    finally:
        pool.close()


def test_busy_is_429_with_when_to_come_again() -> None:
    with policy_api(most=0) as api:
        answer = api.post("check", CHECK)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
        assert answer.json()["code"] == "analysis.busy"
        assert api.lines("test", json.dumps(CASE).encode()).status_code == 429


def test_bodies_on_their_way_are_counted() -> None:
    with policy_api(bounds=Bounds(most_reading=0)) as api:
        assert api.post("check", CHECK).status_code == 429


def test_an_answer_that_is_too_long_is_not_held() -> None:
    with policy_api(bounds=Bounds(most_answer=10)) as api:
        answer = api.get("rules")
        assert (answer.status_code, answer.json()["code"]) == (503, "analysis.length")
        assert api.pool.processes == []


@pytest.mark.parametrize(("operation", "media"), [("check", JSON), ("test", LINES)])
def test_a_body_that_does_not_come_is_not_waited_for(operation: str, media: str) -> None:
    statuses: list[int] = []

    async def story(api: Api) -> None:
        async def receive() -> dict[str, object]:
            await asyncio.sleep(3600)
            raise AssertionError

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        scope = {
            "type": "http",
            "method": "POST",
            "path": f"{ROOT}/{operation}",
            "query_string": b"",
            "headers": [(b"content-type", media.encode())],
        }
        await api.app(scope, receive, send)

    with policy_api(bounds=Bounds(body_within=0.2, answer_within=0.2)) as api:
        asyncio.run(story(api))
        assert api.pool.processes == []
    assert statuses == [408]


def test_a_client_that_leaves_frees_its_analyst() -> None:
    messages: list[dict[str, object]] = [
        {"type": "http.disconnect"},
        {"type": "http.request", "body": json.dumps(CASE).encode() + b"\n", "more_body": True},
    ]

    async def story(api: Api) -> None:
        async def receive() -> dict[str, object]:
            return messages.pop()

        async def send(_: Any) -> None: ...

        scope = {
            "type": "http",
            "method": "POST",
            "path": f"{ROOT}/test",
            "query_string": b"",
            "headers": [(b"content-type", LINES.encode())],
        }
        await api.app(scope, receive, send)

    with policy_api(bounds=LONG, command=script("time.sleep(3600)")) as api:
        asyncio.run(story(api))
        assert api.pool.processes == []


def test_an_analyst_answers_again_and_again(api: Api) -> None:
    assert api.post("check", CHECK).status_code == 200
    before = api.pool.processes
    for _ in range(3):
        assert api.post("check", CHECK).status_code == 200
        assert api.get("rules").status_code == 200
        assert api.post("check", {"documents": 1}).status_code == 400
        assert api.lines("test", json.dumps(CASE).encode()).status_code == 200
    assert api.pool.processes == before


def test_idle_ones_leave() -> None:
    with policy_api(bounds=LONG, idle_for=0.05) as api:
        assert api.post("check", CHECK).status_code == 200
        deadline = time.monotonic() + 30
        while api.pool.processes and time.monotonic() < deadline:
            time.sleep(0.01)
        assert api.pool.processes == []


def test_closing_ends_all_of_them_and_takes_no_more() -> None:
    pool = AnalystPool(None, command=script("time.sleep(3600)"))
    analysis = pool.begin(QUESTION)
    (pid,) = pool.processes
    pool.close()
    assert gone(pid)
    analysis.end(kill=True)
    with pytest.raises(BusyError):
        pool.begin(QUESTION)


# What it is given


def test_it_gets_nothing_that_it_does_not_need(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHWORD_DATABASE", "postgresql://someone:secret@db/watchword")
    told = script(
        f"import json; open({str(tmp_path / 'told')!r}, 'w').write(json.dumps([dict(os.environ), os.getcwd(), "
        "sorted(int(n) for n in os.listdir('/proc/self/fd')) if os.path.isdir('/proc/self/fd') else [0, 1, 2]]))"
    )
    secret = os.open(tmp_path / "secret", os.O_RDWR | os.O_CREAT)
    os.set_inheritable(secret, True)
    try:
        with policy_api(bounds=LONG, command=told) as api:
            api.post("check", CHECK)
    finally:
        os.close(secret)
    environment, directory, descriptors = json.loads((tmp_path / "told").read_text())
    assert set(environment) <= {"PYTHONPATH", "LD_LIBRARY_PATH", "LC_CTYPE"}
    assert directory == "/"
    assert len(descriptors) <= 5  # three, and what it looks with


def test_it_cannot_write_files(tmp_path: Path) -> None:
    path = tmp_path / "written"
    path.touch()
    writing = script(
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from watchword.app.analyst import worker\n"
        "worker.give_up()\n"
        f"with open({str(path)!r}, 'w') as file: file.write('x' * 10)"
    )
    with policy_api(bounds=LONG, command=writing) as api:
        assert api.post("check", CHECK).status_code == 503
    assert path.read_bytes() == b""


def test_it_knows_the_catalogue_of_the_state_directory(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path / "s")
    state.prepare()
    pool = AnalystPool(state)
    try:
        assert ask(pool, "catalogue")["catalogue"] == "shipped"
        (state.root / "aws.catalogue").write_bytes(b"nonsense")
        broken = ask(pool, "catalogue")
        assert (broken["status"], broken["code"]) == (503, "catalogue.malformed")
        (state.root / "aws.catalogue").unlink()
        assert ask(pool, "catalogue")["catalogue"] == "shipped"
    finally:
        pool.close()


def ask(pool: AnalystPool, operation: str) -> Any:
    analysis = pool.begin(Question(operation=operation, media="", accept=JSON, within=60, query={}))
    analysis.finish()
    analysis.head()
    parts = []
    while (part := analysis.part()) is not None:
        parts.append(part)
    analysis.end(kill=False)
    return json.loads(b"".join(parts))


@pytest.mark.parametrize("broken", [b"X", b"H\0\0\0", b"H\xff\xff\xff\xff", b"B\0\0\0\x05ab"])
def test_a_broken_frame_is_one(broken: bytes, tmp_path: Path) -> None:
    (tmp_path / "frames").write_bytes(broken)
    with (tmp_path / "frames").open("rb") as stream, pytest.raises(BrokenFrameError):
        read_frame(stream)
