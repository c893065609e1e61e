"""Cases on lines: one answer each, whatever stands in the line."""

import itertools
import json
from collections.abc import Iterable, Iterator

import pytest

from support.decision import Json
from watchword.app.answers.checking import checked_line
from watchword.decision.analysis.validation import PolicyCheck, check_policies
from watchword.decision.language import PolicyKind

RIGHT: dict[str, Json] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}],
}
WARNED: dict[str, Json] = {"Statement": RIGHT["Statement"]}
WRONG: dict[str, Json] = {**RIGHT, "Statement": [{"Effect": "allow", "Action": "s3:Get*", "Resource": "*"}]}


def checked(*lines: str | bytes, kind: PolicyKind = PolicyKind.IDENTITY) -> list[PolicyCheck]:
    return list(check_policies([t.encode() if isinstance(t, str) else t for t in lines], kind=kind))


def case(policy: Json, **more: Json) -> str:
    return json.dumps({"id": "a", "policy": policy, **more})


def places(check: PolicyCheck) -> list[tuple[int, int, str]]:
    return [(d.line, d.column, d.code) for d in check.errors]


def test_each_line_is_answered_in_its_order() -> None:
    found = checked(case(RIGHT, id="1"), case(WRONG, id="2"), case(WARNED, id="3"), case(RIGHT, id=4))
    assert [(c.id, c.valid, len(c.errors), len(c.warnings)) for c in found] == [
        ("1", True, 0, 0),
        ("2", False, 1, 0),
        ("3", True, 0, 1),
        (4, True, 0, 0),
    ]


@pytest.mark.parametrize("policy", [RIGHT, WARNED, WRONG])
@pytest.mark.parametrize("indent", [None, 2])
def test_a_policy_may_be_a_text(policy: Json, indent: int | None) -> None:
    (as_object,) = checked(case(policy))
    (as_text,) = checked(case(json.dumps(policy, indent=indent)))
    assert as_text.valid is as_object.valid
    assert [d.code for d in as_text.errors] == [d.code for d in as_object.errors]


def test_places_are_in_the_line_of_an_object_and_in_the_text_of_a_text() -> None:
    (_, as_object) = checked("", case(RIGHT), case(WRONG))
    assert places(as_object) == [(3, case(WRONG).index('"allow"') + 1, "policy.effect")]
    (as_text,) = checked(case(json.dumps(WRONG, indent=1)))
    assert places(as_text) == [(5, 14, "policy.effect")]


def test_a_case_may_say_its_own_kind() -> None:
    statement: Json = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    rcp: Json = {"Version": "2012-10-17", "Statement": statement}
    for policy in (rcp, json.dumps(rcp)):
        assert [c.valid for c in checked(case(policy, kind="rcp"), case(policy), case(policy, kind="scp"))] == [
            True,
            False,
            False,
        ]
    (unknown,) = checked(case(rcp, kind="bucket"))
    assert (unknown.id, unknown.valid) == ("a", False)
    assert [d.code for d in unknown.errors] == ["case.kind"]
    assert [[d.code for d in c.errors] for c in checked(case(json.dumps(rcp), kind=["rcp"]))] == [["case.kind"]]


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("not json", 1, "json.syntax"),
        ("[1]", 1, "json.shape"),
        ('"x"', 1, "json.shape"),
        ("{}", 1, "case.id"),
        ('{"policy": {}}', 1, "case.id"),
        ('{"id": null, "policy": {}}', 8, "case.id"),
        ('{"id": [1], "policy": {}}', 8, "case.id"),
        ('{"id": {"a": 1}, "policy": {}}', 8, "case.id"),
        ('{"id": "x"}', 1, "case.policy"),
        (b'{"id": "\xff"}', 9, "json.encoding"),
        ('{"id": "x", "policy": NaN}', 23, "json.syntax"),
        ('{"id": "x", "policy": {}', 25, "json.syntax"),
        ("\ufeff{}", 1, "json.bom"),
        ('{"a":' * 5000, 166, "json.depth"),
    ],
)
def test_a_line_that_is_no_case_has_an_answer_and_the_next_is_read(line: str | bytes, column: int, code: str) -> None:
    first, second, third = checked(case(RIGHT, id="1"), line, case(RIGHT, id="3"))
    assert (second.id, second.valid) == (None, False)
    assert places(second) == [(2, column, code)]
    assert (first.id, third.id, first.valid, third.valid) == ("1", "3", True, True)


def test_keys_that_stand_twice_are_errors_wherever_they_stand() -> None:
    right = json.dumps(RIGHT)
    twice = [
        f'{{"id": "a", "policy": {right}, "policy": {right}}}',
        f'{{"id": "a", "policy": {json.dumps(right)}, "policy": {json.dumps(right)}}}',
        f'{{"id": "a", "policy": {right[:-1]}, "Version": "2012-10-17"}}}}',
        f'{{"id": "a", "policy": {json.dumps(right[:-1] + ", " + right[1:])}}}',
        f'{{"id": "a", "id": "a", "policy": {right}}}',
    ]
    for check in checked(*twice):
        assert not check.valid
        assert {d.code for d in check.errors} == {"json.duplicate-key"}


def test_a_policy_that_is_no_object_is_wrong_and_not_absent() -> None:
    for policy in ("null", "1", "[]", '""', '"not json"', '"[]"'):
        (check,) = checked(f'{{"id": "a", "policy": {policy}}}')
        assert (check.id, check.valid) == ("a", False)


def test_other_members_are_passed_over() -> None:
    found = checked(
        case(RIGHT, expect="valid", weight=1), case(RIGHT, note={"a": ["b"]}), case(json.dumps(RIGHT), n={})
    )
    assert [c.valid for c in found] == [True, True, True]


def test_a_million_lines_need_no_list_of_them() -> None:
    """Answers come while lines are still being written."""

    def endless() -> Iterator[bytes]:
        return (case(RIGHT, id=str(n)).encode() for n in itertools.count())

    lines: Iterable[bytes] = endless()
    assert [c.id for c in itertools.islice(check_policies(lines, kind=PolicyKind.IDENTITY), 3)] == ["0", "1", "2"]


@pytest.mark.parametrize("identifier", ["", "x", 7, -7, 10**18, 10**30, 1.5, True, False])
def test_an_id_is_given_back_as_it_is_and_its_line_can_be_written(identifier: str | float | bool) -> None:  # noqa: FBT001 - one of the forms of an id
    (check,) = checked(case(RIGHT, id=identifier))
    assert (check.id, type(check.id), check.valid) == (identifier, type(identifier), True)
    assert json.loads(checked_line(check))["id"] == identifier


def test_an_id_that_no_reader_of_json_could_take_is_given_back_as_text() -> None:
    for number in ("1" * 9999, "1e400"):
        (check,) = checked(f'{{"id": {number}, "policy": {json.dumps(RIGHT)}}}')
        assert (check.id, check.valid) == (number, True)
        assert json.loads(checked_line(check))["id"] == number


def test_lines_may_be_texts() -> None:
    found = list(check_policies([case(RIGHT), "\n", case(WRONG) + "\n"], kind=PolicyKind.IDENTITY))
    assert [(c.line, c.valid) for c in found] == [(1, True), (3, False)]
