"""CloudTrail events as recorded requests.

    found = read_event(event, exists)      # exists: whether the catalogue has an action
    if isinstance(found, Untold): ...      # counted: what the event is about cannot be told
    else: found.requests                   # one, or several where one call needs several permissions

An event tells who called, what, when, from where, and whether it was refused. It does not tell every condition key, not
always the resource, and of many calls not what the services checked: that is left untold, never guessed.
"""

from watchword.decision.analysis.usage.cloudtrail.actions import UNRECORDED_ACTIONS
from watchword.decision.analysis.usage.cloudtrail.events import JsonObject, JsonValue, Observation, Untold, read_event

__all__ = ["UNRECORDED_ACTIONS", "JsonObject", "JsonValue", "Observation", "Untold", "read_event"]
