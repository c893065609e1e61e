"""Taking on any role that lets itself be taken on."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import allow
from watchword.decision.analysis.lint.facts import is_all_of_a_type, service_of
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.language import PolicyKind

_ACCOUNT = 4  # the account is the fifth part of an ARN


def _check(subject: Subject) -> Iterator[Hit]:
    if subject.kind not in {PolicyKind.IDENTITY, PolicyKind.SESSION}:
        return
    assuming = subject.catalogue.action("sts:AssumeRole")
    for statement in subject.grants:
        if assuming is None or statement.not_action or statement.not_resource:
            continue
        wide = next((r for r in statement.resources if is_all_of_a_type(r.text, assuming)), None)
        action = next(
            (
                a
                for a in statement.actions
                if service_of(a.text) == "sts"
                and set(a.text.partition(":")[2]) != {"*"}
                and any(x.full_name == "sts:AssumeRole" for x in subject.catalogue.expand(a.text))
            ),
            None,
        )
        if wide is not None and action is not None:
            account = wide.text.split(":")[4] if wide.text.count(":") > _ACCOUNT else "*"
            anywhere = not account.isdigit()
            yield Hit(
                at=action,
                message=f'"{action.text}" on "{wide.text}" takes on every role whose trust policy allows it'
                + (", in other accounts too" if anywhere else ""),
                statement=statement,
                severity=None if anywhere and not statement.conditions else Severity.MEDIUM,
            )


RULE = Rule(
    id="assume-role-any",
    severity=Severity.HIGH,
    title="Assuming any role",
    why="Every role that trusts the whole account becomes reachable, those that are made later included, and foreign "
    "ones that were set up to lure.",
    remedy="Name the roles, by account and prefix at least.",
    check=_check,
    bad=(
        allow('"Action": "sts:AssumeRole", "Resource": "*"'),
        allow('"Action": "sts:Assume*", "Resource": "arn:aws:iam::*:role/*"'),
    ),
    good=(
        allow('"Action": "sts:AssumeRole", "Resource": "arn:aws:iam::444455556666:role/deploy-*"'),
        allow('"Action": "sts:AssumeRole", "Resource": "arn:aws:iam::*:role/audit"'),
        allow('"Action": "sts:GetCallerIdentity", "Resource": "*"'),
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_permissions-to-switch.html",),
)
