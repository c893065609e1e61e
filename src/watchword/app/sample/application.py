"""A bare ASGI application behind the gateway. It has no sign-in of its own: who came is in the verified assertion.

/        who you are, how you signed in, why you were let in
/admin   the same, for those whom a policy lets in
/live    a clock as server-sent events; the gateway cuts it when the session ends
anything else: 404
"""

import asyncio
import html
from datetime import UTC, datetime

from watchword.enforcement.gateway.verifier import SCOPE_KEY, Assertion, Receive, Scope, Send

_STYLE = """
:root{color-scheme:light dark;
--ink:#1c2430;--soft:#5b6675;--line:#dfe4ea;--back:#f6f7f9;--card:#fff;--mark:#0b6bcb}
@media(prefers-color-scheme:dark){:root{
--ink:#e7ebf0;--soft:#a3afbd;--line:#2c3642;--back:#12171d;--card:#1a2129;--mark:#7cb8ff}}
*{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
main{max-width:44rem;margin:0 auto;padding:2.5rem 1.25rem}
h1{font-size:1.7rem;margin:0 0 .25rem}h2{font-size:1rem;margin:0 0 .75rem}
p{margin:.25rem 0 1.5rem;color:var(--soft)}
section{background:var(--card);border:1px solid var(--line);border-radius:.75rem;
padding:1.25rem;margin:0 0 1rem}dl{display:grid;grid-template-columns:minmax(7rem,auto) 1fr;gap:.4rem 1.25rem;margin:0}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}code{font:0.92em ui-monospace,monospace}a{color:var(--mark)}
nav{display:flex;gap:1.25rem;flex-wrap:wrap}ul{margin:0;padding-left:1.2rem}
"""


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request that `AsgiGuard` let through."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    if scope["type"] != "http":
        await send({"type": "websocket.close", "code": 1000})
        return
    assertion = scope[SCOPE_KEY]
    if not isinstance(assertion, Assertion):
        raise TypeError("this application stands behind AsgiGuard")
    path = scope["path"]
    if path == "/live":
        await _clock(assertion, receive, send)
    elif path in {"/", "/admin"}:
        await _answer(send, 200, _page(assertion, admin=path == "/admin"))
    else:
        await _answer(send, 404, _plain("Nothing here", "This sample has only a few pages."))


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _answer(send: Send, status: int, page: str) -> None:
    body = page.encode()
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
        (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _clock(assertion: Assertion, receive: Receive, send: Send) -> None:
    """Tell the time every second, until the client leaves or the gateway cuts the line."""
    headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    gone = asyncio.ensure_future(_left(receive))
    try:
        while not gone.done():
            now = datetime.now(UTC).strftime("%H:%M:%S")
            event = f"event: time\ndata: {now} UTC, for {assertion.email}\n\n".encode()
            await send({"type": "http.response.body", "body": event, "more_body": True})
            await asyncio.wait({gone}, timeout=1)
    finally:
        gone.cancel()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _page(assertion: Assertion, *, admin: bool) -> str:
    rows = (
        ("Signed in as", f"{assertion.display_name} <{assertion.email}>"),
        ("Groups", ", ".join(sorted(assertion.groups)) or "none"),
        ("Assurance", assertion.assurance.label.upper()),
        ("Since", f"{assertion.signed_in_at:%Y-%m-%d %H:%M:%S} UTC"),
    )
    proof = (
        ("Route", assertion.route),
        ("Request", assertion.request_id),
        ("Valid until", f"{assertion.expires_at:%H:%M:%S} UTC"),
    )
    why = "".join(f"<li><code>{html.escape(statement)}</code></li>" for statement in assertion.why)
    title = "The administrators' part" if admin else "You are in"
    return _document(
        title,
        f"<h1>{title}</h1><p>This application has no sign-in of its own. The gateway decided, and proved it.</p>"
        f"<section><h2>Who came</h2>{_list(rows)}</section>"
        f"<section><h2>Why you were let in</h2><ul>{why}</ul></section>"
        f"<section><h2>What was verified</h2>{_list(proof)}</section>"
        '<nav><a href="/">Home</a><a href="/admin">Administrators&#39; part</a><a href="/live">Live clock</a>'
        '<a href="/.watchword/sign-out">Sign out</a></nav>',
    )


def _list(rows: tuple[tuple[str, str], ...]) -> str:
    return f"<dl>{''.join(f'<dt>{html.escape(k)}</dt><dd>{html.escape(v)}</dd>' for k, v in rows)}</dl>"


def _plain(title: str, text: str) -> str:
    return _document(title, f'<h1>{title}</h1><p>{text}</p><nav><a href="/">Home</a></nav>')


def _document(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title} - Watchword sample</title><style>{_STYLE}</style></head>"
        f"<body><main>{body}</main></body></html>"
    )
