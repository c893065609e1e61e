"""Estates: read whole, with what cannot be read in its place."""

import json
from urllib.parse import quote

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
    document,
    estate,
    group,
    page,
    policy,
    role,
    scp,
    source,
    trusts,
    user,
)
from watchword.decision.analysis.account.model import Estate, PrincipalType
from watchword.decision.analysis.account.reader import Source, read_estate
from watchword.decision.analysis.partial import Unreadable
from watchword.decision.language import PolicyDocument
from watchword.kernel.errors import InvalidInputError


def names(read: Estate, who: str) -> list[str]:
    return [a.document.name for a in read.principals[who].policies]


def test_a_user_has_its_own_policies_the_managed_ones_and_those_of_its_groups() -> None:
    read = estate(
        page(
            users=[user("alice", allow("s3:*"), groups=["ops"], attached=[arn("policy", "build")], tags={"a": "b"})],
            groups=[group("ops", allow("ec2:*"), attached=[ADMINISTRATOR])],
            policies=[policy("build", EVERYTHING)],
        )
    )
    alice = read.principals[arn("user", "alice")]
    assert names(read, alice.arn) == ["user/alice/own", "build", "group/ops/own", "AdministratorAccess"]
    assert alice.groups == (arn("group", "ops"),)
    assert [a.group for a in alice.policies] == ["", "", arn("group", "ops"), arn("group", "ops")]
    assert dict(alice.tags) == {"a": "b"}
    assert read.accounts == (ACCOUNT,)
    assert read.principals[ROOT].type is PrincipalType.ROOT
    assert not read.problems


def test_documents_may_be_percent_encoded_or_texts_or_objects() -> None:
    text = json.dumps(trusts({"AWS": ROOT}))
    read = estate(page(roles=[role("a", trust=quote(text)), role("b", trust=text), role("c", trust=json.loads(text))]))
    trusts_ = [read.principals[arn("role", n)].trust for n in "abc"]
    assert not read.problems
    assert all(isinstance(t, PolicyDocument) for t in trusts_)
    assert {t.statements for t in trusts_ if isinstance(t, PolicyDocument)} == {
        trusts_[0].statements if isinstance(trusts_[0], PolicyDocument) else ()
    }


def test_the_same_text_is_read_once() -> None:
    read = estate(page(users=[user("a", attached=[ADMINISTRATOR]), user("b", attached=[ADMINISTRATOR])]))
    documents = [read.principals[arn("user", n)].policies[0].document for n in "ab"]
    assert documents[0] is documents[1]


def test_the_default_version_counts_and_the_others_are_kept() -> None:
    narrow = document(allow("s3:GetObject"))
    read = estate(page(users=[user("a", attached=[arn("policy", "p")])], policies=[policy("p", narrow, EVERYTHING)]))
    held = read.principals[arn("user", "a")].policies[0].document
    assert isinstance(held, PolicyDocument)
    assert held.statements[0].actions[0].text == "s3:GetObject"
    assert list(read.managed[arn("policy", "p")].versions) == ["v1"]
    assert read.managed[arn("policy", "p")].customer
    assert not read.managed[ADMINISTRATOR].customer


def test_pages_and_accounts_are_one_estate() -> None:
    first = page(users=[user("alice", groups=["ops"])])
    second = page(groups=[group("ops", allow("s3:*"))], users=[user("zoe", account=OTHER)])
    read = estate(first, second)
    assert read.accounts == (ACCOUNT, OTHER)
    assert names(read, arn("user", "alice")) == ["group/ops/own"]
    listed = read_estate([source("both.json", [first, second])])
    assert listed.principals == read.principals


def test_two_pages_that_disagree_about_somebody_make_that_one_unknown() -> None:
    read = estate(page(users=[user("alice")]), page(users=[user("alice", allow("s3:*"))]))
    assert [type(a.document) for a in read.principals[arn("user", "alice")].policies] == [Unreadable]
    assert [p.concerns for p in read.problems] == [(arn("user", "alice"),)]


@pytest.mark.parametrize(
    ("body", "place", "message"),
    [
        (
            page(users=[{**user("a"), "UserPolicyList": [{"PolicyName": "x", "PolicyDocument": {"Version": "1999"}}]}]),
            ".UserDetailList[0].UserPolicyList[0].PolicyDocument",
            "line 1 of the document: a policy needs Statement",
        ),
        (
            page(users=[{**user("a"), "UserPolicyList": [{"PolicyName": "x"}]}]),
            ".UserDetailList[0].UserPolicyList[0].PolicyDocument",
            "no policy document, but null",
        ),
        (
            page(users=[{**user("a"), "UserPolicyList": "none"}]),
            ".UserDetailList[0].UserPolicyList[0].PolicyDocument",
            "no policy document, but null",
        ),
        (
            page(users=[{**user("a"), "UserPolicyList": [{"PolicyName": "x", "PolicyDocument": "%ff%7B"}]}]),
            ".UserDetailList[0].UserPolicyList[0].PolicyDocument",
            "percent-encoded, but not UTF-8",
        ),
        (
            page(users=[user("a", attached=[arn("policy", "gone")])]),
            ".UserDetailList[0].AttachedManagedPolicies[0]",
            f"the policy {arn('policy', 'gone')} is not in the file",
        ),
        (
            page(users=[user("a", boundary=arn("policy", "gone"))]),
            ".UserDetailList[0].PermissionsBoundary",
            f"the policy {arn('policy', 'gone')} is not in the file",
        ),
        (
            page(users=[user("a", groups=["gone"])]),
            ".UserDetailList[0].GroupList[0]",
            "the group gone is not in the file",
        ),
        (
            page(roles=[role("a", trust="{")]),
            ".RoleDetailList[0].AssumeRolePolicyDocument",
            "line 1 of the document: a key is missing",
        ),
        (
            page(policies=[{"PolicyName": "p", "Arn": arn("policy", "p"), "PolicyVersionList": []}]),
            ".Policies[1]",
            "its default version is not in the file",
        ),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place_and_the_rest_goes_on(body: Json, place: str, message: str) -> None:
    read = estate(body, page(users=[user("zoe", allow("s3:*"))]))
    assert [str(p).partition(" (")[0] for p in read.problems] == [f"page0.json: {place}: {message}"]
    assert names(read, arn("user", "zoe")) == ["user/zoe/own"]


def test_a_key_that_stands_twice_in_a_document_makes_it_unreadable() -> None:
    text = json.dumps(page(users=[user("a", allow("s3:*"))]))
    doubled = text.replace(
        '"Effect": "Allow", "Action": "s3:*"', '"Effect": "Deny", "Effect": "Allow", "Action": "s3:*"'
    )
    assert doubled != text
    read = read_estate([Source("p.json", doubled)])
    assert "stands here twice" in read.problems[0].message
    assert isinstance(read.principals[arn("user", "a")].policies[0].document, Unreadable)


def test_numbers_in_conditions_stay_as_they_were_written() -> None:
    condition = '{"NumericLessThan": {"s3:max-keys": 10.50}}'
    text = json.dumps(page(users=[user("a", allow("s3:*", Condition={"x": 1}))]))
    read = read_estate([Source("p.json", text.replace('{"x": 1}', condition))])
    held = read.principals[arn("user", "a")].policies[0].document
    assert isinstance(held, PolicyDocument)
    assert held.statements[0].conditions[0].values[0].text == "10.50"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON"),
        (b"\xff", "not JSON"),
        ('{"UserDetailList": [NaN]}', "not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("7", "not the output of"),
        ('{"Version": "2012-10-17", "Statement": []}', "not the output of"),
        ('{"UserDetailList": {}}', "is no list"),
        ('{"UserDetailList": [1]}', "is no object"),
        ('{"UserDetailList": [{"UserName": "a"}]}', "has no Arn"),
        ('{"UserDetailList": [{"Arn": "alice"}]}', "is named by no ARN"),
        ('{"UserDetailList": [], "UserDetailList": []}', "a key stands twice"),
        ('{"UserDetailList": [{"Arn": "a", "Arn": "b"}]}', "has a key twice"),
    ],
)
def test_a_file_of_another_form_is_refused(text: str | bytes, message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        read_estate([Source("p.json", text)])


def test_resource_policies_come_by_arn_or_in_a_list() -> None:
    statement: Json = {**allow("s3:*", "*"), "Principal": "*"}
    by_arn = estate(page(), resources={"arn:aws:s3:::b": document(statement), "arn:aws:s3:::none": None})
    assert by_arn.resources["arn:aws:s3:::none"].document is None
    listed = estate(page(), resources=[{"arn": "arn:aws:s3:::b", "policy": document(statement), "account": OTHER}])
    assert listed.resources["arn:aws:s3:::b"].account == OTHER
    found = listed.resource_policy("arn:aws:s3:::b/some/object")
    assert found is not None
    assert found.arn == "arn:aws:s3:::b"
    assert listed.resource_policy("arn:aws:s3:::bucket") is None
    torn = estate(page(), resources={"arn:aws:s3:::b": {"Version": "2012-10-17"}})
    assert torn.problems[0].place == 'resources.json: .["arn:aws:s3:::b"]'
    assert isinstance(torn.resources["arn:aws:s3:::b"].document, Unreadable)


def test_an_organisation_is_by_level_and_by_account() -> None:
    body: Json = {
        "id": "o-1",
        "management_account": "999999999999",
        **scp(EVERYTHING, EVERYTHING),
        "accounts": {OTHER: {"scp": [{"level": "own", "docs": []}]}},
    }
    organisation = estate(page(), organisation=body).organisation
    assert organisation is not None
    assert [[d.name for d in level] for level in organisation.over(ACCOUNT).scp] == [["scp/root/0", "scp/root/1"]]
    assert organisation.over(OTHER).scp == ((),)
    assert organisation.over("999999999999").scp == ()


@pytest.mark.parametrize(
    ("resources", "organisation", "message"),
    [
        ([{"arn": "arn:aws:s3:::b"}], None, "has another form"),
        ({"bucket": None}, None, "is named by no ARN"),
        ("x", None, "is no list"),
        ([{"arn": "arn:aws:s3:::b", "policy": None, "public_access_blocked": 1}], None, "is neither"),
        (None, {"scps": []}, "not an organisation's policies"),
        (None, {"scp": [{"documents": []}]}, "has another form"),
        (None, {"accounts": {"1": {}}}, "names no account"),
        (None, {"accounts": {OTHER: []}}, "has another form"),
        (None, {"accounts": []}, "accounts is no object"),
    ],
)
def test_other_files_of_another_form_are_refused(
    resources: Json | None, organisation: Json | None, message: str
) -> None:
    with pytest.raises(InvalidInputError, match=message):
        estate(page(), resources=resources, organisation=organisation)


def test_two_different_policies_of_one_resource_are_refused() -> None:
    statement: Json = {**allow("s3:*", "*"), "Principal": "*"}
    with pytest.raises(InvalidInputError, match="two policies"):
        estate(
            page(),
            resources=[
                {"arn": "arn:aws:s3:::b", "policy": document(statement)},
                {"arn": "arn:aws:s3:::b", "policy": None},
            ],
        )


def test_a_resource_that_stands_twice_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="a resource stands twice"):
        read_estate([], resource_policies=[Source("r.json", '{"arn:aws:s3:::b": null, "arn:aws:s3:::b": null}')])


def test_a_byte_order_mark_as_some_shells_write_it_is_passed_over() -> None:
    text = b"\xef\xbb\xbf" + json.dumps(page(users=[user("a")])).encode()
    assert arn("user", "a") in read_estate([Source("account.json", text)]).principals
