"""`parse_policy`: text in, checked `PolicyDocument` out, or every mistake in it."""

from watchword.decision.language.model import PolicyDocument, PolicyKind


def parse_policy(text: str | bytes, *, name: str, kind: PolicyKind) -> PolicyDocument:
    """Read one document. Raise `PolicyError` with all that is wrong with it."""
    raise NotImplementedError
