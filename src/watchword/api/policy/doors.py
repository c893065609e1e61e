"""Two doors to one API: the console's host, for people's browsers, and the control socket, for programs of this user.

On the console's host the gateway has decided already: each call is `http:GET` or `http:POST` on
`arn:watchword:app:::console/api/v1/policy/…`, by the same policies as every page of the console, and is recorded as
they are. What is left to do here: believe nobody whom the gateway does not vouch for, and no page but our own.

Whoever can open the control socket owns the keys and the files that are asked about; it asks nothing more.
"""

from collections.abc import Callable, Mapping

from watchword.kernel.errors import RefusedError

Vouched = Callable[[Mapping[str, str], str, str], object]
"""Verifies the gateway's assertion for headers, method and path; raises `RefusedError`."""


class BrowserDoor:
    """`origin` is asked for each request: it may change with the configuration."""

    def __init__(self, vouched: Vouched, origin: Callable[[], str]) -> None:
        self._vouched = vouched
        self._origin = origin

    def admit(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        self._vouched(headers, method, path)
        # Every browser of today sends it (W3C Fetch Metadata), and no page can forge it. `none` is an address that
        # somebody typed, which is how the OpenAPI document is opened; it cannot be a POST of somebody else's page.
        site = headers.get("sec-fetch-site", "")
        if site != "same-origin" and not (site == "none" and method in {"GET", "HEAD"}):
            raise _cross_site("Sec-Fetch-Site", "same-origin", site or "none at all")
        claimed = headers.get("origin")
        if claimed is not None and claimed != self._origin():
            raise _cross_site("Origin", self._origin(), claimed)


class LocalDoor:
    """The control socket, in a directory that only its owner may enter."""

    def admit(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        """Admit everybody who came this far."""


def _cross_site(name: str, expected: str, found: str) -> RefusedError:
    return RefusedError(
        "this request did not come from a page of the console",
        code="api.cross-site",
        expected=f"{name}: {expected}",
        found=found[:200],
        hint="programs on this machine use the control socket",
    )
