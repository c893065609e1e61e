"""Whom Google Cloud's grants are for: whether a member is everybody."""

from typing import Final

from watchword.inventory import Reference, Unknown, Value, either

# Everybody, and everybody with a Google account: "IAM principals".
_EVERYBODY: Final = ("allUsers", "allAuthenticatedUsers")

_ACCOUNTS: Final = frozenset({"google_service_account"})


def is_everybody(member: Value) -> bool:
    """Three-valued. What is a service account's `member`, and nothing beside it, is somebody."""
    if isinstance(member, Unknown) and len(member.parts) == 1 and isinstance(member.parts[0], Reference):
        target = member.parts[0].target.rpartition("#")[2].rpartition(".")[0].rpartition(".")[2]
        if target in _ACCOUNTS:
            return False
    return either(*(lambda word=word: member == word for word in _EVERYBODY))
