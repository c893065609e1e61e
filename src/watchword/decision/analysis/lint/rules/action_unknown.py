"""An action that there is not."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import allow, deny
from watchword.decision.analysis.lint.facts import MOST_SUGGESTIONS, service_of
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject
from watchword.decision.analysis.patterns import literal


def _check(subject: Subject) -> Iterator[Hit]:
    suggestions = MOST_SUGGESTIONS
    for statement in subject.statements:
        for value in statement.actions:
            service = subject.catalogue.service(service_of(value.text)) if ":" in value.text else None
            if service is None or service.open or subject.catalogue.expand(value.text):
                continue
            near = subject.catalogue.nearest_action(value.text) if suggestions > 0 else None
            suggestions -= 1
            what = (
                f"{service.prefix} has no action" if literal(value.text) else f"no action of {service.prefix} matches"
            )
            yield Hit(
                at=value,
                message=f'{what} "{value.text.partition(":")[2]}", as far as is known'
                + (f'; did you mean "{near}"?' if near else ""),
                statement=statement,
            )


RULE = Rule(
    id="action-unknown",
    severity=Severity.MEDIUM,
    title="An action that is not known",
    why="It never matches a request: an Allow does not allow it, a Deny does not deny it. Names of actions are "
    "not always "
    "those of API operations: ListObjects is allowed by s3:ListBucket.",
    remedy="Correct the name. If the action is new, refresh the catalogue: watchword policy catalogue --refresh FILE.",
    check=_check,
    bad=(
        allow('"Action": "s3:GetObjct", "Resource": "arn:aws:s3:::b/*"'),
        deny('"Action": ["s3:DeleteBuckt*"], "Resource": "*"'),
        allow('"Action": "http:GTE", "Resource": "arn:watchword:app:::payroll/*"'),
    ),
    good=(allow('"Action": ["S3:getobject", "s3:Get*", "ec2:Describe*", "keys:Rotate"], "Resource": "*"'),),
    references=(
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    ),
)
