"""The sign-in host's pages and ceremonies.

    GET  /                        who is signed in here, and what they can open
    GET  /sign-in[?flow=…]        sign in; a session that stands goes straight back to where the flow came from
    POST /sign-in/begin|finish    the passkey ceremony, as JSON
    GET  /enrol                   an invitation; its token stands in the fragment, which reaches no server and no log
    POST /enrol/look|begin|finish what the invitation is for, and the ceremony, as JSON
    GET  /sign-out, POST /sign-out, GET /signed-out
    GET  /.well-known/jwks.json   the keys that verify our assertions

A sign-in for an application ends at `https://<application>/.watchword/callback` with a one-time code that is bound to
that host and to the nonce in the browser's cookie there. Nothing that leads elsewhere is ever taken from the browser.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from watchword.console.access import Reach, reach_of
from watchword.console.ports import PeopleService, RunningNow, SessionFinder, SessionService
from watchword.console.shell.assets import Assets
from watchword.console.shell.client import (
    FLOW_COOKIE,
    SESSION_COOKIE,
    client_of,
    cookie_token,
    set_cookie,
)
from watchword.console.shell.forms import (
    TOKEN_FIELD,
    FormTokens,
    check_source,
    json_text,
    read_body,
    read_fields,
    read_json,
)
from watchword.console.shell.headers import SecureHeaders
from watchword.console.shell.loops import LoopBreaker
from watchword.console.shell.pages import Chrome, Message, Pages, problem_of, sentence
from watchword.identity.people import Flow, LiveSession, SessionRefused, SignInResult
from watchword.identity.people.events import EndReason
from watchword.kernel.arn import person_arn
from watchword.kernel.clock import Clock
from watchword.kernel.errors import InvalidInputError, WatchwordError
from watchword.kernel.ids import CeremonyId, PersonId, new_token, token_digest

_FLOW_ID = re.compile(r"[A-Za-z0-9_-]{43}")
# As long as a flow lives; it is renewed with each page.
NONCE_SECONDS = 600
_LABEL_LENGTH = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenApplication:
    title: str
    url: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeView:
    email: str
    display_name: str
    assurance: str
    hardware: bool
    since: datetime
    expires_at: datetime
    applications: tuple[OpenApplication, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInView:
    flow: str
    application: str
    again: str  # who is signed in already, where they are asked to do it again


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOutView:
    email: str


def create_sign_in_app(
    *,
    people: PeopleService,
    sessions: SessionService,
    finder: SessionFinder,
    running: RunningNow,
    clock: Clock,
    jwks: Callable[[], str],
    form_key: bytes,
) -> ASGIApp:
    """`jwks` gives the JSON Web Key Set as text; `form_key` is at least 32 secret bytes, the same in every replica."""
    assets = Assets()
    host = _SignInHost(
        people=people,
        sessions=sessions,
        finder=finder,
        running=running,
        clock=clock,
        jwks=jwks,
        tokens=FormTokens(form_key),
        pages=Pages(assets),
    )
    app = Starlette(
        routes=[assets.route(), *host.routes()],
        exception_handlers={HTTPException: host.http_error, Exception: host.defect},
    )
    # Around everything, so that the answer to a defect carries the headers too.
    return SecureHeaders(app)


class _SignInHost:
    def __init__(
        self,
        *,
        people: PeopleService,
        sessions: SessionService,
        finder: SessionFinder,
        running: RunningNow,
        clock: Clock,
        jwks: Callable[[], str],
        tokens: FormTokens,
        pages: Pages,
    ) -> None:
        self._people = people
        self._sessions = sessions
        self._finder = finder
        self._running = running
        self._clock = clock
        self._jwks = jwks
        self._tokens = tokens
        self._pages = pages
        self._loops = LoopBreaker()

    def routes(self) -> Sequence[Route]:
        return [
            self._page("/", self._home),
            self._page("/sign-in", self._sign_in),
            self._page("/enrol", self._enrol),
            self._page("/sign-out", self._ask_sign_out),
            self._page("/signed-out", self._signed_out),
            Route("/sign-out", self._sign_out_endpoint, methods=["POST"]),
            self._ceremony("/sign-in/begin", self._begin_sign_in),
            self._ceremony("/sign-in/finish", self._finish_sign_in),
            self._ceremony("/enrol/look", self._look),
            self._ceremony("/enrol/begin", self._begin_enrolment),
            self._ceremony("/enrol/finish", self._finish_enrolment),
            Route("/.well-known/jwks.json", self._keys, methods=["GET"]),
            Route("/favicon.ico", _no_icon, methods=["GET"]),
        ]

    # Shells: threads, errors, tokens.

    def _page(self, path: str, handler: Callable[[Request], Response]) -> Route:
        async def endpoint(request: Request) -> Response:
            try:
                return await run_in_threadpool(handler, request)
            except WatchwordError as error:
                return self._error_page(error)

        return Route(path, endpoint, methods=["GET"])

    def _ceremony(
        self, path: str, handler: Callable[[Request, "_Body"], tuple[dict[str, object], tuple[str, ...]]]
    ) -> Route:
        async def endpoint(request: Request) -> Response:
            try:
                check_source(request.headers, self._origin())
                document = read_json(await read_body(request, media_type="application/json"))
                self._tokens.check(json_text(document, TOKEN_FIELD), self._nonce(request) or "")
                answer, cookies = await run_in_threadpool(handler, request, _Body(document))
            except WatchwordError as error:
                problem = problem_of(error)
                return JSONResponse(
                    {"title": problem.title, "detail": error.message, "hint": error.hint, "code": error.code},
                    status_code=problem.status,
                    headers=dict(problem.headers),
                    media_type="application/problem+json",
                )
            response = JSONResponse(answer)
            for cookie in cookies:
                response.headers.append("set-cookie", cookie)
            return response

        return Route(path, endpoint, methods=["POST"])

    async def http_error(self, _: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        title = "There is nothing here" if status == 404 else "That cannot be done here"  # noqa: PLR2004 - HTTP's number
        message = Message(
            title=title,
            detail="This host is for signing in.",
            links=(("Go to the start page", "/"),),
            tone="neutral",
        )
        return self._pages.message(message, chrome=self._chrome(title), layout="sign_in", status=status)

    async def defect(self, _: Request, __: Exception) -> Response:
        # The cause goes to the log of the server that runs us (Starlette raises it again), never to the page.
        title = "Something is wrong on our side"
        message = Message(title=title, detail="Nothing was changed or let through. Try again.", links=(("Start", "/"),))
        return self._pages.message(message, chrome=self._chrome(title), layout="sign_in", status=500)

    def _error_page(self, error: WatchwordError) -> Response:
        problem = problem_of(error)
        message = Message(
            title=_TITLES.get(error.code, problem.title),
            detail=sentence(error.message),
            hint=sentence(error.hint or ""),
            code=error.code,
            links=(("Go to the start page", "/"),),
        )
        response = self._pages.message(
            message, chrome=self._chrome(message.title), layout="sign_in", status=problem.status
        )
        response.headers.update(problem.headers)
        return response

    def _origin(self) -> str:
        gateway = self._running().gateway
        return gateway.origin(gateway.sign_in_host)

    def _chrome(self, title: str, *, viewer: str | None = None, token: str = "") -> Chrome:
        return Chrome(title=title, viewer=viewer, now=self._clock.now(), form_token=token)

    def _nonce(self, request: Request) -> str | None:
        return cookie_token(request, FLOW_COOKIE)

    def _with_token(self, request: Request) -> tuple[str, dict[str, str]]:
        """The form token of a page, and the cookie that it is bound to."""
        nonce = self._nonce(request) or new_token()
        return self._tokens.token(nonce), {"set-cookie": set_cookie(FLOW_COOKIE, nonce, max_age=NONCE_SECONDS)}

    def _live(self, request: Request) -> LiveSession | None:
        token = cookie_token(request, SESSION_COOKIE)
        if token is None:
            return None
        host = self._running().gateway.sign_in_host
        digest = token_digest(token)
        try:
            return self._finder.find(digest, host, self._clock.now())
        except SessionRefused as refused:
            if refused.code != "session.unknown":
                return None
        # Another replica may have opened it a moment ago.
        self._finder.refresh()
        try:
            return self._finder.find(digest, host, self._clock.now())
        except SessionRefused:
            return None

    # Pages.

    def _home(self, request: Request) -> Response:
        live = self._live(request)
        if live is None:
            return self._pages.html(
                "sign_in/welcome.html", chrome=self._chrome("Sign in"), view=_domain(self._origin())
            )
        running = self._running()
        found = []
        for application in running.gateway.applications:
            if application.host == running.gateway.sign_in_host:
                continue
            reach = reach_of(running, live.person, application, self._clock.now())
            if reach is Reach.NO:
                continue
            found.append(
                OpenApplication(
                    title=application.title or application.name,
                    url=running.gateway.origin(application.host) + "/",
                    note="with a hardware key" if reach is Reach.HARDWARE else "",
                )
            )
        view = HomeView(
            email=live.person.email,
            display_name=live.person.display_name,
            assurance=live.session.assurance.label.upper(),
            hardware=live.session.hardware,
            since=live.session.auth_time,
            expires_at=live.session.expires_at,
            applications=tuple(found),
        )
        return self._pages.html(
            "sign_in/home.html", chrome=self._chrome("Signed in", viewer=live.person.email), view=view
        )

    def _sign_in(self, request: Request) -> Response:
        fields = read_fields(request.url.query.encode())
        flow_id = fields.text("flow")
        # `acr` is what a step-up asks for: the session that stands was not enough.
        again = bool(fields.text("fresh") or fields.text("acr"))
        flow = self._flow(flow_id) if flow_id else None
        live = self._live(request)
        if live is not None and not again:
            return self._straight_through(live, flow_id, flow)
        token, headers = self._with_token(request)
        view = SignInView(
            flow=flow_id,
            application=self._title(flow.host) if flow is not None else "",
            again=live.person.email if live is not None else "",
        )
        return self._pages.html(
            "sign_in/sign_in.html", chrome=self._chrome("Sign in", token=token), view=view, headers=headers
        )

    def _flow(self, flow_id: str) -> Flow:
        if not _FLOW_ID.fullmatch(flow_id):
            raise InvalidInputError(
                "this sign-in link is not complete", code="flow.form", hint="open the application's own address again"
            )
        return self._sessions.flow(flow_id)

    def _straight_through(self, live: LiveSession, flow_id: str, flow: Flow | None) -> Response:
        if flow is None:
            return RedirectResponse("/", status_code=303)
        gateway = self._running().gateway
        if flow.host not in gateway.by_host:
            raise InvalidInputError(
                "the application is not served any more", code="flow.host", hint="choose another one on the start page"
            )
        if self._loops.turn(f"{live.session.id} {flow.host} {flow.path}", self._clock.now()):
            return self._loop(live, gateway.origin(flow.host), flow.host)
        code = self._sessions.issue_code(live.session.id, flow.host, flow.nonce_digest)
        return RedirectResponse(
            f"{gateway.origin(flow.host)}/.watchword/callback?code={code}&flow={flow_id}",
            status_code=303,
            headers={"referrer-policy": "no-referrer"},
        )

    def _loop(self, live: LiveSession, origin: str, host: str) -> Response:
        message = Message(
            title="We were going in circles",
            detail=(
                f"You are signed in here as {live.person.email}, but {host} sent you back here three times within ten "
                "seconds. We stopped, so that your browser does not go on for ever."
            ),
            hint=(
                f"Most often the browser does not keep the cookie of {host}. Allow cookies for it, or clear its "
                "cookies, and open it again. A clock that is off by minutes does the same."
            ),
            code="sign-in.loop",
            links=(("Open it again", origin + "/"), ("Go to the start page", "/"), ("Sign out", "/sign-out")),
        )
        return self._pages.message(
            message,
            chrome=self._chrome(message.title, viewer=live.person.email),
            layout="sign_in",
            status=508,
        )

    def _title(self, host: str) -> str:
        application = self._running().gateway.by_host.get(host)
        return (application.title or application.name) if application is not None else host

    def _enrol(self, request: Request) -> Response:
        token, headers = self._with_token(request)
        return self._pages.html(
            "sign_in/enrol.html", chrome=self._chrome("Enrol a passkey", token=token), view=None, headers=headers
        )

    def _ask_sign_out(self, request: Request) -> Response:
        live = self._live(request)
        if live is None:
            return RedirectResponse("/signed-out", status_code=303)
        token, headers = self._with_token(request)
        return self._pages.html(
            "sign_in/sign_out.html",
            chrome=self._chrome("Sign out", viewer=live.person.email, token=token),
            view=SignOutView(email=live.person.email),
            headers=headers,
        )

    async def _sign_out_endpoint(self, request: Request) -> Response:
        try:
            check_source(request.headers, self._origin())
            fields = read_fields(await read_body(request, media_type="application/x-www-form-urlencoded"))
            self._tokens.check(fields.text(TOKEN_FIELD), self._nonce(request) or "")
            return await run_in_threadpool(self._sign_out, request)
        except WatchwordError as error:
            return self._error_page(error)

    def _sign_out(self, request: Request) -> Response:
        live = self._live(request)
        if live is not None:
            self._sessions.end(
                live.session.id,
                actor=str(person_arn(live.person.email)),
                reason=EndReason.SIGNED_OUT,
                origin=client_of(request),
            )
        return RedirectResponse(
            "/signed-out", status_code=303, headers={"set-cookie": set_cookie(SESSION_COOKIE, "", max_age=0)}
        )

    def _signed_out(self, request: Request) -> Response:
        live = self._live(request)
        if live is not None:
            message = Message(
                title="You are still signed in",
                detail=f"You are signed in here as {live.person.email}.",
                links=(("Go to the start page", "/"), ("Sign out", "/sign-out")),
                tone="neutral",
            )
        else:
            message = Message(
                title="Your session has ended",
                detail="Every application that was open with it is closed, here and in every other tab.",
                links=(("Sign in again", "/sign-in"),),
                tone="good",
            )
        return self._pages.message(message, chrome=self._chrome(message.title), layout="sign_in", status=200)

    async def _keys(self, _: Request) -> Response:
        return Response(
            self._jwks(),
            media_type="application/json",
            # Shorter than a key stays in use after its successor is published.
            headers={"cache-control": "public, max-age=300"},
        )

    # Ceremonies.

    def _begin_sign_in(self, request: Request, _: "_Body") -> tuple[dict[str, object], tuple[str, ...]]:
        ceremony = self._people.begin_sign_in(client_of(request))
        return {"ceremony": ceremony.id, "options": orjson.loads(ceremony.options)}, ()

    def _finish_sign_in(self, request: Request, body: "_Body") -> tuple[dict[str, object], tuple[str, ...]]:
        live = self._live(request)
        result = self._people.finish_sign_in(
            ceremony_id=CeremonyId(body.text("ceremony")),
            response=body.json("response"),
            origin=client_of(request),
            replaces=live.session.id if live is not None else None,
        )
        flow = body.text("flow")
        following = f"/sign-in?flow={flow}" if _FLOW_ID.fullmatch(flow) else "/"
        return {"next": following}, (self._open(result),)

    def _look(self, request: Request, body: "_Body") -> tuple[dict[str, object], tuple[str, ...]]:
        invitation, person = self._people.invitation(body.text("token"), client_of(request))
        return {
            "display_name": person.display_name,
            "email": person.email,
            "expires_at": invitation.expires_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "further": bool(self._people.passkeys(person.id)),
        }, ()

    def _begin_enrolment(self, request: Request, body: "_Body") -> tuple[dict[str, object], tuple[str, ...]]:
        ceremony = self._people.begin_enrolment(body.text("token"), client_of(request))
        return {"ceremony": ceremony.id, "options": orjson.loads(ceremony.options)}, ()

    def _finish_enrolment(self, request: Request, body: "_Body") -> tuple[dict[str, object], tuple[str, ...]]:
        result = self._people.finish_enrolment(
            ceremony_id=CeremonyId(body.text("ceremony")),
            token=body.text("token"),
            response=body.json("response"),
            label=body.text("label").strip()[:_LABEL_LENGTH] or "Passkey",
            origin=client_of(request),
        )
        return {"next": self._landing(result.person.id)}, (self._open(result),)

    def _open(self, result: SignInResult) -> str:
        _, token = self._sessions.open_handle(result.session.id, self._running().gateway.sign_in_host)
        return set_cookie(SESSION_COOKIE, token)

    def _landing(self, person_id: PersonId) -> str:
        """The console for whoever may use it, because the first person comes to set things up; else the start page."""
        running = self._running()
        gateway = running.gateway
        console = gateway.by_host.get(gateway.console_host)
        if console is not None:
            person = self._people.person(person_id)
            if reach_of(running, person, console, self._clock.now()) is Reach.YES:
                return gateway.origin(gateway.console_host) + "/"
        return "/"


@dataclass(frozen=True, slots=True)
class _Body:
    document: Mapping[str, object]

    def text(self, name: str) -> str:
        return json_text(self.document, name)

    def json(self, name: str) -> bytes:
        value = self.document.get(name)
        if not isinstance(value, dict):
            raise InvalidInputError(f"{name!r} is missing", code="body.json", expected="an object")
        return orjson.dumps(value)


_TITLES = {
    "flow.refused": "This sign-in took too long",
    "flow.form": "This link is not complete",
    "throttled": "Too many tries",
}


def _domain(origin: str) -> str:
    return origin.partition("//")[2]


async def _no_icon(_: Request) -> Response:
    return Response(status_code=204, headers={"cache-control": "public, max-age=86400"})
