"""`contains`, `equivalent`, `difference`: cases that a person would try, and those where mistakes would hide."""

import json
from collections.abc import Mapping, Sequence

import pytest

from watchword.decision.analysis.containment import (
    Answer,
    Containment,
    allows,
    contains,
    difference,
    equivalent,
)
from watchword.decision.engine import Request
from watchword.decision.language import PolicyDocument, PolicyKind, parse_policy
from watchword.kernel.errors import InvalidInputError

Json = str | bool | int | Sequence["Json"] | Mapping[str, "Json"]
ANY = ("yes", "yes")


def policy(*statements: Mapping[str, Json], kind: str = "identity", version: str = "2012-10-17") -> PolicyDocument:
    text = json.dumps({"Version": version, "Statement": list(statements)})
    return parse_policy(text, name="p", kind=PolicyKind(kind))


def allow(action: Json = "s3:*", resource: Json = "*", **more: Json) -> Mapping[str, Json]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Json = "s3:*", resource: Json = "*", **more: Json) -> Mapping[str, Json]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def when(**operators: Mapping[str, Json]) -> Mapping[str, Json]:
    """An Allow of everything under conditions; `ForAllValues_StringLike` stands for the colon."""
    return allow(Condition={name.replace("_", ":"): keys for name, keys in operators.items()})


def unless(**operators: Mapping[str, Json]) -> Mapping[str, Json]:
    return {**when(**operators), "Effect": "Deny"}


def answers(a: PolicyDocument, b: PolicyDocument) -> tuple[str, str]:
    found = equivalent(a, b)
    for one, inner, outer in ((found.a_within_b, a, b), (found.b_within_a, b, a)):
        assert (one.witness is not None) is (one.answer is Answer.NO)
        if one.witness is not None:
            assert allows(inner, one.witness.request)
            assert not allows(outer, one.witness.request)
        assert contains(inner, outer).answer is one.answer
    return found.a_within_b.answer.value, found.b_within_a.answer.value


NARROWER = [
    (policy(allow("s3:GetObject")), policy(allow("s3:Get*"))),
    (policy(allow("S3:GETOBJECT")), policy(allow("s3:?etObject"))),
    (policy(allow("s3:Get*")), policy({"Effect": "Allow", "NotAction": "ec2:*", "Resource": "*"})),
    (policy(allow(resource="arn:aws:s3:::b/*")), policy(allow(resource="arn:aws:s3:::b*"))),
    (policy(allow(resource="arn:aws:s3:::b/*")), policy(allow(resource="arn:aws:s3:*"))),
    (policy(allow(resource="arn:aws:s3:us-*-1:1:x")), policy(allow(resource="arn:aws:s3:us-*:1:x"))),
    (policy(allow("s3:Get*"), deny("s3:GetObject")), policy(allow("s3:Get*"))),
    (policy(allow("s3:Get*"), deny(resource="arn:aws:s3:::b/*")), policy(allow("s3:Get*"), deny(resource="arn:aws:s3:::b/x"))),
    (policy(when(StringEquals={"k": "a"})), policy(when(StringLike={"K": "a*"}))),
    (policy(when(StringEquals={"k": "a"})), policy(when(StringEqualsIgnoreCase={"k": "A"}))),
    (policy(when(StringEquals={"k": "a"})), policy(when(StringEqualsIfExists={"k": "a"}))),
    (policy(when(StringNotEquals={"k": ["a", "b"]})), policy(when(StringNotEquals={"k": "a"}))),
    (policy(when(NumericLessThan={"k": "10"})), policy(when(NumericLessThanEquals={"k": "10.0"}))),
    (policy(when(DateLessThan={"k": "2026-01-31"})), policy(when(DateLessThan={"k": "2026-01-31T00:00:01Z"}))),
    (policy(when(IpAddress={"k": "10.1.0.0/16"})), policy(when(IpAddress={"k": "10.0.0.0/8"}))),
    (policy(when(ArnLike={"k": "arn:aws:iam::1:role/a*"})), policy(when(ArnLike={"k": "arn:aws:iam::*:role/*"}))),
    (policy(when(ArnLike={"k": "arn:aws:s3:*:*:x"})), policy(when(StringLike={"k": "arn:aws:s3:*:*:x"}))),
    (policy(when(ForAnyValue_StringEquals={"k": "a"})), policy(when(Null={"k": False}))),
    (policy(when(ForAllValues_StringEquals={"k": "a"})), policy(when(ForAllValues_StringLike={"k": "a*"}))),
    (policy(when(Bool={"k": True})), policy(when(BoolIfExists={"k": "TRUE"}))),
    (policy(allow("*"), unless(Bool={"mfa": False}), unless(Null={"mfa": True})), policy(allow("*"), unless(BoolIfExists={"mfa": False}))),
    (policy(allow(resource="arn:aws:s3:::h/${aws:username}/d/*")), policy(allow(resource="arn:aws:s3:::h/${aws:username}/*"))),
    (policy(allow(resource="arn:aws:s3:::h/${aws:username}/*")), policy(allow(resource="arn:aws:s3:::h/*"))),
    (policy(allow(resource="arn:aws:s3:::h/alice/*", Condition={"StringEquals": {"aws:username": "alice"}})),
     policy(allow(resource="arn:aws:s3:::h/${aws:username}/*"))),
    (policy(when(StringEquals={"aws:ResourceTag/t": "${aws:PrincipalTag/t}"})), policy(when(Null={"aws:PrincipalTag/t": False}), when(StringEquals={"aws:ResourceTag/t": ["", "x"]}), when(StringEquals={"aws:PrincipalTag/t": ""}))),
]  # fmt: skip


@pytest.mark.parametrize(("narrow", "wide"), NARROWER, ids=range(len(NARROWER)))
def test_what_is_narrower_is_within_and_not_the_reverse(narrow: PolicyDocument, wide: PolicyDocument) -> None:
    forth, back = answers(narrow, wide)
    assert (forth, back) == ("yes", "no")


EQUAL = [
    (policy(allow("s3:GetObject"), allow("s3:Get*")), policy(allow("s3:Get*"))),
    (policy(when(IpAddress={"k": "10.0.0.0/8"})), policy(when(IpAddress={"k": ["10.0.0.0/9", "10.128.0.0/9"]}))),
    (policy(when(IpAddress={"k": "::ffff:10.0.0.0/104"})), policy(when(IpAddress={"k": "10.0.0.0/8"}))),
    (policy(when(NumericEquals={"k": "10"})), policy(when(NumericLessThanEquals={"k": "10.0"}, NumericGreaterThanEquals={"k": "10"}))),
    (policy(when(DateEquals={"k": "2026-01-31"})), policy(when(DateEquals={"k": "1769817600"}))),
    (policy(when(ArnEquals={"k": "arn:aws:s3:::b/*"})), policy(when(ArnLike={"k": "arn:aws:s3:::b/*"}))),
    (policy(when(Bool={"k": "true"})), policy(when(StringEqualsIgnoreCase={"k": "TRUE"}))),
    (policy(when(StringLike={"k": "abc"})), policy(when(StringEquals={"k": "abc"}))),
    (policy(when(BinaryEquals={"k": "AA=="})), policy(when(BinaryEquals={"k": "AB=="}))),
    (policy(when(Null={"k": [True, False]})), policy(allow())),
    (policy(allow("*"), deny("s3:*")), policy({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"})),
    (policy(allow(resource="arn:aws:s3:::x/${no:such, 'a'}"), deny(Condition={"Null": {"no:such": False}})),
     policy(allow(resource="arn:aws:s3:::x/a"), deny(Condition={"Null": {"no:such": False}}))),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), EQUAL[:11], ids=range(11))
def test_the_same_said_otherwise_is_equivalent(one: PolicyDocument, other: PolicyDocument) -> None:
    assert answers(one, other) == ANY


# In each, one odd value makes the difference: it is named, and the witness has it.
ODD = [
    ("absent", policy(allow()), policy(when(StringEquals={"k": "a"}), when(StringNotEquals={"k": "a"}, Null={"k": False}))),
    ("a set", policy(allow()), policy(when(StringEquals={"k": "a"}), when(StringNotEquals={"k": "a"}))),
    ("junk", policy(when(Null={"k": False})), policy(when(NumericEquals={"k": "1"}), when(NumericNotEquals={"k": "1"}), when(ForAllValues_StringEquals={"k": "b"}))),
    ("a date that is none", policy(when(StringLike={"k": "*"})), policy(when(DateLessThan={"k": "2026-01-31"}), when(DateGreaterThanEquals={"k": "2026-01-31"}))),
    ("empty", policy(when(StringLike={"k": "*"})), policy(when(Null={"k": False}))),
    ("empty set", policy(allow()), policy(when(Null={"k": False}), when(StringNotLike={"k": "?*"}), when(StringLike={"k": "*"}))),
    ("other family", policy(when(NotIpAddress={"k": "0.0.0.0/0"})), policy(when(NotIpAddress={"k": ["0.0.0.0/0", "::/0"]}))),
    ("between", policy(when(NumericLessThan={"k": "2"})), policy(when(NumericLessThanEquals={"k": "1.9999999999999999999999999999999999"}))),
    ("mixed set", policy(when(ForAnyValue_StringEquals={"k": "a"})), policy(when(ForAllValues_StringEquals={"k": "a"}))),
    ("a colon", policy(when(StringLike={"k": "arn:aws:s3:*:x"})), policy(when(ArnLike={"k": "arn:aws:s3:*:*:x"}), when(StringNotLike={"k": "arn:*:*:*:*:*"}))),
    ("the Kelvin sign", policy(when(StringEqualsIgnoreCase={"k": "k"})), policy(when(StringEquals={"k": ["k", "K"]}))),
    ("no variable", policy(allow(), deny(resource="arn:aws:s3:::h/${aws:username}/*")), policy(allow(resource="*", Condition={"Null": {"aws:username": False}}))),
    ("alice alone", policy(allow(resource="arn:aws:s3:::h/${aws:username}/*")), policy(allow(resource="arn:aws:s3:::h/${aws:username}/*"), deny(resource="arn:aws:s3:::h/alice/*"))),
    ("short", policy(allow("s3:*")), policy(allow("s3:?*"))),
]  # fmt: skip


@pytest.mark.parametrize(("name", "a", "b"), ODD, ids=[name for name, _, _ in ODD])
def test_an_odd_value_is_not_forgotten(name: str, a: PolicyDocument, b: PolicyDocument) -> None:
    assert answers(a, b)[0] == "no"


def test_the_mfa_trap_is_found() -> None:
    strict = policy(allow("*"), unless(BoolIfExists={"aws:MultiFactorAuthPresent": False}))
    lax = policy(allow("*"), unless(Bool={"aws:MultiFactorAuthPresent": False}))
    assert answers(strict, lax) == ("yes", "no")
    found = contains(lax, strict)
    assert found.witness is not None
    assert "aws:multifactorauthpresent" not in found.witness.request.context
    assert [s.index for s in found.witness.denied_by] == [1]
    assert found.witness.allowed_by is not None
    assert found.witness.allowed_by.index == 0


def test_an_older_version_takes_a_variable_for_text() -> None:
    statement = allow(resource="arn:aws:s3:::h/${aws:username}/*")
    old, new = policy(statement, version="2008-10-17"), policy(statement)
    assert answers(old, new) == ("no", "no")


def test_keys_are_asked_without_a_key_policy_in_the_way() -> None:
    assert answers(policy(allow("kms:*")), policy(allow("kms:Encrypt"))) == ("no", "yes")


def test_what_no_policy_decides_is_not_told() -> None:
    found = contains(policy(allow("sts:GetCallerIdentity")), policy(allow("s3:*")))
    assert found.answer is Answer.UNKNOWN
    assert found.reason is not None
    assert "sts:GetCallerIdentity" in found.reason


def test_what_no_rcp_reaches_is_no_difference_between_two() -> None:
    def closed(action: Json) -> PolicyDocument:
        return policy(deny(action, Principal="*"), kind="rcp")

    found = contains(closed("s3:*"), closed(["s3:*", "kms:RetireGrant"]))
    assert found.answer is Answer.UNKNOWN
    assert found.reason is not None
    assert "kms:RetireGrant" in found.reason
    assert answers(closed("s3:*"), closed(["s3:*", "kms:*"])) == ("no", "yes")
    assert answers(policy(allow("kms:RetireGrant")), policy(allow("kms:Decrypt"))) == ("no", "no")


def test_two_kinds_of_operators_on_one_key_are_not_guessed() -> None:
    found = contains(policy(when(StringLike={"k": "1*"}, NumericLessThan={"k": 0})), policy(deny()))
    assert found.answer is Answer.UNKNOWN
    assert found.reason is not None
    assert "k" in found.reason


def test_a_comparison_that_is_too_long_still_finds_an_example_and_never_a_yes() -> None:
    def patterns(letters: str) -> list[Json]:
        return [f"arn:aws:s3:::*{a}{b}*{b}{a}*" for a in letters for b in "ghijkl"]

    big, small = policy(allow(resource=patterns("abcdef"))), policy(allow(resource=patterns("abcde")))
    assert contains(big, small).answer is Answer.NO
    found = contains(small, policy(*(allow(resource=p) for p in patterns("abcdef"))))
    assert found.answer is Answer.UNKNOWN
    assert found.reason == "the comparison would take longer than it may"


def test_a_difference_has_a_witness_for_every_statement_that_reaches_further() -> None:
    a = policy(allow("s3:GetObject"), allow("ec2:RunInstances"), allow("sqs:SendMessage"))
    b = policy(allow("s3:*"), allow("sns:Publish"))
    found = difference(a, b)
    assert [w.request.action for w in found.only_a.witnesses] == ["ec2:RunInstances", "sqs:SendMessage"]
    assert [w.allowed_by.index for w in found.only_b.witnesses if w.allowed_by] == [0, 1]
    assert found.answer is Answer.NO
    assert difference(a, a).answer is Answer.YES


def test_nothing_is_within_everything_and_says_that_it_is_nothing() -> None:
    found = contains(policy(deny()), policy(allow("s3:GetObject")))
    assert found == Containment(answer=Answer.YES, reason="the first allows nothing at all")


# Callers

USER, ROLE = "arn:aws:iam::111111111111:user/alice", "arn:aws:iam::111111111111:role/team/ops"
SESSION = "arn:aws:sts::111111111111:assumed-role/ops/alice"


def to(kind: str, *elements: Mapping[str, Json]) -> PolicyDocument:
    return policy(*({"Effect": "Allow", "Action": "s3:*", "Resource": "*", **e} for e in elements), kind=kind)


@pytest.mark.parametrize("kind", ["resource", "endpoint"])
@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ({"Principal": {"AWS": USER}}, {"Principal": {"AWS": "111111111111"}}, ("yes", "no")),
        ({"Principal": {"AWS": "arn:aws:iam::111111111111:root"}}, {"Principal": {"AWS": "111111111111"}}, ("yes", "no")),
        ({"Principal": {"AWS": SESSION}}, {"Principal": {"AWS": ROLE}}, ("yes", "no")),
        ({"Principal": {"AWS": "222222222222"}}, {"Principal": "*"}, ("yes", "no")),
        ({"Principal": {"Service": "sns.amazonaws.com"}}, {"Principal": {"Service": ["sns.amazonaws.com", "s3.amazonaws.com"]}}, ("yes", "no")),
        ({"Principal": {"Federated": "accounts.example.com"}}, {"Principal": {"AWS": "*"}}, ("yes", "no")),
        ({"Principal": {"AWS": USER}}, {"NotPrincipal": {"AWS": ROLE}}, ("yes", "no")),
        ({"Principal": {"AWS": "*"}}, {"Principal": "*"}, ("yes", "yes")),
        ({"Principal": {"AWS": USER}}, {"Principal": {"AWS": ROLE}}, ("no", "no")),
    ],
)  # fmt: skip
def test_callers_are_told_apart_as_the_policies_name_them(
    kind: str, a: Mapping[str, Json], b: Mapping[str, Json], expected: tuple[str, str]
) -> None:
    assert answers(to(kind, a), to(kind, b)) == expected


def test_a_service_is_a_caller_of_its_own() -> None:
    found = contains(
        to("resource", {"Principal": {"Service": "sns.amazonaws.com"}}), to("resource", {"Principal": {"AWS": USER}})
    )
    assert found.witness is not None
    assert found.witness.request.principal.arn is None
    assert found.witness.request.service == "sns.amazonaws.com"


def test_a_deny_with_not_principal_spares_whom_it_lists_under_all_names() -> None:
    everyone: Mapping[str, Json] = {"Principal": "*"}
    listed: Mapping[str, Json] = {"Effect": "Deny", "NotPrincipal": {"AWS": [USER, "111111111111"]}}
    partly: Mapping[str, Json] = {"Effect": "Deny", "NotPrincipal": {"AWS": USER}}
    alice = to("resource", {"Principal": {"AWS": USER}})
    assert contains(alice, to("resource", everyone, listed)).answer is Answer.YES
    assert contains(alice, to("resource", everyone, partly)).answer is Answer.NO


@pytest.mark.parametrize("kind", ["scp", "boundary", "session"])
def test_every_layer_is_asked_alone(kind: str) -> None:
    assert answers(policy(allow("s3:GetObject"), kind=kind), policy(allow("s3:*"), kind=kind)) == ("yes", "no")


def test_trust_policies_have_callers_and_no_resources() -> None:
    def trust(**more: Json) -> PolicyDocument:
        return policy({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": USER}, **more}, kind="trust")

    found = equivalent(trust(), trust(Condition={"StringEquals": {"sts:ExternalId": "x"}}))
    assert found.a_within_b.answer is Answer.NO
    assert found.b_within_a.answer is Answer.YES


def test_an_rcp_allows_what_it_does_not_deny() -> None:
    def rcp(action: str) -> PolicyDocument:
        return policy({"Effect": "Deny", "Principal": "*", "Action": action, "Resource": "*"}, kind="rcp")

    assert answers(rcp("s3:*"), rcp("s3:GetObject")) == ("yes", "no")
    found = contains(rcp("s3:GetObject"), rcp("s3:*"))
    assert found.witness is not None
    assert found.witness.allowed_by is None


# Refusals


def test_kinds_do_not_mix() -> None:
    with pytest.raises(InvalidInputError, match="different kinds"):
        contains(policy(allow()), policy(allow(), kind="scp"))


def test_nothing_is_not_compared() -> None:
    with pytest.raises(InvalidInputError, match="nothing to compare"):
        contains([], policy(allow()))


def test_several_resource_policies_do_not_speak_as_one() -> None:
    one = to("resource", {"Principal": "*"})
    with pytest.raises(InvalidInputError, match="do not speak as one"):
        contains([one, one], one)


def test_several_identity_policies_do() -> None:
    parts = [policy(allow("s3:*")), policy(deny("s3:DeleteObject"))]
    whole = policy(allow("s3:*"), deny("s3:DeleteObject"))
    assert equivalent(parts, whole).answer is Answer.YES
    assert contains(parts[0], parts).answer is Answer.NO


def test_a_witness_writes_keys_as_the_policies_do() -> None:
    found = contains(policy(when(Bool={"aws:SecureTransport": True})), policy(deny()))
    assert found.witness is not None
    assert found.witness.context == (("aws:SecureTransport", "true"),)
    assert isinstance(found.witness.request, Request)


def test_no_class_of_texts_is_lost_where_every_ordinary_character_is_taken() -> None:
    taken = ["xqzjwvyk0123456789-_", "XQZJWVYK"]
    listed = policy(
        when(StringEqualsIgnoreCase={"k": taken}),
        when(Null={"k": True}),
        when(ForAllValues_StringEqualsIgnoreCase={"k": taken}),
    )
    found = contains(policy(allow()), listed)
    assert found.answer is Answer.NO
    only = contains(policy(when(StringNotEqualsIgnoreCase={"k": taken}, Null={"k": False})), policy(deny()))
    assert only.answer is Answer.NO


def test_documents_made_to_be_slow_are_not_told_apart_rather_than_waited_for() -> None:
    """Hundreds of patterns with stars between: one step on all of them together is thousands of small ones."""
    wide = policy(*(allow("s3:G?t*", f"arn:aws:s3:::*{n}*") for n in range(400)))
    narrow = policy(*(allow("s3:Get*", f"arn:aws:s3:::*{n}") for n in range(400)))
    assert contains(wide, narrow).answer is Answer.UNKNOWN
    assert contains(wide, wide).answer is Answer.YES
