"""The use cases: `People` (who there is, and how they prove it), `Sessions` (what a sign-in opens, and how long)."""

from watchword.identity.people.service.people import People, load_ceremonies
from watchword.identity.people.service.sessions import Sessions

__all__ = ["People", "Sessions", "load_ceremonies"]
