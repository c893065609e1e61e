"""Which route a path belongs to: the same answer as the proxy's, found again so that it can be compared.

The longest path wins, an exact one before a prefix of the same length. A prefix is one of whole segments. Route paths
are plain ASCII (`routable_path`), so that the text compared here and the bytes compared by the proxy are the same."""

import re
from dataclasses import dataclass, field

from watchword.enforcement.gateway.model import Application, Match, Route
from watchword.kernel.errors import InvalidInputError

_ROUTABLE = re.compile(r"(?:/(?!\.\.?(?:/|\Z))[A-Za-z0-9\-._~!$&'()*+,=:@]+)*/?")


def check_routable(route: Route) -> None:
    """Raise `InvalidInputError` (`route.path`) for a path that could be matched in two ways."""
    path = route.path
    plain = path.startswith("/") and _ROUTABLE.fullmatch(path) is not None
    if not plain or (route.match is Match.PREFIX and path != "/" and path.endswith("/")):
        raise InvalidInputError(
            f"not a route's path: {path!r}",
            code="route.path",
            expected="/segments of plain ASCII characters; a prefix without a slash at its end",
            found=repr(path),
        )


@dataclass(frozen=True, slots=True)
class RouteTable:
    """The routes of one application, ready to be asked."""

    application: Application
    exact: dict[str, Route] = field(init=False, repr=False)
    prefixes: tuple[tuple[str, str, Route], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for route in self.application.routes:
            check_routable(route)
        exact = {route.path: route for route in self.application.routes if route.match is Match.EXACT}
        ordered = longest_first(self.application)
        prefixes = tuple(
            (route.path, route.path if route.path == "/" else route.path + "/", route)
            for route in ordered
            if route.match is Match.PREFIX
        )
        object.__setattr__(self, "exact", exact)
        object.__setattr__(self, "prefixes", prefixes)

    def choose(self, path: str) -> Route | None:
        """Return the route of a canonical path, or None."""
        route = self.exact.get(path)
        if route is not None:
            return route
        for whole, within, candidate in self.prefixes:
            if path == whole or path.startswith(within):
                return candidate
        return None


def longest_first(application: Application) -> tuple[Route, ...]:
    """Return the routes in the order in which the proxy has to try them."""
    return tuple(
        sorted(application.routes, key=lambda route: (-len(route.path), route.match is not Match.EXACT, route.id))
    )
