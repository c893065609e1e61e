"""Shapes of identities and policies."""

from dataclasses import dataclass
from typing import Final

from watchword.adapters.terraform._evaluation.policy_documents import rendered
from watchword.inventory.shapes import Both, Default, Follow, Join, Nothing, Part, Present, Shape, Subject
from watchword.inventory.values import Unknown, Value

_ROLE_ATTACHMENT: Final = Join("aws_iam_role_policy_attachment", by="role")
_USER_ATTACHMENT: Final = Join("aws_iam_user_policy_attachment", by="user")
_GROUP_ATTACHMENT: Final = Join("aws_iam_group_policy_attachment", by="group")
# `aws_iam_policy_attachment` names identities of all three sorts, in lists.
_ROLES_OF: Final = Join("aws_iam_policy_attachment", by="roles").every("policy_arn")
_USERS_OF: Final = Join("aws_iam_policy_attachment", by="users").every("policy_arn")
_GROUPS_OF: Final = Join("aws_iam_policy_attachment", by="groups").every("policy_arn")
_EXCLUSIVE: Final = Join("aws_iam_role_policy_attachments_exclusive", by="role_name").every("policy_arns")

_TO_ROLE: Final = Both((_ROLE_ATTACHMENT.every("policy_arn"), _ROLES_OF, _EXCLUSIVE, "managed_policy_arns"))
_TO_USER: Final = Both((_USER_ATTACHMENT.every("policy_arn"), _USERS_OF))
_TO_GROUP: Final = Both((_GROUP_ATTACHMENT.every("policy_arn"), _GROUPS_OF))


@dataclass(frozen=True, slots=True)
class _Rendered:
    """The document that a data source makes; it is nowhere written as such."""

    def read(self, subject: Subject) -> Value:
        return Unknown((), subject.place, document=rendered(subject.tree))


IDENTITY: Final = (
    Shape(
        "aws_iam_role",
        "iam_role",
        {
            "name": ("name", "name_prefix"),
            "trust": "assume_role_policy",
            "policies": Both(
                (
                    Join("aws_iam_role_policy", by="role").every("policy"),
                    "inline_policy[].policy",
                    Follow(_TO_ROLE, "document"),
                )
            ),
            "attached": _TO_ROLE,
            "boundary": "permissions_boundary",
            "session_seconds": Default("max_session_duration", value=3600, says="AWS provider 5, aws_iam_role"),
            "path": Default("path", value="/", says="AWS provider 5, aws_iam_role"),
        },
        parts=(Part("iam_policy", "inline_policy", {"name": "name", "document": "policy"}),),
    ),
    Shape(
        "aws_iam_user",
        "iam_user",
        {
            "name": "name",
            "policies": Both((Join("aws_iam_user_policy", by="user").every("policy"), Follow(_TO_USER, "document"))),
            "attached": _TO_USER,
            "boundary": "permissions_boundary",
            "console": Present(Join("aws_iam_user_login_profile", by="user").read("user")),
            "access_key": Present(Join("aws_iam_access_key", by="user").read("user")),
            "path": Default("path", value="/", says="AWS provider 5, aws_iam_user"),
        },
    ),
    Shape(
        "aws_iam_group",
        "iam_group",
        {
            "name": "name",
            "policies": Both((Join("aws_iam_group_policy", by="group").every("policy"), Follow(_TO_GROUP, "document"))),
            "attached": _TO_GROUP,
        },
    ),
    Shape("aws_iam_policy", "iam_policy", {"name": ("name", "name_prefix"), "document": "policy"}),
    Shape("aws_iam_role_policy", "iam_policy", {"name": ("name", "name_prefix"), "document": "policy"}, identity=()),
    Shape("aws_iam_user_policy", "iam_policy", {"name": ("name", "name_prefix"), "document": "policy"}, identity=()),
    Shape("aws_iam_group_policy", "iam_policy", {"name": ("name", "name_prefix"), "document": "policy"}, identity=()),
    Shape(
        "data.aws_iam_policy_document",
        "policy_document",
        {"name": Nothing(), "tags": Nothing(), "document": _Rendered()},
        identity=(),
    ),
    Shape(
        "aws_iam_role_policy_attachment",
        "iam_attachment",
        {"policy": "policy_arn", "role": "role", "user": Nothing(), "group": Nothing()},
        identity=(),
    ),
    Shape(
        "aws_iam_user_policy_attachment",
        "iam_attachment",
        {"policy": "policy_arn", "role": Nothing(), "user": "user", "group": Nothing()},
        identity=(),
    ),
    Shape(
        "aws_iam_group_policy_attachment",
        "iam_attachment",
        {"policy": "policy_arn", "role": Nothing(), "user": Nothing(), "group": "group"},
        identity=(),
    ),
    Shape(
        "aws_iam_account_password_policy",
        "password_policy",
        {"length": "minimum_password_length", "reuse": "password_reuse_prevention", "age_days": "max_password_age"},
        identity=(),
    ),
)
