"""Escalations with known answers: each technique's classic, and what comes near and is stopped."""

from collections.abc import Sequence

import pytest

from support.estates import (
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
from watchword.decision.analysis.escalation.model import ADMIN, Escalations, Grade
from watchword.decision.analysis.escalation.search import find_escalations
from watchword.decision.analysis.escalation.techniques import TECHNIQUES, Move, Technique

MALLORY = arn("user", "mallory")
BOSS = user("boss", attached=[ADMINISTRATOR])
LAMBDA_ADMIN = role("power", trust=trusts({"Service": "lambda.amazonaws.com"}), attached=[ADMINISTRATOR])
OWN = arn("policy", "own")


def search_in(
    *,
    users: Sequence[Json] = (),
    groups: Sequence[Json] = (),
    roles: Sequence[Json] = (),
    policies: Sequence[Json] = (),
    organisation: Json | None = None,
    to: str = "",
) -> Escalations:
    body = page(users=users, groups=groups, roles=roles, policies=policies)
    return find_escalations(inquire(body, organisation=organisation), to=to)


def by_mallory(*statements: Json, roles: Sequence[Json] = ()) -> Escalations:
    """Mallory, an administrator, and what is given besides."""
    return search_in(users=[user("mallory", *statements), BOSS], roles=roles)


def techniques(found: Escalations) -> set[str]:
    return {c.technique.id for c in found.causes}


def service_role(service: str, *, profiles: Sequence[str] = ()) -> dict[str, Json]:
    return role("power", trust=trusts({"Service": service}), attached=[ADMINISTRATOR], profiles=profiles)


# Every technique that hands a role to a service, with all that it needs.
PASSED = [t for t in TECHNIQUES if t.move is Move.PASS_ROLE]
# Every other way to administrator: who, and with which statements.
CLASSICS: dict[str, tuple[list[Json], list[Json], list[Json], list[Json]]] = {
    # technique: users, groups, roles, policies
    "iam:PutUserPolicy": ([user("mallory", allow("iam:PutUserPolicy", MALLORY))], [], [], []),
    "iam:AttachUserPolicy": ([user("mallory", allow("iam:AttachUserPolicy", MALLORY))], [], [], []),
    "iam:PutRolePolicy": (
        [],
        [],
        [role("mallory", allow("iam:PutRolePolicy", arn("role", "mallory")), trust=trusts({"AWS": ROOT}))],
        [],
    ),
    "iam:AttachRolePolicy": (
        [],
        [],
        [role("mallory", allow("iam:AttachRolePolicy"), trust=trusts({"AWS": ROOT}))],
        [],
    ),
    "iam:PutGroupPolicy": (
        [user("mallory", groups=["ops"])],
        [group("ops", allow("iam:PutGroupPolicy", arn("group", "ops")))],
        [],
        [],
    ),
    "iam:AttachGroupPolicy": (
        [user("mallory", allow("iam:AttachGroupPolicy"), groups=["ops"])],
        [group("ops")],
        [],
        [],
    ),
    "iam:CreatePolicyVersion": (
        [user("mallory", attached=[OWN])],
        [],
        [],
        [policy("own", document(allow("iam:CreatePolicyVersion", OWN)))],
    ),
    "iam:SetDefaultPolicyVersion": (
        [user("mallory", attached=[OWN])],
        [],
        [],
        [policy("own", document(allow("iam:SetDefaultPolicyVersion")), EVERYTHING)],
    ),
    "iam:AddUserToGroup": (
        [user("mallory", allow("iam:AddUserToGroup", arn("group", "bosses")))],
        [group("bosses", attached=[ADMINISTRATOR])],
        [],
        [],
    ),
    "iam:DeleteUserPermissionsBoundary": (
        [user("mallory", attached=[ADMINISTRATOR], boundary=OWN)],
        [],
        [],
        [policy("own", document(allow(["s3:*", "iam:DeleteUserPermissionsBoundary"])))],
    ),
    "iam:DeleteRolePermissionsBoundary": (
        [],
        [],
        [role("mallory", trust=trusts({"AWS": ROOT}), attached=[ADMINISTRATOR], boundary=OWN)],
        [policy("own", document(allow(["s3:*", "iam:DeleteRolePermissionsBoundary"])))],
    ),
    "iam:CreateAccessKey": ([user("mallory", allow("iam:CreateAccessKey", arn("user", "boss"))), BOSS], [], [], []),
    "iam:CreateLoginProfile": ([user("mallory", allow("iam:CreateLoginProfile")), BOSS], [], [], []),
    "iam:UpdateLoginProfile": ([user("mallory", allow("iam:UpdateLoginProfile")), BOSS], [], [], []),
    "sts:AssumeRole": (
        [user("mallory", allow("sts:AssumeRole", arn("role", "power")))],
        [],
        [role("power", trust=trusts({"AWS": ROOT}), attached=[ADMINISTRATOR])],
        [],
    ),
    "iam:UpdateAssumeRolePolicy": (
        [user("mallory", allow("iam:UpdateAssumeRolePolicy", arn("role", "power")))],
        [],
        [LAMBDA_ADMIN],
        [],
    ),
    "iam:PutRolePolicy+become": (
        [user("mallory", allow(["sts:AssumeRole", "iam:PutRolePolicy"], arn("role", "small")))],
        [],
        [role("small", allow("s3:*"), trust=trusts({"AWS": ROOT}))],
        [],
    ),
}


def test_every_technique_has_its_classic() -> None:
    told = CLASSICS.keys() | {t.id for t in PASSED} | {t.id for t in TECHNIQUES if t.move is Move.BLIND}
    assert told == {t.id for t in TECHNIQUES}
    assert len({t.id for t in TECHNIQUES}) == len(TECHNIQUES)
    for technique in TECHNIQUES:
        assert technique.why
        assert technique.remedy
        assert technique.reference.startswith("https://docs.aws.amazon.com/")


@pytest.mark.parametrize("technique", CLASSICS)
def test_the_classic(technique: str) -> None:
    users, groups, roles, policies = CLASSICS[technique]
    found = search_in(users=users, groups=groups, roles=roles, policies=policies)
    assert techniques(found) == {technique}
    cause = found.causes[0]
    assert cause.grade is Grade.CRITICAL
    assert [p.rpartition("/")[2] for p in cause.principals] == ["mallory"]
    assert found.complete


@pytest.mark.parametrize("technique", CLASSICS)
def test_a_guardrail_against_its_action_stops_the_classic(technique: str) -> None:
    users, groups, roles, policies = CLASSICS[technique]
    action = technique.partition("+")[0]
    organisation = scp(document(allow("*"), deny(action)))
    found = search_in(users=users, groups=groups, roles=roles, policies=policies, organisation=organisation)
    assert not [p for p in found.paths if p.source.endswith("mallory")]


def passing(service: str, *steps: str) -> list[Json]:
    return [
        allow("iam:PassRole", arn("role", "power"), Condition={"StringEquals": {"iam:PassedToService": service}}),
        allow(list(steps)),
    ]


@pytest.mark.parametrize("technique", PASSED, ids=lambda t: t.id)
def test_a_role_handed_to_a_service_is_the_role(technique: Technique) -> None:
    needed = [*technique.steps, *technique.enough[:1]]
    power = service_role(technique.service, profiles=["power"] if technique.service.startswith("ec2.") else [])
    found = by_mallory(*passing(technique.service, *needed), roles=[power])
    assert technique.id in techniques(found)
    for missing in needed:
        fewer = [n for n in needed if n != missing] or ["s3:GetObject"]
        found = by_mallory(*passing(technique.service, *fewer), roles=[power])
        assert technique.id not in techniques(found)


def lambda_maker(*more: Json) -> list[Json]:
    return [*more, allow(["lambda:CreateFunction", "lambda:InvokeFunction"])]


def test_near_misses_of_passing_a_role() -> None:
    able = lambda_maker(allow("iam:PassRole"))
    assert techniques(by_mallory(*able, roles=[LAMBDA_ADMIN])) == {"iam:PassRole+lambda:CreateFunction"}
    # The role trusts another service.
    assert not by_mallory(*able, roles=[service_role("ec2.amazonaws.com", profiles=["power"])]).causes
    # Only another role may be passed, or only to another service.
    other = lambda_maker(allow("iam:PassRole", arn("role", "small")))
    assert not by_mallory(*other, roles=[LAMBDA_ADMIN]).causes
    elsewhere: Json = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
    assert not by_mallory(*lambda_maker(allow("iam:PassRole", "*", Condition=elsewhere)), roles=[LAMBDA_ADMIN]).causes
    # It may not be passed after all.
    shut = lambda_maker(allow("iam:PassRole"), deny("iam:PassRole", arn("role", "power")))
    assert not by_mallory(*shut, roles=[LAMBDA_ADMIN]).causes


def test_functions_may_be_limited_to_some_names() -> None:
    named = [
        allow("iam:PassRole"),
        allow(["lambda:CreateFunction", "lambda:InvokeFunction"], "arn:aws:lambda:*:*:function:team-*"),
    ]
    assert techniques(by_mallory(*named, roles=[LAMBDA_ADMIN])) == {"iam:PassRole+lambda:CreateFunction"}


def test_an_instance_needs_a_profile_or_the_right_to_make_one() -> None:
    power = service_role("ec2.amazonaws.com")
    bare = [allow(["iam:PassRole", "ec2:RunInstances"])]
    assert not by_mallory(*bare, roles=[power]).causes
    making = [*bare, allow(["iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile"])]
    assert techniques(by_mallory(*making, roles=[power])) == {"iam:PassRole+ec2:RunInstances"}


def test_a_role_is_not_passed_across_accounts() -> None:
    power = role("power", trust=trusts({"Service": "lambda.amazonaws.com"}), attached=[ADMINISTRATOR], account=OTHER)
    assert not by_mallory(*lambda_maker(allow("iam:PassRole")), roles=[power]).causes


def test_near_misses_of_assuming_a_role() -> None:
    able = [allow("sts:AssumeRole")]
    by_root = role("power", trust=trusts({"AWS": ROOT}), attached=[ADMINISTRATOR])
    assert techniques(by_mallory(*able, roles=[by_root])) == {"sts:AssumeRole"}
    assert not by_mallory(roles=[by_root]).causes
    assert not by_mallory(*able, deny("sts:*", arn("role", "power")), roles=[by_root]).causes
    by_name = role("power", trust=trusts({"AWS": arn("user", "boss")}), attached=[ADMINISTRATOR])
    assert not by_mallory(*able, roles=[by_name]).causes
    # Whom the trust policy names needs nothing else.
    by_mallorys_name = role("power", trust=trusts({"AWS": MALLORY}), attached=[ADMINISTRATOR])
    assert techniques(by_mallory(roles=[by_mallorys_name])) == {"sts:AssumeRole"}


def test_across_accounts_both_sides_must_let() -> None:
    power = role("power", trust=trusts({"AWS": OTHER}), attached=[ADMINISTRATOR])
    able = user("mallory", allow("sts:AssumeRole"), account=OTHER)
    unable = user("mallory", account=OTHER)
    assert techniques(search_in(users=[able], roles=[power])) == {"sts:AssumeRole"}
    assert not search_in(users=[unable], roles=[power]).causes


def test_a_role_with_nothing_more_is_no_escalation() -> None:
    small = role("small", allow("s3:*"), trust=trusts({"AWS": ROOT}))
    assert not by_mallory(allow("sts:AssumeRole"), roles=[small]).causes


def test_a_chain_is_told_step_by_step_and_grouped_by_the_step_that_should_not_be() -> None:
    middle = role("middle", *lambda_maker(allow("iam:PassRole")), trust=trusts({"AWS": ROOT}))
    found = search_in(
        users=[user("mallory", allow("sts:AssumeRole")), user("eve", allow("sts:AssumeRole", arn("role", "middle")))],
        roles=[middle, LAMBDA_ADMIN],
    )
    assert techniques(found) == {"iam:PassRole+lambda:CreateFunction"}
    assert set(found.causes[0].principals) == {MALLORY, arn("user", "eve"), arn("role", "middle")}
    path = next(p for p in found.paths if p.source == MALLORY)
    assert [(e.technique.id, e.to) for e in path.edges] == [
        ("sts:AssumeRole", arn("role", "middle")),
        ("iam:PassRole+lambda:CreateFunction", arn("role", "power")),
    ]


def test_conditions_that_remain_make_it_high_and_are_told() -> None:
    mfa: Json = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    found = by_mallory(allow("iam:PutUserPolicy", MALLORY, Condition=mfa))
    assert [c.grade for c in found.causes] == [Grade.HIGH]
    assert found.paths[0].edges[0].steps[0].answer.ways


def test_an_administrator_under_conditions_is_a_gain_under_conditions() -> None:
    mfa: Json = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    careful = user("careful", allow("*", Condition=mfa))
    found = search_in(users=[user("mallory", allow("iam:CreateAccessKey")), careful])
    assert [(c.grade, c.gains) for c in found.causes] == [(Grade.HIGH, (arn("user", "careful"),))]
    lock = deny("*", Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}})
    found = search_in(users=[user("mallory", allow("iam:PutUserPolicy"), lock)])
    assert [c.grade for c in found.causes] == [Grade.HIGH]


def test_a_boundary_limits_what_one_can_give_oneself() -> None:
    edge = policy("edge", document(allow(["s3:*", "iam:PutUserPolicy"])))
    mallory = user("mallory", allow("iam:PutUserPolicy"), boundary=arn("policy", "edge"))
    found = search_in(users=[mallory], policies=[edge])
    assert [(c.grade, c.admin) for c in found.causes] == [(Grade.HIGH, False)]
    assert found.causes[0].gains == ("all that its permission boundary edge lets it have",)
    assert not search_in(users=[mallory], policies=[edge], to=ADMIN).causes
    bare = policy("edge", document(allow("s3:*")))
    assert not search_in(users=[mallory], policies=[bare]).causes


def test_a_demand_for_a_boundary_is_known_to_be_met_or_not() -> None:
    demand: Json = {"StringEquals": {"iam:PermissionsBoundary": arn("policy", "edge")}}
    assert not by_mallory(allow("iam:PutUserPolicy", "*", Condition=demand)).causes


def test_a_policy_that_one_has_not_may_be_edited_by_anyone() -> None:
    mallory = user("mallory", allow("iam:CreatePolicyVersion", arn("policy", "other")), attached=[OWN])
    own, other = policy("own", document(allow("s3:*"))), policy("other", document(allow("s3:*")))
    assert not search_in(users=[mallory], policies=[own, other]).causes
    # A policy of AWS's own cannot be edited.
    everything = user("mallory", allow("iam:CreatePolicyVersion"), attached=["arn:aws:iam::aws:policy/ReadOnly"])
    read_only: Json = {
        "PolicyName": "ReadOnly",
        "Arn": "arn:aws:iam::aws:policy/ReadOnly",
        "DefaultVersionId": "v1",
        "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": True, "Document": document(allow("s3:Get*"))}],
    }
    assert not search_in(users=[everything], policies=[read_only]).causes


def test_a_version_that_says_no_more_is_not_an_administrators() -> None:
    own = policy("own", document(allow(["iam:SetDefaultPolicyVersion", "s3:*"])), document(allow("s3:Get*")))
    found = search_in(users=[user("mallory", attached=[OWN])], policies=[own], to=ADMIN)
    assert not found.causes
    alone = policy("own", document(allow("iam:SetDefaultPolicyVersion")))
    assert not search_in(users=[user("mallory", attached=[OWN])], policies=[alone]).causes


def test_a_group_whose_members_can_help_themselves_leads_on() -> None:
    found = search_in(
        users=[user("mallory", allow("iam:AddUserToGroup"))], groups=[group("keepers", allow("iam:PutUserPolicy"))]
    )
    assert techniques(found) == {"iam:AddUserToGroup"}
    assert [e.technique.id for e in found.paths[0].edges] == ["iam:AddUserToGroup", "iam:PutUserPolicy"]
    assert found.causes[0].admin


def test_giving_a_policy_to_a_user_that_one_can_become() -> None:
    bots = arn("user", "bots/*")
    found = search_in(
        users=[
            user("mallory", allow(["iam:PutUserPolicy", "iam:CreateAccessKey"], bots)),
            user("bots/one", allow("s3:*")),
        ],
        to=ADMIN,
    )
    assert techniques(found) == {"iam:PutRolePolicy+become"}
    step = found.paths[0].edges[0].steps
    assert [(s.action, s.on) for s in step] == [
        ("iam:PutUserPolicy", arn("user", "bots/one")),
        ("iam:CreateAccessKey", arn("user", "bots/one")),
    ]
    only = [allow("iam:PutUserPolicy", bots)]
    assert not search_in(users=[user("mallory", *only), user("bots/one")], to=ADMIN).causes


def test_a_user_with_more_than_oneself_is_a_gain_of_its_own() -> None:
    keys = allow("iam:CreateAccessKey")
    found = search_in(users=[user("mallory", keys), user("clerk", allow("s3:GetObject", "arn:aws:s3:::ledger/*"))])
    assert [(c.grade, c.admin, c.gains) for c in found.causes] == [(Grade.HIGH, False, (arn("user", "clerk"),))]
    assert "s3:GetObject on arn:aws:s3:::ledger/*" in found.paths[0].edges[0].note
    same = search_in(users=[user("mallory", keys, allow("s3:*")), user("clerk", allow("s3:GetObject"))])
    assert not same.causes


def test_administrators_need_not_escalate_and_power_users_do() -> None:
    assert not search_in(users=[BOSS]).causes
    assert search_in(users=[BOSS]).admins == (arn("user", "boss"),)
    power: Json = {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"}
    found = search_in(users=[user("mallory", power, allow("iam:PassRole"))], roles=[LAMBDA_ADMIN])
    assert found.admins == (arn("role", "power"),)
    assert MALLORY in {p.source for p in found.paths}


def test_an_organisation_that_limits_services_leaves_administrators_what_they_are() -> None:
    listed = scp(document(allow(["s3:*", "iam:*", "sts:*"])))
    found = search_in(users=[user("mallory", allow("iam:PutUserPolicy")), BOSS], organisation=listed)
    assert found.admins == (arn("user", "boss"),)
    assert techniques(found) == {"iam:PutUserPolicy"}


def test_paths_to_one_principal() -> None:
    clerk = role("clerk", allow("s3:*"), trust=trusts({"AWS": ROOT}))
    found = search_in(users=[user("mallory", allow("sts:AssumeRole"))], roles=[clerk], to=arn("role", "clerk"))
    assert [(p.source, p.gain) for p in found.paths] == [(MALLORY, arn("role", "clerk"))]
    assert found.causes[0].grade is Grade.HIGH


def test_what_the_file_cannot_tell_is_a_doubt_and_no_path() -> None:
    found = by_mallory(allow("lambda:UpdateFunctionCode"))
    assert not found.causes
    assert [(d.principal, d.technique.id) for d in found.doubts] == [(MALLORY, "lambda:UpdateFunctionCode")]
    assert "which role" in found.doubts[0].why
    assert not by_mallory(allow("lambda:UpdateFunctionCode"), deny("lambda:*")).doubts


def test_what_cannot_be_read_is_a_doubt() -> None:
    torn: Json = {**user("mallory"), "UserPolicyList": [{"PolicyName": "x", "PolicyDocument": {}}]}
    found = search_in(users=[torn, BOSS])
    assert not found.causes
    assert {d.principal for d in found.doubts} == {MALLORY}
    assert "a policy needs" in found.doubts[0].why


def test_whoever_can_become_somebody_that_cannot_be_read_is_a_doubt() -> None:
    torn: Json = {**user("torn"), "UserPolicyList": [{"PolicyName": "x", "PolicyDocument": {}}]}
    found = search_in(users=[user("mallory", allow("iam:CreateAccessKey", arn("user", "torn"))), torn])
    assert not found.causes
    assert (MALLORY, "iam:CreateAccessKey") in {(d.principal, d.technique.id) for d in found.doubts}
    assert any(d.why.startswith(f"{arn('user', 'torn')} may be an administrator") for d in found.doubts)
    policies: list[Json] = [{"PolicyDocument": {}}, {"PolicyDocument": document(deny("*"))}]
    shut: Json = {**user("torn"), "UserPolicyList": policies}
    found = search_in(users=[user("mallory", allow("iam:CreateAccessKey", arn("user", "torn"))), shut])
    assert not found.doubts


def test_the_search_stops_at_its_bound_and_says_so() -> None:
    inquiry = inquire(page(users=[user("mallory", allow("iam:*")), BOSS]))
    assert find_escalations(inquiry).complete
    found = find_escalations(inquiry, questions=3)
    assert not found.complete


def test_service_linked_roles_and_root_users_are_not_examined() -> None:
    linked = role(
        "aws-service-role/x.amazonaws.com/AWSServiceRoleForX", allow("iam:PutRolePolicy"), trust=trusts({"AWS": ROOT})
    )
    found = search_in(roles=[linked])
    assert found.examined == 0
    assert not found.causes
