"""Documents for the rules' metadata, written short: each argument is one statement without its braces."""

import json

from watchword.decision.analysis.lint.model import Example
from watchword.decision.language import PolicyKind


def allow(*statements: str, kind: PolicyKind = PolicyKind.IDENTITY) -> Example:
    """A document of Allows: `allow('"Action": "s3:GetObject", "Resource": "*"')`."""
    return document(*(f'"Effect": "Allow", {s}' for s in statements), kind=kind)


def deny(*statements: str, kind: PolicyKind = PolicyKind.IDENTITY) -> Example:
    """A document of Denies."""
    return document(*(f'"Effect": "Deny", {s}' for s in statements), kind=kind)


def document(*statements: str, kind: PolicyKind = PolicyKind.IDENTITY) -> Example:
    """A document of the language of 2012."""
    tree = {"Version": "2012-10-17", "Statement": [json.loads(f"{{{s}}}") for s in statements]}
    return Example(text=json.dumps(tree, indent=2, ensure_ascii=False), kind=kind)


def resource(*statements: str) -> Example:
    """A resource policy of Allows."""
    return allow(*statements, kind=PolicyKind.RESOURCE)


def trust(*statements: str) -> Example:
    """A trust policy of Allows."""
    return allow(*statements, kind=PolicyKind.TRUST)
