"""What an ability means in the catalogue's actions: by level, with the resources that fit, and without what is denied."""

from support.catalogues import catalogue
from support.estates import Json, allow, deny, inquire, page, user
from watchword.decision.analysis.account.abilities import what_can
from watchword.decision.analysis.account.expansion import ExpandedAction, Expansion, levels
from watchword.decision.analysis.catalogue import AccessLevel

OBJECTS = "arn:aws:s3:::ledger/*"


def expanded(*documents: Json) -> dict[str, ExpandedAction]:
    inquiry = inquire(page(users=[user("a", *documents)]))
    found = what_can(inquiry, inquiry.principal("a"))
    expansion = Expansion(catalogue())
    actions = {e.action.full_name: e for ability in found.abilities for e in expansion.expand(ability)}
    assert expansion.complete
    return actions


def test_a_wildcard_stands_for_the_actions_that_take_the_resource() -> None:
    actions = expanded(allow("s3:*", OBJECTS))
    assert actions["s3:GetObject"].types == ("object",)
    assert "s3:CreateBucket" not in actions
    assert "s3:ListAllMyBuckets" not in actions
    assert {"s3:CreateBucket", "s3:ListAllMyBuckets"} <= expanded(allow("s3:*", "*")).keys()


def test_what_is_denied_on_all_is_left_out_and_what_is_denied_on_some_is_there_in_part() -> None:
    actions = expanded(allow("s3:*Object", OBJECTS), deny("s3:DeleteObject", "*"), deny("s3:PutObject", f"{OBJECTS}/x"))
    assert "s3:DeleteObject" not in actions
    assert actions["s3:PutObject"].partly
    assert not actions["s3:GetObject"].partly


def test_actions_are_counted_by_access_level() -> None:
    inquiry = inquire(page(users=[user("a", allow(["sts:GetCallerIdentity", "sts:TagSession"], "*"))]))
    found = what_can(inquiry, inquiry.principal("a")).abilities
    expansion = Expansion(catalogue())
    counts = levels([(a.piece.service, expansion.expand(a)) for a in found], catalogue())
    assert counts.keys() == {"sts"}
    assert counts["sts"][AccessLevel.READ].may == 1
    assert counts["sts"][AccessLevel.TAGGING].may == 1
    assert counts["sts"][AccessLevel.READ].known > 1
    assert counts["sts"][AccessLevel.WRITE].may == 0
