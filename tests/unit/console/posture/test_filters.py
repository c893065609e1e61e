"""What an address asks for: everything comes back in its links, and what is odd means any."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.console.posture.findings.filter import FindingFilter, Wanted
from watchword.console.posture.frame import address, count_of, pager
from watchword.console.posture.inventory.page import AssetFilter
from watchword.console.shell.forms import Fields, read_fields
from watchword.evidence.posture.maturity import Pillar
from watchword.evidence.posture.model import Severity, Verdict
from watchword.evidence.posture.records import Standing
from watchword.kernel.errors import InvalidInputError

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20).map(str.strip)


def fields_of(url: str) -> Fields:
    return read_fields(url.partition("?")[2].encode())


@given(
    st.builds(
        FindingFilter,
        state=st.sampled_from(Wanted),
        severity=st.none() | st.sampled_from(Severity),
        pillar=st.none() | st.sampled_from(Pillar),
        check=TEXT,
        asset=TEXT,
        cause=TEXT,
        text=TEXT,
        critical=st.booleans(),
        since=st.integers(0, 10**9 - 1),
        listed=st.booleans(),
        offset=st.integers(0, 10**9 - 1),
    )
)
def test_an_address_of_findings_says_all_of_its_filter(wanted: FindingFilter) -> None:
    assert FindingFilter.read(fields_of(address("/x", "a estate & more", wanted.parameters()))) == wanted


@given(
    st.builds(
        AssetFilter,
        kind=TEXT,
        provider=TEXT,
        owner=TEXT,
        environment=TEXT,
        text=TEXT,
        reach=st.sampled_from(["", "exposed", "unknown"]),
        critical=st.booleans(),
        offset=st.integers(0, 10**9 - 1),
    )
)
def test_an_address_of_assets_says_all_of_its_filter(wanted: AssetFilter) -> None:
    assert AssetFilter.read(fields_of(address("/x", "e", wanted.parameters()))) == wanted


def test_what_is_odd_means_any() -> None:
    odd = Fields((("state", "no"), ("severity", "no"), ("pillar", "no"), ("critical", "yes"), ("view", "no")))
    assert FindingFilter.read(odd) == FindingFilter()
    assert not FindingFilter.read(odd).active


@pytest.mark.parametrize("text", ["-1", "1.5", "x", "1" * 10, "\u0661"])
def test_a_number_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        count_of(text)
    assert refused.value.code == "posture.number"


@pytest.mark.parametrize(
    ("state", "standing", "verdicts"),
    [
        (Wanted.FAILING, Standing.OPEN, {Verdict.FAIL}),
        (Wanted.UNKNOWN, Standing.OPEN, {Verdict.UNKNOWN, Verdict.ERROR}),
        (Wanted.WAIVED, Standing.OPEN, {Verdict.WAIVED}),
        (Wanted.FIXED, Standing.FIXED, set()),
        (Wanted.GONE, Standing.GONE, set()),
        (Wanted.ALL, None, set()),
    ],
)
def test_each_state_asks_for_its_own(state: Wanted, standing: Standing | None, verdicts: set[Verdict]) -> None:
    query = FindingFilter(state=state).query("shop", limit=7)
    assert (query.standing, set(query.verdicts), query.limit) == (standing, verdicts, 7)


def test_since_is_when_it_began_or_when_it_ended() -> None:
    assert FindingFilter(since=3).query("s", limit=1).new_since == 3
    ended = FindingFilter(since=3, state=Wanted.FIXED).query("s", limit=1)
    assert (ended.new_since, ended.ended_since) == (0, 3)


def test_nobody_is_asked_for_by_a_slash() -> None:
    query = AssetFilter(owner="/", environment="production").query("s", limit=1)
    assert (query.owner, query.environment) == ("", "production")
    assert AssetFilter().query("s", limit=1).owner is None


def test_a_pager_leads_there_and_back() -> None:
    middle = pager(50, 50, 120, 50, str)
    assert (middle.first, middle.last, middle.newer, middle.older) == (51, 100, "0", "100")
    whole = pager(0, 3, 3, 50, str)
    assert (whole.first, whole.last, whole.newer, whole.older) == (1, 3, "", "")
    assert pager(0, 0, 0, 50, str).first == 0
