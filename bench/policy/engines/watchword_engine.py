"""Watchword: `decide`, with its determining statements; and the oracle `decide_literally`, which times nobody."""

import time

from bench.policy.engines.protocol import Engine, Json, serve
from watchword.decision.engine import Compiler, Policies, Request, decide, decide_literally
from watchword.decision.language import PolicyDocument, PolicyKind, parse_policy
from watchword.kernel.arn import Arn
from watchword.kernel.collector import collector_paused
from watchword.kernel.principals import Principal, PrincipalKind

_LETTERS = {"Allowed": "A", "ImplicitlyDenied": "I", "ExplicitlyDenied": "E"}


class Watchword(Engine):
    def __init__(self, form: Json) -> None:
        self._texts = [(d["name"], PolicyKind(d["kind"]), d["text"]) for d in form["documents"]]
        self._principals = form["principals"]
        self._sides = form["resources"]
        self._eager = len(self._sides) == 1
        self._requests = [(a["principal"], a["side"], self._request(a)) for a in form["requests"]]
        self._documents: list[PolicyDocument] = []
        self._compiler = Compiler()
        self._ready: dict[tuple[int, int], Policies] = {}

    def _request(self, asked: Json) -> Request:
        principal = self._principals[asked["principal"]]
        return Request(
            principal=Principal(kind=PrincipalKind.WORKLOAD, arn=Arn.parse(principal["arn"])),
            action=asked["action"],
            resource=asked["resource"],
            context=asked["context"],
            account=principal["account"],
            resource_account=self._sides[asked["side"]]["account"],
            session_issuer=principal["issuer"],
        )

    def load(self) -> None:
        with collector_paused():  # as whoever reads a configuration of ours does
            self._documents = [parse_policy(text, name=name, kind=kind) for name, kind, text in self._texts]
        if self._eager:
            for number in range(len(self._principals)):
                self._policies(number, 0)

    def ask(self, number: int) -> str:
        principal, side, request = self._requests[number]
        return _LETTERS[decide(request, self._policies(principal, side)).result]

    def _policies(self, principal: int, side: int) -> Policies:
        found = self._ready.get((principal, side))
        if found is None:
            found = self._assemble(principal, side)
            self._ready[principal, side] = found
        return found

    def _assemble(self, principal: int, side: int) -> Policies:
        """The layers of one caller before one resource: documents and what was compiled of them are shared."""
        documents, caller, resource = self._documents, self._principals[principal], self._sides[side]

        def one(number: int | None) -> PolicyDocument | None:
            return None if number is None else documents[number]

        return Policies(
            identity=tuple([documents[n] for n in caller["identity"]]),
            resource=one(resource["policy"]),
            scp=tuple(tuple(documents[n] for n in level) for level in caller["scp"]),
            rcp=tuple(tuple(documents[n] for n in level) for level in resource["rcp"]),
            boundary=one(caller["boundary"]),
            session=None if caller["session"] is None else tuple(documents[n] for n in caller["session"]),
            endpoint=one(caller["endpoint"]),
            compiler=self._compiler,
        )

    def once(self, asked: Json) -> str:
        return _LETTERS[decide(self._request(asked), self._policies(asked["principal"], asked["side"])).result]

    def replace(self, number: int, form: Json) -> None:
        name, kind, _ = self._texts[number]
        document = parse_policy(form["text"], name=name, kind=kind)
        self._ready[0, 0] = self._ready[0, 0].replacing(document)

    def extra(self, command: Json) -> Json:
        match command["do"]:
            case "oracle":
                return self._oracle(command["seconds"], command["least"])
            case "cold":
                return self._cold(command["numbers"])
            case _:
                return super().extra(command)

    def _oracle(self, seconds: float, least: int) -> str:
        """The oracle's answers to the first requests: as many as it manages in time, and `least` whatever it takes."""
        limit = time.monotonic() + seconds
        letters = ""
        for number, (principal, side, request) in enumerate(self._requests):
            if number >= least and time.monotonic() > limit:
                break
            letters += _LETTERS[decide_literally(request, self._policies(principal, side)).result]
        return letters

    def _cold(self, numbers: list[int]) -> list[int]:
        """Nanoseconds of decisions for which nothing was assembled before."""
        taken = []
        for number in numbers:
            self._ready.pop(self._requests[number][:2], None)
            begun = time.perf_counter_ns()
            self.ask(number)
            taken.append(time.perf_counter_ns() - begun)
        return taken


if __name__ == "__main__":
    serve(Watchword)
