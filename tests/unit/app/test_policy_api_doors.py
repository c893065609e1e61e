"""The two doors of the policy API, on the control plane itself: the console's host, and the control socket."""

import asyncio
import contextlib
import io
import json
from collections.abc import Iterator, Mapping

import httpx
import orjson
import pytest
from starlette.types import ASGIApp

from support.states import prepared, services_of
from watchword.app.control_plane import ControlPlane
from watchword.app.settings import Settings
from watchword.cli.main import main
from watchword.decision.engine import Request, decide
from watchword.enforcement.gateway.assertion import HEADER, path_hash
from watchword.kernel.arn import application_arn
from watchword.kernel.ids import ApplicationName
from watchword.kernel.principals import person

CONSOLE = "http://console.localhost:8080"
CHECK = "/api/v1/policy/check"
SIMULATE = "/api/v1/policy/simulate"
DOCUMENT = "/api/v1/openapi.json"
BODY: dict[str, object] = {"documents": [{"document": {"Statement": []}}]}
SAME = {"sec-fetch-site": "same-origin", "origin": CONSOLE}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, ControlPlane]]:
    settings, _ = prepared(tmp_path_factory.mktemp("s"))
    with services_of(settings) as services:
        plane = ControlPlane(settings, services)
        try:
            yield settings, plane
        finally:
            plane.analyst.close()


@pytest.fixture
def plane(world: tuple[Settings, ControlPlane]) -> ControlPlane:
    return world[1]


def vouched(plane: ControlPlane, method: str, path: str) -> dict[str, str]:
    """The header by which the gateway vouches for a request that it has let through."""
    now = int(plane.services.clock.now().timestamp())
    gateway = plane.configuration.gateway
    claims = {
        "iss": gateway.origin(gateway.sign_in_host),
        "aud": "console",
        "sub": "per_1",
        "email": "alice@example.com",
        "name": "Alice",
        "groups": ["administrators"],
        "sid": "ses_1",
        "acr": "aal2",
        "amr": ["swk", "user"],
        "auth_time": now - 60,
        "iat": now,
        "exp": now + 60,
        "jti": "req_1",
        "route": "console",
        "htm": method,
        "pth": path_hash(path),
        "why": [],
    }
    return {HEADER: plane.signer.sign(orjson.dumps(claims)).decode("ascii")}


def ask(
    app: ASGIApp,
    method: str,
    path: str,
    body: object = None,
    *,
    origin: str = CONSOLE,
    headers: Mapping[str, str] | None = None,
) -> httpx.Response:
    async def exchange() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=origin) as client:
            content = b"" if body is None else json.dumps(body).encode()
            sent = {"content-type": "application/json", **(headers or {})}
            return await client.request(method, path, content=content, headers=sent)

    return asyncio.run(exchange())


def test_a_browser_that_the_gateway_let_through_from_our_own_page(plane: ControlPlane) -> None:
    answer = ask(plane.pages(), "POST", CHECK, BODY, headers={**SAME, **vouched(plane, "POST", CHECK)})
    assert answer.status_code == 200, answer.text
    assert answer.json()[0]["code"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", [CHECK, "/api/v1/nothing"])
def test_nobody_whom_the_gateway_does_not_vouch_for(plane: ControlPlane, path: str) -> None:
    """Neither is it said what there is."""
    for headers in ({}, vouched(plane, "POST", "/policies"), vouched(plane, "GET", path), {HEADER: "nonsense"}):
        answer = ask(plane.pages(), "POST", path, BODY, headers={**SAME, **headers})
        assert answer.status_code == 403
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"].startswith("assertion."), answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://sample.localhost:8080"},
        {"sec-fetch-site": "none"},
        {"origin": CONSOLE},
        {"sec-fetch-site": "same-origin", "origin": "http://sample.localhost:8080"},
        {"sec-fetch-site": "same-origin", "origin": "null"},
    ],
)
def test_no_page_but_our_own(plane: ControlPlane, headers: Mapping[str, str]) -> None:
    answer = ask(plane.pages(), "POST", CHECK, BODY, headers={**headers, **vouched(plane, "POST", CHECK)})
    assert answer.status_code == 403
    assert answer.json()["code"] == "api.cross-site"


@pytest.mark.parametrize(("site", "status"), [("same-origin", 200), ("none", 200), ("same-site", 403), ("", 403)])
def test_reading_from_the_address_bar(plane: ControlPlane, site: str, status: int) -> None:
    headers = {**({"sec-fetch-site": site} if site else {}), **vouched(plane, "GET", DOCUMENT)}
    assert ask(plane.pages(), "GET", DOCUMENT, headers=headers).status_code == status


def test_a_form_of_another_page_has_a_type_that_is_refused(plane: ControlPlane) -> None:
    for media in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        headers = {**SAME, **vouched(plane, "POST", CHECK), "content-type": media}
        assert ask(plane.pages(), "POST", CHECK, BODY, headers=headers).status_code == 415


@pytest.mark.parametrize("host", ["auth", "sample"])
def test_the_api_is_on_the_console_alone(plane: ControlPlane, host: str) -> None:
    headers = {**SAME, **vouched(plane, "POST", CHECK)}
    answer = ask(plane.pages(), "POST", CHECK, BODY, origin=f"http://{host}.localhost:8080", headers=headers)
    assert answer.status_code in {404, 405, 421}


def test_the_gateway_decides_by_the_policies_of_the_console(plane: ControlPlane) -> None:
    """Each call is an action on a resource like every other of the console, and is decided and recorded as one."""
    policy_set = plane.configuration.policy_set
    resource = str(application_arn(ApplicationName("console"), CHECK))
    for groups, allowed in ((frozenset({"administrators"}), True), (frozenset({"staff"}), False)):
        who = person("alice@example.com", groups)
        request = Request(principal=who, action="http:POST", resource=resource, context={})
        assert decide(request, policy_set.applicable(who, resource)).allowed is allowed
    route = plane.configuration.gateway.by_host["console.localhost"].routes[0]
    assert {"GET", "POST"} <= route.methods


def test_the_control_socket_asks_nothing_more(plane: ControlPlane) -> None:
    control = plane.control()
    assert ask(control, "POST", CHECK, BODY, origin="http://localhost").status_code == 200
    assert ask(control, "GET", DOCUMENT, origin="http://localhost").json()["openapi"] == "3.1.0"
    assert ask(control, "GET", "/health", origin="http://localhost").json() == {"ready": True}
    assert ask(control, "GET", "/nothing", origin="http://localhost").status_code == 404


@pytest.mark.parametrize(
    ("body", "options"),
    [
        ({"resource": "http://sample.localhost:8080/admin", "person": "Alice@example.com", "groups": ["staff"]}, ()),
        (
            {
                "resource": "arn:watchword:app:::sample/",
                "person": "alice@example.com",
                "groups": ["staff"],
                "action": "http:POST",
                "assurance": "aal3",
                "context": {"watchword:RiskLevel": "high", "a:b": ["1", "2"]},
            },
            (
                *("--action", "http:POST", "--assurance", "aal3", "--context", "watchword:RiskLevel=high"),
                *("--context", "a:b=1", "--context", "a:b=2"),
            ),
        ),
    ],
)
def test_simulating_is_that_of_the_command_line(
    world: tuple[Settings, ControlPlane], body: dict[str, object], options: tuple[str, ...]
) -> None:
    settings, plane = world
    answer = ask(plane.control(), "POST", SIMULATE, body, origin="http://localhost")
    out = io.StringIO()
    asked = ["policy", "simulate", str(body["resource"]), "--person", "alice@example.com", "--group", "staff"]
    where = ["--state", str(settings.state.root), "--config", str(settings.configuration), "--output", "json"]
    with contextlib.redirect_stdout(out):
        main([*asked, *options, *where])
    assert answer.status_code == 200, answer.text
    told = out.getvalue().replace('"place": "--context"', '"place": "context"')
    assert answer.text == told


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (
            {"resource": "http://payroll.localhost/", "person": "a@example.com", "groups": []},
            404,
            "application.not-found",
        ),
        ({"resource": "http://sample.localhost/", "person": "a@example.com"}, 404, "person.not-found"),
        ({"resource": "sample", "person": "a@example.com", "groups": []}, 400, "arn.malformed"),
        ({"resource": "http://sample.localhost/", "person": "", "groups": []}, 400, "body.form"),
        ({"resource": "http://sample.localhost/", "who": "a@example.com"}, 400, "body.unknown"),
        ({"resource": "http://sample.localhost/", "person": "a@b.c", "groups": [], "assurance": "x"}, 400, "body.form"),
    ],
)
def test_simulating_what_is_not_there(plane: ControlPlane, body: dict[str, object], status: int, code: str) -> None:
    answer = ask(plane.control(), "POST", SIMULATE, body, origin="http://localhost")
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
