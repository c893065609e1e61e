"""The policy API as it is met from outside: through Envoy, by people who are signed in, and by pages that are not ours."""

import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.authenticator import Authenticator
from support.people import SOMEWHERE
from support.stack import LOOPBACK, Reply, Stack, running, until
from support.story import HANDLE, ledger
from watchword.app.runtime import Services, open_services
from watchword.app.settings import Settings, read_settings

pytestmark = pytest.mark.envoy

HOST = "console.localhost"
CHECK = "/api/v1/policy/check"
TOO_LONG = 16 * 1024 * 1024 + 1
QUESTION = json.dumps(
    {"documents": [{"name": "p.json", "document": {"Version": "2012-10-17", "Statement": []}}]}
).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    stack: Stack
    administrator: str  # the tokens of their sessions at the console
    stranger: str


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with running() as stack:
        settings = read_settings({}, working_directory=Path.cwd(), state=str(stack.state))
        with open_services(settings) as services:
            administrator = signed_in(services, settings, "alice@example.com", groups=frozenset({"administrators"}))
            stranger = signed_in(services, settings, "mallory@example.com", groups=frozenset({"staff"}))
            # The control plane looks every 50 ms for what other processes have written.
            until(lambda: ask(stack, stranger).status != 401, within=10, what="the sessions are known")
            yield Served(stack=stack, administrator=administrator, stranger=stranger)


def signed_in(services: Services, settings: Settings, email: str, *, groups: frozenset[str]) -> str:
    """Enrol somebody with a passkey of software; return the token that their browser would have at the console."""
    party = services.configuration.relying_party
    device = Authenticator(origin=party.origin, rp_id=party.id)
    _, token = services.people.invite(
        email=email, display_name=email, groups=groups, actor="operator", origin=SOMEWHERE
    )
    ceremony = services.people.begin_enrolment(token, SOMEWHERE)
    result = services.people.finish_enrolment(
        ceremony_id=ceremony.id, token=token, response=device.create(ceremony.options), label="key", origin=SOMEWHERE
    )
    _, handle = services.sessions.open_handle(result.session.id, HOST)
    return handle


def ask(
    stack: Stack,
    cookie: str | None,
    *,
    method: str = "POST",
    path: str = CHECK,
    body: bytes = QUESTION,
    claimed: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Ask as a page of the console would, but for what `headers` say. `claimed` is a length of which nothing follows."""
    connection = http.client.HTTPConnection(LOOPBACK, stack.port, timeout=30)
    sent = {
        "host": f"{HOST}:{stack.port}",
        "content-type": "application/json",
        "sec-fetch-site": "same-origin",
        "origin": f"http://{HOST}:{stack.port}",
        "content-length": str(len(body) if claimed is None else claimed),
        **(headers or {}),
        **({"cookie": f"{HANDLE}={cookie}"} if cookie is not None else {}),
    }
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in sent.items():
            connection.putheader(name, value)
        connection.endheaders(body if claimed is None else None)
        answer = connection.getresponse()
        return Reply(
            status=answer.status,
            headers={name.lower(): value for name, value in answer.getheaders()},
            body=answer.read(),
        )
    finally:
        connection.close()


def test_whom_the_policies_let_ask_and_what_is_recorded(served: Served) -> None:
    stack = served.stack
    answer = ask(stack, served.administrator)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json"), answer
    assert [found["code"] for found in json.loads(answer.body)] == ["policy.statement.none"]

    assert ask(stack, served.stranger).status == 403
    assert ask(stack, None).status == 401
    assert ask(stack, "x" * len(served.stranger)).status == 401

    recorded = {
        (record["who"], record["outcome"]) for record in ledger(stack) if record["what"] == f"POST console{CHECK}"
    }
    assert recorded == {
        ("alice@example.com", "Allowed"),
        ("mallory@example.com", "ImplicitlyDenied"),
        ("anonymous", "Refused"),
    }


def test_lines_are_answered_line_by_line(served: Served) -> None:
    case = b'{"id": %d, "policy": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}}\n'
    body = b"".join(case % number for number in range(2000)) + b"nonsense\n"
    answer = ask(served.stack, served.administrator, body=body, headers={"content-type": "application/jsonl"})
    assert answer.status == 200, answer
    told = [json.loads(line) for line in answer.body.splitlines()]
    assert [one["id"] for one in told] == [*range(2000), None]
    assert [one["valid"] for one in told] == [True] * 2000 + [False]


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "origin": "http://evil.example"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": ""},
        {"origin": "http://sample.localhost"},
        {"origin": "null"},
    ],
)
def test_no_page_but_the_consoles_own_may_ask(served: Served, headers: Mapping[str, str]) -> None:
    answer = ask(served.stack, served.administrator, headers=headers)
    assert answer.status == 403, answer
    assert "access-control-allow-origin" not in answer.headers


def test_what_is_too_long_is_refused_before_it_is_sent(served: Served) -> None:
    answer = ask(served.stack, served.administrator, claimed=TOO_LONG)
    assert answer.status == 413, answer
    assert ask(served.stack, served.stranger, claimed=TOO_LONG).status == 403  # nobody learns the limits by trying
    assert ask(served.stack, served.administrator, headers={"content-type": "text/plain"}).status == 415
    assert ask(served.stack, served.administrator).status == 200
