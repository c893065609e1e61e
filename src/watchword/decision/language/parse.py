"""`parse_policy`: text in, checked `PolicyDocument` out, or every mistake in it.

What is plainly right is read by the short way (`_plain`), all else by the long one (`reader`), which alone says what is
wrong. The two agree on every document that the short way takes, places included.
"""

from watchword.decision.language._plain import read_plain
from watchword.decision.language.model import PolicyDocument, PolicyKind
from watchword.decision.language.reader import parse_by_rules


def parse_policy(text: str | bytes, *, name: str, kind: PolicyKind, storable: bool = False) -> PolicyDocument:
    """Read one document; `name` is how diagnostics and decisions call it.

    With `storable` the question is whether AWS would store it, and no longer whether Watchword can decide by it: see
    `reader`. Raise `PolicyError` with all that is wrong with it. Warnings do not refuse; they are in the document.
    """
    document = read_plain(text, name=name, kind=kind, storable=storable)
    return document if document is not None else parse_by_rules(text, name=name, kind=kind, storable=storable)
