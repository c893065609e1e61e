"""A request that was made, as far as its record tells."""

from dataclasses import dataclass
from datetime import datetime

from watchword.decision.engine import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One recorded request. `allowed` is what was answered then.

    `request.context` holds the condition keys that the record tells. `untold` are keys that it does not tell of, which
    may have had any value or none; None stands for every key that the context does not hold. Where the resource is not
    told either, `resource_told` is False and `request.resource` is `*`.
    """

    request: Request
    at: datetime
    allowed: bool
    untold: frozenset[str] | None = frozenset()
    resource_told: bool = True

    @property
    def who(self) -> str:
        """The ARN of who asked; for a session that of its role, because sessions come and go."""
        if self.request.session_issuer:
            return self.request.session_issuer
        arn = self.request.principal.arn
        return str(arn) if arn is not None else "anonymous"
