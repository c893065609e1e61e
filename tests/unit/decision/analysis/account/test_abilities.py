"""What can: patterns as written, cut by what must consent, with what is denied inside them."""

from support.estates import (
    ACCOUNT,
    EVERYTHING,
    ROOT,
    Json,
    allow,
    arn,
    deny,
    document,
    inquire,
    page,
    policy,
    role,
    scp,
    trusts,
    user,
)
from watchword.decision.analysis.account.abilities import told, what_can
from watchword.decision.analysis.account.inquiry import Inquiry
from watchword.decision.analysis.account.phrases import summary
from watchword.decision.analysis.partial import Truth

BUCKET = "arn:aws:s3:::ledger"


def can(inquiry: Inquiry, name: str = "a") -> dict[tuple[str, str], str]:
    found = what_can(inquiry, inquiry.principal(name))
    assert found.complete
    return {
        (a.piece.action, a.piece.resource): f"{a.answer.truth.value} {summary(a.answer)}".strip()
        for a in found.abilities
    }


def exceptions(inquiry: Inquiry, name: str = "a") -> list[str]:
    return [told(a) for a in what_can(inquiry, inquiry.principal(name)).abilities]


def test_what_is_allowed_is_listed_as_it_is_written() -> None:
    inquiry = inquire(page(users=[user("a", allow(["s3:Get*", "sqs:SendMessage"], ["*", f"{BUCKET}/*"]))]))
    # The narrower resource says nothing that the star does not.
    assert can(inquiry) == {("s3:Get*", "*"): "yes", ("sqs:SendMessage", "*"): "yes"}


def test_nothing_is_nothing() -> None:
    assert can(inquire(page(users=[user("a")]))) == {}
    assert can(inquire(page(users=[user("a", allow("s3:*"), deny("*"))]))) == {}


def test_the_root_user_can_everything() -> None:
    inquiry = inquire(page(users=[user("b")]), organisation=scp(EVERYTHING, document(deny("iam:*"))))
    found = what_can(inquiry, inquiry.principal(ROOT))
    assert [(a.piece.action, told(a)) for a in found.abilities] == [("*", "iam:* on *")]


def test_a_deny_inside_is_an_exception_and_one_elsewhere_is_not() -> None:
    inquiry = inquire(
        page(users=[user("a", allow("s3:*", f"{BUCKET}/*"), deny("s3:Get*", f"{BUCKET}/private/*"), deny("ec2:*"))])
    )
    assert exceptions(inquiry) == [f"s3:Get* on {BUCKET}/private/*"]


def test_a_deny_with_conditions_is_an_exception_with_conditions() -> None:
    mfa: Json = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    inquiry = inquire(page(users=[user("a", allow("s3:*"), deny("s3:Delete*", Condition=mfa))]))
    assert exceptions(inquiry) == ["s3:Delete* on *: if aws:MultiFactorAuthPresent is not false, and present"]


def test_a_boundary_and_the_organisation_cut_what_is_allowed() -> None:
    inquiry = inquire(
        page(
            users=[user("a", allow("*"), boundary=arn("policy", "edge"))],
            policies=[policy("edge", document(allow(["s3:*", "ec2:Describe*"])))],
        ),
        organisation=scp(document(allow("s3:Get*", f"{BUCKET}/*"), allow("ec2:*"))),
    )
    assert can(inquiry) == {("s3:Get*", f"{BUCKET}/*"): "yes", ("ec2:Describe*", "*"): "yes"}


def test_patterns_that_meet_in_a_part_are_written_as_both() -> None:
    inquiry = inquire(
        page(
            users=[user("a", allow("s3:Get*"), boundary=arn("policy", "edge"))],
            policies=[policy("edge", document(allow("s3:*Object")))],
        )
    )
    assert can(inquiry) == {("s3:Get* ∩ s3:*Object", "*"): "yes"}


def test_what_a_deny_of_all_but_some_spares_is_listed() -> None:
    region: Json = {"StringNotEquals": {"aws:RequestedRegion": "eu-central-1"}}
    lock: Json = {"Effect": "Deny", "NotAction": ["iam:*"], "Resource": "*", "Condition": region}
    inquiry = inquire(page(users=[user("a", allow("*"))]), organisation=scp(document(allow("*"), lock)))
    assert can(inquiry) == {("*", "*"): "if aws:RequestedRegion is eu-central-1", ("iam:*", "*"): "yes"}
    hard: Json = {"Effect": "Deny", "NotAction": ["iam:*"], "Resource": "*"}
    assert can(inquire(page(users=[user("a", allow("*"), hard)]))) == {("iam:*", "*"): "yes"}
    only: Json = {"Effect": "Deny", "Action": "*", "NotResource": f"{BUCKET}/*"}
    assert can(inquire(page(users=[user("a", allow("s3:*"), only)]))) == {("s3:*", f"{BUCKET}/*"): "yes"}


def test_allow_of_all_but_some_leaves_them_out() -> None:
    power: Json = {"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}
    inquiry = inquire(page(users=[user("a", power)]))
    assert can(inquiry) == {("*", "*"): "yes"}
    assert exceptions(inquiry) == ["iam:* on *"]
    both = inquire(page(users=[user("a", power, allow("iam:Get*"))]))
    assert can(both) == {("*", "*"): "yes", ("iam:Get*", "*"): "yes"}


def test_variables_are_filled_in_where_they_are_known() -> None:
    home = f"{BUCKET}/${{aws:username}}/*"
    tagged = f"{BUCKET}/${{aws:PrincipalTag/team}}/*"
    region = f"{BUCKET}/${{aws:RequestedRegion}}/*"
    inquiry = inquire(page(users=[user("a", allow("s3:GetObject", [home, tagged, region]), tags={"team": "blue"})]))
    answers = can(inquiry)
    assert answers[("s3:GetObject", f"{BUCKET}/a/*")] == "yes"
    assert answers[("s3:GetObject", f"{BUCKET}/blue/*")] == "yes"
    assert answers[("s3:GetObject", f"{BUCKET}/*/*")].startswith("if the resource is one of")


def test_resource_policies_that_name_the_principal_count() -> None:
    named: Json = {**allow("s3:GetObject", f"{BUCKET}/*"), "Principal": {"AWS": arn("user", "a")}}
    inquiry = inquire(
        page(users=[user("a"), user("b")]),
        resources=[{"arn": BUCKET, "policy": document(named), "account": ACCOUNT}],
    )
    assert can(inquiry) == {("s3:GetObject", f"{BUCKET}/*"): "yes"}
    assert can(inquiry, "b") == {}


def test_what_cannot_be_read_may_be_anything() -> None:
    torn: Json = {**user("a"), "UserPolicyList": [{"PolicyName": "x", "PolicyDocument": {}}]}
    inquiry = inquire(page(users=[torn]), organisation=scp(document(allow("s3:*"))))
    found = what_can(inquiry, inquiry.principal("a"))
    assert [(a.piece.action, a.answer.truth) for a in found.abilities] == [("s3:*", Truth.UNKNOWN)]


def test_a_role_that_may_be_assumed_is_an_ability_under_its_trust() -> None:
    mfa: Json = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    inquiry = inquire(
        page(
            users=[user("a", allow("sts:AssumeRole", arn("role", "r")))],
            roles=[role("r", trust=trusts({"AWS": ROOT}, Condition=mfa))],
        )
    )
    assert can(inquiry) == {("sts:AssumeRole", arn("role", "r")): "if aws:MultiFactorAuthPresent is true"}


def test_whom_a_trust_policy_names_may_assume_the_role_with_no_policy_of_its_own() -> None:
    named = role("r", trust=trusts({"AWS": arn("user", "a")}))
    torn = role("torn", trust="{")
    inquiry = inquire(page(users=[user("a"), user("b")], roles=[named]))
    assert can(inquiry) == {("sts:AssumeRole", arn("role", "r")): "yes"}
    assert can(inquiry, "b") == {}
    inquiry = inquire(page(users=[user("b")], roles=[torn]))
    assert [a.split()[0] for a in can(inquiry, "b").values()] == ["unknown"]


def test_more_than_can_be_listed_is_said_to_be() -> None:
    statement = allow([f"s3:Do{n}" for n in range(50)], [f"{BUCKET}/{n}" for n in range(50)])
    inquiry = inquire(page(users=[user("a", statement)]))
    found = what_can(inquiry, inquiry.principal("a"))
    assert not found.complete
    assert found.abilities


def test_policies_made_to_be_slow_are_answered_in_part_and_said_to_be() -> None:
    """Patterns that all meet, each with as many exceptions."""
    letters = "abcdefgh"
    patterns = [f"s3:*{letters[n % 8]}*{letters[n // 8]}*" for n in range(60)]
    statements = [allow(p) for p in patterns] + [deny(f"{p}z") for p in patterns]
    inquiry = inquire(page(users=[user("a", *statements)]))
    found = what_can(inquiry, inquiry.principal("a"), looks=20_000)
    assert not found.complete
    assert len(found.abilities) < len(patterns)
