"""CEL: the language of the specification, and its logic of unknown values."""

import pytest

from unit.evidence.posture.estates import unknown, value
from watchword.evidence.posture.cel import CelError, parse
from watchword.evidence.posture.cel.evaluation import Thing
from watchword.inventory import Elements, Reason, ReasonKind, UnknownValueError, Value
from watchword.kernel.errors import InvalidInputError

_NAMES: dict[str, Thing] = {
    "a": value({"name": "logs", "port": 22, "text_port": "22", "on": True, "tags": {"owner": "web", "cost": "1"}}),
    "list": value(["x", "y", 3]),
    "what": unknown(),
    "open": Elements([value("x")], open_because=(Reason(ReasonKind.ITERATION, "more"),)),
}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 3 - 2", 5),
        ("-7 / 2", -3),
        ("-7 % 2", -1),
        ("7.0 / 2.0", 3.5),
        ("0x10 + 1", 17),
        ("1e3", 1000.0),
        ('"a" + "b"', "ab"),
        ('"it\'s"', "it's"),
        (r'"\n\t\\\"\u00e9\x41\101"', '\n\t\\"éAA'),
        (r'r"\d"', r"\d"),
        ('"""a "quoted" b"""', 'a "quoted" b'),
        ("true ? 1 : 2", 1),
        ("false ? 1 : true ? 2 : 3", 2),
        ("!true || true && false", False),
        ("true || false && false", True),
        ("1 < 2 == true", True),
        ("[1, 2, 3][1]", 2),
        ('{"k": 5}.k', 5),
        ('{"k": 5}["k"]', 5),
        ("size([1, 2]) + size({}) + size('abc')", 5),
        ("2 in [1, 2]", True),
        ("'k' in {'k': 1}", True),
        ("[1, 2].map(x, x * 2)", [2, 4]),
        ("[1, 2, 3].map(x, x > 1, x * 2)", [4, 6]),
        ("[1, 2, 3].filter(x, x > 1)", [2, 3]),
        ("[1, 2, 3].exists_one(x, x > 2)", True),
        ("[].all(x, x > 2)", True),
        ("[].exists(x, x > 2)", False),
        ("[1, 2].all(x, [1, 2, 3].exists(y, y == x))", True),
        ("'abc'.startsWith('a') && 'abc'.endsWith('c') && 'abc'.contains('b')", True),
        ("'abc'.matches('b')", True),
        ("matches('abc', '^b')", False),
        ("int('7') + 1", 8),
        ("double('1.5')", 1.5),
        ("string(7) + string(true)", "7true"),
        ("null == null", True),
        ("1 == 1.0", True),
        ("true == 1", False),
        ("1 // a comment\n + 1", 2),
        ('a.name == "logs"', True),
        ("a.port == 22 && a.text_port == 22 && a.port >= 22", True),
        ("a.on", True),
        ("!a.on", False),
        ("has(a.tags.owner)", True),
        ("has(a.tags.nobody)", False),
        ("has(a.nothing.at.all)", False),
        ("a.nothing == null", True),
        ('a.nothing == ""', False),
        ("'owner' in a.tags", True),
        ("'nobody' in a.tags", False),
        ("a.tags.exists(k, k == 'cost')", True),
        ("a.tags.all(k, a.tags[k] != '')", True),
        ("size(a.tags)", 2),
        ("size(list)", 3),
        ("list[2] == 3", True),
        ("'y' in list", True),
        ("'z' in list", False),
        ("list.exists(x, x == 'y')", True),
        ("a.name.size() == 4", True),
        ("what == 1 || true", True),
        ("true || what == 1", True),
        ("what == 1 && false", False),
        ("1 / 0 == 1 || true", True),
        ("1 / 0 == 1 && false", False),
        ("'x' in open", True),
        ("open.exists(x, x == 'x')", True),
        ("open.all(x, x == 'z')", False),
    ],
)
def test_an_expression(text: str, result: object) -> None:
    answer = parse(text).value(_NAMES)
    plain = answer.plain() if isinstance(answer, Value) else answer
    assert plain == result
    assert type(plain) is type(result)


@pytest.mark.parametrize(
    "text",
    ["what", "what == 1", "what && true", "false || what", "!what", "what.x == 1", "what + 1 == 2", "'z' in open",
     "open.all(x, x == 'x')", "what.exists(x, x == 1)", "size(open) == 1", "has(what.x)", "what in [1]", "1 / 0 == 1 || what"],
)  # fmt: skip
def test_what_hangs_on_something_unknown_is_unknown(text: str) -> None:
    with pytest.raises(UnknownValueError):
        parse(text).holds(_NAMES)


@pytest.mark.parametrize(
    "text",
    ["1 / 0", "1 % 0", "nobody", "1 + 'a'", "'a' < 1", "1", "'x'.nothing()", "nothing(1)", "size(1, 2)", "a.name.x",
     "!1", "1 && true", "null < 1", "'a'.matches('(')", "int('x')", "[1].map(x, y) == []", "1 in 2", "-a.name == 1"],
)  # fmt: skip
def test_what_has_no_answer_is_an_error(text: str) -> None:
    with pytest.raises((CelError, UnknownValueError)):
        parse(text).holds(_NAMES)


@pytest.mark.parametrize(
    "text",
    ["", "1 +", "(1", "[1", "{1}", "a.", "a.1", "'open", "1 2", "a ? b", "has(1)", "has(a)", "[1].all(1, 2)",
     "[1].exists(x)", "in", "a = 1", "a & b", r'"\q"', r'"\ud800"', "(" * 100 + "1" + ")" * 100, "!" * 100 + "true",
     "1" * 30_000],
)  # fmt: skip
def test_what_is_no_cel_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        parse(text)


def test_loops_in_loops_are_bounded() -> None:
    numbers = "[" + ",".join("1" for _ in range(100)) + "]"
    loops = f"{numbers}.all(a, {numbers}.all(b, {numbers}.all(c, {numbers}.all(d, true))))"
    with pytest.raises(CelError, match="steps"):
        parse(loops).holds({})
