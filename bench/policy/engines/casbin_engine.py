"""pycasbin: an enforcer for each principal that has policies of its own, one line a statement, `enforce_ex` for reasons.

Not `FastEnforcer`: its `enforce_ex` is the plain one, so it gives no reasons, and adding a line to it costs as much as the
lines that are there.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Protocol, cast

from bench.policy.engines.protocol import Engine, Json, serve


class _Enforcer(Protocol):
    def enforce_ex(self, *values: str) -> tuple[bool, Sequence[str]]: ...

    def add_function(self, name: str, function: Callable[[str, str], bool]) -> None: ...

    def enable_auto_save(self, auto_save: bool, /) -> None: ...  # noqa: FBT001 - as casbin has it

    def update_policy(self, old: Sequence[str], new: Sequence[str]) -> bool: ...


class _Model(Protocol):
    def load_model_from_text(self, text: str) -> None: ...


class _Persist(Protocol):
    Adapter: type[object]

    def load_policy_line(self, line: str, model: object) -> None: ...


class _Casbin(Protocol):
    persist: _Persist

    def Model(self) -> _Model: ...  # noqa: N802 - as casbin names it

    def Enforcer(self, model: _Model, adapter: object) -> _Enforcer: ...  # noqa: N802 - as casbin names it


def _adapter(persist: _Persist, lines: Sequence[Sequence[str]]) -> object:
    """Hand lines over as its file adapter does: adding them one by one to a model takes quadratic time."""
    texts = [", ".join(["p", *line]) for line in lines]

    def load_policy(_: object, model: object) -> None:
        for text in texts:
            persist.load_policy_line(text, model)

    adapter: object = type("Lines", (persist.Adapter,), {"load_policy": load_policy})()
    return adapter


def _like(text: str, pattern: str) -> bool:
    """A pattern with one `*` or more: casbin's own globMatch stops at slashes, its regexMatch compiles again and again."""
    head, *middle, tail = pattern.split("*")
    if not text.startswith(head):
        return False
    at = len(head)
    for part in middle:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return len(text) - len(tail) >= at and text.endswith(tail)


class Casbin(Engine):
    def __init__(self, form: Json) -> None:
        self._casbin = cast("_Casbin", import_module("casbin"))
        self._lines: list[list[list[str]]] = form["documents"]
        self._identity = [p["identity"] for p in form["principals"]]
        self._model: str = form["model"]
        # Where in a line its effect stands.
        self._effect: int = form["effect"]
        self._requests = [(a["principal"], a["values"]) for a in form["requests"]]
        self._enforcers: list[_Enforcer] = []

    def load(self) -> None:
        self._enforcers = [self._enforcer(numbers) for numbers in self._identity]

    def _enforcer(self, numbers: Sequence[int]) -> _Enforcer:
        model = self._casbin.Model()
        model.load_model_from_text(self._model)
        lines = [line for number in numbers for line in self._lines[number]]
        enforcer = self._casbin.Enforcer(model, _adapter(self._casbin.persist, lines))
        # Otherwise each change writes all policies back to the adapter.
        enforcer.enable_auto_save(False)
        enforcer.add_function("like", _like)
        return enforcer

    def ask(self, number: int) -> str:
        principal, values = self._requests[number]
        return self._decide(principal, values)

    def _decide(self, principal: int, values: Sequence[str]) -> str:
        allowed, reason = self._enforcers[principal].enforce_ex(*values)
        if allowed:
            return "A"
        return "E" if reason and reason[self._effect] == "deny" else "I"

    def once(self, asked: Json) -> str:
        return self._decide(asked["principal"], asked["values"])

    def replace(self, number: int, form: Json) -> None:
        for old, new in zip(self._lines[number], form, strict=True):
            if not self._enforcers[0].update_policy(old, new):
                raise AssertionError("pycasbin did not replace the line")
        self._lines[number] = form


if __name__ == "__main__":
    serve(Casbin)
