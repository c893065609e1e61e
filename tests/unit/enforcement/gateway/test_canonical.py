import pytest

from watchword.enforcement.gateway.canonical import (
    MAX_TARGET,
    PathRefusal,
    PathRefusedError,
    canonicalise,
    showable,
)


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        (b"/", "/", None),
        (b"/?", "/", b""),
        (b"/a/b/", "/a/b/", None),
        (b"/reports/2026?year=1&x=%2f%2e", "/reports/2026", b"year=1&x=%2f%2e"),
        (b"/caf%C3%A9", "/café", None),
        (b"/caf%c3%a9", "/café", None),
        (b"/a%20b%40c", "/a b@c", None),
        (b"/...", "/...", None),
        (b"/.well-known/x", "/.well-known/x", None),
        (b"/a..b/..c", "/a..b/..c", None),
        (b"/users/~me/!$&'()*+,=:@[x]|", "/users/~me/!$&'()*+,=:@[x]|", None),
        (b'/?q="<>{}`^\\', "/", b'q="<>{}`^\\'),
    ],
)
def test_what_can_be_read_in_one_way_is_accepted(target: bytes, path: str, query: bytes | None) -> None:
    found = canonicalise(target)
    assert (found.path, found.query) == (path, query)
    assert found.raw_path == target.partition(b"?")[0]


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        (b"", PathRefusal.EMPTY),
        (b"*", PathRefusal.NOT_ORIGIN_FORM),
        (b"admin", PathRefusal.NOT_ORIGIN_FORM),
        (b"http://app/admin", PathRefusal.NOT_ORIGIN_FORM),
        (b"https:evil", PathRefusal.NOT_ORIGIN_FORM),
        (b"app:443", PathRefusal.NOT_ORIGIN_FORM),
        (b"?x", PathRefusal.NOT_ORIGIN_FORM),
        (b"\\admin", PathRefusal.BACKSLASH),
        (b"/\\evil", PathRefusal.BACKSLASH),
        (b"//admin", PathRefusal.EMPTY_SEGMENT),
        (b"/a//b", PathRefusal.EMPTY_SEGMENT),
        (b"/a//", PathRefusal.EMPTY_SEGMENT),
        (b"/.", PathRefusal.DOT_SEGMENT),
        (b"/..", PathRefusal.DOT_SEGMENT),
        (b"/a/../admin", PathRefusal.DOT_SEGMENT),
        (b"/a/./b", PathRefusal.DOT_SEGMENT),
        (b"/a/..", PathRefusal.DOT_SEGMENT),
        (b"/%2e%2e/admin", PathRefusal.ENCODED_DELIMITER),
        (b"/.%2E/admin", PathRefusal.ENCODED_DELIMITER),
        (b"/a%2fb", PathRefusal.ENCODED_DELIMITER),
        (b"/a%2Fb", PathRefusal.ENCODED_DELIMITER),
        (b"/a%5cb", PathRefusal.ENCODED_DELIMITER),
        (b"/a%3fb", PathRefusal.ENCODED_DELIMITER),
        (b"/a%23b", PathRefusal.ENCODED_DELIMITER),
        (b"/a%3bb", PathRefusal.ENCODED_DELIMITER),
        (b"/admin;x=1/", PathRefusal.PARAMETER),
        (b"/admin;/..", PathRefusal.PARAMETER),
        (b"/%252e%252e/admin", PathRefusal.DOUBLE_ENCODING),
        (b"/%25", PathRefusal.DOUBLE_ENCODING),
        (b"/%61dmin", PathRefusal.NEEDLESS_ENCODING),
        (b"/%7Euser", PathRefusal.NEEDLESS_ENCODING),
        (b"/a%00", PathRefusal.CONTROL),
        (b"/a%0d%0aset-cookie:x", PathRefusal.CONTROL),
        (b"/a%7f", PathRefusal.CONTROL),
        (b"/a\x00b", PathRefusal.CONTROL),
        (b"/a b", PathRefusal.CONTROL),
        (b"/a%C2%85b", PathRefusal.CONTROL),
        (b"/a%E2%80%AEb", PathRefusal.CONTROL),
        (b"/a%EF%BB%BFb", PathRefusal.CONTROL),
        (b"/a%E2%80%A8b", PathRefusal.CONTROL),
        (b"/%", PathRefusal.BROKEN_ENCODING),
        (b"/%2", PathRefusal.BROKEN_ENCODING),
        (b"/%zz", PathRefusal.BROKEN_ENCODING),
        (b"/%u002e", PathRefusal.BROKEN_ENCODING),
        (b"/%c0%ae%c0%ae/admin", PathRefusal.NOT_UTF8),
        (b"/%c0%af", PathRefusal.NOT_UTF8),
        (b"/%ff", PathRefusal.NOT_UTF8),
        (b"/%ed%a0%80", PathRefusal.NOT_UTF8),
        (b"/%e0%80%af", PathRefusal.NOT_UTF8),
        (b"/\xc3\xa9", PathRefusal.NOT_ASCII),
        (b"/%EF%BC%8Fadmin", PathRefusal.LOOKALIKE),
        (b"/%EF%BC%BCadmin", PathRefusal.LOOKALIKE),
        (b"/%CD%BE", PathRefusal.LOOKALIKE),
        (b"/%EF%BC%8E%EF%BC%8E/admin", PathRefusal.LOOKALIKE),
        (b"/a#b", PathRefusal.FRAGMENT),
        (b"/a?x#b", PathRefusal.FRAGMENT),
        (b"/a?\xff", PathRefusal.NOT_ASCII),
        (b"/a?x y", PathRefusal.QUERY),
        (b"/a?x\r\ny", PathRefusal.QUERY),
        (b'/a"b', PathRefusal.CHARACTER),
        (b"/a<b", PathRefusal.CHARACTER),
        (b"/{x}", PathRefusal.CHARACTER),
        (b"/a^b", PathRefusal.CHARACTER),
        (b"/" + b"a" * MAX_TARGET, PathRefusal.TOO_LONG),
    ],
)
def test_what_two_parsers_could_read_differently_is_refused(target: bytes, reason: PathRefusal) -> None:
    with pytest.raises(PathRefusedError) as refused:
        canonicalise(target)
    assert refused.value.reason is reason
    assert refused.value.code == f"path.{reason.value}"


def test_what_is_shown_of_a_refused_path_is_plain_short_and_without_its_query() -> None:
    assert showable(b"/a\r\nb\xff?token=secret") == "/a\\x0d\\x0ab\\xff"
    assert len(showable(b"/" + b"a" * 5000)) == 200
