"""`guess_kind`: what a document is for, from what stands in it, where nobody said."""

import json

from watchword.decision.language import PolicyKind


def guess_kind(text: bytes) -> PolicyKind:
    """Return trust for statements with principals and no resources, resource with principals, else identity.

    Guardrails, boundaries and session policies look like identity policies and have to be named. A text that cannot be
    read is an identity policy as good as any: reading it will say what is wrong with it.
    """
    try:
        root = json.loads(text)
    except (ValueError, RecursionError):
        return PolicyKind.IDENTITY
    found = root.get("Statement") if isinstance(root, dict) else None
    statements = [s for s in (found if isinstance(found, list) else [found]) if isinstance(s, dict)]
    if not any("Principal" in s or "NotPrincipal" in s for s in statements):
        return PolicyKind.IDENTITY
    if any("Resource" in s or "NotResource" in s for s in statements):
        return PolicyKind.RESOURCE
    return PolicyKind.TRUST
