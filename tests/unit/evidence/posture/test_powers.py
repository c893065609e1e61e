"""What an identity's policies give: broadly, without need, and upwards."""

import pytest

from watchword.evidence.posture.powers import broadly, refused, resource_is_broad, unrestricted, ways_up
from watchword.inventory import Known, Place, Reason, ReasonKind, Reference, Unknown, UnknownValueError, Value
from watchword.inventory.trees import from_plain

_HERE = Place("main.tf", 1, 1)
_ANY: dict[str, object] = {"Effect": "Allow", "Resource": "*"}


def _document(*statements: dict[str, object]) -> Value:
    return from_plain({"Version": "2012-10-17", "Statement": list(statements)}, _HERE)


def _made(attribute: str, *parts: str | Reference | None) -> Unknown:
    reference = Reference(".#aws_s3_bucket.b", attribute)
    reason = Reason(ReasonKind.AFTER_APPLY, "it is made", _HERE)
    return Unknown((reason,), _HERE, references=(reference,), parts=parts or (reference,))


def _variable() -> Unknown:
    return Unknown((Reason(ReasonKind.VARIABLE, "var.x has no value", _HERE),), _HERE)


def test_a_pass_role_on_a_prefix_is_not_broad_and_on_all_roles_is() -> None:
    narrow = _document(
        {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/shop-*"}
    )
    wide = _document({"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/*"})
    assert broadly(narrow, ("iam:PassRole",)) == []
    assert [grant.path for grant in broadly(wide, ("iam:PassRole",))] == ["Statement[0].Action"]


def test_conditions_and_denies_count_for_the_holder_and_everything_is_held() -> None:
    condition = {"StringEquals": {"iam:PassedToService": "glue.amazonaws.com"}}
    passes = {**_ANY, "Action": "iam:PassRole"}
    assert broadly(_document({**passes, "Condition": condition}), ("iam:PassRole",)) == []
    assert broadly(_document(passes, {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}), ("iam:PassRole",)) == []
    assert len(broadly(_document({**_ANY, "Action": "*"}), ("iam:PassRole",))) == 1
    half = _document(passes, {"Effect": "Deny", "Action": "iam:*", "Resource": "arn:aws:iam::111122223333:role/x"})
    assert len(broadly(half, ("iam:PassRole",))) == 1


def test_actions_that_take_no_resource_are_never_unrestricted() -> None:
    document = _document({**_ANY, "Action": ["cloudwatch:PutMetricData", "sqs:SendMessage", "sqs:ListQueues"]})
    assert [grant.action for grant in unrestricted(document, ("Write",))] == ["sqs:SendMessage"]
    assert len(unrestricted(_document({**_ANY, "Action": "sqs:*"}), ("Write",))) == 1
    assert unrestricted(_document({**_ANY, "Action": "ce:*"}), ("Permissions management",)) == []


@pytest.mark.parametrize("level", ["List", "Read", "Write", "Permissions management", "Tagging"])
def test_everything_is_of_every_level(level: str) -> None:
    assert len(unrestricted(_document({**_ANY, "Action": "*"}), (level,))) == 1
    taken: dict[str, object] = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    assert unrestricted(_document({**_ANY, "Action": "*"}, taken), (level,)) == []


def test_a_way_up_takes_all_of_its_steps() -> None:
    passes, makes = {**_ANY, "Action": "iam:PassRole"}, {**_ANY, "Action": ["lambda:CreateFunction"]}
    runs = {**_ANY, "Action": "lambda:Invoke*"}
    assert ways_up(_document(passes, makes)) == []
    assert [way.does for way in ways_up(_document(passes, makes, runs))] == [
        "makes a function with any such role, and runs it"
    ]


def test_not_action_gives_what_it_does_not_name() -> None:
    ways = ways_up(_document({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}))
    assert {grant.path for way in ways for grant in way.grants} == {"Statement[0].NotAction"}


def test_what_is_made_of_another_thing_is_that_thing_and_a_variable_is_not_known() -> None:
    arn = Reference(".#aws_s3_bucket.b", "arn")
    account = Reference(".#data.aws_caller_identity.c", "account_id")
    assert not resource_is_broad(_made("arn"), "s3:GetObject")
    assert not resource_is_broad(_made("arn", arn, "/*"), "s3:GetObject")
    assert resource_is_broad(_made("account_id", "arn:aws:iam::", account, ":role/*"), "iam:PassRole")
    with pytest.raises(UnknownValueError):
        resource_is_broad(_variable(), "s3:GetObject")
    assert resource_is_broad(Known("arn:aws:s3:::*"), "s3:GetObject")


def test_what_is_known_is_found_beside_what_is_not() -> None:
    document = from_plain({"Statement": [{**_ANY, "Action": "iam:PutUserPolicy"}]}, _HERE)
    assert ways_up(document)
    with pytest.raises(UnknownValueError):
        ways_up(_variable())
    assert not refused(_variable(), "iam:PassRole")
