"""`Catalogue`: what there is to allow. Services are unpacked when they are first asked about.

    >>> catalogue.action("S3:getobject").full_name
    's3:GetObject'

Safe for use by several threads: whatever is remembered is a frozen value that any of them would have made.
"""

import difflib
import json
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from importlib import resources
from itertools import chain

from watchword.decision.analysis.catalogue.file_format import CatalogueFile
from watchword.decision.analysis.catalogue.global_keys import GLOBAL_KEYS, WATCHWORD_KEYS, WATCHWORD_SERVICES
from watchword.decision.analysis.catalogue.model import (
    AccessLevel,
    Action,
    ConditionKey,
    Provenance,
    ResourceType,
    ResourceUse,
    Service,
    ValueType,
)
from watchword.decision.analysis.patterns import literal, matches
from watchword.kernel.errors import InvalidInputError

SHIPPED = "aws.catalogue"
_LEVELS = tuple(AccessLevel)
_PART = re.compile(r"\$\{[^}]*\}|<[^>]*>")
# The part of a key that differs from one request to the next comes last: aws:ResourceTag/…, kms:EncryptionContext:…
_OPEN_KEY = re.compile(r"(?P<stem>.+?[/:])(?:\$\{[^}]*\}|<[^>]*>)(?P<rest>.*)")
# Claims of identity providers, "host:claim": the guide lets any provider's host stand there.
_CLAIM = re.compile(r"(?:[a-z0-9-]+\.)+[a-z0-9-]+(?:/[^:\s]*)?:[A-Za-z0-9_/.-]+", re.IGNORECASE)
_ALIKE = 0.7
# Patterns and keys that are remembered; an estate has some thousands.
_MOST_REMEMBERED = 20_000
# [action, level, [[resource type, required, keys, dependent actions]…]], as in a block of the file.
_Entry = tuple[str, int, list[tuple[int, int, list[int], list[str]]]]


def shipped_catalogue() -> "Catalogue":
    """The catalogue that came with this Watchword."""
    return Catalogue(resources.files(__package__).joinpath(SHIPPED).read_bytes())


class Catalogue:
    def __init__(self, content: bytes) -> None:
        """Raise `InvalidInputError` (`catalogue.malformed`) where the content is no catalogue file."""
        self._file = CatalogueFile(content)
        self._own = {s.prefix: s for s in WATCHWORD_SERVICES}
        self._read: dict[str, Service] = {}
        self._actions: dict[str, dict[str, Action]] = {}
        self._expanded: dict[str, tuple[Action, ...]] = {}
        self._keys: dict[str, ConditionKey | None] = {}
        self._service_keys: dict[str, _Keys] = {}
        self._supported: dict[str, tuple[set[str], tuple[str, ...]]] = {}

    @property
    def about(self) -> Provenance:
        """Where the data on AWS came from; Watchword's own services are not counted."""
        return self._file.about

    @cached_property
    def prefixes(self) -> tuple[str, ...]:
        """Every service's prefix, Watchword's among them."""
        return tuple(sorted({*self._file.prefixes, *self._own}))

    def service(self, prefix: str) -> Service | None:
        prefix = prefix.lower()
        if prefix in self._own:
            return self._own[prefix]
        if prefix not in self._read:
            if prefix not in self._file.prefixes:
                return None
            self._read[prefix] = _service(prefix, self._file.block(prefix))
        return self._read[prefix]

    def action(self, name: str) -> Action | None:
        """Look up `service:Name` in any case; no patterns."""
        prefix, _, bare = name.partition(":")
        return self._by_name(prefix.lower()).get(bare.lower())

    def expand(self, pattern: str) -> tuple[Action, ...]:
        """Every action that a pattern of a policy matches: `*`, `s3:Get*`, `s3:GetObject`. None: it matches nothing."""
        key = pattern.lower()
        if key not in self._expanded:
            if len(self._expanded) >= _MOST_REMEMBERED:
                self._expanded.clear()
            self._expanded[key] = tuple(self._expand(key))
        return self._expanded[key]

    def _expand(self, pattern: str) -> Iterator[Action]:
        if pattern == "*":
            yield from chain.from_iterable(self._by_name(p).values() for p in self.prefixes)
            return
        prefix, _, name = pattern.partition(":")
        by_name = self._by_name(prefix)
        if literal(name):
            if name in by_name:
                yield by_name[name]
            return
        yield from (action for lower, action in by_name.items() if matches(name, lower))

    def nearest_service(self, prefix: str) -> str | None:
        return _nearest(prefix, self.prefixes)

    def nearest_action(self, name: str) -> str | None:
        """The full name of the action of the same service that a misspelt one is most like."""
        prefix, _, bare = name.partition(":")
        service = self.service(prefix)
        found = _nearest(bare.strip("*"), [a.name for a in service.actions]) if service else None
        return f"{prefix.lower()}:{found}" if found else None

    def key(self, name: str) -> ConditionKey | None:
        """Look up a condition key in any case: global, of federation, Watchword's, or that of the service it names."""
        if name not in self._keys:
            if len(self._keys) >= _MOST_REMEMBERED:
                self._keys.clear()
            self._keys[name] = self._find_key(name)
        return self._keys[name]

    def _find_key(self, name: str) -> ConditionKey | None:
        lower = name.lower()
        found = _SHARED.find(lower)
        if found is not None:
            return found
        prefix = lower.partition(":")[0]
        federated = prefix in _FEDERATED_PREFIXES or "." in prefix
        found = self._keys_of("sts" if federated else prefix).find(lower)
        if found is None and federated and _CLAIM.fullmatch(name):
            # Whether a claim has several values is the provider's business.
            return ConditionKey(name=name, type=ValueType.STRING)
        if found is None and ":" in lower and self.service(prefix) is None:
            found = self._strays.find(lower)
        return found

    def _keys_of(self, prefix: str) -> "_Keys":
        if prefix not in self._service_keys:
            service = self.service(prefix)
            if service is None:
                return _NO_KEYS
            self._service_keys[prefix] = _Keys(service.keys)
        return self._service_keys[prefix]

    @cached_property
    def _strays(self) -> "_Keys":
        """Keys under a prefix that is no service, as a few services have: identitycenter:, catalog:."""
        services = (self.service(p) for p in self.prefixes)
        keys = (k for s in services if s for k in s.keys)
        return _Keys(k for k in keys if k.name.lower().partition(":")[0] not in self.prefixes)

    def nearest_key(self, name: str) -> str | None:
        """The key that a misspelt one is most like; what follows a tag's `/` is kept."""
        stem, slash, rest = name.partition("/")
        prefix = name.lower().partition(":")[0]
        service = self.service(prefix)
        known = {_stem(k.name): k for k in (*(service.keys if service else ()), *_SHARED.by_name.values())}
        near = _nearest(stem, known)
        if near is None:
            return None
        return near + slash + rest if _OPEN_KEY.fullmatch(known[near].name) and slash else near

    def supports(self, action: Action, key: str) -> bool:
        """Whether a request for the action can have the key; True for global keys, whatever the action."""
        lower = key.lower()
        if _SHARED.find(lower) is not None:
            return True
        if action.full_name not in self._supported:
            names = {name.lower() for name in action.supported_keys}
            self._supported[action.full_name] = names, tuple(n for n in names if _OPEN_KEY.fullmatch(n))
        names, open_names = self._supported[action.full_name]
        return lower in names or any(_fits(lower, name) for name in open_names)

    def _by_name(self, prefix: str) -> dict[str, Action]:
        if prefix not in self._actions:
            service = self.service(prefix)
            self._actions[prefix] = {a.name.lower(): a for a in service.actions} if service else {}
        return self._actions[prefix]


class _Keys:
    """Condition keys by name, and those with a part that differs."""

    def __init__(self, keys: Iterable[ConditionKey]) -> None:
        self.by_name = {k.name.lower(): k for k in keys}
        self._open = tuple((n, k) for n, k in self.by_name.items() if _OPEN_KEY.fullmatch(n))

    def find(self, lower: str) -> ConditionKey | None:
        found = self.by_name.get(lower)
        # What is written as in the documentation, ${TagKey} and all, is no key.
        if found is not None and not _PART.search(lower):
            return found
        return next((k for n, k in self._open if _fits(lower, n)), None)


_SHARED = _Keys((*GLOBAL_KEYS, *WATCHWORD_KEYS))
_NO_KEYS = _Keys(())
_FEDERATED_PREFIXES = frozenset({"saml"})


def _stem(key: str) -> str:
    found = _OPEN_KEY.fullmatch(key)
    return found["stem"].rstrip("/:") if found else key


def _fits(lower: str, name: str) -> bool:
    """Whether a key is one of those that a name with a part that differs stands for."""
    found = _OPEN_KEY.fullmatch(name)
    if found is None:
        return False
    stem, rest = found["stem"].lower(), found["rest"].lower()
    return len(lower) > len(stem) + len(rest) and lower.startswith(stem) and lower.endswith(rest)


def _nearest(text: str, known: Iterable[str]) -> str | None:
    by_lower = {k.lower(): k for k in known}
    close = difflib.get_close_matches(text.lower(), by_lower, n=1, cutoff=_ALIKE)
    return by_lower[close[0]] if close else None


def _service(prefix: str, block: str) -> Service:
    try:
        title, types, keys, actions = json.loads(block)
        all_keys = tuple(ConditionKey(name=n, type=ValueType(t), several=bool(s)) for n, t, s in keys)
        names = tuple(k.name for k in all_keys)
        all_types = tuple(
            ResourceType(name=n, arn=arn, pattern=_PART.sub("*", arn), keys=tuple(names[i] for i in at))
            for n, arn, at in types
        )
        return Service(
            prefix=prefix,
            title=title,
            actions=tuple(_action(prefix, entry, all_types, names) for entry in actions),
            resources=all_types,
            keys=all_keys,
        )
    except (ValueError, TypeError, IndexError) as error:
        raise InvalidInputError(
            f"not a catalogue: what it says of {prefix} cannot be read",
            code="catalogue.malformed",
            hint="make a new one with watchword policy catalogue --refresh FILE",
        ) from error


def _action(prefix: str, entry: _Entry, types: tuple[ResourceType, ...], names: tuple[str, ...]) -> Action:
    name, level, uses = entry
    found: list[ResourceUse] = []
    keys: tuple[str, ...] = ()
    dependent: tuple[str, ...] = ()
    for at, required, key_indices, wanted in uses:
        own = tuple(names[i] for i in key_indices)
        if at < 0:
            keys, dependent = own, tuple(wanted)
        else:
            use = ResourceUse(type=types[at], required=bool(required), keys=own, dependent_actions=tuple(wanted))
            found.append(use)
    return Action(
        service=prefix,
        name=name,
        level=_LEVELS[level],
        resources=tuple(found),
        keys=keys,
        dependent_actions=dependent,
    )
