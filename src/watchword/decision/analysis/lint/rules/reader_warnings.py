"""What the language's reader notices by itself: each of its warnings as a rule, the logic being the reader's."""

from collections.abc import Callable, Iterator

from watchword.decision.analysis.lint.edits import add_version, canonical_operator
from watchword.decision.analysis.lint.examples import allow, document, resource
from watchword.decision.analysis.lint.model import Check, Example, Fix, Hit, Rule, Severity, Subject
from watchword.decision.language import Diagnostic, Statement

_Fixing = Callable[[Subject, Diagnostic], Fix | None]


def _check_of(code: str, severity: Callable[[Subject], Severity | None], fixing: _Fixing | None) -> Check:
    def check(subject: Subject) -> Iterator[Hit]:
        for warning in subject.document.warnings:
            if warning.code == code:
                yield Hit(
                    at=warning,
                    message=warning.message + (f"; {warning.hint}" if warning.hint else ""),
                    statement=_statement_at(subject, warning),
                    severity=severity(subject),
                    fix=fixing(subject, warning) if fixing else None,
                )

    return check


def _statement_at(subject: Subject, warning: Diagnostic) -> Statement | None:
    place = (warning.line, warning.column)
    before = [s for s in subject.statements if (s.line, s.column) <= place]
    return before[-1] if before else None


def _as_said(_: Subject) -> Severity | None:
    return None


def _rule(
    code: str,
    *,
    id_: str,
    severity: Severity,
    title: str,
    why: str,
    remedy: str,
    bad: Example,
    good: Example,
    fixing: _Fixing | None = None,
    graver: Callable[[Subject], Severity | None] = _as_said,
) -> Rule:
    return Rule(
        id=id_,
        severity=severity,
        title=title,
        why=why,
        remedy=remedy,
        check=_check_of(code, graver, fixing),
        bad=(bad,),
        good=(good,),
        references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html",),
        reader_codes=frozenset({code}),
        fixes=fixing is not None,
    )


def _has_variables(subject: Subject) -> bool:
    return any(w.code == "policy.variable.old-version" for w in subject.document.warnings) or (
        subject.source is not None and "${" in subject.source.text
    )


def _version(subject: Subject, _: Diagnostic) -> Fix | None:
    # With a ${ in it the document would mean something else in the newer language.
    return None if _has_variables(subject) else add_version(subject, 'add "Version": "2012-10-17"')


_PLAIN = allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"')
_OLD = Example(
    text='{\n  "Statement": {\n    "Effect": "Allow",\n    "Action": "s3:GetObject",\n'
    '    "Resource": "arn:aws:s3:::reports/*"\n  }\n}'
)
_OLD_VARIABLE = Example(
    text='{\n  "Version": "2008-10-17",\n  "Statement": {\n    "Effect": "Allow",\n    "Action": "s3:GetObject",\n'
    '    "Resource": "arn:aws:s3:::home/${aws:username}/*"\n  }\n}'
)
_HOME = allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:username}/*"')


def _conditioned(condition: str) -> Example:
    return allow(f'"Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*", "Condition": {{{condition}}}')


READER_RULES: tuple[Rule, ...] = (
    _rule(
        "policy.version.absent",
        id_="version-absent",
        severity=Severity.LOW,
        title="No Version",
        why="Without Version the language is that of 2008, in which ${…} is literal text: the first variable "
        "that somebody "
        "adds will silently not work.",
        remedy='Add "Version": "2012-10-17".',
        bad=_OLD,
        good=_PLAIN,
        fixing=_version,
    ),
    _rule(
        "policy.variable.old-version",
        id_="variable-in-old-version",
        severity=Severity.HIGH,
        title="A variable in the older language",
        why="${…} is literal text there: the statement is about a path that is really called ${aws:username}.",
        remedy='Write "Version": "2012-10-17".',
        bad=_OLD_VARIABLE,
        good=_HOME,
    ),
    _rule(
        "policy.variable.unterminated",
        id_="variable-unterminated",
        severity=Severity.MEDIUM,
        title="A variable that is never closed",
        why="${ without } is literal text.",
        remedy="Close it, or write ${$}{ for the characters.",
        bad=allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:username"'),
        good=_HOME,
    ),
    _rule(
        "policy.resource.short",
        id_="resource-short-arn",
        severity=Severity.MEDIUM,
        title="An ARN with fewer than six parts",
        why="Each missing part is read as *, so it reaches every region, account and resource that was not written.",
        remedy="Write all six parts, or * for each that is meant to be any.",
        bad=allow('"Action": "sqs:SendMessage", "Resource": "arn:aws:sqs"'),
        good=allow('"Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:*:*:*"'),
    ),
    _rule(
        "policy.resource.type",
        id_="resource-type-wildcard",
        severity=Severity.MEDIUM,
        title="A wildcard in the type of a resource",
        why="It reaches several types: u* is users and whatever else begins with u. The guide does not allow it, and "
        "services match it.",
        remedy="Write the type out: user/*.",
        bad=allow('"Action": "iam:GetUser", "Resource": "arn:aws:iam::444455556666:u*"'),
        good=allow('"Action": "iam:GetUser", "Resource": "arn:aws:iam::444455556666:user/*"'),
    ),
    _rule(
        "policy.principal.missing",
        id_="principal-missing",
        severity=Severity.MEDIUM,
        title="A statement for nobody",
        why="In a resource policy a statement without Principal matches no caller.",
        remedy="Name the principals.",
        bad=resource('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"'),
        good=resource(
            '"Principal": {"AWS": "444455556666"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"'
        ),
    ),
    _rule(
        "policy.principal.deleted",
        id_="principal-deleted",
        severity=Severity.MEDIUM,
        title="A principal that was deleted",
        why="A unique id (AIDA…, AROA…) is what a deleted user or role leaves in a policy. It matches nobody, "
        "and a new one of "
        "that name neither.",
        remedy="Remove it, or name the principal's ARN again.",
        bad=resource(
            '"Principal": {"AWS": "AIDAQWERTYUIOPASDFGH"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"'
        ),
        good=resource('"Principal": {"AWS": "444455556666"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"'),
    ),
    _rule(
        "policy.principal.canonical-user",
        id_="principal-canonical-user",
        severity=Severity.LOW,
        title="A canonical user",
        why="A request does not say who its canonical user is, so the engine cannot answer for this principal.",
        remedy="Name the account or its ARN under AWS.",
        bad=resource(
            '"Principal": {"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}, '
            '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"'
        ),
        good=resource('"Principal": {"AWS": "444455556666"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"'),
    ),
    _rule(
        "policy.operator.case",
        id_="operator-case",
        severity=Severity.LOW,
        title="An operator in another case than its own",
        why="It means the same here; other readers refuse it.",
        remedy="Write it as the guide does.",
        bad=_conditioned('"stringequals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}'),
        good=_conditioned('"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}'),
        fixing=canonical_operator,
    ),
    _rule(
        "policy.lint.not-action-all",
        id_="not-action-all",
        severity=Severity.MEDIUM,
        title='NotAction with "*"',
        why="It matches no action, so the statement says nothing.",
        remedy="Name what is left out, or remove the statement.",
        bad=allow('"NotAction": "*", "Resource": "*"'),
        good=_PLAIN,
    ),
    _rule(
        "policy.lint.not-resource-all",
        id_="not-resource-all",
        severity=Severity.MEDIUM,
        title='NotResource with "*"',
        why="It matches no resource, so the statement says nothing.",
        remedy="Name what is left out, or remove the statement.",
        bad=document('"Effect": "Deny", "Action": "s3:*", "NotResource": "*"'),
        good=_PLAIN,
    ),
    _rule(
        "policy.lint.if-exists-in-set",
        id_="if-exists-in-set",
        severity=Severity.LOW,
        title="IfExists under a set operator",
        why="The set operators decide about absent keys themselves; what IfExists adds is contested.",
        remedy="Leave it out.",
        bad=_conditioned('"ForAnyValue:StringEqualsIfExists": {"aws:CalledVia": "athena.amazonaws.com"}'),
        good=_conditioned('"ForAnyValue:StringEquals": {"aws:CalledVia": "athena.amazonaws.com"}'),
    ),
    _rule(
        "policy.lint.wildcard-literal",
        id_="wildcard-literal",
        severity=Severity.MEDIUM,
        title="A wildcard under an operator that knows none",
        why="Under StringEquals * and ? are ordinary characters: the condition wants a value with a star in it.",
        remedy="Use StringLike or StringNotLike.",
        bad=_conditioned('"StringEquals": {"aws:PrincipalTag/team": "pay*"}'),
        good=_conditioned('"StringLike": {"aws:PrincipalTag/team": "pay*"}'),
    ),
    _rule(
        "policy.lint.null-both",
        id_="null-both",
        severity=Severity.MEDIUM,
        title="Null with both true and false",
        why="A key is absent or it is there: the condition is always true.",
        remedy="Choose one.",
        bad=_conditioned('"Null": {"aws:SourceVpc": ["true", "false"]}'),
        good=_conditioned('"Null": {"aws:SourceVpc": "false"}'),
    ),
    _rule(
        "policy.lint.tag-case",
        id_="tag-case",
        severity=Severity.LOW,
        title="One tag in two spellings",
        why="Keys compare without case: both conditions look at one value.",
        remedy="Write the key in one spelling.",
        bad=_conditioned(
            '"StringEquals": {"aws:PrincipalTag/Team": "a"}, "StringNotEquals": {"aws:PrincipalTag/team": "b"}'
        ),
        good=_conditioned('"StringEquals": {"aws:PrincipalTag/Team": "a"}'),
    ),
)
