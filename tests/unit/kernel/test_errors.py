"""An error says where, what was expected, what was found and what to do, and nothing that is not known."""

import pickle

import pytest

from watchword.kernel.errors import (
    ConflictError,
    DefectError,
    InvalidInputError,
    NotFoundError,
    Place,
    RefusedError,
    UnavailableError,
    WatchwordError,
)

FAMILIES = [InvalidInputError, RefusedError, NotFoundError, ConflictError, UnavailableError, DefectError]


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place(document="watchword.yaml"), "watchword.yaml"),
        (Place(document="watchword.yaml", line=3), "watchword.yaml:3"),
        (Place(document="watchword.yaml", line=3, column=9), "watchword.yaml:3:9"),
        # A column says nothing without its line.
        (Place(document="watchword.yaml", column=9), "watchword.yaml"),
    ],
)
def test_a_place_is_written_as_compilers_write_it(place: Place, text: str) -> None:
    assert str(place) == text


def test_the_whole_sentence() -> None:
    error = InvalidInputError(
        "not a port",
        code="listener.port",
        place=Place(document="watchword.yaml", line=2, column=7),
        expected="1 to 65535",
        found="70000",
        hint="choose another",
    )
    assert str(error) == "watchword.yaml:2:7: not a port (expected 1 to 65535, found 70000)"
    assert (error.code, error.hint, error.expected, error.found) == (
        "listener.port",
        "choose another",
        "1 to 65535",
        "70000",
    )


def test_what_is_not_known_is_not_said() -> None:
    assert str(RefusedError("no", code="x")) == "no"
    assert str(RefusedError("no", code="x", expected="a session")) == "no (expected a session)"
    # What was found means nothing without what was expected.
    assert str(RefusedError("no", code="x", found="nothing")) == "no"
    assert str(RefusedError("no", code="x", expected="", found="")) == "no (expected , found )"


def test_the_hint_stays_out_of_the_sentence() -> None:
    """The shells show it on a line of its own."""
    assert "try" not in str(UnavailableError("the database does not answer", code="x", hint="try again"))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_is_ours_and_is_no_other(family: type[WatchwordError]) -> None:
    error = family("no", code="some.code")
    assert isinstance(error, WatchwordError)
    assert [isinstance(error, other) for other in FAMILIES] == [other is family for other in FAMILIES]


def test_a_code_is_not_optional() -> None:
    with pytest.raises(TypeError):
        WatchwordError("no")  # type: ignore[call-arg]  # what is tried


def test_a_place_is_a_value() -> None:
    assert Place(document="a", line=1) == Place(document="a", line=1)
    assert len({Place(document="a"), Place(document="a")}) == 1
    assert pickle.loads(pickle.dumps(Place(document="a", line=1))) == Place(document="a", line=1)
