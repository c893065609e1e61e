"""The account, its identities and their policies, its organisation's guard rails."""

from dataclasses import dataclass
from typing import Final

from watchword.adapters.aws.asks import Ask, Listing, More
from watchword.adapters.aws.sources import Filled, Matching, careful, said, shape
from watchword.inventory.shapes import Both, Nothing, Part, Readable, Rows, Subject, read
from watchword.inventory.values import Absent, Block, Child, Elements, Known, Reason, ReasonKind, Unknown, Value

# One call of IAM tells users, groups, roles, and the policies that are the account's own.
_DETAILS: Final = Ask(
    "iam:GetAccountAuthorizationDetails", {"Filter": ["User", "Role", "Group", "LocalManagedPolicy"]}, home=True
)
REPORT: Final = Ask("iam:GetCredentialReport", home=True)
_REPORTED: Final = More(
    ask=REPORT,
    at="Rows[]",
    keep=(
        "user",
        "password_enabled",
        "password_last_used",
        "password_last_changed",
        "mfa_active",
        "access_key_1_active",
        "access_key_1_last_rotated",
        "access_key_1_last_used_date",
        "access_key_2_active",
        "access_key_2_last_rotated",
        "access_key_2_last_used_date",
    ),
    where=("user", "{UserName}"),
)
_NO_ORGANIZATION: Final = ("AWSOrganizationsNotInUseException",)

LISTINGS: Final = (
    Listing(
        type="live:AWS::Account",
        arn="arn:{partition}:iam::{account}:root",
        everywhere=False,
        more={
            "Summary": More(
                ask=Ask("iam:GetAccountSummary", home=True),
                at="SummaryMap",
                keep=("AccountAccessKeysPresent", "AccountMFAEnabled", "Users"),
            ),
            "VirtualDevices": More(
                ask=Ask("iam:ListVirtualMFADevices", {"AssignmentStatus": "Assigned"}, home=True),
                at="VirtualMFADevices[].User",
                keep=("Arn",),
            ),
            "Organization": More(
                ask=Ask("organizations:DescribeOrganization", absent=_NO_ORGANIZATION, home=True),
                at="Organization",
                keep=("Id", "MasterAccountId", "FeatureSet"),
            ),
        },
    ),
    Listing(
        type="live:AWS::IAM::PasswordPolicy",
        ask=Ask("iam:GetAccountPasswordPolicy", absent=("NoSuchEntity",), home=True),
        at="PasswordPolicy",
        keep=("MinimumPasswordLength", "PasswordReusePrevention", "MaxPasswordAge"),
        arn="arn:{partition}:iam::{account}:password-policy",
        once=True,
        everywhere=False,
    ),
    Listing(
        type="live:AWS::IAM::User",
        ask=_DETAILS,
        at="UserDetailList[]",
        keep=(
            "UserName",
            "Arn",
            "Path",
            "CreateDate",
            "UserPolicyList",
            "GroupList",
            "AttachedManagedPolicies",
            "PermissionsBoundary",
            "Tags",
        ),
        arn="{Arn}",
        everywhere=False,
        more={"Report": _REPORTED},
    ),
    Listing(
        type="live:AWS::IAM::Credentials",
        ask=_DETAILS,
        at="UserDetailList[]",
        keep=("UserName", "Arn", "GroupList"),
        arn="{Arn}/credentials",
        everywhere=False,
        more={
            "Report": _REPORTED,
            "Devices": More(
                ask=Ask("iam:ListMFADevices", {"UserName": "{UserName}"}, home=True),
                at="MFADevices[]",
                keep=("SerialNumber",),
            ),
        },
    ),
    Listing(
        type="live:AWS::IAM::Group",
        ask=_DETAILS,
        at="GroupDetailList[]",
        keep=("GroupName", "Arn", "Path", "GroupPolicyList", "AttachedManagedPolicies"),
        arn="{Arn}",
        everywhere=False,
    ),
    Listing(
        type="live:AWS::IAM::Role",
        ask=_DETAILS,
        at="RoleDetailList[]",
        keep=(
            "RoleName",
            "Arn",
            "Path",
            "AssumeRolePolicyDocument",
            "RolePolicyList",
            "AttachedManagedPolicies",
            "PermissionsBoundary",
            "RoleLastUsed",
            "Tags",
        ),
        arn="{Arn}",
        everywhere=False,
        only=("Path", r"(?!/aws-service-role/).*"),
        more={
            # The one thing that the details lack.
            "Session": More(
                ask=Ask("iam:ListRoles", home=True),
                at="Roles[]",
                keep=("Arn", "MaxSessionDuration"),
                where=("Arn", "{Arn}"),
            )
        },
    ),
    # What a service made for itself: nobody but it can assume or change it, so that nothing is judged of it.
    Listing(
        type="live:AWS::IAM::ServiceLinkedRole",
        ask=_DETAILS,
        at="RoleDetailList[]",
        keep=("RoleName", "Arn", "Path"),
        arn="{Arn}",
        everywhere=False,
        only=("Path", r"/aws-service-role/.*"),
    ),
    Listing(
        type="live:AWS::IAM::ManagedPolicy",
        ask=_DETAILS,
        at="Policies[]",
        keep=("PolicyName", "Arn", "AttachmentCount", "PolicyVersionList"),
        arn="{Arn}",
        everywhere=False,
        only=("Arn", r"arn:[^:]+:iam::\d+:.*"),  # AWS's own have `aws` in place of an account
    ),
    Listing(
        type="live:AWS::IAM::InstanceProfile",
        ask=Ask("iam:ListInstanceProfiles", home=True),
        at="InstanceProfiles[]",
        keep=("InstanceProfileName", "Arn", "Roles"),
        arn="{Arn}",
        everywhere=False,
    ),
    Listing(
        type="live:AWS::Organizations::Policy",
        ask=Ask("organizations:ListPolicies", {"Filter": "SERVICE_CONTROL_POLICY"}, absent=_NO_ORGANIZATION, home=True),
        at="Policies[]",
        keep=("Id", "Arn", "Name", "AwsManaged"),
        arn="{Arn}",
        everywhere=False,
        more={
            "Content": More(
                ask=Ask("organizations:DescribePolicy", {"PolicyId": "{Id}"}, home=True), at="Policy.Content"
            ),
            "Targets": More(
                ask=Ask("organizations:ListTargetsForPolicy", {"PolicyId": "{Id}"}, home=True),
                at="Targets[]",
                keep=("TargetId", "Type"),
            ),
        },
    ),
    Listing(
        type="live:AWS::AccessAnalyzer::Analyzer",
        ask=Ask("accessanalyzer:ListAnalyzers"),
        at="analyzers[]",
        keep=("arn", "name", "type", "status"),
        arn="{arn}",
        only=("type", "ACCOUNT|ORGANIZATION"),  # those that look for access from outside
        more={
            "Findings": More(
                ask=Ask(
                    "accessanalyzer:ListFindings",
                    {"analyzerArn": "{arn}", "filter": {"status": {"eq": ["ACTIVE"]}}},
                ),
                at="findings[]",
                keep=("id", "resource", "resourceType", "isPublic"),
            )
        },
    ),
)


@dataclass(frozen=True, slots=True)
class _RootIsVirtual:
    """Whether the root user's second factor is a program: then it is among the virtual devices."""

    @careful
    def read(self, subject: Subject) -> Value:
        value = read("VirtualDevices[].Arn", subject)
        if isinstance(value, Unknown):
            return value
        return Known(any(arn.matches(r".*:root") for arn in value.each()), subject.place)


@dataclass(frozen=True, slots=True)
class _Keys:
    """The two keys of the credential report, as blocks: those that there are."""

    @careful
    def read(self, subject: Subject) -> Value:
        keys: list[Child] = []
        for number in ("1", "2"):
            made = subject.tree["Report"][f"access_key_{number}_last_rotated"]
            if isinstance(made, Known) and made.text() in {"N/A", ""}:
                continue
            keys.append(_Key(number).read(subject))
        return Elements(keys, subject.place)


@dataclass(frozen=True, slots=True)
class _Key:
    number: str

    @careful
    def read(self, subject: Subject) -> Value:
        before = f"Report.access_key_{self.number}_"
        return Block(
            {
                "number": Known(self.number, subject.place),
                "active": read(f"{before}active", subject),
                "created": _When(f"{before}last_rotated").read(subject),
                "last_used": _When(f"{before}last_used_date").read(subject),
            },
            subject.place,
        )


@dataclass(frozen=True, slots=True)
class _When:
    """An instant of the credential report; absent where it says that there was none."""

    path: str

    @careful
    def read(self, subject: Subject) -> Value:
        value = read(self.path, subject)
        if isinstance(value, Known) and value.text() in {"", "N/A", "no_information", "not_supported"}:
            return Absent(value.place)
        return value


@dataclass(frozen=True, slots=True)
class _Attached:
    """The documents of the account's own policies that are attached. One that was not read is unknown, not left out.

    AWS's own are left out: they are the same for everybody, and stand among what is attached by their names.
    """

    @careful
    def read(self, subject: Subject) -> Value:
        attached = subject.tree["AttachedManagedPolicies"]
        if isinstance(attached, Unknown):
            return attached
        documents: list[Child] = []
        for one in attached.each():
            arn = one["PolicyArn"]
            policies = subject.named(arn)
            documents.extend(policy.attributes["document"] for policy in policies if policy.kind == "iam_policy")
            if not policies and not arn.matches(r"arn:[^:]+:iam::aws:.*"):
                why = Reason(ReasonKind.ACCESS, f"what {arn.text()} says was not told", arn.place)
                documents.append(Unknown((why,), arn.place))
        return Elements(documents, subject.place)


def _policies(written: str) -> Readable:
    """What an identity may: written into it, and the account's own policies that are attached to it."""
    return Both((f"{written}[].PolicyDocument", _Attached()))


def _written(path: str) -> tuple[Part, ...]:
    return (Part("iam_policy", path, {"name": "PolicyName", "tags": Nothing(), "document": "PolicyDocument"}),)


SHAPES: Final = (
    shape(
        "AWS::Account",
        "account",
        {
            "name": "@account",
            "tags": Nothing(),
            "collected_at": "@collected_at",
            "root_keys": Matching("Summary.AccountAccessKeysPresent", words=(1, 2)),
            "root_factor": Matching("Summary.AccountMFAEnabled", words=(1,)),
            "root_virtual_factor": _RootIsVirtual(),
            "organization": "Organization.Id",
            "management_account": "Organization.MasterAccountId",
        },
    ),
    shape(
        "AWS::IAM::PasswordPolicy",
        "password_policy",
        {
            "name": Nothing(),
            "tags": Nothing(),
            "length": said("MinimumPasswordLength", value=8, says="IAM user guide: the default policy"),
            "reuse": said("PasswordReusePrevention", value=0),
            "age_days": "MaxPasswordAge",
        },
    ),
    shape(
        "AWS::IAM::User",
        "iam_user",
        {
            "name": "UserName",
            "policies": _policies("UserPolicyList"),
            "attached": "AttachedManagedPolicies[].PolicyArn",
            "boundary": "PermissionsBoundary.PermissionsBoundaryArn",
            "console": "Report.password_enabled",
            "access_key": Matching(Both(("Report.access_key_1_active", "Report.access_key_2_active")), words=("true",)),
            "path": "Path",
        },
        parts=_written("UserPolicyList"),
        identity=("UserName",),
    ),
    shape(
        "AWS::IAM::Credentials",
        "user_credentials",
        {
            "name": "UserName",
            "tags": Nothing(),
            "user": "Arn",
            "groups": "GroupList",
            "console": "Report.password_enabled",
            "password_last_used": _When("Report.password_last_used"),
            "password_changed": _When("Report.password_last_changed"),
            "second_factor": "Report.mfa_active",
            "devices": "Devices[].SerialNumber",
            "keys": _Keys(),
        },
    ),
    shape(
        "AWS::IAM::Group",
        "iam_group",
        {
            "name": "GroupName",
            "tags": Nothing(),
            "policies": _policies("GroupPolicyList"),
            "attached": "AttachedManagedPolicies[].PolicyArn",
        },
        parts=_written("GroupPolicyList"),
        identity=("GroupName",),
    ),
    shape(
        "AWS::IAM::Role",
        "iam_role",
        {
            "name": "RoleName",
            "trust": "AssumeRolePolicyDocument",
            "policies": _policies("RolePolicyList"),
            "attached": "AttachedManagedPolicies[].PolicyArn",
            "boundary": "PermissionsBoundary.PermissionsBoundaryArn",
            "session_seconds": "Session.MaxSessionDuration",
            "path": "Path",
        },
        parts=_written("RolePolicyList"),
        identity=("RoleName",),
    ),
    shape("AWS::IAM::ServiceLinkedRole", "other", {"name": "RoleName", "tags": Nothing()}, identity=("RoleName",)),
    shape(
        "AWS::IAM::ManagedPolicy",
        "iam_policy",
        {"name": "PolicyName", "tags": Nothing(), "document": "PolicyVersionList.Document"},
    ),
    shape(
        "AWS::IAM::InstanceProfile",
        "instance_profile",
        {"name": "InstanceProfileName", "tags": Nothing(), "role": "Roles[].Arn"},
        identity=("InstanceProfileName",),
    ),
    shape(
        "AWS::Organizations::Policy",
        "guard_rail",
        {
            "name": "Name",
            "tags": Nothing(),
            "document": "Content",
            "targets": "Targets[].TargetId",
            "attached": Filled("Targets"),
        },
    ),
    shape(
        "AWS::AccessAnalyzer::Analyzer",
        "access_analyzer",
        {
            "name": "name",
            "tags": Nothing(),
            "active": Matching("status", words=("ACTIVE",)),
            "region": "@region",
            "findings": Rows("Findings", {"resource": "resource", "public": "isPublic"}),
        },
    ),
)
