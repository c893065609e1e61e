"""`policy catalogue`: where the knowledge of actions comes from, and what it says."""

from watchword.app.answers.values import Row
from watchword.decision.analysis.catalogue import Action, Catalogue, Service
from watchword.kernel.errors import NotFoundError

# Where the catalogue that came with Watchword lies, in a word.
SHIPPED_PLACE = "shipped"


def about(catalogue: Catalogue, place: str) -> Row:
    origin = catalogue.about
    return {
        "catalogue": place,
        "source": origin.source,
        "licence": origin.licence,
        "converted": origin.converted,
        "sha256": origin.sha256,
        "services": origin.services,
        "actions": origin.actions,
        "resource_types": origin.resources,
        "condition_keys": origin.keys,
    }


def look_up(catalogue: Catalogue, name: str) -> Row | list[Row]:
    """What it knows of a service, an action or a condition key; a list where a pattern means several actions.

    Raise `NotFoundError` (`catalogue.unknown`) with the nearest name.
    """
    service = catalogue.service(name)
    if service is not None:
        return _service(service)
    found = catalogue.expand(name)
    if len(found) == 1:
        return _action(found[0])
    if found:
        return [_action(a) for a in found]
    key = catalogue.key(name)
    if key is None:
        near = (catalogue.nearest_action(name) or catalogue.nearest_key(name)) if ":" in name else None
        near = near or catalogue.nearest_service(name.partition(":")[0])
        raise NotFoundError(
            f"the catalogue knows no {name}", code="catalogue.unknown", hint=f"did you mean {near}?" if near else None
        )
    return {
        "key": key.name,
        "type": key.type.value,
        "values": "several" if key.several else "one",
        "always_present": key.always,
    }


def _service(service: Service) -> Row:
    return {
        "service": service.prefix,
        "title": service.title,
        "actions": [a.name for a in service.actions],
        "resources": [r.arn for r in service.resources],
        "condition_keys": [k.name for k in service.keys],
    }


def _action(action: Action) -> Row:
    return {
        "action": action.full_name,
        "level": action.level.value,
        "resources": [f"{use.type.arn}{'' if use.required else ' (optional)'}" for use in action.resources] or ["*"],
        "condition_keys": sorted(action.supported_keys),
        "dependent_actions": sorted(
            {*action.dependent_actions, *(d for use in action.resources for d in use.dependent_actions)}
        ),
    }
