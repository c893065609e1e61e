"""The estate under `examples/`, which the guide asks, gives the answers that the guide tells."""

from pathlib import Path

import pytest

from watchword.decision.analysis.account.abilities import told, what_can
from watchword.decision.analysis.account.facts import Stated
from watchword.decision.analysis.account.inquiry import Inquiry
from watchword.decision.analysis.account.phrases import summary
from watchword.decision.analysis.account.reader import Source, read_estate
from watchword.decision.analysis.escalation.search import find_escalations

_EXAMPLE = Path(__file__).parents[5] / "examples" / "estate"


def source(name: str) -> Source:
    return Source(name, (_EXAMPLE / name).read_bytes())


@pytest.fixture(scope="module")
def inquiry() -> Inquiry:
    estate = read_estate(
        [source("account.json")],
        resource_policies=[source("resource-policies.json")],
        organisation=source("organisation.json"),
    )
    assert not estate.problems
    return Inquiry(estate, stated=Stated(values={"aws:securetransport": "true"}))


def test_who_can(inquiry: Inquiry) -> None:
    found = inquiry.who_can("s3:PutObject", inquiry.target("arn:aws:s3:::harbour-ledger/trail/1"))
    assert {f.who.rpartition(":")[2]: f"{f.answer.truth.value} {summary(f.answer)}".strip() for f in found} == {
        "user/alice": "yes",
        "user/bob": "yes",
        "user/carol": "yes",
        "role/migrations": "yes",
        "root": "yes",
        "service cloudtrail.amazonaws.com": "if aws:SourceAccount is 111111111111",
    }


def test_what_can(inquiry: Inquiry) -> None:
    found = what_can(inquiry, inquiry.principal("bob")).abilities
    assert [(a.piece.action, told(a)) for a in found if a.piece.service == "s3"] == [
        (action, f"{action} on arn:aws:s3:::harbour-ledger/private/*")
        for action in ("s3:Get*", "s3:List*", "s3:PutObject")
    ]


def test_escalations(inquiry: Inquiry) -> None:
    found = find_escalations(inquiry)
    assert [(c.technique.id, c.grade.value, len(c.principals)) for c in found.causes] == [
        ("iam:CreateAccessKey", "critical", 1),
        ("iam:CreatePolicyVersion", "critical", 1),
        ("iam:PassRole+lambda:CreateFunction", "high", 3),
    ]
