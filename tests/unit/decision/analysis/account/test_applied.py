"""A principal's real policies, for use to be judged by: all of them or none."""

import pytest

from support.estates import ACCOUNT, ROOT, Json, allow, arn, deny, document, group, inquire, page, policy, scp, user
from watchword.decision.analysis.account.applied import Applied
from watchword.decision.engine import Request, Result, decide
from watchword.decision.language import PolicyDocument
from watchword.kernel.arn import Arn
from watchword.kernel.errors import InvalidInputError, NotFoundError
from watchword.kernel.principals import Principal, PrincipalKind

OBJECT = "arn:aws:s3:::ledger/a"
LIMIT = arn("policy", "limit")


def applied(body: Json, name: str = "a", *, resources: Json | None = None, organisation: Json | None = None) -> Applied:
    inquiry = inquire(body, resources=resources, organisation=organisation)
    return Applied(inquiry.estate, inquiry.principal(name))


def asked(found: Applied, action: str = "s3:GetObject", identity: tuple[PolicyDocument, ...] | None = None) -> Result:
    principal = Principal(kind=PrincipalKind.WORKLOAD, arn=Arn.parse(found.arn))
    request = Request(
        principal=principal, action=action, resource=OBJECT, context={}, account=ACCOUNT, resource_account=ACCOUNT
    )
    return decide(request, found.policies_for(identity)(principal, OBJECT)).result


STAFF = page(
    users=[user("a", allow("sqs:*"), groups=["staff"], boundary=LIMIT), user("b", groups=["staff"])],
    groups=[group("staff", allow("s3:*"))],
    policies=[policy("limit", document(allow(["s3:Get*", "sqs:*"])))],
)


def test_everything_that_the_estate_holds_has_its_say() -> None:
    assert asked(applied(STAFF)) is Result.ALLOWED
    assert asked(applied(STAFF), "s3:PutObject") is Result.IMPLICITLY_DENIED  # the boundary
    assert asked(applied(STAFF, organisation=scp(document(allow("*"), deny("s3:*"))))) is Result.EXPLICITLY_DENIED
    shut: Json = {"arn:aws:s3:::ledger": document({**deny("s3:*"), "Principal": "*"})}
    assert asked(applied(STAFF, resources=shut)) is Result.EXPLICITLY_DENIED


def test_other_identity_policies_in_place_of_its_own() -> None:
    found = applied(STAFF)
    own = found.documents("own")
    assert [d.name for d in own] == ["user/a/own", "group/staff/own"]
    assert asked(found, identity=own[:1]) is Result.IMPLICITLY_DENIED


def test_what_others_have_too_is_told() -> None:
    found = applied(STAFF)
    assert found.shared(found.documents()) == ("group/staff/own",)


def test_a_policy_is_found_by_its_name() -> None:
    assert [d.name for d in applied(STAFF).documents("user/a/own")] == ["user/a/own"]
    with pytest.raises(NotFoundError, match="has no policy other"):
        applied(STAFF).documents("other")


def test_what_cannot_be_read_is_no_answer() -> None:
    torn = page(users=[user("a", {"Effect": "allow", "Action": "s3:*", "Resource": "*"})])
    with pytest.raises(InvalidInputError) as caught:
        applied(torn).documents()
    assert caught.value.code == "estate.unreadable"
    missing = page(users=[user("a", allow("s3:*"), boundary=arn("policy", "gone"))])
    with pytest.raises(InvalidInputError) as caught:
        applied(missing).policies_for()
    assert caught.value.code == "estate.unreadable"


def test_nobody_without_policies_and_no_root_user() -> None:
    with pytest.raises(InvalidInputError) as caught:
        applied(page(users=[user("a")])).documents()
    assert caught.value.code == "estate.none"
    with pytest.raises(InvalidInputError) as caught:
        applied(STAFF, ROOT)
    assert caught.value.code == "estate.root"
