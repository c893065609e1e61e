"""Our own paths on every application host, all under `/.watchword/`.

    GET  /.watchword/start?to=…[&fresh=1]   remember where someone was going, and send them to sign in
    GET  /.watchword/callback?code=…&flow=… the way back: take the code, set this host's cookie, go on
    GET  /.watchword/sign-out, POST          ask, then end the session that this host's cookie stands for

The `Host` header says which application; it has to be a configured one. The flow lies with us under an opaque id and is
bound to the nonce in this host's cookie, so a link made in one browser is worth nothing in another.
"""

import hmac
from collections.abc import Callable, Sequence

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from watchword.console.ports import RunningNow, SessionFinder, SessionService
from watchword.console.shell.assets import Assets
from watchword.console.shell.client import (
    FLOW_COOKIE,
    SESSION_COOKIE,
    client_of,
    cookie_token,
    host_of,
    set_cookie,
)
from watchword.console.shell.forms import TOKEN_FIELD, FormTokens, check_source, read_body, read_fields
from watchword.console.shell.headers import SecureHeaders
from watchword.console.shell.pages import Chrome, Message, Pages, problem_of, sentence
from watchword.console.shell.targets import query_value, return_target
from watchword.console.sign_in.app import NONCE_SECONDS, SignOutView
from watchword.enforcement.gateway.model import Application
from watchword.identity.people import CodeRefusedError, LiveSession, SessionRefused
from watchword.identity.people.events import EndReason
from watchword.kernel.arn import person_arn
from watchword.kernel.clock import Clock
from watchword.kernel.errors import InvalidInputError, NotFoundError, WatchwordError
from watchword.kernel.ids import TOKEN_LENGTH, new_token, token_digest

PREFIX = "/.watchword"


def create_flow_app(
    *, sessions: SessionService, finder: SessionFinder, running: RunningNow, clock: Clock, form_key: bytes
) -> ASGIApp:
    """`form_key` is at least 32 secret bytes, the same in every replica."""
    assets = Assets(f"{PREFIX}/static")
    flow = _Flow(
        sessions=sessions,
        finder=finder,
        running=running,
        clock=clock,
        tokens=FormTokens(form_key),
        pages=Pages(assets),
    )
    app = Starlette(
        routes=[assets.route(), *flow.routes()],
        exception_handlers={HTTPException: flow.http_error, Exception: flow.defect},
    )
    # Around everything, so that the answer to a defect carries the headers too.
    return SecureHeaders(app)


class _Flow:
    def __init__(
        self,
        *,
        sessions: SessionService,
        finder: SessionFinder,
        running: RunningNow,
        clock: Clock,
        tokens: FormTokens,
        pages: Pages,
    ) -> None:
        self._sessions = sessions
        self._finder = finder
        self._running = running
        self._clock = clock
        self._tokens = tokens
        self._pages = pages

    def routes(self) -> Sequence[Route]:
        return [
            self._get(f"{PREFIX}/start", self._start),
            self._get(f"{PREFIX}/callback", self._callback),
            self._get(f"{PREFIX}/sign-out", self._ask_sign_out),
            Route(f"{PREFIX}/sign-out", self._sign_out_endpoint, methods=["POST"]),
        ]

    def _get(self, path: str, handler: Callable[[Request], Response]) -> Route:
        async def endpoint(request: Request) -> Response:
            try:
                return await run_in_threadpool(handler, request)
            except WatchwordError as error:
                return self._error_page(error)

        return Route(path, endpoint, methods=["GET"])

    async def http_error(self, _: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        message = Message(
            title="There is nothing here",
            detail="This path is kept for signing in and out.",
            links=(("Open the application", "/"),),
            tone="neutral",
        )
        return self._pages.message(message, chrome=self._chrome(message.title), layout="sign_in", status=status)

    async def defect(self, _: Request, __: Exception) -> Response:
        title = "Something is wrong on our side"
        message = Message(
            title=title, detail="Nothing was changed or let through. Try again.", links=(("Open the application", "/"),)
        )
        return self._pages.message(message, chrome=self._chrome(title), layout="sign_in", status=500)

    def _error_page(self, error: WatchwordError) -> Response:
        problem = problem_of(error)
        message = Message(
            title=_TITLES.get(error.code, problem.title),
            detail=sentence(error.message),
            hint=sentence(error.hint or ""),
            code=error.code,
            links=(("Open the application", "/"),),
        )
        response = self._pages.message(
            message, chrome=self._chrome(message.title), layout="sign_in", status=problem.status
        )
        response.headers.update(problem.headers)
        return response

    def _chrome(self, title: str, *, viewer: str | None = None, token: str = "") -> Chrome:
        return Chrome(
            title=title, viewer=viewer, now=self._clock.now(), form_token=token, sign_out_url=f"{PREFIX}/sign-out"
        )

    def _application(self, request: Request) -> Application:
        """The application whose host was asked for. Raise `NotFoundError`, for the sign-in host too."""
        gateway = self._running().gateway
        application = gateway.by_host.get(host_of(request))
        if application is None or application.host == gateway.sign_in_host:
            raise NotFoundError("no application is served under this name", code="flow.host")
        return application

    # Going to sign in.

    def _start(self, request: Request) -> Response:
        application = self._application(request)
        query: bytes = request.scope["query_string"]
        raw = query_value(query, b"to")
        target = return_target(raw) if raw is not None else "/"
        # `acr` comes with a step-up: whatever session stands at the sign-in host, it was not enough.
        fresh = query_value(query, b"fresh") is not None or query_value(query, b"acr") is not None
        # The same nonce for all tabs of this browser, or the second tab would make the first one's way back worthless.
        nonce = cookie_token(request, FLOW_COOKIE) or new_token()
        flow_id = self._sessions.remember_flow(application.host, target, token_digest(nonce), client_of(request))
        gateway = self._running().gateway
        return RedirectResponse(
            f"{gateway.origin(gateway.sign_in_host)}/sign-in?flow={flow_id}" + ("&fresh=1" if fresh else ""),
            status_code=302,
            headers={
                "set-cookie": set_cookie(FLOW_COOKIE, nonce, max_age=NONCE_SECONDS),
                "referrer-policy": "no-referrer",
            },
        )

    # Coming back.

    def _callback(self, request: Request) -> Response:
        application = self._application(request)
        query: bytes = request.scope["query_string"]
        code, flow_id = (_token(query, name) for name in (b"code", b"flow"))
        nonce = cookie_token(request, FLOW_COOKIE)
        if nonce is None:
            # Never a redirect: this is where a browser that refuses cookies would be sent around for ever.
            raise InvalidInputError(
                f"your browser did not bring back the cookie that {application.host} gave it",
                code="callback.no-cookie",
                hint="allow cookies for this site and open it again; a sign-in link works where it was asked for",
            )
        _, token = self._sessions.redeem_code(code, application.host, nonce, client_of(request))
        flow = self._sessions.take_flow(flow_id)
        if flow.host != application.host or not hmac.compare_digest(flow.nonce_digest, token_digest(nonce)):
            raise CodeRefusedError
        target = return_target(flow.path.encode("utf-8", "surrogateescape"))
        return RedirectResponse(
            target,
            status_code=303,
            headers={"set-cookie": set_cookie(SESSION_COOKIE, token), "referrer-policy": "no-referrer"},
        )

    # Signing out.

    def _live(self, request: Request, application: Application) -> LiveSession | None:
        token = cookie_token(request, SESSION_COOKIE)
        if token is None:
            return None
        try:
            return self._finder.find(token_digest(token), application.host, self._clock.now())
        except SessionRefused:
            return None

    def _ask_sign_out(self, request: Request) -> Response:
        application = self._application(request)
        live = self._live(request, application)
        if live is None:
            return self._over(status=200)
        nonce = cookie_token(request, FLOW_COOKIE) or new_token()
        return self._pages.html(
            "sign_in/sign_out.html",
            chrome=self._chrome("Sign out", viewer=live.person.email, token=self._tokens.token(nonce)),
            view=SignOutView(email=live.person.email),
            headers={"set-cookie": set_cookie(FLOW_COOKIE, nonce, max_age=NONCE_SECONDS)},
        )

    async def _sign_out_endpoint(self, request: Request) -> Response:
        try:
            application = self._application(request)
            check_source(request.headers, self._running().gateway.origin(application.host))
            fields = read_fields(await read_body(request, media_type="application/x-www-form-urlencoded"))
            self._tokens.check(fields.text(TOKEN_FIELD), cookie_token(request, FLOW_COOKIE) or "")
            return await run_in_threadpool(self._sign_out, request, application)
        except WatchwordError as error:
            return self._error_page(error)

    def _sign_out(self, request: Request, application: Application) -> Response:
        live = self._live(request, application)
        if live is not None:
            self._sessions.end(
                live.session.id,
                actor=str(person_arn(live.person.email)),
                reason=EndReason.SIGNED_OUT,
                origin=client_of(request),
            )
        response = self._over(status=200)
        response.headers.append("set-cookie", set_cookie(SESSION_COOKIE, "", max_age=0))
        return response

    def _over(self, *, status: int) -> Response:
        message = Message(
            title="Your session has ended",
            detail="Every application that was open with it is closed, here and in every other tab.",
            links=(("Sign in again", f"{PREFIX}/start?to=/"),),
            tone="good",
        )
        return self._pages.message(message, chrome=self._chrome(message.title), layout="sign_in", status=status)


def _token(query: bytes, name: bytes) -> str:
    value = query_value(query, name)
    if value is None or len(value) != TOKEN_LENGTH or not value.isascii():
        raise InvalidInputError(
            "this link is not complete", code="callback.form", hint="open the application's own address again"
        )
    return value.decode("ascii")


_TITLES = {
    "code.refused": "This sign-in link does not count",
    "flow.refused": "This sign-in took too long",
    "callback.no-cookie": "Your browser did not keep our cookie",
    "callback.form": "This link is not complete",
    "flow.host": "There is no such application",
    "target.refused": "This is not an address to return to",
    "throttled": "Too many tries",
}
