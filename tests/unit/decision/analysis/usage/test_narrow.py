"""Narrowing, case by case. That it never loses or adds anything is `tests/properties/test_usage_narrowing.py`."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest

from watchword.decision.analysis.usage import Narrowing, Recorded, narrow
from watchword.decision.engine import ContextValue, Request
from watchword.decision.language import PolicyDocument, PolicyKind, parse_policy, print_policy
from watchword.kernel.errors import InvalidInputError
from watchword.kernel.principals import person

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BUCKET = "arn:aws:s3:::reports"


def policy(*statements: Mapping[str, object], name: str = "p", version: str = "2012-10-17") -> PolicyDocument:
    body = [{"Effect": "Allow", "Action": "s3:*", "Resource": "*", **s} for s in statements]
    return parse_policy(json.dumps({"Version": version, "Statement": body}), name=name, kind=PolicyKind.IDENTITY)


def used(
    resource: str = f"{BUCKET}/a",
    action: str = "s3:GetObject",
    context: Mapping[str, ContextValue] | None = None,
    *,
    who: str = "alice@example.com",
    allowed: bool = True,
    untold: frozenset[str] = frozenset(),
    told: bool = True,
) -> Recorded:
    return Recorded(
        request=Request(
            principal=person(who), action=action, resource=resource if told else "*", context=dict(context or {})
        ),
        at=NOON,
        allowed=allowed,
        untold=untold,
        resource_told=told,
    )


def statements(found: Narrowing) -> list[dict[str, object]]:
    (document,) = found.documents
    assert document is not None
    read = json.loads(print_policy(document))["Statement"]
    assert isinstance(read, list)
    return read


def resources(found: Narrowing) -> object:
    (statement,) = statements(found)
    return statement["Resource"]


def test_actions_and_resources_become_those_that_were_used() -> None:
    found = narrow([policy({"Sid": "All"})], [used(), used(), used(BUCKET, "s3:ListBucket")])
    assert statements(found) == [
        {"Sid": "All", "Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{BUCKET}/a"},
        {"Sid": "All2", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": BUCKET},
    ]
    assert (found.examined, found.used, found.statements[0].requests) == (3, 3, 3)


def test_actions_with_the_same_resources_stand_together() -> None:
    found = narrow([policy({})], [used(), used(action="s3:PutObject")])
    (statement,) = statements(found)
    assert statement["Action"] == ["s3:GetObject", "s3:PutObject"]


def test_statements_that_were_never_used_are_dropped_and_denies_are_kept() -> None:
    deny = {"Effect": "Deny", "Action": "s3:DeleteBucket"}
    found = narrow([policy({}, {"Action": "sqs:*"}, deny)], [used()])
    assert [s["Effect"] for s in statements(found)] == ["Allow", "Deny"]
    assert [bool(s.after) for s in found.statements] == [True, False]


def test_conditions_are_kept_word_for_word() -> None:
    condition = {"StringEquals": {"aws:username": "${aws:username}"}, "Bool": {"aws:SecureTransport": "true"}}
    context = {"aws:username": "alice", "aws:securetransport": "true"}
    (statement,) = statements(narrow([policy({"Condition": condition})], [used(context=context)]))
    assert statement["Condition"] == condition


def test_the_statement_that_asks_for_the_most_keeps_the_use() -> None:
    condition = {"Bool": {"aws:SecureTransport": "true"}}
    found = narrow(
        [policy({"Sid": "Any"}, {"Sid": "Tls", "Condition": condition})],
        [used(context={"aws:securetransport": "true"})],
    )
    (statement,) = statements(found)
    assert statement["Sid"] == "Tls"


def test_where_it_cannot_be_told_which_statement_allowed_all_that_may_have_keep_it() -> None:
    found = narrow(
        [
            policy(
                {"Sid": "A", "Condition": {"Bool": {"aws:SecureTransport": "true"}}},
                {"Sid": "B", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
            )
        ],
        [used(untold=frozenset({"aws:securetransport"}))],
    )
    assert [s["Sid"] for s in statements(found)] == ["A", "B"]
    assert found.doubtful == 1


def test_many_resources_become_the_longest_beginning_they_share() -> None:
    found = narrow([policy({})], [used(f"{BUCKET}/2026/{n}") for n in range(5)], most=3)
    assert resources(found) == f"{BUCKET}/2026/*"


def test_one_folder_becomes_a_pattern_and_the_rest_stays() -> None:
    records = [used(f"{BUCKET}/2026/{n}") for n in range(5)] + [used(f"{BUCKET}/index"), used("arn:aws:s3:::other/a")]
    found = narrow([policy({})], records, most=3)
    assert resources(found) == ["arn:aws:s3:::other/a", f"{BUCKET}/2026/*", f"{BUCKET}/index"]


def test_a_pattern_is_never_wider_than_the_statements_own() -> None:
    wide = policy({"Resource": f"{BUCKET}/*/logs"})
    found = narrow([wide], [used(f"{BUCKET}/{n}/logs") for n in range(5)], most=3)
    assert resources(found) == f"{BUCKET}/*/logs"
    assert found.statements[0].unused_resources == ()


def test_accounts_and_regions_are_never_made_into_one_pattern() -> None:
    records = [used(f"arn:aws:sqs:{region}:1:a/{n}", "sqs:SendMessage") for region in "xy" for n in range(5)]
    found = narrow([policy({"Action": "sqs:*"})], records, most=3)
    assert resources(found) == ["arn:aws:sqs:x:1:a/*", "arn:aws:sqs:y:1:a/*"]


def test_a_variable_stays_or_one_persons_files_would_be_anothers() -> None:
    home = policy({"Resource": f"{BUCKET}/home/${{aws:username}}/*"})
    records = [
        used(f"{BUCKET}/home/{who}/x", context={"aws:username": who}, who=f"{who}@example.com") for who in ("a", "b")
    ]
    found = narrow([home], records)
    assert resources(found) == f"{BUCKET}/home/${{aws:username}}/*"
    assert len(found.principals) == 2


@pytest.mark.parametrize(
    ("key", "written"),
    [("a*b", "a${*}b"), ("a?b", "a${?}b"), ("${aws:username}", "${$}{aws:username}"), ("a b", "a b")],
)
def test_characters_that_would_mean_more_are_written_so_that_they_do_not(key: str, written: str) -> None:
    found = narrow([policy({})], [used(f"{BUCKET}/{key}")])
    assert resources(found) == f"{BUCKET}/{written}"


def test_in_the_old_language_they_cannot_and_the_pattern_stays() -> None:
    found = narrow([policy({"Resource": f"{BUCKET}/*"}, version="2008-10-17")], [used(f"{BUCKET}/a*b")])
    assert resources(found) == f"{BUCKET}/*"


def test_a_resource_that_is_not_told_keeps_the_pattern_for_its_action_alone() -> None:
    found = narrow([policy({"Resource": [f"{BUCKET}/*", BUCKET]})], [used(told=False), used(BUCKET, "s3:ListBucket")])
    first, second = statements(found)
    assert (first["Action"], first["Resource"]) == ("s3:GetObject", [BUCKET, f"{BUCKET}/*"])
    assert (second["Action"], second["Resource"]) == ("s3:ListBucket", BUCKET)


def test_not_resource_becomes_the_resources_that_were_used() -> None:
    statement = {"Effect": "Allow", "Action": "s3:*", "NotResource": f"{BUCKET}/secret/*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": statement})
    document = parse_policy(text, name="p", kind=PolicyKind.IDENTITY)
    assert statements(narrow([document], [used()]))[0]["Resource"] == f"{BUCKET}/a"
    # Of many, none but the exception itself is surely within it.
    many = narrow([document], [used(f"{BUCKET}/{n}") for n in range(5)], most=3)
    assert statements(many)[0]["NotResource"] == f"{BUCKET}/secret/*"


def test_not_action_becomes_the_actions_that_were_used() -> None:
    statement = {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": statement})
    document = parse_policy(text, name="p", kind=PolicyKind.IDENTITY)
    assert statements(narrow([document], [used()]))[0]["Action"] == "s3:GetObject"


def test_an_action_that_leaves_no_record_is_kept_where_it_is_named() -> None:
    document = policy({"Action": ["iam:PassRole", "iam:GetRole"]}, {"Action": "iam:*"})
    found = narrow([document], [], unrecorded=frozenset({"iam:passrole"}))
    (statement,) = statements(found)
    assert statement["Action"] == "iam:PassRole"
    assert found.kept_unseen == ("iam:PassRole",)


def test_key_policies_give_leave_or_no_key_would_ever_be_used() -> None:
    key = "arn:aws:kms:eu-west-1:1:key/0d99"
    found = narrow([policy({"Action": "kms:*"})], [used(key, "kms:Decrypt")])
    assert (statements(found)[0]["Action"], resources(found)) == ("kms:Decrypt", key)


def test_what_was_refused_and_what_others_allow_is_no_use() -> None:
    deny = {"Effect": "Deny", "Action": "s3:PutObject"}
    records = [used(allowed=False), used(action="sqs:SendMessage"), used(action="s3:PutObject"), used()]
    found = narrow([policy({}, deny)], records)
    assert (found.refused, found.elsewhere, found.used) == (1, 2, 1)


def test_a_document_of_which_nothing_is_left_is_none() -> None:
    found = narrow([policy({}), policy({"Action": "sqs:*"}, name="q")], [used()])
    assert [d is None for d in found.documents] == [False, True]


def test_what_is_narrow_already_stays_as_it_was() -> None:
    document = policy({"Action": "s3:GetObject", "Resource": f"{BUCKET}/a"})
    found = narrow([document], [used()])
    assert found.documents == (document,)
    assert found.statements[0].as_it_was


@pytest.mark.parametrize("documents", [[], ["scp"]])
def test_what_cannot_be_narrowed_is_refused(documents: Sequence[str]) -> None:
    text = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
    read = [parse_policy(text, name=kind, kind=PolicyKind(kind)) for kind in documents]
    with pytest.raises(InvalidInputError) as refused:
        narrow(read, [])
    assert refused.value.code in {"narrow.nothing", "narrow.kind"}
