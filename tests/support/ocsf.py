"""OCSF 1.8.0 as a test asks it: what of an event is not as the schema says."""

import gzip
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

_SCHEMA = Path(__file__).parents[3] / "shared" / "data" / "ocsf-schema-1.8.0.json.gz"


class Schema:
    """The OCSF schema, as far as it says what an event may hold. The profiles are those that the event names."""

    def __init__(self, compiled: dict[str, Any]) -> None:
        self._compiled = compiled
        self._classes = {c["uid"]: c for c in compiled["classes"].values()}

    def problems(self, event: dict[str, Any]) -> list[str]:
        known = self._classes.get(event.get("class_uid"))
        if known is None:
            return [f"no such class: {event.get('class_uid')}"]
        return self._object(event, known, set(event["metadata"].get("profiles", [])), "event")

    def _object(self, found: dict[str, Any], known: dict[str, Any], profiles: set[str], where: str) -> list[str]:
        problems: list[str] = []
        attributes: dict[str, Any] = known["attributes"]
        # Profiles bring attributes of their own; those that a class has anyway carry the name of one too, and are
        # required without it (`actor`, `api`): only `cloud` and `osint` are a profile's alone here.
        for name, rule in attributes.items():
            alone = rule.get("profile") == name or (rule.get("profile") == "osint" and name == "osint")
            if rule.get("requirement") == "required" and name not in found and not (alone and name not in profiles):
                problems.append(f"{where}.{name} is required")
        for rule_name, names in (known.get("constraints") or {}).items():
            present = [n for n in names if n in found]
            if (rule_name == "at_least_one" and not present) or (rule_name == "just_one" and len(present) != 1):
                problems.append(f"{where} needs {rule_name} of {names}")
        for name, value in found.items():
            rule = attributes.get(name)
            if rule is None:
                problems.append(f"{where}.{name} is not in the schema")
            elif rule.get("profile") == "security_control" and "security_control" not in profiles:
                problems.append(f"{where}.{name} is the profile's, which is not named")
            else:
                problems += self._attribute(value, rule, profiles, f"{where}.{name}")
        return problems

    def _attribute(self, value: Any, rule: dict[str, Any], profiles: set[str], where: str) -> list[str]:
        if bool(rule.get("is_array")) != isinstance(value, list):
            return [f"{where} should {'' if rule.get('is_array') else 'not '}be a list"]
        items = value if isinstance(value, list) else [value]
        return [p for item in items for p in self._value(item, rule, profiles, where)]

    def _value(self, value: Any, rule: dict[str, Any], profiles: set[str], where: str) -> list[str]:
        kind = rule["type"]
        if kind in self._compiled["objects"]:
            if not isinstance(value, dict):
                return [f"{where} should be an object"]
            if kind == "object":
                return []
            return self._object(value, self._compiled["objects"][kind], profiles, where)
        enum = rule.get("enum")
        if enum and str(value) not in enum:
            return [f"{where}: {value!r} is not one of {sorted(enum)}"]
        return self._scalar(value, rule["type"], where)

    def _scalar(self, value: Any, name: str, where: str) -> list[str]:
        python = {
            "integer_t": int,
            "long_t": int,
            "timestamp_t": int,
            "port_t": int,
            "boolean_t": bool,
            "float_t": float,
        }
        expected = python.get(name, str)
        if name != "json_t" and (not isinstance(value, expected) or (expected is int and isinstance(value, bool))):
            return [f"{where}: {value!r} is no {name}"]
        rule = self._compiled["types"].get(name, {})
        if rule.get("regex") and not re.search(rule["regex"], value):
            return [f"{where}: {value!r} does not look like {name}"]
        if rule.get("max_len") and len(value) > rule["max_len"]:
            return [f"{where} is longer than {rule['max_len']}"]
        return []


@cache
def ocsf_schema() -> Schema:
    """The schema, where it lies beside the repository; else the test is skipped."""
    if not _SCHEMA.exists():
        pytest.skip("no-ocsf-schema: the compiled schema does not lie beside the repository")
    with gzip.open(_SCHEMA) as file:
        return Schema(json.load(file))
