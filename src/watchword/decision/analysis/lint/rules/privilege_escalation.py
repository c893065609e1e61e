"""Actions by which a principal can give itself more than it has."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from watchword.decision.analysis.lint.examples import allow, document
from watchword.decision.analysis.lint.facts import (
    acts,
    any_resource,
    denied,
    is_all_of_a_type,
    is_any,
    quoted,
    reaches,
    restricts,
    service_of,
    with_variables,
)
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.analysis.patterns import literal, matches
from watchword.decision.language import Base, PolicyKind, Statement, Value

_PASS = "iam:PassRole"  # noqa: S105 - an action's name
# Conditions under which the iam actions give no more than somebody decided beforehand.
_OWN = "${aws:username}"
_MITIGATING = frozenset({"iam:permissionsboundary", "iam:policyarn"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A way up. Every group must be held, by one of its actions. `passes_to`: the service that a role is handed to."""

    does: str
    groups: tuple[tuple[str, ...], ...]
    passes_to: str = ""

    @property
    def on_others(self) -> bool:
        """Whether it is only a way up where it can be done to somebody else."""
        return self.groups in _ON_OTHERS

    @property
    def on_identities(self) -> bool:
        return self.groups[-1][0].startswith(("iam:", "sts:", "sso:"))


# One's own keys and password give nothing that one does not have.
_ON_OTHERS = frozenset({(("iam:CreateAccessKey",),), (("iam:CreateLoginProfile",),), (("iam:UpdateLoginProfile",),)})


def _way(does: str, *groups: str | tuple[str, ...], passes_to: str = "") -> Path:
    listed = tuple(g if isinstance(g, tuple) else (g,) for g in groups)
    return Path(does=does, groups=((_PASS,), *listed) if passes_to else listed, passes_to=passes_to)


PATHS: tuple[Path, ...] = (
    # The identity itself
    _way("writes a new default version of a policy that it has", "iam:CreatePolicyVersion"),
    _way("brings back an older, wider version of a policy", "iam:SetDefaultPolicyVersion"),
    _way("attaches any policy to a user", "iam:AttachUserPolicy"),
    _way("attaches any policy to a group", "iam:AttachGroupPolicy"),
    _way("attaches any policy to a role", "iam:AttachRolePolicy"),
    _way("writes a policy into a user", "iam:PutUserPolicy"),
    _way("writes a policy into a group", "iam:PutGroupPolicy"),
    _way("writes a policy into a role", "iam:PutRolePolicy"),
    _way("joins any group", "iam:AddUserToGroup"),
    _way("makes access keys for other users", "iam:CreateAccessKey"),
    _way("gives other users a console password", "iam:CreateLoginProfile"),
    _way("changes other users' console password", "iam:UpdateLoginProfile"),
    _way("makes a role trust it, and assumes it", "iam:UpdateAssumeRolePolicy", "sts:AssumeRole"),
    _way("takes the boundary off a user", "iam:DeleteUserPermissionsBoundary"),
    _way("takes the boundary off a role", "iam:DeleteRolePermissionsBoundary"),
    _way("widens what everyone with a permission set has", ("sso:PutInlinePolicyToPermissionSet",)),
    _way("widens what everyone with a permission set has", ("sso:AttachManagedPolicyToPermissionSet",)),
    # Code that runs with a role that it has already
    _way("puts its code into a function, which runs with the function's role", "lambda:UpdateFunctionCode"),
    _way("puts a layer into a function, which runs with the function's role", "lambda:UpdateFunctionConfiguration"),
    _way("runs commands on instances, with their role", "ssm:SendCommand"),
    _way("opens a shell on instances, with their role", "ssm:StartSession"),
    _way("puts its key on instances, and has their role", "ec2-instance-connect:SendSSHPublicKey"),
    _way("opens a shell in tasks, with their role", "ecs:ExecuteCommand"),
    _way("puts its key on a development endpoint, and has its role", "glue:UpdateDevEndpoint"),
    _way("opens notebooks of others, with their role", "sagemaker:CreatePresignedNotebookInstanceUrl"),
    _way("writes an instance's start script, and has its role", "ec2:ModifyInstanceAttribute", "ec2:StartInstances"),
    _way("changes a stack with the role that it was made with", "cloudformation:UpdateStack"),
    # A role handed to a service that runs one's code
    _way("starts an instance with any such role", "ec2:RunInstances", passes_to="ec2.amazonaws.com"),
    _way("swaps the role of an instance", "ec2:ReplaceIamInstanceProfileAssociation", passes_to="ec2.amazonaws.com"),
    _way("gives an instance a role", "ec2:AssociateIamInstanceProfile", passes_to="ec2.amazonaws.com"),
    _way(
        "makes a function with any such role, and runs it",
        "lambda:CreateFunction",
        (
            "lambda:InvokeFunction",
            "lambda:AddPermission",
            "lambda:CreateEventSourceMapping",
            "lambda:CreateFunctionUrlConfig",
        ),
        passes_to="lambda.amazonaws.com",
    ),
    _way("makes a development endpoint with any such role", "glue:CreateDevEndpoint", passes_to="glue.amazonaws.com"),
    _way(
        "makes a job with any such role, and runs it",
        ("glue:CreateJob", "glue:UpdateJob"),
        ("glue:StartJobRun", "glue:CreateTrigger"),
        passes_to="glue.amazonaws.com",
    ),
    _way(
        "opens a session with any such role, and runs code in it",
        "glue:CreateSession",
        "glue:RunStatement",
        passes_to="glue.amazonaws.com",
    ),
    _way("makes a stack with any such role", "cloudformation:CreateStack", passes_to="cloudformation.amazonaws.com"),
    _way(
        "makes a pipeline with any such role",
        "datapipeline:CreatePipeline",
        "datapipeline:PutPipelineDefinition",
        "datapipeline:ActivatePipeline",
        passes_to="datapipeline.amazonaws.com",
    ),
    _way(
        "makes a build with any such role, and runs it",
        ("codebuild:CreateProject", "codebuild:UpdateProject"),
        ("codebuild:StartBuild", "codebuild:StartBuildBatch"),
        passes_to="codebuild.amazonaws.com",
    ),
    _way(
        "makes a notebook with any such role, and opens it",
        "sagemaker:CreateNotebookInstance",
        "sagemaker:CreatePresignedNotebookInstanceUrl",
        passes_to="sagemaker.amazonaws.com",
    ),
    _way("trains with any such role", "sagemaker:CreateTrainingJob", passes_to="sagemaker.amazonaws.com"),
    _way("processes with any such role", "sagemaker:CreateProcessingJob", passes_to="sagemaker.amazonaws.com"),
    _way(
        "runs a task with any such role",
        "ecs:RegisterTaskDefinition",
        ("ecs:RunTask", "ecs:StartTask", "ecs:CreateService", "ecs:UpdateService"),
        passes_to="ecs-tasks.amazonaws.com",
    ),
    _way("runs an automation with any such role", "ssm:StartAutomationExecution", passes_to="ssm.amazonaws.com"),
    _way(
        "makes a state machine with any such role, and runs it",
        ("states:CreateStateMachine", "states:UpdateStateMachine"),
        "states:StartExecution",
        passes_to="states.amazonaws.com",
    ),
    _way(
        "runs a batch job with any such role",
        "batch:RegisterJobDefinition",
        "batch:SubmitJob",
        passes_to="ecs-tasks.amazonaws.com",
    ),
    _way("starts a cluster with any such role", "elasticmapreduce:RunJobFlow", passes_to="ec2.amazonaws.com"),
    _way("has the scheduler act with any such role", "scheduler:CreateSchedule", passes_to="scheduler.amazonaws.com"),
    _way("runs a service with any such role", "apprunner:CreateService", passes_to="tasks.apprunner.amazonaws.com"),
)


_NAMES = {name.lower(): name for path in PATHS for group in path.groups for name in group}
# Statements that grant one action; the widest decides, and the first ones are as good as any.
_MOST = 100
# Pairs of resources that are compared for one action and statement.
_MOST_PAIRS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """An action that is granted: by which words, and how widely."""

    name: str
    value: Value
    statement: Statement
    wide: bool
    whole: bool  # by "*" or "service:*" on any resource: other rules say it


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.kind is not PolicyKind.IDENTITY:
        return
    given = _given(subject)
    if not given:
        return
    found: dict[tuple[int, int], list[list[_Held]]] = {}
    first: dict[tuple[int, int], Path] = {}
    for path in PATHS:
        steps = [_held_of(subject, group, path, given) for group in path.groups]
        held = [s for s in steps if s is not None]
        if len(held) < len(path.groups) or all(s.whole for s in held):
            continue
        # The most telling place is the step that is not PassRole, which has a rule of its own.
        place = held[-1].value.line, held[-1].value.column
        first.setdefault(place, path)
        found.setdefault(place, []).append(held)
    for place, ways in found.items():
        last = ways[0][-1]
        names = dict.fromkeys(h.name for steps in ways for h in steps)
        wide = any(all(s.wide for s in steps) for steps in ways)
        tamed = any(s.statement.conditions for s in ways[0])
        more = f" and {len(ways) - 1} more ways" if len(ways) > 1 else ""
        yield Hit(
            at=last.value,
            message=f"whoever has {quoted(names)} {first[place].does}{more}",
            statement=last.statement,
            # Who deploys one function may change its code: worth knowing, not a fault.
            severity=(None if wide and not tamed else Severity.MEDIUM)
            if wide or first[place].on_identities
            else Severity.LOW,
        )


_Given = dict[str, list[tuple[Statement, Value]]]


def _given(subject: Subject) -> _Given:
    """The actions of the paths that the Allows name, each with the statements and the words that do."""
    given: _Given = {}
    for statement in subject.grants:
        if statement.not_action:
            for name in _NAMES.values():
                if acts(statement, name):
                    given.setdefault(name, []).append((statement, statement.actions[0]))
            continue
        for value in statement.actions:
            pattern = value.text.lower()
            if literal(pattern):
                names = [_NAMES[pattern]] if pattern in _NAMES else []
            else:
                service = service_of(pattern)
                names = [
                    n for lower, n in _NAMES.items() if lower.startswith(f"{service}:") and matches(pattern, lower)
                ]
                names = list(_NAMES.values()) if pattern == "*" else names
            for name in names:
                given.setdefault(name, []).append((statement, value))
    return given


def _held_of(subject: Subject, group: Sequence[str], path: Path, given: _Given) -> _Held | None:
    held = [h for name in group if (h := _held(subject, name, path, given.get(name, ()))) is not None]
    return max(held, key=lambda h: h.wide, default=None)


def _held(subject: Subject, name: str, path: Path, given: Sequence[tuple[Statement, Value]]) -> _Held | None:
    action = subject.catalogue.action(name)
    variables = with_variables(subject.document)
    best: _Held | None = None
    for statement, value in given[:_MOST]:
        if action and not reaches(statement, action, variables=variables):
            continue
        if name == _PASS and not _passes_to(statement, path.passes_to):
            continue
        if path.on_others and not statement.not_resource and all(_OWN in r.text.lower() for r in statement.resources):
            continue
        if any(c.key.lower() in _MITIGATING and restricts(c) for c in statement.conditions):
            continue
        if not statement.not_resource and _denied(subject, name, statement):
            continue
        wide = statement.not_resource or any(
            is_any(r.text) or (action is not None and is_all_of_a_type(r.text, action)) for r in statement.resources
        )
        whole = statement.not_action or (
            any_resource(statement) is not None and (value.text == "*" or value.text.endswith(":*"))
        )
        held = _Held(name=name, value=value, statement=statement, wide=wide, whole=whole)
        if best is None or (held.wide, not held.whole) > (best.wide, not best.whole):
            best = held
        if wide and not whole:
            break
    return best


def _denied(subject: Subject, name: str, statement: Statement) -> bool:
    """Whether the Denies take the action on all resources; False too where there are too many to compare."""
    if len(statement.resources) * sum(len(d.resources) for d in subject.denies) > _MOST_PAIRS:
        return False
    variables = with_variables(subject.document)
    return all(denied(name, r.text, subject.denies, variables=variables) for r in statement.resources)


def _passes_to(statement: Statement, service: str) -> bool:
    """Whether a role may be handed to the service, as far as iam:PassedToService says."""
    for condition in statement.conditions:
        if condition.key.lower() != "iam:passedtoservice" or not restricts(condition):
            continue
        like = condition.operator.base is Base.STRING_LIKE
        if not any(matches(v.text, service) if like else v.text.lower() == service for v in condition.values):
            return False
    return True


RULE = Rule(
    id="privilege-escalation",
    severity=Severity.HIGH,
    title="Actions by which a principal gives itself more",
    why="Some actions, alone or together, let their holder become somebody who may do more: change policies, make "
    "credentials for others, or hand a stronger role to a service that runs the holder's code. Deny statements, "
    "resources and iam:PassedToService of the same document are taken into account.",
    remedy="Narrow the action to named users, roles or functions; demand iam:PermissionsBoundary, iam:PolicyARN or "
    "iam:PassedToService; or accept it, knowing that this is an administrator.",
    check=_check,
    bad=(
        allow('"Action": ["iam:AttachUserPolicy", "iam:ListPolicies"], "Resource": "*"'),
        allow(
            '"Action": "iam:PassRole", "Resource": "*"',
            '"Action": ["lambda:CreateFunction", "lambda:InvokeFunction"], "Resource": "*"',
        ),
        allow('"Action": "iam:Put*", "Resource": "arn:aws:iam::444455556666:user/${aws:username}"'),
    ),
    good=(
        allow('"Action": "iam:CreateAccessKey", "Resource": "arn:aws:iam::444455556666:user/${aws:username}"'),
        allow(
            '"Action": "iam:PassRole", "Resource": "*", '
            '"Condition": {"StringEquals": {"iam:PassedToService": "glue.amazonaws.com"}}',
            '"Action": ["lambda:CreateFunction", "lambda:InvokeFunction"], "Resource": "*"',
        ),
        document(
            '"Effect": "Allow", "Action": "iam:Attach*", "Resource": "*"',
            '"Effect": "Deny", "Action": "iam:Attach*Policy", "Resource": "*"',
        ),
        allow(
            '"Action": "iam:AttachRolePolicy", "Resource": "*", '
            '"Condition": {"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}'
        ),
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",),
)
