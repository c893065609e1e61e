"""Where the console's pages sit: the services they ask, and the way each request takes to a page and back.

A page is a plain synchronous function from a `Visit` to a response. Around it: the gateway's assertion is verified for
exactly this method and path, a change is refused without our own page's token, errors of ours become pages, and the
function runs on a thread, because services wait for a database.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from watchword.console.ports import (
    Authenticate,
    Health,
    LedgerFeed,
    LedgerReads,
    PeopleService,
    RunningNow,
    SessionService,
    Verify,
    Viewer,
)
from watchword.console.records.feed import DecisionFeed
from watchword.console.shell.client import client_of
from watchword.console.shell.forms import TOKEN_FIELD, Fields, FormTokens, check_source, read_body, read_fields
from watchword.console.shell.pages import Chrome, Message, Pages, problem_of, sentence
from watchword.evidence.posture.records.ports import AssessmentStore
from watchword.kernel.arn import person_arn
from watchword.kernel.clock import Clock
from watchword.kernel.errors import RefusedError, WatchwordError
from watchword.kernel.events import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request to the console, by someone whom the gateway has let through."""

    viewer: Viewer
    path: str
    parameters: Mapping[str, str]
    query: Fields
    form: Fields
    now: datetime
    client: Origin

    @property
    def actor(self) -> str:
        return str(person_arn(self.viewer.email))


Page = Callable[[Visit], Response]

# What a page says after a change, by the code that the redirect carries: no text of a URL is ever shown.
NOTICES = {
    "person-disabled": "The person is disabled, and all of their sessions have ended.",
    "person-enabled": "The person can sign in again.",
    "groups-changed": "The groups were changed. It counts from the next request on.",
    "passkey-removed": "The passkey was removed.",
    "sessions-ended": "The sessions have ended. What was open with them is closed.",
    "session-ended": "The session has ended. What was open with it is closed.",
    "invitation-revoked": "The invitation was revoked.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    authenticate: Authenticate
    people: PeopleService
    sessions: SessionService
    running: RunningNow
    ledger: LedgerReads
    ledger_feed: LedgerFeed
    verify: Verify
    health: Health
    assessments: AssessmentStore
    clock: Clock
    tokens: FormTokens
    pages: Pages
    feed: DecisionFeed

    def get(self, path: str, page: Page) -> Route:
        return Route(path, self._endpoint(page), methods=["GET"])

    def post(self, path: str, page: Page) -> Route:
        return Route(path, self._endpoint(page), methods=["POST"])

    def _endpoint(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            viewer: Viewer | None = None
            try:
                viewer = self.viewer(request)
                form = await self._form(request, viewer) if request.method == "POST" else Fields()
                visit = Visit(
                    viewer=viewer,
                    path=request.url.path,
                    parameters=request.path_params,
                    query=read_fields(request.scope["query_string"]),
                    form=form,
                    now=self.clock.now(),
                    client=client_of(request),
                )
                return await run_in_threadpool(page, visit)
            except WatchwordError as error:
                return self.problem(error, viewer)

        return endpoint

    def viewer(self, request: Request) -> Viewer:
        """Raise `RefusedError` where the gateway has not vouched for exactly this request."""
        return self.authenticate(request.headers, request.method, request.url.path)

    async def _form(self, request: Request, viewer: Viewer) -> Fields:
        gateway = self.running().gateway
        check_source(request.headers, gateway.origin(gateway.console_host))
        fields = read_fields(await read_body(request, media_type="application/x-www-form-urlencoded"))
        self.tokens.check(fields.text(TOKEN_FIELD), viewer.session_id)
        return fields

    def chrome(self, visit: Visit, title: str, section: str) -> Chrome:
        return replace(
            self.chrome_of(visit.viewer, title), section=section, notice=NOTICES.get(visit.query.text("done"), "")
        )

    def chrome_of(self, viewer: Viewer | None, title: str) -> Chrome:
        return Chrome(
            title=title,
            viewer=viewer.email if viewer is not None else None,
            assurance=viewer.assurance.label.upper() if viewer is not None else "",
            form_token=self.tokens.token(viewer.session_id) if viewer is not None else "",
            sign_out_url="/.watchword/sign-out",
            now=self.clock.now(),
        )

    def html(
        self, visit: Visit, template: str, view: object, *, title: str, section: str, status: int = 200
    ) -> Response:
        return self.pages.html(template, chrome=self.chrome(visit, title, section), view=view, status=status)

    def problem(self, error: WatchwordError, viewer: Viewer | None) -> Response:
        problem = problem_of(error)
        title = "Not signed in" if viewer is None and isinstance(error, RefusedError) else problem.title
        message = Message(
            title=title,
            detail=sentence(error.message),
            hint=sentence(error.hint or ""),
            code=error.code,
            links=(("Go to the overview", "/"),),
        )
        response = self.pages.message(
            message, chrome=self.chrome_of(viewer, title), layout="shell", status=problem.status
        )
        response.headers.update(problem.headers)
        return response


def see_other(path: str, *, done: str = "") -> Response:
    """After a change: look at the page it was made on, so that reloading does not make it again."""
    return RedirectResponse(path + (f"?done={done}" if done else ""), status_code=303)
