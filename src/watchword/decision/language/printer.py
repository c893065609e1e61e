"""`print_policy`: a document as canonical JSON."""

from watchword.decision.language.model import PolicyDocument


def print_policy(document: PolicyDocument) -> str:
    """Return the document as indented JSON; reading it again gives an equal document."""
    raise NotImplementedError
