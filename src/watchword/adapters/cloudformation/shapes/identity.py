"""Shapes of identities and policies."""

from typing import Final

from watchword.adapters.cloudformation.shapes._sources import tagged
from watchword.inventory.shapes import Both, Default, Follow, Join, Nothing, Part, Present, Readable, Shape

_REFERENCE: Final = "CloudFormation Template Reference"
_INLINE: Final = (
    Part("iam_policy", "Policies", {"name": "PolicyName", "tags": Nothing(), "document": "PolicyDocument"}),
)


def _policies(of: str) -> Readable:
    """What an identity may: written into it, put on it by policies of the template, attached by name."""
    return Both(
        (
            "Policies[].PolicyDocument",
            Join("AWS::IAM::Policy", by=of).every("PolicyDocument"),
            Join("AWS::IAM::ManagedPolicy", by=of).every("PolicyDocument"),
            *(
                Join(f"AWS::IAM::{of.removesuffix('s')}Policy", by=f"{of.removesuffix('s')}Name").every(
                    "PolicyDocument"
                ),
                Follow("ManagedPolicyArns", "document"),
            ),
        )
    )


def _written_for(one: str) -> Shape:
    """`AWS::IAM::RolePolicy` and its like: one policy of one identity."""
    return Shape(
        f"AWS::IAM::{one}Policy",
        "iam_policy",
        {"name": "PolicyName", "tags": Nothing(), "document": "PolicyDocument"},
        identity=(),
    )


IDENTITY: Final = (
    tagged(
        "AWS::IAM::Role",
        "iam_role",
        {
            "name": "RoleName",
            "trust": "AssumeRolePolicyDocument",
            "policies": _policies("Roles"),
            "attached": "ManagedPolicyArns",
            "boundary": "PermissionsBoundary",
            "session_seconds": Default("MaxSessionDuration", value=3600, says=f"{_REFERENCE}, AWS::IAM::Role"),
            "path": Default("Path", value="/", says=f"{_REFERENCE}, AWS::IAM::Role"),
        },
        parts=_INLINE,
        identity=("RoleName",),
    ),
    tagged(
        "AWS::IAM::User",
        "iam_user",
        {
            "name": "UserName",
            "policies": _policies("Users"),
            "attached": "ManagedPolicyArns",
            "boundary": "PermissionsBoundary",
            "console": Present("LoginProfile"),
            "access_key": Present(Join("AWS::IAM::AccessKey", by="UserName").read("UserName")),
            "path": Default("Path", value="/", says=f"{_REFERENCE}, AWS::IAM::User"),
        },
        parts=_INLINE,
        identity=("UserName",),
    ),
    tagged(
        "AWS::IAM::Group",
        "iam_group",
        {"name": "GroupName", "policies": _policies("Groups"), "attached": "ManagedPolicyArns"},
        parts=_INLINE,
        identity=("GroupName",),
    ),
    Shape(
        "AWS::IAM::ManagedPolicy",
        "iam_policy",
        {"name": "ManagedPolicyName", "tags": Nothing(), "document": "PolicyDocument"},
        identity=("ManagedPolicyName",),
    ),
    Shape(
        "AWS::IAM::Policy",
        "iam_policy",
        {"name": "PolicyName", "tags": Nothing(), "document": "PolicyDocument"},
        identity=(),
    ),
    _written_for("Role"),
    _written_for("User"),
    _written_for("Group"),
    Shape(
        "AWS::IAM::InstanceProfile",
        "instance_profile",
        {"name": "InstanceProfileName", "tags": Nothing(), "role": "Roles"},
        identity=("InstanceProfileName",),
    ),
)
