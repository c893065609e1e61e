"""The load: one process, one thread, epoll, N connections that each have one request under way.

Closed loop: a connection sends its next request when it has read the whole answer to the last, so a slow server is asked
less often. Every answer is compared with the expected status and body; anything else is counted as wrong and shown.
Our own client rather than wrk, because wrk does not look at bodies, is not on every machine, and cannot speak to a Unix
socket. On a 2.4 GHz core it sends about 60,000 requests a second; its own CPU share is part of each result, so that a
figure bounded by the client can be told from one bounded by the server.

    python -m bench.load < specification.json > result.json
"""

import json
import os
import select
import socket
import subprocess
import sys
import time
from array import array
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass
from typing import Final

_NS: Final = 1_000_000_000
# More than any run here can produce: a broken server that answers at once must not fill the memory.
_MAX_SAMPLES: Final = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where to and what. `address` is `host:port` on loopback, or the path of a Unix socket."""

    address: str
    requests: tuple[bytes, ...]  # each connection sends them in turn
    status: int
    body: bytes | None  # None: any, of the length that the answer states


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one run saw. Latencies are in microseconds, of the measured part alone; `wrong` of the whole run."""

    connections: int
    answers: int
    seconds: float
    wrong: int
    first_wrong: str
    p50_us: float
    p90_us: float
    p99_us: float
    max_us: float
    client_cpu: float  # share of a core that the client used

    @property
    def rate(self) -> float:
        return self.answers / self.seconds


def run(target: Target, *, connections: int, seconds: float, warmup: float, core: int) -> Outcome:
    """Run the client as a process of its own, pinned to `core`, and return what it saw."""
    specification = {
        "address": target.address,
        "requests": [b64encode(r).decode() for r in target.requests],
        "status": target.status,
        "body": None if target.body is None else b64encode(target.body).decode(),
        "connections": connections,
        "seconds": seconds,
        "warmup": warmup,
        "core": core,
    }
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=json.dumps(specification).encode(),
        stdout=subprocess.PIPE,
        timeout=seconds + warmup + 30,
        check=True,
    )
    return Outcome(**json.loads(done.stdout))


def _connect(address: str) -> socket.socket:
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(address)
    else:
        host, _, port = address.rpartition(":")
        connection = socket.create_connection((host, int(port)), timeout=5)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setblocking(False)
    return connection


def _complete(data: bytes) -> int | None:
    """Length of the first whole answer in `data`, None while it is not there. Only answers with a stated length."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return None
    at = data[:end].lower().find(b"\r\ncontent-length:")
    length = int(data[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
    total = end + 4 + length
    return total if len(data) >= total else None


def _measure(target: Target, connections: int, seconds: float, warmup: float) -> Outcome:
    status = b"HTTP/1.1 %d " % target.status
    tail = b"" if target.body is None else b"\r\n\r\n" + target.body
    requests = target.requests
    now = time.perf_counter_ns
    poll = select.epoll()
    sockets: dict[int, socket.socket] = {}
    partial: dict[int, bytes] = {}
    sent: dict[int, int] = {}
    following: dict[int, int] = {}
    samples = array("Q")
    answers = wrong = 0
    first_wrong = ""
    for index in range(connections):
        connection = _connect(target.address)
        number = connection.fileno()
        sockets[number] = connection
        partial[number] = b""
        following[number] = index % len(requests)
        poll.register(number, select.EPOLLIN)
    for number, connection in sockets.items():
        sent[number] = now()
        connection.sendall(requests[following[number]])

    begin = now() + int(warmup * _NS)
    end = begin + int(seconds * _NS)
    cpu_begin = 0.0
    started = False
    moment = now()
    while moment < end:
        ready = poll.poll(1.0)
        if not ready:
            wrong += 1
            first_wrong = first_wrong or "no answer within a second"
            moment = now()
            if wrong > 3:
                break
            continue
        for number, _ in ready:
            connection = sockets[number]
            try:
                data = connection.recv(65536)
            except ConnectionError as error:
                data = b""
                first_wrong = first_wrong or str(error)
            moment = now()
            if not data:
                wrong += 1
                first_wrong = first_wrong or "the server closed the connection"
                poll.unregister(number)
                connection.close()
                connection = _connect(target.address)
                number = connection.fileno()  # noqa: PLW2901 - the place of the closed one is taken by its successor
                sockets[number] = connection
                partial[number] = b""
                following.setdefault(number, 0)
                poll.register(number, select.EPOLLIN)
                sent[number] = now()
                connection.sendall(requests[following[number]])
                if wrong > 1000:
                    end = 0
                continue
            if partial[number] or not (data.startswith(status) and tail and data.endswith(tail)):
                data = partial[number] + data
                length = _complete(data)
                if length is None:
                    partial[number] = data
                    continue
                partial[number] = b""
                answer = data[:length]
                if length != len(data) or not answer.startswith(status) or not answer.endswith(tail):
                    wrong += 1
                    first_wrong = first_wrong or repr(data[:200])
            if moment >= begin:
                if not started:
                    started = True
                    begin = moment
                    end = begin + int(seconds * _NS)
                    cpu_begin = time.process_time()
                else:
                    answers += 1
                    if len(samples) < _MAX_SAMPLES:
                        samples.append(moment - sent[number])
            step = following[number] + 1
            following[number] = 0 if step == len(requests) else step
            sent[number] = now()
            connection.send(requests[following[number]])
    finish = now()
    cpu = time.process_time() - cpu_begin
    for connection in sockets.values():
        connection.close()
    poll.close()
    ordered = sorted(samples) or [0]
    elapsed = max(finish - begin, 1) / _NS

    def quantile(share: float) -> float:
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] / 1000

    return Outcome(
        connections=connections,
        answers=answers,
        seconds=elapsed,
        wrong=wrong,
        first_wrong=first_wrong,
        p50_us=quantile(0.5),
        p90_us=quantile(0.9),
        p99_us=quantile(0.99),
        max_us=ordered[-1] / 1000,
        client_cpu=cpu / elapsed if started else 0.0,
    )


def _main() -> None:
    specification = json.load(sys.stdin)
    os.sched_setaffinity(0, {specification["core"]})
    target = Target(
        address=specification["address"],
        requests=tuple(b64decode(r) for r in specification["requests"]),
        status=specification["status"],
        body=None if specification["body"] is None else b64decode(specification["body"]),
    )
    outcome = _measure(target, specification["connections"], specification["seconds"], specification["warmup"])
    json.dump(asdict(outcome), sys.stdout)


if __name__ == "__main__":
    _main()
