"""The OpenAPI document: of the form that OpenAPI 3.1 asks for, without references to nowhere, about what there is."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.routing import Route

from watchword.api.policy import LocalDoor, create_policy_api, openapi
from watchword.api.policy.body import Node
from watchword.api.policy.ports import Analysis, Question

_METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
_SCHEMA_WORDS = {
    *("$ref", "type", "properties", "required", "additionalProperties", "items", "minItems", "maxItems", "enum"),
    *("maxLength", "minLength", "pattern", "minimum", "maximum", "anyOf", "description", "maxProperties"),
}
_TYPES = {"object", "array", "string", "number", "integer", "boolean", "null"}


@pytest.fixture(scope="module")
def document() -> Any:
    return json.loads(json.dumps(openapi()))


def schemas(node: Any) -> Iterator[Any]:
    """Yield every schema below what holds schemas."""
    yield node
    if "items" in node:
        yield from schemas(node["items"])
    if isinstance(node.get("additionalProperties"), dict):
        yield from schemas(node["additionalProperties"])
    for part in (*node.get("properties", {}).values(), *node.get("anyOf", ())):
        yield from schemas(part)


def operations(document: Any) -> Iterator[tuple[str, str, Any]]:
    for path, item in document["paths"].items():
        assert path.startswith("/")
        assert set(item) <= _METHODS
        for method, operation in item.items():
            yield path, method, operation


def everything(document: Any) -> Iterator[Any]:
    yield from (s for held in document["components"]["schemas"].values() for s in schemas(held))
    contents = [r["content"] for r in document["components"]["responses"].values()]
    for _, _, operation in operations(document):
        yield from (s for p in operation.get("parameters", ()) for s in schemas(p["schema"]))
        contents += [r["content"] for r in operation["responses"].values() if "content" in r]
        contents += [operation["requestBody"]["content"]] if "requestBody" in operation else []
    yield from (s for content in contents for media in content.values() for s in schemas(media["schema"]))


def test_what_openapi_requires_is_there(document: Any) -> None:
    assert re.fullmatch(r"3\.1\.\d+", document["openapi"])
    assert document["info"]["title"]
    assert document["info"]["version"]
    assert [server["url"] for server in document["servers"]] == ["/api/v1"]
    named = set(document["components"]["securitySchemes"])
    assert {name for choice in document["security"] for name in choice} <= named


def test_every_operation_is_whole(document: Any) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    for path, method, operation in operations(document):
        assert operation["summary"].endswith((".", "?")), path
        assert "200" in operation["responses"]
        assert set(operation["responses"]) - {"200"}, path  # something can always go wrong
        assert ("requestBody" in operation) is (method == "post")
        for response in operation["responses"].values():
            assert "$ref" in response or response["description"]
        parameters = operation.get("parameters", [])
        assert {p["in"] for p in parameters} <= {"path", "query"}
        assert len({(p["name"], p["in"]) for p in parameters}) == len(parameters)
        in_path = set(re.findall(r"\{(\w+)\}", path))
        assert in_path == {p["name"] for p in parameters if p["in"] == "path"}
        assert all(p["required"] for p in parameters if p["in"] == "path")


def test_every_schema_is_one(document: Any) -> None:
    count = 0
    for schema in everything(document):
        count += 1
        assert set(schema) <= _SCHEMA_WORDS, schema
        types = schema.get("type", [])
        assert set([types] if isinstance(types, str) else types) <= _TYPES
        assert set(schema.get("required", ())) <= set(schema.get("properties", ()))
        if "pattern" in schema:
            re.compile(schema["pattern"])
    assert count > 100


def test_every_reference_leads_somewhere_and_every_name_is_used(document: Any) -> None:
    referred = set(re.findall(r'"\$ref": "#/components/schemas/(\w+)"', json.dumps(document)))
    assert referred == set(document["components"]["schemas"])
    problems = set(re.findall(r'"\$ref": "#/components/responses/(\w+)"', json.dumps(document)))
    assert problems == set(document["components"]["responses"])


class Nobody:
    def begin(self, question: Question) -> Analysis:
        raise AssertionError

    def simulate(self, body: Node) -> str:
        raise AssertionError


def test_what_is_served_is_what_is_described(document: Any) -> None:
    nobody = Nobody()
    app = create_policy_api(analyst=nobody, served=nobody, door=LocalDoor())
    served = {
        (route.path.removeprefix("/api/v1"), method.lower())
        for route in app.routes
        if isinstance(route, Route)
        for method in (route.methods or ())
        if method != "HEAD"
    }
    assert served == {(path, method) for path, method, _ in operations(document)}
