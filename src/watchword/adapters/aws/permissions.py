"""The least that a reader of an account must be allowed: made of the tables, so that it is what is called."""

from typing import Final

from watchword.adapters.aws.asks import Json, every
from watchword.adapters.aws.services import ASKED
from watchword.adapters.aws.session import GENERATE, REGIONS

# Each of these asks for `*`, or for every thing of its kind: there is nothing to narrow.
_SID: Final = "WatchwordReads"


def actions() -> tuple[str, ...]:
    """Return the IAM actions that are needed, in alphabetical order. `sts:GetCallerIdentity` needs no permission."""
    found = {GENERATE, REGIONS}
    for listing in every(ASKED):
        if listing.ask is not None:
            found.add(listing.ask.permission)
        found |= {more.ask.permission for more in listing.more.values()}
    return tuple(sorted(found))


def operations() -> frozenset[str]:
    """Return what the tables ask: the allow-list of calls."""
    asked = {listing.ask.operation for listing in every(ASKED) if listing.ask is not None}
    return frozenset(asked | {more.ask.operation for listing in every(ASKED) for more in listing.more.values()})


def least_policy() -> dict[str, Json]:
    """Return a policy document of IAM that allows what is needed."""
    return {
        "Version": "2012-10-17",
        "Statement": [{"Sid": _SID, "Effect": "Allow", "Action": list(actions()), "Resource": "*"}],
    }
