"""regopy (rego-cpp, not OPA): policies as data, a bundle built once, `query_bundle` for each request.

Statements are filed in an object by principal, effect and action, so that a request looks at those of its action alone.
"""

import json
from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

from bench.policy.engines.protocol import Engine, Json, serve


class _Output(Protocol):
    def expressions(self) -> Sequence[Json]: ...


class _Interpreter(Protocol):
    def add_module(self, name: str, source: str) -> None: ...

    def add_data_json(self, json: str) -> None: ...

    def build(self, query: str) -> object: ...

    def set_input(self, value: object) -> None: ...

    def query_bundle(self, bundle: object) -> _Output: ...


class _Regopy(Protocol):
    def Interpreter(self) -> _Interpreter: ...  # noqa: N802 - as regopy names it

    def Input(self, value: Json) -> object: ...  # noqa: N802 - as regopy names it


class Rego(Engine):
    def __init__(self, form: Json) -> None:
        self._rego = cast("_Regopy", import_module("regopy"))
        self._statements: list[list[Json]] = form["documents"]
        self._identity = [p["identity"] for p in form["principals"]]
        self._module: str = form["module"]
        self._requests = [self._rego.Input(a["input"]) for a in form["requests"]]
        self._data = self._text()
        self._interpreter: _Interpreter | None = None
        self._bundle: object = None

    def _text(self) -> str:
        policies: dict[str, dict[str, dict[str, list[Json]]]] = {}
        for principal, numbers in enumerate(self._identity):
            filed: dict[str, dict[str, list[Json]]] = {"Allow": {}, "Deny": {}}
            for number in numbers:
                for statement in self._statements[number]:
                    for action in statement["actions"]:
                        filed[statement["effect"]].setdefault(action, []).append(statement["body"])
            policies[str(principal)] = filed
        return json.dumps({"policies": policies})

    def load(self) -> None:
        interpreter = self._rego.Interpreter()
        interpreter.add_module("iam", self._module)
        interpreter.add_data_json(self._data)
        self._bundle = interpreter.build("data.iam.answer")
        self._interpreter = interpreter

    def ask(self, number: int) -> str:
        return self._decide(self._requests[number])

    def _decide(self, request: object) -> str:
        assert self._interpreter is not None
        self._interpreter.set_input(request)
        # The output owns the nodes: it has to outlive them.
        output = self._interpreter.query_bundle(self._bundle)
        answers = output.expressions()
        return str(answers[0]["result"]).strip('"')

    def once(self, asked: Json) -> str:
        return self._decide(self._rego.Input(asked["input"]))

    def replace(self, number: int, form: Json) -> None:
        """Data is built into the bundle: all of it is read and built again."""
        self._statements[number] = form
        self._data = self._text()
        self.load()


if __name__ == "__main__":
    serve(Rego)
