"""The use cases: `People` (who there is, and how they prove it) and `Sessions` (what a sign-in opens, and for how long)."""

from watchword.identity.people.service.people import People
from watchword.identity.people.service.sessions import Sessions

__all__ = ["People", "Sessions"]
