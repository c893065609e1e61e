"""Laws of verdicts, comparisons, redaction and CEL's logic."""

from hypothesis import given
from hypothesis import strategies as st

from unit.evidence.posture.estates import check, declared, inventory, unknown
from watchword.evidence.posture import Result, Verdict, judge, which
from watchword.evidence.posture.cel import parse
from watchword.evidence.posture.cel.evaluation import Thing
from watchword.evidence.posture.redaction import redact, shown
from watchword.evidence.posture.report import Report, compared, earlier_of, group
from watchword.inventory import Coverage, Known, Place, UnknownValueError, Value

_TRUTHS = {"yes": True, "no": False, "maybe": None}
_words = st.sampled_from(sorted(_TRUTHS))
_versioning = st.sampled_from([True, False, None, "unknown"])


def _names() -> dict[str, Thing]:
    return {"yes": True, "no": False, "maybe": unknown()}


def _asked(text: str) -> bool | None:
    try:
        return parse(text).holds(_names())
    except UnknownValueError:
        return None


@given(st.lists(_words, min_size=1, max_size=6))
def test_or_and_and_are_kleenes(words: list[str]) -> None:
    values = [_TRUTHS[word] for word in words]
    either = True if True in values else None if None in values else False
    every = False if False in values else None if None in values else True
    assert _asked(" || ".join(words)) is either
    assert _asked(" && ".join(words)) is every
    assert _asked(f"[{', '.join(words)}].exists(x, x)") is either
    assert _asked(f"[{', '.join(words)}].all(x, x)") is every


@given(st.lists(_words, max_size=6))
def test_which_gives_the_sure_ones_or_says_that_it_cannot(words: list[str]) -> None:
    sure = [word for word in words if word == "yes"]
    try:
        found = which(words, lambda word: bool(_value(word)))
    except UnknownValueError:
        assert not sure
        assert "maybe" in words
    else:
        assert found == sure
        assert sure or "maybe" not in words


def _value(word: str) -> Value:
    return unknown() if word == "maybe" else Known(word == "yes")


def _results(versionings: list[object], start: int = 1) -> tuple[Result, ...]:
    there = inventory(
        *(
            declared(
                address=f"bucket.b{number}",
                lines=(start + number * 10, start + number * 10 + 5),
                versioning=unknown() if versioning == "unknown" else versioning,  # type: ignore[arg-type]  # a boolean or nothing
            )
            for number, versioning in enumerate(versionings)
        )
    )
    return tuple(judge([check()], there))


@given(st.lists(_versioning, max_size=8), st.integers(min_value=1, max_value=1000))
def test_what_only_moved_is_neither_new_nor_changed_nor_fixed(versionings: list[object], start: int) -> None:
    before = earlier_of(_results(versionings))
    report = compared(
        Report(results=_results(versionings, start), coverage=Coverage()), before, judged={"bucket-versioning"}
    )
    assert not report.counting
    assert not report.fixed


@given(st.lists(_versioning, max_size=8), st.lists(_versioning, max_size=8))
def test_whatever_fails_and_did_not_fail_so_before_counts(before: list[object], now: list[object]) -> None:
    results = _results(now)
    report = compared(
        Report(results=results, coverage=Coverage()), earlier_of(_results(before)), judged={"bucket-versioning"}
    )
    same = {
        number
        for number, pair in enumerate(zip(before, now, strict=False))
        if pair[0] == pair[1] and pair[0] in {False, None}
    }
    counting = {number for number, one in enumerate(now) if one in {False, None} and number not in same}
    assert {r.address for r in report.counting} == {f"bucket.b{number}" for number in counting}


@given(st.lists(_versioning, max_size=8))
def test_every_asset_gets_one_verdict_and_unknown_is_never_a_pass(versionings: list[object]) -> None:
    verdicts = [r.verdict for r in _results(versionings)]
    expected = {True: Verdict.PASS, False: Verdict.FAIL, None: Verdict.FAIL, "unknown": Verdict.UNKNOWN}
    assert verdicts == [expected[versioning] for versioning in versionings]  # type: ignore[index]  # one of the four


@given(st.lists(_versioning, max_size=8))
def test_grouping_loses_nothing_and_doubles_nothing(versionings: list[object]) -> None:
    findings = [r for r in _results(versionings) if r.verdict is Verdict.FAIL]
    grouped = [r for g in group(findings) for r in g.results]
    assert sorted(r.address for r in grouped) == sorted(r.address for r in findings)


@given(st.text(max_size=60), st.from_regex(r"AKIA[0-9A-Z]{16}", fullmatch=True), st.text(max_size=60))
def test_a_key_is_hidden_wherever_it_stands(before: str, key: str, after: str) -> None:
    told = redact(before + key + after)
    assert key not in told
    assert redact(told) == told


@given(st.text(max_size=400))
def test_what_is_shown_is_short(text: str) -> None:
    assert len(shown("x", text)) <= 200


@given(st.from_regex(r"[a-z./]{1,20}", fullmatch=True))
def test_a_place_stays_below_where_it_was_put(directory: str) -> None:
    (result,) = judge([check()], inventory(declared()))
    assert result.place == Place("main.tf", 4, 9)
    assert result.below("infra").below("").place.file == "infra/main.tf"
    assert result.below(directory).place.file.endswith("main.tf")
