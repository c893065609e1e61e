"""`policy narrow` and `policy what-if`: what recorded use says about policies."""

import json
from collections.abc import Sequence

from watchword.app.answers.strangers import warnings_of
from watchword.app.answers.values import Json
from watchword.app.instants import written
from watchword.app.usage.cloudtrail import Tally
from watchword.decision.analysis.catalogue import Strangers
from watchword.decision.analysis.containment import Answer
from watchword.decision.analysis.usage import Narrowing, Replay, Verified
from watchword.decision.language import print_policy


def narrowed(
    found: Narrowing, tally: Tally | None, verified: Verified, shared: Sequence[str], strangers: Strangers
) -> dict[str, Json]:
    """`shared` are the policies that others have too."""
    return {
        "policies": [
            {"name": d.name, "document": json.loads(print_policy(d))} for d in found.documents if d is not None
        ],
        "statements": [
            {
                "policy": s.policy,
                "statement": s.before.sid or s.before.index,
                "requests": s.requests,
                "change": "removed" if not s.after else "kept" if s.as_it_was else "narrowed",
                "actions": {
                    "before": [a.text for a in s.before.actions],
                    "after": sorted({a.text for n in s.after for a in n.actions}),
                    "unseen": list(s.unused_actions),
                },
                "resources": {
                    "before": [r.text for r in s.before.resources],
                    "after": sorted({r.text for n in s.after for r in n.resources}),
                    "unseen": list(s.unused_resources),
                },
            }
            for s in found.statements
        ],
        "observed": {
            "requests": found.examined,
            "used": found.used,
            "elsewhere": found.elsewhere,
            "refused": found.refused,
            "doubtful": found.doubtful,
            "first": written(found.first) if found.first else None,
            "last": written(found.last) if found.last else None,
            "principals": dict(found.principals),
        },
        "kept_unseen": list(found.kept_unseen),
        "files": _tally(tally) if tally is not None else None,
        "verified": {
            "replayed": verified.replayed if verified.same else None,
            "undecided": verified.undecided if verified.same else None,
            "contained": True if verified.contained is Answer.YES else None,
            "reason": verified.reason,
        },
        "shared": list(shared),
        "warnings": warnings_of(strangers),
    }


def replayed(found: Replay, tally: Tally | None, strangers: Strangers | None) -> dict[str, Json]:
    return {
        "examined": found.examined,
        "not_reproduced": found.not_reproduced,
        "undecided": found.undecided,
        "unchanged": found.unchanged,
        "losses": found.losses,
        "gains": found.gains,
        "unlisted": found.unlisted,
        "first": written(found.first) if found.first else None,
        "last": written(found.last) if found.last else None,
        "changes": [
            {
                "who": c.who,
                "action": c.action,
                "resource": c.resource,
                "gained": c.gained,
                "requests": c.requests,
                "first": written(c.first),
                "last": written(c.last),
                "because": list(c.because),
                "examples": list(c.examples),
            }
            for c in found.changes
        ],
        "files": _tally(tally) if tally is not None else None,
        "warnings": warnings_of(strangers) if strangers is not None else [],
    }


def _tally(tally: Tally) -> Json:
    return {
        "events": tally.events,
        "others": tally.others,
        "failed": tally.failed,
        "data_events": tally.data_events,
        "resources_untold": tally.resources_untold,
        "untold": {why.name.lower(): count for why, count in sorted(tally.untold.items())},
        "unknown_calls": dict(sorted(tally.unknown_calls.items())),
    }
