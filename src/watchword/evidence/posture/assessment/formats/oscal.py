"""OSCAL 1.1.2: a plan of action and milestones. Each item of the roadmap is one of the plan, with what it rests on.

Identifiers are version 5 UUIDs of what they stand for, so that the same finding keeps its own from run to run. An item
with findings is a risk with its recommended response, and observations, one a root cause; what is only to be shown is
an item alone. Source: NIST OSCAL, "POA&M Model", version 1.1.2.
"""

import uuid
from datetime import UTC, datetime
from typing import Final

import orjson

from watchword.evidence.posture.assessment.assessment import Assessment
from watchword.evidence.posture.assessment.roadmap import Item
from watchword.evidence.posture.assessment.words import gain_words, heading

VERSION: Final = "1.1.2"
_SPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "https://watchword.invalid/oscal")
Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


def render(done: Assessment) -> str:
    return orjson.dumps(document(done), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def document(done: Assessment) -> dict[str, Json]:
    # The day alone is known to an assessment, which is pure: the plan is of its beginning.
    moment = datetime(done.day.year, done.day.month, done.day.day, tzinfo=UTC).isoformat()
    plan: dict[str, Json] = {
        "uuid": _uuid("plan", moment, *done.paths),
        "metadata": {
            "title": f"Plan of action and milestones: {', '.join(done.paths)}",
            "last-modified": moment,
            "version": done.day.isoformat(),
            "oscal-version": VERSION,
        },
        "system-id": {"identifier-type": "https://ietf.org/rfc/rfc4122", "id": _uuid("system", *done.paths)},
    }
    observations: list[Json] = []
    risks: list[Json] = []
    items: list[Json] = []
    for order, item in enumerate(done.items, 1):
        seen = _observations(item, moment)
        observations.extend(seen)
        entry: dict[str, Json] = {
            "uuid": _uuid("item", item.id),
            "title": heading(item),
            "description": f"{item.why} {item.remedy}",
            "props": _props(item, order),
        }
        if seen:
            entry["related-observations"] = [{"observation-uuid": one["uuid"]} for one in seen if isinstance(one, dict)]
        if item.severity is not None:
            risks.append(_risk(item))
            entry["related-risks"] = [{"risk-uuid": _uuid("risk", item.id)}]
        items.append(entry)
    if observations:
        plan["observations"] = observations
    if risks:
        plan["risks"] = risks
    # The model takes at least one item: where there is nothing to do, that is the item.
    plan["poam-items"] = items or [
        {
            "uuid": _uuid("item", "nothing"),
            "title": "Nothing to do",
            "description": "Every criterion at or below its target is met.",
        }
    ]
    return {"plan-of-action-and-milestones": plan}


def _observations(item: Item, moment: str) -> list[Json]:
    return [
        {
            "uuid": _uuid("observation", item.id, str(place)),
            "title": item.goal,
            "description": f"{heading(item)} ({place})",
            "methods": ["TEST"],
            "types": ["finding"],
            "relevant-evidence": [{"description": str(place)}],
            "collected": moment,
        }
        for place in item.places
        if item.severity is not None
    ]


def _risk(item: Item) -> Json:
    return {
        "uuid": _uuid("risk", item.id),
        "title": item.title,
        "description": item.why,
        "statement": f"{gain_words(item)}.",
        "status": "open",
        "remediations": [
            {
                "uuid": _uuid("remediation", item.id),
                "lifecycle": "recommendation",
                "title": "Remedy",
                "description": item.remedy,
            }
        ],
    }


def _props(item: Item, order: int) -> list[Json]:
    pairs = {
        "order": str(order),
        "phase": item.phase.value,
        "effort": item.effort.value,
        "edits": str(item.edits),
        "severity": item.severity.value if item.severity else "",
    }
    namespace = "https://watchword.invalid/ns/oscal"
    return [{"name": name, "ns": namespace, "value": value} for name, value in pairs.items() if value]


def _uuid(*parts: str) -> str:
    return str(uuid.uuid5(_SPACE, "\0".join(parts)))
