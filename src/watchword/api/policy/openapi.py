"""The OpenAPI 3.1 document, written from the operations' own description."""

from importlib.metadata import version

from watchword.api.policy.operations import (
    JSON,
    LINES,
    OPERATIONS,
    PROBLEM,
    PROBLEM_SCHEMA,
    ROOT,
    SARIF,
    Operation,
    Parameter,
    Where,
)
from watchword.api.policy.schema import Items, Json, Schema, json_schema

DOCUMENT_PATH = "/openapi.json"
_PROBLEMS = {
    "400": "The body, the query or a name is not as described.",
    "403": "Not through the gateway, or not from a page of the console's own.",
    "404": "Something that was named is not there.",
    "408": "The body did not arrive in time.",
    "413": "The body is too long.",
    "415": "The content type is another.",
    "422": "A document was refused, with everything that is wrong with it; or there was nothing to examine.",
    "429": "All analysts are busy; try again after `Retry-After` seconds.",
    "503": "The analysis broke, or needed more memory than it may have.",
    "504": "The analysis took too long and was ended.",
}
# What can go wrong without a body, and without an analyst.
_WITHOUT_BODY = ("400", "403", "404", "429", "503", "504")
_SERVED = ("400", "403", "404", "408", "413", "415", "422", "503")


def openapi() -> dict[str, Json]:
    """Return the document. The same for every request: nothing in it depends on who asks or on what is served."""
    schemas: dict[str, Json] = {}
    paths: dict[str, Json] = {
        operation.path: {operation.method.lower(): _operation(operation, schemas)} for operation in OPERATIONS
    }
    problem = json_schema(PROBLEM_SCHEMA, schemas)
    paths[DOCUMENT_PATH] = {
        "get": {
            "operationId": "openapi",
            "summary": "This document.",
            "responses": {
                "200": {"description": "OpenAPI 3.1.", "content": {JSON: {"schema": {"type": "object"}}}},
                "403": _problem("403"),
            },
        }
    }
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://spec.openapis.org/oas/3.1/dialect/base",
        "info": {
            "title": "Watchword: the policy API",
            "version": version("watchword"),
            "description": "What `watchword policy` answers, over HTTP: the same questions and the same JSON.",
            "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": ROOT}],
        "security": [{"session": []}, {}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "responses": {
                f"Problem{status}": {"description": text, "content": {PROBLEM: {"schema": problem}}}
                for status, text in _PROBLEMS.items()
            },
            "securitySchemes": {
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "__Host-watchword",
                    "description": "The console's session, in a browser: through the gateway, from the console's own "
                    "origin. Programs of the same user need none on the control socket.",
                }
            },
        },
    }


def _operation(operation: Operation, schemas: dict[str, Json]) -> Json:
    codes = _SERVED if operation.where is Where.SERVED else _WITHOUT_BODY if operation.body is None else _PROBLEMS
    parameters = [_parameter(operation.name, "path", schemas)] if operation.name is not None else []
    parameters += [_parameter(p, "query", schemas) for p in operation.query]
    if operation.stream is not None:
        parameters += [_parameter(p, "query", schemas, about="With JSON Lines.") for p in operation.stream.query]
    return {
        "operationId": operation.id,
        "summary": operation.summary,
        "description": operation.about,
        **({"parameters": parameters} if parameters else {}),
        **({"requestBody": _body(operation, schemas)} if operation.body is not None else {}),
        "responses": {
            "200": {"description": "The answer.", "content": _answers(operation, schemas)},
            **{code: _problem(code) for code in codes},
        },
    }


def _problem(code: str) -> Json:
    return {"$ref": f"#/components/responses/Problem{code}"}


def _parameter(parameter: Parameter, where: str, schemas: dict[str, Json], *, about: str = "") -> Json:
    schema: Schema = Items(of=parameter.of) if parameter.several else parameter.of
    return {
        "name": parameter.name,
        "in": where,
        **({"required": True} if where == "path" else {}),
        **({"description": about} if about else {}),
        "schema": json_schema(schema, schemas),
    }


def _body(operation: Operation, schemas: dict[str, Json]) -> Json:
    content: dict[str, Json] = {}
    if operation.body is not None:
        content[JSON] = {"schema": json_schema(operation.body, schemas)}
    if operation.stream is not None:
        # OpenAPI 3.1 has no word for a sequence: the schema is that of one line.
        content[LINES] = {"schema": json_schema(operation.stream.line, schemas)}
    return {"required": True, "content": content}


def _answers(operation: Operation, schemas: dict[str, Json]) -> Json:
    content: dict[str, Json] = {}
    if operation.answer is not None:
        content[JSON] = {"schema": json_schema(operation.answer, schemas)}
    if operation.stream is not None:
        content[LINES] = {"schema": json_schema(operation.stream.answer, schemas)}
    if operation.sarif:
        content[SARIF] = {"schema": {"type": "object"}}
    return content
