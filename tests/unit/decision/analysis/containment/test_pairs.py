"""Pairs by the line: each is answered, the bad ones with what is wrong with them."""

import json
from collections.abc import Iterator

from watchword.decision.analysis.containment import Answer, contain_pairs
from watchword.decision.language import PolicyKind

GET = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}
ALL = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}


def line(**members: object) -> bytes:
    return json.dumps(members).encode() + b"\n"


def test_each_line_is_answered_in_its_order() -> None:
    lines = [
        line(id="x", policies=[GET, ALL]),
        b"\n",
        line(id=7, policies=[json.dumps(ALL), GET]),
        line(policies=[GET, GET]),
    ]
    found = list(contain_pairs(lines))
    assert [(o.line, o.id) for o in found] == [(1, "x"), (3, 7), (4, None)]
    answers = [(o.equivalence.a_within_b.answer, o.equivalence.b_within_a.answer) for o in found if o.equivalence]
    assert answers == [(Answer.YES, Answer.NO), (Answer.NO, Answer.YES), (Answer.YES, Answer.YES)]


def test_a_bad_line_says_what_is_wrong_and_stops_nobody() -> None:
    bad = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3", "Resource": "*"}}
    lines = [
        b"{]\n",
        b"[]\n",
        line(id="no policies"),
        line(id="one", policies=[GET]),
        line(id="kind", policies=[GET, ALL], kind="group"),
        line(id="both", policies=[bad, bad]),
        b'{"id": "twice", "id": "twice", "policies": []}\n',
        line(id="well", policies=[GET, ALL], note="mine"),
        line(id=["list"], policies=[GET, ALL]),
    ]
    found = list(contain_pairs(lines))
    assert [bool(o.errors) for o in found] == [True] * 7 + [False, True]
    assert all(e.line == o.line for o in found for e in o.errors)
    assert {e.document for e in found[5].errors} == {"a", "b"}
    assert found[7].unknown == ("note",)


def test_a_line_may_say_its_kind_and_the_call_says_that_of_the_others() -> None:
    open_to_all = {**ALL, "Statement": {**ALL["Statement"], "Principal": "*"}}  # type: ignore[dict-item]
    lines = [line(policies=[open_to_all, open_to_all]), line(kind="identity", policies=[GET, ALL])]
    assert [o.errors for o in contain_pairs(lines, kind=PolicyKind.RESOURCE)] == [(), ()]


def test_a_stream_is_read_as_it_is_answered() -> None:
    read: list[int] = []

    def lines() -> Iterator[bytes]:
        for number in range(3):
            read.append(number)
            yield line(id=number, policies=[GET, ALL])

    answers = contain_pairs(lines())
    next(answers)
    assert read == [0]


def test_ids_are_given_back_as_they_are() -> None:
    ids: list[object] = ["", "7", 7, 10**30, 1.5, True, None]
    found = [o.id for o in contain_pairs(line(id=i, policies=[GET, ALL]) for i in ids)]
    assert [(i, type(i)) for i in found] == [(i, type(i)) for i in ids]
    (far,) = contain_pairs([line(id="ID", policies=[GET, ALL]).replace(b'"ID"', b"1" * 5000)])
    assert far.id == "1" * 5000


def test_lines_may_be_texts() -> None:
    assert [o.id for o in contain_pairs([line(id=1, policies=[GET, ALL]).decode()])] == [1]
