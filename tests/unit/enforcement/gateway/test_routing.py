import pytest

from support.envoy import application_named, route
from watchword.enforcement.gateway import Match
from watchword.enforcement.gateway.routing import RouteTable, longest_first
from watchword.kernel.errors import InvalidInputError

TABLE = RouteTable(
    application_named(
        "app",
        1,
        route("app", "root", "/"),
        route("app", "public", "/public"),
        route("app", "inner", "/public/inner"),
        route("app", "once", "/public/once", match=Match.EXACT),
        route("app", "folder", "/public/", match=Match.EXACT),
    )
)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "root"),
        ("/publicX", "root"),
        ("/public", "public"),
        ("/public/", "folder"),
        ("/public/x", "public"),
        ("/public/inner", "inner"),
        ("/public/inner/x", "inner"),
        ("/public/innermost", "public"),
        ("/public/once", "once"),
        ("/public/once/more", "public"),
        ("/Public", "root"),
    ],
)
def test_the_longest_whole_segments_win(path: str, expected: str) -> None:
    chosen = TABLE.choose(path)
    assert chosen is not None
    assert chosen.id == expected


def test_no_route_is_no_route() -> None:
    assert RouteTable(application_named("app", 1, route("app", "a", "/a"))).choose("/b") is None


def test_the_proxy_tries_long_paths_first_and_exact_ones_before_prefixes() -> None:
    assert [route.id for route in longest_first(TABLE.application)] == ["inner", "once", "folder", "public", "root"]


@pytest.mark.parametrize(
    "path", ["", "a", "/a/", "//", "/a//b", "/../a", "/a;b", "/é", "/a%20b", "/a?b", "/a b", "/*\n"]
)
def test_a_path_that_could_be_matched_in_two_ways_is_no_route(path: str) -> None:
    with pytest.raises(InvalidInputError, match="not a route's path"):
        RouteTable(application_named("app", 1, route("app", "a", path)))
