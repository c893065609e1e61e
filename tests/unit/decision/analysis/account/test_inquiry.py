"""Who can: same account, other accounts, services, everyone; through which statements, under which conditions."""

from collections.abc import Sequence

import pytest

from support.estates import (
    ACCOUNT,
    ADMINISTRATOR,
    EVERYTHING,
    OTHER,
    ROOT,
    Json,
    allow,
    arn,
    deny,
    document,
    group,
    inquire,
    page,
    policy,
    role,
    scp,
    trusts,
    user,
)
from watchword.decision.analysis.account.facts import Stated
from watchword.decision.analysis.account.inquiry import Finding, Inquiry
from watchword.decision.analysis.account.phrases import summary, through
from watchword.decision.analysis.partial import Truth
from watchword.kernel.errors import InvalidInputError, NotFoundError

BUCKET = "arn:aws:s3:::ledger"
OBJECT = f"{BUCKET}/2026"
GET = "s3:GetObject"
THIRD = "333333333333"


def who(inquiry: Inquiry, action: str = GET, resource: str = OBJECT, account: str = ACCOUNT) -> dict[str, str]:
    """Names, and what is said of them. Root users, who may nearly always, are left out."""
    return {
        short(f): f.answer.truth.value + (f" {summary(f.answer)}" if f.answer.truth is Truth.IF else "")
        for f in found(inquiry, action, resource, account)
        if f.kind != "root"
    }


def found(inquiry: Inquiry, action: str = GET, resource: str = OBJECT, account: str = ACCOUNT) -> Sequence[Finding]:
    return inquiry.who_can(action, inquiry.target(resource, account="" if resource == "*" else account, action=action))


def short(finding: Finding) -> str:
    return finding.who.rpartition("/")[2] if finding.kind != "outsider" else finding.who


def on_bucket(*statements: Json, account: str = ACCOUNT) -> list[dict[str, Json]]:
    return [{"arn": BUCKET, "policy": document(*statements), "account": account}]


def lets(principal: Json, action: str = GET, **more: Json) -> dict[str, Json]:
    return {**allow(action, f"{BUCKET}/*", **more), "Principal": principal}


def test_identity_policies_groups_and_managed_policies_grant() -> None:
    inquiry = inquire(
        page(
            users=[
                user("own", allow(GET, OBJECT)),
                user("grouped", groups=["ops"]),
                user("attached", attached=[ADMINISTRATOR]),
                user("other", allow(GET, "arn:aws:s3:::elsewhere/*")),
                user("nothing"),
            ],
            groups=[group("ops", allow("s3:Get*", f"{BUCKET}/*"))],
            roles=[role("reader", allow("s3:*"), trust=trusts({"AWS": ROOT}))],
        )
    )
    assert who(inquiry) == {"own": "yes", "grouped": "yes", "attached": "yes", "reader": "yes"}
    statements = {short(f): through(f.answer) for f in found(inquiry)}
    assert statements["grouped"] == ["group/ops/own#0"]
    assert statements["attached"] == ["AdministratorAccess#0"]
    assert statements[ROOT] == ["account-root#FullAccess"]


def test_denies_boundaries_and_every_level_of_the_organisation_take() -> None:
    inquiry = inquire(
        page(
            users=[
                user("denied", allow("s3:*"), deny("s3:Get*", f"{BUCKET}/*")),
                user("bounded", allow("s3:*"), boundary=arn("policy", "ec2")),
                user("within", allow("s3:*"), boundary=arn("policy", "s3")),
            ],
            policies=[policy("ec2", document(allow("ec2:*"))), policy("s3", document(allow("s3:Get*")))],
        )
    )
    assert who(inquiry) == {"within": "yes"}
    shut = inquire(page(users=[user("a", allow("s3:*"))]), organisation=scp(document(allow("ec2:*"))))
    assert not found(shut)
    open_ = inquire(page(users=[user("a", allow("s3:*"))]), organisation=scp(EVERYTHING))
    assert who(open_) == {"a": "yes"}
    forbidden: Json = {"rcp": [{"level": 0, "docs": [document({**deny("s3:*"), "Principal": "*"})]}]}
    assert not found(inquire(page(users=[user("a", allow("s3:*"))]), organisation=forbidden))


def test_the_management_account_and_service_linked_roles_are_not_limited() -> None:
    nothing = {**scp(document(deny("s3:*"))), "management_account": ACCOUNT}
    assert who(inquire(page(users=[user("a", allow("s3:*"))]), organisation=nothing)) == {"a": "yes"}
    linked = role("aws-service-role/x.amazonaws.com/AWSServiceRoleForX", allow("s3:*"), trust=trusts({"AWS": ROOT}))
    assert who(inquire(page(roles=[linked]), organisation=scp(document(deny("s3:*"))))) == {"AWSServiceRoleForX": "yes"}


def test_conditions_that_follow_from_the_principal_are_decided_and_others_remain() -> None:
    by_tag: Json = {"StringEquals": {"aws:PrincipalTag/team": "blue"}}
    office: Json = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    inquiry = inquire(
        page(
            users=[
                user("blue", allow(GET, "*", Condition=by_tag), tags={"Team": "blue"}),
                user("red", allow(GET, "*", Condition=by_tag), tags={"team": "red"}),
                user("bare", allow(GET, "*", Condition=by_tag)),
                user("office", allow(GET, "*", Condition=office)),
                user("home", allow(GET, f"{BUCKET}/${{aws:username}}")),
            ]
        )
    )
    assert who(inquiry) == {"blue": "yes", "office": "if aws:SourceIp is in 203.0.113.0/24"}
    assert who(inquiry, resource=f"{BUCKET}/home")["home"] == "yes"
    stated = Inquiry(inquiry.estate, stated=Stated(values={"aws:sourceip": "198.51.100.1"}))
    assert who(stated) == {"blue": "yes"}


def test_the_tags_of_a_role_are_those_of_its_sessions_unless_tags_may_be_handed_over() -> None:
    by_tag: Json = {"StringEquals": {"aws:PrincipalTag/team": "blue"}}
    inquiry = inquire(
        page(
            roles=[
                role("fixed", allow(GET, "*", Condition=by_tag), trust=trusts({"AWS": ROOT}), tags={"team": "blue"}),
                role("other", allow(GET, "*", Condition=by_tag), trust=trusts({"AWS": ROOT}), tags={"team": "red"}),
                role(
                    "open",
                    allow(GET, "*", Condition=by_tag),
                    trust=trusts({"AWS": ROOT}, ["sts:AssumeRole", "sts:TagSession"]),
                    tags={"team": "red"},
                ),
            ]
        )
    )
    assert who(inquiry) == {"fixed": "yes", "open": "if aws:PrincipalTag/team is blue"}


def test_two_tags_that_differ_by_case_alone_are_either() -> None:
    by_tag: Json = {"StringEquals": {"aws:PrincipalTag/team": "blue"}}
    inquiry = inquire(page(users=[user("a", allow(GET, "*", Condition=by_tag), tags={"Team": "blue", "team": "red"})]))
    assert who(inquiry) == {"a": "if aws:PrincipalTag/team is blue"}


def test_a_resource_policy_grants_to_whom_it_names_and_takes_from_everybody() -> None:
    inquiry = inquire(
        page(users=[user("named"), user("able", allow("s3:*")), user("other")]),
        resources=on_bucket(lets({"AWS": [arn("user", "named"), ROOT]})),
    )
    assert who(inquiry) == {"named": "yes", "able": "yes"}
    secure: Json = {"Bool": {"aws:SecureTransport": "false"}}
    shut = {**deny("s3:*", f"{BUCKET}/*", Condition=secure), "Principal": "*"}
    inquiry = inquire(page(users=[user("able", allow("s3:*"))]), resources=on_bucket(shut))
    assert who(inquiry) == {"able": "if aws:SecureTransport is not false, or absent"}


def test_outsiders_are_those_whom_the_resource_names() -> None:
    inquiry = inquire(
        page(),
        resources=on_bucket(
            lets({"AWS": [OTHER, arn("role", "reader", THIRD)]}),
            lets({"Service": "cloudtrail.amazonaws.com"}, Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}}),
            lets({"Federated": "idp.example.com"}),
            lets({"CanonicalUser": "a" * 64}),
            lets({"AWS": "AIDAQWERTYUIOPASDFGH"}),
        ),
    )
    assert who(inquiry) == {
        f"account {OTHER}": "yes",
        arn("role", "reader", THIRD): "yes",
        "service cloudtrail.amazonaws.com": f"if aws:SourceAccount is {ACCOUNT}",
        "federated idp.example.com": "yes",
        "a" * 64: "unknown",
    }
    notes = {f.who: f.note for f in found(inquiry)}
    assert notes[f"account {OTHER}"] == "where its own account allows it"


def test_a_resource_open_to_everyone_is_open_to_those_without_a_name() -> None:
    inquiry = inquire(page(users=[user("a")]), resources=on_bucket(lets("*")))
    assert who(inquiry) == {"a": "yes", "anyone, without signing in": "yes", "any AWS principal, of any account": "yes"}
    ours: Json = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}
    inquiry = inquire(
        page(users=[user("a")]), resources=on_bucket(lets("*", Condition=ours)), organisation={"id": "o-1"}
    )
    assert who(inquiry) == {"a": "yes", "any AWS principal, of any account": "if aws:PrincipalOrgID is o-1"}
    not_named = {**allow(GET, f"{BUCKET}/*"), "NotPrincipal": {"AWS": arn("user", "a")}}
    inquiry = inquire(page(users=[user("a"), user("b")]), resources=on_bucket(not_named))
    assert set(who(inquiry)) == {"b", "anyone, without signing in", "any AWS principal, of any account"}


def test_a_bucket_that_blocks_public_access_is_not_open_to_everyone() -> None:
    blocked = [{**on_bucket(lets("*"))[0], "public_access_blocked": True}]
    assert who(inquire(page(users=[user("a")]), resources=blocked)) == {"a": "yes"}
    named = [{**on_bucket(lets({"AWS": OTHER}))[0], "public_access_blocked": True}]
    assert who(inquire(page(), resources=named)) == {f"account {OTHER}": "yes"}


def test_a_principal_that_is_named_and_not_held_is_unknown() -> None:
    inquiry = inquire(page(users=[user("a")]), resources=on_bucket(lets({"AWS": arn("user", "left")})))
    assert who(inquiry) == {arn("user", "left"): "unknown"}


def test_across_accounts_both_sides_must_allow() -> None:
    users = [user("able", allow("s3:*"), account=OTHER), user("unable", account=OTHER)]
    inquiry = inquire(page(users=[user("a")]), page(users=users), resources=on_bucket(lets({"AWS": OTHER})))
    assert who(inquiry) == {"able": "yes"}
    silent = inquire(page(users=[user("a")]), page(users=users))
    assert who(silent) == {"able": "unknown"}
    told = inquire(page(users=[user("a")]), page(users=users), resources=[{"arn": BUCKET, "policy": None}])
    assert who(told) == {}


def test_nobody_changes_principals_of_another_account() -> None:
    inquiry = inquire(page(users=[user("a")]), page(users=[user("b", allow("iam:*"), account=OTHER)]))
    assert who(inquiry, "iam:PutUserPolicy", arn("user", "a")) == {}


def test_the_policies_of_aws_are_in_every_account() -> None:
    inquiry = inquire(page(users=[user("a", allow("iam:GetPolicy"))]))
    assert inquiry.target(ADMINISTRATOR).account == ACCOUNT


def test_a_key_whose_policy_was_not_given_is_nobodys_no() -> None:
    key = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/1"
    inquiry = inquire(page(users=[user("a", allow("kms:*"))]))
    assert who(inquiry, "kms:Decrypt", key) == {"a": "unknown", "outsiders whom that policy names": "unknown"}
    given: Json = {key: document({**allow("kms:*"), "Principal": {"AWS": ROOT}})}
    assert who(inquire(page(users=[user("a", allow("kms:*")), user("b")]), resources=given), "kms:Decrypt", key) == {
        "a": "yes"
    }


def test_trust_policies_decide_who_may_assume() -> None:
    mfa: Json = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    inquiry = inquire(
        page(
            users=[user("able", allow("sts:AssumeRole")), user("named"), user("other", allow("s3:*"))],
            roles=[
                role("by-account", trust=trusts({"AWS": ROOT}, Condition=mfa)),
                role("by-name", trust=trusts({"AWS": arn("user", "named")})),
                role("by-service", trust=trusts({"Service": "ec2.amazonaws.com"})),
            ],
        )
    )
    assert who(inquiry, "sts:AssumeRole", "by-account") == {"able": "if aws:MultiFactorAuthPresent is true"}
    assert who(inquiry, "sts:AssumeRole", "by-name") == {"named": "yes"}
    assert who(inquiry, "sts:AssumeRole", "by-service") == {"service ec2.amazonaws.com": "yes"}
    # A trust policy may name anybody.
    assert set(who(inquiry, "sts:AssumeRole", arn("role", "gone")).values()) == {"unknown"}


def test_a_provider_is_that_of_sessions_made_by_way_of_one() -> None:
    provider = arn("oidc-provider", "idp.example.com")
    web = trusts({"Federated": provider}, "sts:AssumeRoleWithWebIdentity")
    only: Json = {"StringEquals": {"aws:FederatedProvider": provider}}
    inquiry = inquire(
        page(
            users=[user("a", allow(GET, "*", Condition=only))],
            roles=[
                role("web", allow(GET, "*", Condition=only), trust=web),
                role("plain", allow(GET, "*", Condition=only), trust=trusts({"AWS": ROOT})),
            ],
        )
    )
    assert who(inquiry) == {"web": f"if aws:FederatedProvider is {provider}"}
    assert who(inquiry, "sts:AssumeRoleWithWebIdentity", "web")[f"federated {provider}"] == "yes"


def test_the_tags_and_boundaries_of_roles_and_users_are_known_as_resources() -> None:
    mine: Json = {"StringEquals": {"aws:ResourceTag/owner": "${aws:username}"}}
    bound: Json = {"StringEquals": {"iam:PermissionsBoundary": arn("policy", "edge")}}
    inquiry = inquire(
        page(
            users=[
                user("a", allow("iam:*", "*", Condition=mine)),
                user("b", allow("iam:*", "*", Condition=bound)),
                user("target", tags={"owner": "a"}, boundary=arn("policy", "edge")),
                user("free", tags={"owner": "b"}),
            ],
            policies=[policy("edge", EVERYTHING)],
        )
    )
    assert set(who(inquiry, "iam:PutUserPolicy", "target")) == {"a", "b"}
    assert set(who(inquiry, "iam:PutUserPolicy", "free")) == set()
    # Here the key is the boundary that is asked for, which nobody knows.
    assert who(inquiry, "iam:PutUserPermissionsBoundary", "free")["b"].startswith("if iam:PermissionsBoundary is")


def test_an_unreadable_document_makes_whoever_has_it_unknown_where_it_matters() -> None:
    torn: Json = {**user("torn", allow(GET)), "UserPolicyList": [{"PolicyName": "x", "PolicyDocument": {"Version": 1}}]}
    inquiry = inquire(page(users=[torn, user("fine", allow(GET)), user("none")]))
    assert who(inquiry) == {"torn": "unknown", "fine": "yes"}
    answer = next(f.answer for f in found(inquiry) if short(f) == "torn")
    assert summary(answer).startswith("page0.json: .UserDetailList[0].UserPolicyList[0].PolicyDocument: ")
    shut = inquire(page(users=[torn]), organisation=scp(document(deny("s3:*"))))
    assert who(shut) == {}


def test_an_unreadable_resource_policy_makes_everybody_unknown_who_is_not_denied() -> None:
    broken: Json = [{"arn": BUCKET, "policy": {"Version": "2012-10-17"}}]
    inquiry = inquire(page(users=[user("a", allow(GET)), user("b"), user("c", deny("s3:*"))]), resources=broken)
    assert who(inquiry) == {"a": "unknown", "b": "unknown", "outsiders whom that policy names": "unknown"}


def test_an_action_with_wildcards_is_asked_by_the_patterns_that_policies_have() -> None:
    inquiry = inquire(
        page(
            users=[
                user("all", allow("s3:*"), deny("s3:Delete*")),
                user("reader", allow(["s3:Get*", "s3:PutObject"])),
                user("other", allow("ec2:*")),
                user("rest", {"Effect": "Allow", "NotAction": "s3:Get*", "Resource": "*"}),
            ]
        )
    )
    asked = [(f.action, short(f)) for f in found(inquiry, "s3:*") if f.kind != "root"]
    assert asked == [
        ("s3:*", "all"),
        ("s3:*", "rest"),
        ("s3:Delete*", "rest"),
        ("s3:Get*", "all"),
        ("s3:Get*", "reader"),
        ("s3:PutObject", "all"),
        ("s3:PutObject", "reader"),
        ("s3:PutObject", "rest"),
    ]
    assert {f.action for f in found(inquiry, "s3:*Object")} == {
        "s3:*Object",
        "s3:Delete* and s3:*Object",
        "s3:Get* and s3:*Object",
        "s3:PutObject",
    }


def test_an_action_that_falls_into_too_many_parts_is_refused() -> None:
    inquiry = inquire(page(users=[user("a", allow([f"s3:Do{n}" for n in range(300)]))]))
    with pytest.raises(InvalidInputError, match=r"falls into 30[01] parts"):
        found(inquiry, "s3:*")


def test_who_may_become_those_who_may() -> None:
    inquiry = inquire(
        page(
            users=[user("a", allow("sts:AssumeRole", arn("role", "first"))), user("b")],
            roles=[
                role("first", allow("sts:AssumeRole"), trust=trusts({"AWS": ROOT})),
                role("second", allow("s3:*"), trust=trusts({"AWS": arn("role", "first")})),
                role("lambda", allow("s3:*"), trust=trusts({"Service": "lambda.amazonaws.com"})),
            ],
        )
    )
    chains, whole = inquiry.become([arn("role", "second"), arn("role", "lambda")])
    assert whole
    named = [[c.rpartition("/")[2] for c in chain.chain] for chain in chains]
    assert ["first", "second"] in named
    assert ["a", "first", "second"] in named
    assert ["service lambda.amazonaws.com", "lambda"] in named
    assert not any("b" in chain for chain in named)
    forward, whole = inquiry.becomes(inquiry.principal("a"))
    assert whole
    assert [[c.rpartition("/")[2] for c in chain.chain] for chain in forward] == [
        ["a", "first"],
        ["a", "first", "second"],
    ]


def test_names_stand_for_arns_where_they_are_one() -> None:
    inquiry = inquire(
        page(
            users=[user("a"), user("same")],
            roles=[role("same", trust=trusts({"AWS": ROOT})), role("deploy", trust=trusts({"AWS": ROOT}))],
            groups=[group("ops")],
            policies=[policy("deploy", EVERYTHING)],
        ),
        resources={BUCKET: None},
    )
    assert inquiry.principal("a").arn == arn("user", "a")
    assert inquiry.target("ops").arn == arn("group", "ops")
    assert inquiry.target("ledger").arn == BUCKET
    assert inquiry.target("deploy", action="sts:AssumeRole").arn == arn("role", "deploy")
    assert inquiry.target("*").arn == "*"
    with pytest.raises(InvalidInputError, match="several resources"):
        inquiry.target("deploy", action="iam:GetPolicy")
    with pytest.raises(InvalidInputError, match="several principals"):
        inquiry.principal("same")
    with pytest.raises(NotFoundError):
        inquiry.principal("nobody")
    with pytest.raises(NotFoundError):
        inquiry.target("nothing")


def test_whose_a_resource_is_must_be_said_where_several_could_own_it() -> None:
    inquiry = inquire(page(users=[user("a")]), page(users=[user("b", account=OTHER)]))
    with pytest.raises(InvalidInputError, match="does not say whose"):
        inquiry.target(OBJECT)
    assert inquiry.target(OBJECT, account=OTHER).account == OTHER
    assert inquiry.target(arn("role", "x", OTHER)).account == OTHER


def test_an_action_without_resources_is_asked_about_the_star() -> None:
    inquiry = inquire(page(users=[user("all", allow("s3:*")), user("some", allow("s3:*", f"{BUCKET}/*"))]))
    assert who(inquiry, "s3:ListAllMyBuckets", "*") == {"all": "yes"}
