"""The console: reached through the gateway alone, and protected by the same decisions that it shows.

GET reads and POST changes, each change under a path of its own, so that a policy can tell them apart: a person who may
look but not touch is allowed `http:GET` on `arn:watchword:app:::console/*` and nothing else.
"""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from watchword.console.applications import page as applications
from watchword.console.decisions import live
from watchword.console.decisions import page as decisions
from watchword.console.desk import Desk
from watchword.console.ledger import page as ledger
from watchword.console.overview import page as overview
from watchword.console.people import page as people_pages
from watchword.console.policies import page as policies
from watchword.console.ports import (
    Authenticate,
    Health,
    LedgerFeed,
    LedgerReads,
    PeopleService,
    RunningNow,
    SessionService,
    Verify,
)
from watchword.console.posture.exposure import page as exposure
from watchword.console.posture.findings import page as findings
from watchword.console.posture.inventory import page as inventory
from watchword.console.posture.maturity import page as maturity
from watchword.console.posture.roadmap import page as roadmap
from watchword.console.posture.summary import page as posture
from watchword.console.records.feed import DecisionFeed
from watchword.console.sessions import page as session_pages
from watchword.console.shell.assets import Assets
from watchword.console.shell.forms import FormTokens
from watchword.console.shell.headers import SecureHeaders, content_security_policy
from watchword.console.shell.pages import Message, Pages
from watchword.evidence.posture.records.ports import AssessmentStore
from watchword.kernel.clock import Clock
from watchword.kernel.errors import RefusedError


def create_console_app(
    *,
    authenticate: Authenticate,
    people: PeopleService,
    sessions: SessionService,
    running: RunningNow,
    ledger_reader: LedgerReads,
    ledger_feed: LedgerFeed,
    verify: Verify,
    health: Health,
    assessments: AssessmentStore,
    clock: Clock,
    form_key: bytes,
) -> ASGIApp:
    """`form_key` is at least 32 secret bytes, the same in every replica. The app follows the ledger while it lives."""
    assets = Assets()
    feed = DecisionFeed(clock.now)
    ledger_feed.subscribe(feed.take)
    desk = Desk(
        authenticate=authenticate,
        people=people,
        sessions=sessions,
        running=running,
        ledger=ledger_reader,
        ledger_feed=ledger_feed,
        verify=verify,
        health=health,
        assessments=assessments,
        clock=clock,
        tokens=FormTokens(form_key),
        pages=Pages(assets),
        feed=feed,
    )

    def policy() -> str:
        # Whoever ends their own session is sent to the sign-in host, which says so.
        gateway = running().gateway
        return content_security_policy(form_targets=(gateway.origin(gateway.sign_in_host),))

    async def http_error(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        try:
            viewer = desk.viewer(request)
        except RefusedError as refused:
            return desk.problem(refused, None)
        title = "There is nothing here" if status == 404 else "That cannot be done here"  # noqa: PLR2004 - HTTP's number
        message = Message(title=title, detail="The console has no such page.", links=(("Go to the overview", "/"),))
        return desk.pages.message(message, chrome=desk.chrome_of(viewer, title), layout="shell", status=status)

    async def defect(_: Request, __: Exception) -> Response:
        title = "Something is wrong on our side"
        message = Message(title=title, detail="The page could not be made. Try again.", links=(("Overview", "/"),))
        return desk.pages.message(message, chrome=desk.chrome_of(None, title), layout="shell", status=500)

    routes: list[Route] = [assets.route()]
    for pages in (
        overview,
        decisions,
        live,
        applications,
        people_pages,
        session_pages,
        policies,
        posture,
        findings,
        inventory,
        exposure,
        maturity,
        roadmap,
        ledger,
    ):
        routes.extend(pages.routes(desk))
    app = Starlette(
        routes=routes,
        exception_handlers={HTTPException: http_error, Exception: defect},
    )
    # Around everything, so that the answer to a defect carries the headers too.
    return SecureHeaders(app, policy)
