"""A service that there is not."""

from collections.abc import Iterator

from watchword.decision.analysis.lint.examples import allow
from watchword.decision.analysis.lint.facts import MOST_SUGGESTIONS, service_of
from watchword.decision.analysis.lint.model import Hit, Rule, Severity, Subject


def _check(subject: Subject) -> Iterator[Hit]:
    suggestions = MOST_SUGGESTIONS
    for statement in subject.statements:
        for value in statement.actions:
            service = service_of(value.text)
            if service and subject.catalogue.service(service) is None:
                near = subject.catalogue.nearest_service(service) if suggestions > 0 else None
                suggestions -= 1
                yield Hit(
                    at=value,
                    message=f'no service has the prefix "{service}", as far as is known'
                    + (f'; did you mean "{near}"?' if near else ""),
                    statement=statement,
                )


RULE = Rule(
    id="service-unknown",
    severity=Severity.MEDIUM,
    title="A service that is not known",
    why="An action of a service that there is not never matches: an Allow does not allow it, a Deny does not deny it.",
    remedy="Correct the prefix. If the service is new, refresh the catalogue: watchword policy catalogue "
    "--refresh FILE.",
    check=_check,
    bad=(allow('"Action": ["dynamdb:GetItem"], "Resource": "*"'), allow('"NotAction": "cloudwach:*", "Resource": "*"')),
    good=(allow('"Action": ["DynamoDB:GetItem", "http:GET", "mesh:Connect"], "Resource": "*"'),),
    references=(
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    ),
)
