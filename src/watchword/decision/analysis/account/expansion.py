"""`expand`: the actions of the catalogue that an ability stands for, and which types of resources it is about.

    for each in expand(ability, catalogue): each.action.level, each.types, each.partly

The catalogue knows today's actions; an ability with a wildcard has tomorrow's too. An action that takes no resource of
the ability's pattern is none of it: `s3:*` on objects alone creates no bucket. What an exception denies on all of the
ability's resources is left out, and what one denies on some, or makes depend on something, is `partly`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from watchword.decision.analysis.account.abilities import Ability, Piece
from watchword.decision.analysis.catalogue import AccessLevel, Action, Catalogue, ResourceType, is_of
from watchword.decision.analysis.partial import Truth
from watchword.decision.analysis.patterns import covers_resource, matches

# Actions looked at for one principal: fifty times all that there are.
_MOST_LOOKS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpandedAction:
    """`types` are the names of the types of resources that fit, as the Service Authorization Reference calls them;
    empty for an action that takes none."""

    action: Action
    types: tuple[str, ...]
    partly: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelCount:
    """`may` of the `known` actions of a service with an access level."""

    may: int
    known: int


class Expansion:
    """Expands the abilities of one principal. `complete` is False where there was too much to look at."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._left = _MOST_LOOKS
        self._fits: dict[tuple[str, str], bool] = {}
        self.complete = True

    def expand(self, ability: Ability) -> tuple[ExpandedAction, ...]:
        """In the order of the catalogue: by service, and by name within it."""
        found: list[ExpandedAction] = []
        for action in self._named(ability.piece):
            types = self._types(action, ability.piece.resources)
            if types is None:
                continue
            touched = [(p, a) for p, a in ability.exceptions if _named_by(action, p) and self._meets(action, p)]
            if any(
                a.truth is Truth.NO
                and all(any(covers_resource(w, r) for r in ability.piece.resources) for w in p.resources)
                for p, a in touched
            ):
                continue
            found.append(ExpandedAction(action=action, types=types, partly=bool(touched)))
        return tuple(found)

    def _named(self, piece: Piece) -> list[Action]:
        first, *rest = sorted((a.lower() for a in piece.actions), key=lambda a: (a == "*", -len(a)))
        candidates = self._catalogue.expand(first)
        self._left -= len(candidates)
        if self._left < 0:
            self.complete = False
            return []
        return [a for a in candidates if all(matches(p, a.full_name.lower()) for p in rest)]

    def _types(self, action: Action, resources: tuple[str, ...]) -> tuple[str, ...] | None:
        """None: no resource of these patterns is one that the action takes."""
        if action.wildcard_only:
            return () if all(set(r) == {"*"} for r in resources) else None
        types = tuple(
            dict.fromkeys(u.type.name for u in action.resources if all(self._fit(u.type, r) for r in resources))
        )
        return types or None

    def _fit(self, type_: ResourceType, resource: str) -> bool:
        key = (type_.arn, resource)
        if key not in self._fits:
            self._fits[key] = is_of(type_, resource)
        return self._fits[key]

    def _meets(self, action: Action, piece: Piece) -> bool:
        return self._types(action, piece.resources) is not None


def _named_by(action: Action, piece: Piece) -> bool:
    name = action.full_name.lower()
    return all(matches(p.lower(), name) for p in piece.actions)


def levels(
    expanded: Iterable[tuple[str, Iterable[ExpandedAction]]], catalogue: Catalogue
) -> Mapping[str, Mapping[AccessLevel, LevelCount]]:
    """Count by access level the different actions of each service of abilities; `*` is all of them together."""
    may: dict[str, dict[str, AccessLevel]] = {}
    for service, actions in expanded:
        may.setdefault(service, {}).update((e.action.full_name, e.action.level) for e in actions)
    counts: dict[str, dict[AccessLevel, LevelCount]] = {}
    for service in sorted(may):
        known = catalogue.expand("*" if service == "*" else f"{service}:*")
        counts[service] = {
            level: LevelCount(
                may=sum(one is level for one in may[service].values()), known=sum(a.level is level for a in known)
            )
            for level in AccessLevel
        }
    return counts
