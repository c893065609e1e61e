"""cedarpy with parsed handles, a set for each principal that has one of its own; reasons are its diagnostics."""

from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

from bench.policy.engines.protocol import Engine, Json, serve


class _Diagnostics(Protocol):
    reasons: Sequence[str]
    errors: Sequence[str]


class _Result(Protocol):
    allowed: bool
    diagnostics: _Diagnostics


class _PolicySets(Protocol):
    def from_str(self, s: str, /) -> object: ...


class _Entities(Protocol):
    def from_json_str(self, s: str, /) -> object: ...


class _Cedar(Protocol):
    PolicySet: _PolicySets
    Entities: _Entities

    def is_authorized(self, request: Json, policies: object, entities: object) -> _Result: ...


class Cedar(Engine):
    def __init__(self, form: Json) -> None:
        self._cedar = cast("_Cedar", import_module("cedarpy"))
        self._texts: list[str] = form["documents"]
        self._identity = [p["identity"] for p in form["principals"]]
        self._entities_text = form["entities"]
        self._requests = [(a["principal"], a["request"]) for a in form["requests"]]
        self._entities: object = None
        self._sets: list[object] = []

    def load(self) -> None:
        self._entities = self._cedar.Entities.from_json_str(self._entities_text)
        self._sets = [self._set(numbers) for numbers in self._identity]

    def _set(self, numbers: Sequence[int]) -> object:
        return self._cedar.PolicySet.from_str("\n".join([self._texts[n] for n in numbers]))

    def ask(self, number: int) -> str:
        principal, request = self._requests[number]
        return self._decide(principal, request)

    def _decide(self, principal: int, request: Json) -> str:
        result = self._cedar.is_authorized(request, self._sets[principal], self._entities)
        diagnostics = result.diagnostics
        if diagnostics.errors:
            raise AssertionError(f"Cedar could not evaluate: {diagnostics.errors[:1]}")
        if result.allowed:
            return "A"
        return "E" if diagnostics.reasons else "I"

    def once(self, asked: Json) -> str:
        return self._decide(asked["principal"], asked["request"])

    def replace(self, number: int, form: Json) -> None:
        """A handle only grows (`with_added_str`): to take a policy out, the set is parsed again."""
        self._texts[number] = form
        self._sets[0] = self._set(self._identity[0])


if __name__ == "__main__":
    serve(Cedar)
