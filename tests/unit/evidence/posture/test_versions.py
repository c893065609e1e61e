"""Which majors of a provider a constraint allows."""

import pytest

from watchword.evidence.posture.versions import span


@pytest.mark.parametrize(
    ("constraint", "majors"),
    [
        ("6.14.1", (6, 6)),
        ("= 4.7.0", (4, 4)),
        ("~> 5.1", (5, 5)),
        ("~> 5", (5, None)),
        (">= 5.0", (5, None)),
        (">= 4, < 6", (4, 5)),
        (">= 4.0, < 6.0.0", (4, 5)),
        (">= 4.0, < 6.2", (4, 6)),
        ("<= 5.9", (0, 5)),
        ("!= 5.0.1", (0, None)),
        ("", (0, None)),
        ("whatever", (0, None)),
    ],
)
def test_majors(constraint: str, majors: tuple[int, int | None]) -> None:
    assert span(constraint) == majors
