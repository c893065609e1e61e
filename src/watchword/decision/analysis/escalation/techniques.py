"""The techniques: how somebody who may do a little comes to do more. One entry each, and nothing but facts.

`move` says what the search looks at (see `search`); `steps` are the actions it asks about, `enough` those of which one
suffices. What an entry cannot know it does not claim: a technique that depends on things that an account's
authorization details do not hold (which functions there are, and their roles) is `BLIND`: reported as a question, never
as an answer.

Sources: AWS Service Authorization Reference (actions and their resources); AWS IAM User Guide, "Granting a user
permissions to pass a role to an AWS service", "Delegate permission management with permissions boundaries"; the guides
of the services named.
"""

import enum
from dataclasses import dataclass


class Move(enum.StrEnum):
    OWN_GRANT = "own-grant"  # gives itself a policy
    GROUP_GRANT = "group-grant"  # gives a group of its own a policy
    POLICY_EDIT = "policy-edit"  # rewrites a policy that it has
    POLICY_VERSION = "policy-version"  # goes back to another version of a policy that it has
    JOIN_GROUP = "join-group"
    DROP_BOUNDARY = "drop-boundary"
    TAKE_USER = "take-user"  # makes credentials of another user
    ASSUME = "assume"
    RETRUST = "retrust"  # makes a role trust it, and assumes it
    WIDEN = "widen"  # gives a policy to a principal that it can become
    PASS_ROLE = "pass-role"  # noqa: S105 - no password: hands a role to a service, and uses it there
    BLIND = "blind"


_IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
_PASSING = _IAM + "id_roles_use_passrole.html"
_AUTHORIZATION = "https://docs.aws.amazon.com/service-authorization/latest/reference/"
_SCOPE = "limit the statement's Resource to what is needed, never the principal itself"
_OWN_CREDENTIALS = "let users make their own credentials alone: arn:aws:iam::*:user/${aws:username}"
_BOUND = "require a permission boundary by the condition iam:PermissionsBoundary, or let a pipeline do it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Technique:
    """`service` is the service principal that a passed role must trust."""

    id: str
    move: Move
    steps: tuple[str, ...]
    why: str
    remedy: str
    reference: str
    enough: tuple[str, ...] = ()
    service: str = ""


def _own(action: str, what: str, *, move: Move = Move.OWN_GRANT, remedy: str = _SCOPE) -> Technique:
    return Technique(
        id=action,
        move=move,
        steps=(action,),
        why=what,
        remedy=remedy,
        reference=_AUTHORIZATION + "list_awsidentityandaccessmanagementiam.html",
    )


def _passed(service: str, *steps: str, enough: tuple[str, ...] = (), what: str) -> Technique:
    return Technique(
        id="iam:PassRole+" + steps[0],
        move=Move.PASS_ROLE,
        steps=steps,
        enough=enough,
        service=service,
        why=f"whoever may pass the role and {what} runs code of their own with the role's permissions",
        remedy="name in iam:PassRole the very roles that are passed, and the service by iam:PassedToService",
        reference=_PASSING,
    )


def _blind(action: str, what: str) -> Technique:
    return Technique(
        id=action,
        move=Move.BLIND,
        steps=(action,),
        why=what,
        remedy="look which of them carry a role that can do more, and limit the statement's Resource to the others",
        reference=_AUTHORIZATION + "reference_policies_actions-resources-contextkeys.html",
    )


TECHNIQUES: tuple[Technique, ...] = (
    _own("iam:PutUserPolicy", "a user that may write its own inline policies may write itself any permission"),
    _own("iam:AttachUserPolicy", "a user that may attach policies to itself may attach AdministratorAccess"),
    _own("iam:PutRolePolicy", "a role that may write its own inline policies may write itself any permission"),
    _own("iam:AttachRolePolicy", "a role that may attach policies to itself may attach AdministratorAccess"),
    _own("iam:PutGroupPolicy", "what a group has, its members have; a member may write it", move=Move.GROUP_GRANT),
    _own(
        "iam:AttachGroupPolicy", "what a group has, its members have; a member may attach to it", move=Move.GROUP_GRANT
    ),
    _own(
        "iam:CreatePolicyVersion",
        "a new version of a policy that one has may say anything, and may be made the default as it is created",
        move=Move.POLICY_EDIT,
        remedy="let nobody edit a policy that they have; edit policies in a pipeline",
    ),
    _own(
        "iam:SetDefaultPolicyVersion",
        "another version of a policy that one has says more than the default one",
        move=Move.POLICY_VERSION,
        remedy="delete versions that are not to come back",
    ),
    _own(
        "iam:AddUserToGroup",
        "a user that may join a group has what the group has",
        move=Move.JOIN_GROUP,
        remedy="limit the statement's Resource to groups that may be joined",
    ),
    _own(
        "iam:DeleteUserPermissionsBoundary",
        "without its boundary the user has all that its policies say",
        move=Move.DROP_BOUNDARY,
        remedy="deny it in the boundary itself",
    ),
    _own(
        "iam:DeleteRolePermissionsBoundary",
        "without its boundary the role has all that its policies say",
        move=Move.DROP_BOUNDARY,
        remedy="deny it in the boundary itself",
    ),
    _own(
        "iam:CreateAccessKey",
        "an access key of another user is that user",
        move=Move.TAKE_USER,
        remedy=_OWN_CREDENTIALS,
    ),
    _own(
        "iam:CreateLoginProfile",
        "a password for a user that has none is that user; whether it has one, the estate does not say",
        move=Move.TAKE_USER,
        remedy=_OWN_CREDENTIALS,
    ),
    _own(
        "iam:UpdateLoginProfile",
        "a new password for a user that has one is that user; whether it has one, the estate does not say",
        move=Move.TAKE_USER,
        remedy=_OWN_CREDENTIALS,
    ),
    Technique(
        id="sts:AssumeRole",
        move=Move.ASSUME,
        steps=("sts:AssumeRole",),
        why="the role has more, and its trust policy and the caller's permissions let the caller become it",
        remedy="narrow the role's trust policy, or the caller's sts:AssumeRole",
        reference=_IAM + "id_roles_use.html",
    ),
    Technique(
        id="iam:UpdateAssumeRolePolicy",
        move=Move.RETRUST,
        steps=("iam:UpdateAssumeRolePolicy", "sts:AssumeRole"),
        why="whoever may rewrite a role's trust policy may let themselves in",
        remedy=_SCOPE,
        reference=_AUTHORIZATION + "list_awsidentityandaccessmanagementiam.html",
    ),
    Technique(
        id="iam:PutRolePolicy+become",
        move=Move.WIDEN,
        steps=("iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutUserPolicy", "iam:AttachUserPolicy"),
        why="whoever may give permissions to a principal that they can become give them to themselves",
        remedy=_BOUND,
        reference=_IAM + "access_policies_boundaries.html",
    ),
    _passed("ec2.amazonaws.com", "ec2:RunInstances", what="start an instance"),
    _passed(
        "lambda.amazonaws.com",
        "lambda:CreateFunction",
        enough=("lambda:InvokeFunction", "lambda:AddPermission", "lambda:CreateEventSourceMapping"),
        what="create a function and have it run",
    ),
    _passed(
        "ecs-tasks.amazonaws.com",
        "ecs:RegisterTaskDefinition",
        enough=("ecs:RunTask", "ecs:StartTask", "ecs:CreateService", "ecs:UpdateService"),
        what="register a task and have it run",
    ),
    _passed("glue.amazonaws.com", "glue:CreateDevEndpoint", what="create a development endpoint"),
    _passed(
        "glue.amazonaws.com",
        "glue:CreateJob",
        enough=("glue:StartJobRun", "glue:CreateTrigger"),
        what="create a job and have it run",
    ),
    _passed("cloudformation.amazonaws.com", "cloudformation:CreateStack", what="create a stack"),
    _passed(
        "codebuild.amazonaws.com",
        "codebuild:CreateProject",
        enough=("codebuild:StartBuild", "codebuild:StartBuildBatch"),
        what="create a project and build it",
    ),
    _passed(
        "sagemaker.amazonaws.com",
        "sagemaker:CreateNotebookInstance",
        enough=("sagemaker:CreatePresignedNotebookInstanceUrl",),
        what="create a notebook and open it",
    ),
    _passed("sagemaker.amazonaws.com", "sagemaker:CreateTrainingJob", what="create a training job"),
    _passed("sagemaker.amazonaws.com", "sagemaker:CreateProcessingJob", what="create a processing job"),
    _passed(
        "datapipeline.amazonaws.com",
        "datapipeline:CreatePipeline",
        "datapipeline:PutPipelineDefinition",
        "datapipeline:ActivatePipeline",
        what="define and activate a pipeline",
    ),
    _passed("ssm.amazonaws.com", "ssm:StartAutomationExecution", what="start an automation"),
    _passed(
        "states.amazonaws.com",
        "states:CreateStateMachine",
        enough=("states:StartExecution", "states:StartSyncExecution"),
        what="create a state machine and start it",
    ),
    _passed("scheduler.amazonaws.com", "scheduler:CreateSchedule", what="create a schedule, whose target is any call"),
    _blind(
        "lambda:UpdateFunctionCode", "a function runs with its role; which functions have which role is not in the file"
    ),
    _blind(
        "lambda:UpdateFunctionConfiguration", "a function's layers run with its role; which role is not in the file"
    ),
    _blind(
        "codebuild:UpdateProject", "a project builds with its role; which projects have which role is not in the file"
    ),
    _blind("glue:UpdateDevEndpoint", "an endpoint has a role; which endpoints there are is not in the file"),
    _blind("ssm:SendCommand", "an instance runs commands with its role; which instances there are is not in the file"),
    _blind("ssm:StartSession", "a session on an instance has its role; which instances there are is not in the file"),
    _blind("ecs:ExecuteCommand", "a command in a task has the task's role; which tasks there are is not in the file"),
    _blind(
        "ec2-instance-connect:SendSSHPublicKey",
        "a login on an instance has its role; which there are is not in the file",
    ),
    _blind("cloudformation:UpdateStack", "a stack may have a role; which stacks there are is not in the file"),
)
