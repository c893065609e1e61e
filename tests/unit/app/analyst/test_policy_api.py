"""The policy API over real analysts: every operation that is documented, and everything that is refused."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from support.policy_api import JSON, LINES, ROOT, SARIF, Api, policy_api
from watchword.api.policy import openapi
from watchword.api.policy.body import Node, read_body
from watchword.api.policy.operations import BY_ID, MOST_BYTES, MOST_BYTES_SERVED, OPERATIONS
from watchword.api.policy.schema import Schema, flaws

ESTATE = Path(__file__).parents[4] / "examples" / "estate"
READ = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::ledger/*"}],
}
ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
CASE = {
    "id": "one",
    "request": {
        "principal": "arn:aws:iam::111111111111:user/bob",
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::ledger/2026",
    },
    "policies": {"identity": [READ]},
    "expect": "Allowed",
}
EVENT = {
    "eventVersion": "1.08",
    "eventTime": "2026-03-01T12:00:00Z",
    "eventSource": "s3.amazonaws.com",
    "eventName": "GetObject",
    "awsRegion": "eu-west-1",
    "sourceIPAddress": "203.0.113.7",
    "requestParameters": {"bucketName": "ledger", "key": "2026"},
    "resources": [{"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::ledger/2026"}],
    "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111111111111:user/bob", "accountId": "111111111111"},
}


class Served:
    """A `Served` that tells what it was asked."""

    def simulate(self, body: Node) -> str:
        person = next(value.string() for _, name, value in body.members() if name == "person")
        explained: dict[str, object] = {
            "result": "Allowed",
            "summary": f"{person} may",
            "statements": [],
            "blocking_layer": None,
            "otherwise_allowed": False,
            "missing_keys": [],
            "remedies": [],
            "considered": [],
            "revision": "r1",
            "warnings": [],
        }
        return json.dumps(explained)


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with policy_api(served=Served()) as made:
        yield made


def document(content: object, name: str | None = None) -> dict[str, object]:
    return {"document": content} | ({"name": name} if name is not None else {})


def estate(**more: object) -> dict[str, object]:
    account = json.loads((ESTATE / "account.json").read_text())
    return {"estate": [document(account, "account.json")], **more}


# One question for each operation and each of its content types.
QUESTIONS: Mapping[tuple[str, str], Any] = {
    ("check", JSON): {"documents": [document({"Statement": []})]},
    ("check", LINES): [{"id": 1, "policy": READ}, {"id": "b", "policy": {}}],
    ("test", JSON): CASE,
    ("test", LINES): [CASE, {"id": "bad"}],
    ("explain", JSON): CASE,
    ("explain", LINES): [CASE, CASE],
    ("lint", JSON): {"documents": [document(ALL, "all.json")]},
    ("contains", JSON): {"a": [document(ALL)], "b": [document(READ)], "kind": "identity"},
    ("contains", LINES): [{"id": "p", "policies": [ALL, READ]}, {"id": "q"}],
    ("equivalent", JSON): {"a": [document(ALL)], "b": [document(READ)]},
    ("diff", JSON): {"a": [document(ALL)], "b": [document(READ)]},
    ("who-can", JSON): estate(action="s3:GetObject", resource="*", transitive=True),
    ("what-can", JSON): estate(
        principal="alice", context={"aws:SourceIp": "203.0.113.7", "a:b": ["1", "2"]}, expand=True, services=["s3"]
    ),
    ("escalations", JSON): estate(to="admin"),
    ("narrow", JSON): {"policies": [document(ALL, "all")], "cloudtrail": [document({"Records": [EVENT]})]},
    ("what-if", JSON): {
        "before": [document(ALL)],
        "after": [document(READ)],
        "cloudtrail": [document([EVENT])],
        "since": "2026-01-01",
    },
    ("simulate", JSON): {"resource": "http://sample.localhost/", "person": "a@example.com", "groups": []},
    ("catalogue", ""): "catalogue",
    ("catalogue-entry", ""): "catalogue/s3:GetObject*",
    ("rules", ""): "rules",
}


def content_of(question: Any, media: str) -> bytes:
    lines = question if media == LINES else [question]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def test_every_operation_and_content_type_is_asked_here() -> None:
    described = {(o.id, JSON) for o in OPERATIONS if o.body} | {(o.id, LINES) for o in OPERATIONS if o.stream}
    assert set(QUESTIONS) == described | {(o.id, "") for o in OPERATIONS if not o.body}


@pytest.mark.parametrize(("operation", "media"), QUESTIONS)
def test_an_answer_is_as_described(operation: str, media: str, api: Api) -> None:
    described, question = BY_ID[operation], QUESTIONS[operation, media]
    if media:
        answer = api.ask("POST", f"{ROOT}/{operation}", content_of(question, media), media=media)
    else:
        answer = api.get(question)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == (media or JSON)
    schema = described.stream.answer if media == LINES and described.stream else described.answer
    assert schema is not None
    texts = answer.content.splitlines() if media == LINES else [answer.content]
    assert len(texts) == (len(question) if media == LINES else 1)
    for text in texts:
        assert as_described(schema, text) == []


def as_described(schema: Schema, text: bytes) -> list[str]:
    return [f"{flaw.pointer}: {flaw.message}: {flaw.expected}, {flaw.found}" for flaw in flaws(schema, read_body(text))]


def test_the_answer_to_a_whole_question_is_right(api: Api) -> None:
    contained = api.post("contains", QUESTIONS["contains", JSON]).json()
    assert contained["a_within_b"] is False
    assert contained["witness"]["allowed_by"]["policy"] == "/a/0"
    assert api.post("explain", CASE).json()["result"] == "Allowed"
    assert [row["as_expected"] for row in [api.post("test", CASE).json()]] == [True]
    assert api.post("simulate", QUESTIONS["simulate", JSON]).json()["summary"] == "a@example.com may"


def test_a_case_may_span_lines(api: Api) -> None:
    answer = api.ask("POST", f"{ROOT}/test", json.dumps(CASE, indent=2).encode())
    assert answer.json()["result"] == "Allowed"


def test_lint_as_sarif(api: Api) -> None:
    answer = api.post("lint", QUESTIONS["lint", JSON], headers={"accept": f"{SARIF}, application/json;q=0.1"})
    assert answer.headers["content-type"] == SARIF
    log = answer.json()
    assert log["version"] == "2.1.0"
    assert log["runs"][0]["results"]


def test_cases_are_chosen_by_id(api: Api) -> None:
    cases = content_of([CASE, {**CASE, "id": "two"}, {**CASE, "id": 3}], LINES)
    answer = api.ask("POST", f"{ROOT}/explain?id=two&id=3", cases, media=LINES)
    assert [json.loads(line)["id"] for line in answer.text.splitlines()] == ["two", 3]


def test_places_in_a_document_are_its_own(api: Api) -> None:
    """An object in a body has the lines and columns that it would have in a file of its own."""
    text = '{\n  "Version": "2012-10-17",\n  "Statement": [{"Effect": "Permit"}]\n}'
    body = '{"documents": [\n\n   {"name": "p.json", "document":   ' + text + "}]}"
    as_object = api.ask("POST", f"{ROOT}/check", body.encode()).json()
    as_text = api.post("check", {"documents": [document(text, "p.json")]}).json()
    assert as_object == as_text
    assert any(row["place"].startswith("p.json:3:") for row in as_object)


def test_the_policies_that_a_principal_really_has(api: Api) -> None:
    """In the place of policies that are given: never both, and never without saying whose."""
    trail = {"cloudtrail": [document([EVENT])]}
    real = estate(principal="alice", **trail)
    narrowed = api.post("narrow", real)
    assert narrowed.status_code == 200, narrowed.text
    assert as_described(BY_ID["narrow"].answer, narrowed.content) == []  # type: ignore[arg-type]  # it has one
    replayed = api.post("what-if", {**real, "after": [document(READ)]})
    assert replayed.status_code == 200, replayed.text
    for operation, given in (("narrow", {"policies": [document(ALL)]}), ("what-if", {"before": [document(ALL)]})):
        after = {"after": [document(READ)]} if operation == "what-if" else {}
        for body in ({**real, **given, **after}, {**trail, **after}, {**estate(**trail), **after}):
            answer = api.post(operation, body)
            assert (answer.status_code, answer.json()["code"]) == (400, "usage.options"), answer.text


def test_names_that_nobody_knows_are_warned_of(api: Api) -> None:
    typo = {"Statement": [{"Effect": "Allow", "Action": "s3:GetObjekt", "Resource": "*"}]}
    sides = {"a": [document(typo, "a.json")], "b": [document(typo, "b.json")]}
    (warning,) = api.post("contains", sides).json()["warnings"]
    assert (warning["name"], warning["nearest"], warning["times"]) == ("s3:GetObjekt", "s3:GetObject", 2)
    assert warning["place"].startswith("a.json:1:")
    rows = api.post("check", {"documents": [document(typo, "a.json")]}).json()
    assert "catalogue.action" in {row["code"] for row in rows}


# What a policy may not be, wherever it stands.


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        ('{"Statement": [], "Statement": []}', "json.duplicate-key"),
        (
            '{"Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"Maybe": {"a": "b"}}}}',
            "policy.operator.unknown",
        ),
        ('{"Statement": ' + "[" * 40 + "]" * 40 + "}", "json.depth"),
        ('{"Statement": [' + '"' + "x" * 300_000 + '"]}', "json.size"),
    ],
)
def test_a_policy_that_is_none_is_refused_with_its_place(policy: str, code: str, api: Api) -> None:
    body = ('{"a": [{"name": "a.json", "document": ' + policy + '}], "b": [{"document": {}}]}').encode()
    answer = api.ask("POST", f"{ROOT}/contains", body)
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    documents = {error["document"] for error in problem["errors"]}
    assert documents == {"a.json", "/b/0"}  # all that is wrong with both
    assert all(error["line"] >= 1 for error in problem["errors"])
    assert code in {error["code"] for error in problem["errors"]}
    assert problem["place"]["document"] == "a.json"
    assert as_problem(answer.content) == []


def as_problem(text: bytes) -> list[str]:
    from watchword.api.policy.operations import PROBLEM_SCHEMA

    return as_described(PROBLEM_SCHEMA, text)


# What a body may not be.


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        (b"", "body.json", None),
        (b"{", "body.json", None),
        (b"[]", "body.form", ""),
        (b"{} {}", "body.json", None),
        (b"\xff", "body.encoding", None),
        (b'{"a": NaN}', "body.json", None),
        (b'{"a": -Infinity}', "body.json", None),
        (b"[" * 100_000, "body.depth", None),
        (b'{"a": [], "b": [{"document": {}}]}', "body.empty", "/a"),
        (b'{"a": [{"document": {}}]}', "body.missing", ""),
        (b'{"a": [{"document": {}}], "b": [{"document": {}}], "boundry": []}', "body.unknown", "/boundry"),
        (b'{"a": [{"document": {}}], "b": [{"document": {}}], "b": []}', "body.duplicate", "/b"),
        (b'{"a": [{"document": 1}], "b": [{"document": {}}]}', "body.form", "/a/0/document"),
        (b'{"a": [{"document": {}, "kind": "scp"}], "b": [{"document": {}}]}', "body.unknown", "/a/0/kind"),
        (b'{"a": [{"document": {}}], "b": [{"document": {}}], "kind": "polite"}', "body.form", "/kind"),
        (b'{"a": {}, "b": [{"document": {}}]}', "body.form", "/a"),
        (b'{"a": [{"document": {}, "name": ""}], "b": [{"document": {}}]}', "body.form", "/a/0/name"),
        (b'{"a": [' + b'{"document": {}},' * 1000 + b'{"document": {}}], "b": [{"document": {}}]}', "body.count", "/a"),
    ],
)
def test_a_body_that_is_not_as_described_is_refused(body: bytes, code: str, pointer: str | None, api: Api) -> None:
    answer = api.ask("POST", f"{ROOT}/contains", body)
    assert answer.status_code == 400, answer.text
    problem = answer.json()
    assert problem["code"] == code
    assert problem["expected"]
    assert problem["place"]["document"] == "body"
    assert problem["place"].get("pointer") == pointer
    assert as_problem(answer.content) == []


def test_too_many_names_are_refused_and_not_counted(api: Api) -> None:
    for member in ('"absent": [' + '"a",' * 200_000 + '"b"]', '"context": {' + '"a": 1,' * 9 + _names(300) + "}"):
        body = '{"estate": [{"document": {}}], ' + member + "}"
        problem = api.ask("POST", f"{ROOT}/escalations", body.encode()).json()
        assert "body.count" in {error["code"] for error in problem["errors"]}


def test_a_key_cannot_be_there_and_absent(api: Api) -> None:
    answer = api.post("escalations", estate(context={"a:b": "1"}, absent=["A:B"]))
    assert (answer.status_code, answer.json()["code"]) == (400, "context.malformed")
    assert answer.json()["expected"] == "one of context and absent"


def _names(count: int) -> str:
    return ", ".join(f'"k{number}": "v"' for number in range(count))


def test_an_unknown_member_has_its_place(api: Api) -> None:
    answer = api.ask("POST", f"{ROOT}/diff", b'{"a": [{"document": {}}],\n "b": [{"document": {}}],\n  "bb": 1}')
    assert answer.json()["place"] == {"document": "body", "pointer": "/bb", "line": 3, "column": 3}


@pytest.mark.parametrize("media", ["", "text/plain", "application/x-www-form-urlencoded", LINES])
def test_another_content_type_is_refused(media: str, api: Api) -> None:
    answer = api.ask("POST", f"{ROOT}/diff", b"{}", media=media)
    assert answer.status_code == 415
    assert answer.json()["code"] == "body.type"


@pytest.mark.parametrize("said", [True, False])
@pytest.mark.parametrize(("operation", "most"), [("diff", MOST_BYTES), ("simulate", MOST_BYTES_SERVED)])
def test_a_body_that_is_too_long_is_refused(operation: str, most: int, *, said: bool, api: Api) -> None:
    headers = {} if said else {"transfer-encoding": "chunked"}
    answer = api.ask("POST", f"{ROOT}/{operation}", b" " * (most + 1), headers=headers)
    assert answer.status_code == 413
    assert answer.json()["expected"] == f"at most {most} bytes"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("check?kind=polite", "query.value"),
        ("check?sort=up", "query.unknown"),
        ("check?kind=scp&kind=rcp", "query.duplicate"),
        ("check?kind=%ff", "query.form"),
        ("test?kind=scp", "query.unknown"),
    ],
)
def test_a_query_that_is_not_as_described_is_refused(path: str, code: str, api: Api) -> None:
    answer = api.ask("POST", f"{ROOT}/{path}", b"{}\n", media=LINES)
    assert answer.status_code == 400
    assert answer.json()["code"] == code


@pytest.mark.parametrize("operation", ["check", "test", "explain", "contains"])
@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_nothing_examined_is_no_answer(operation: str, content: bytes, api: Api) -> None:
    answer = api.lines(operation, content)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "nothing.examined"


def test_an_empty_estate_is_no_answer(api: Api) -> None:
    body = {"estate": [document({"UserDetailList": []})]}
    answer = api.post("escalations", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "nothing.examined")


def test_what_is_not_there_is_said_with_what_is(api: Api) -> None:
    unknown = api.get("catalogue/s3:GetObjekt")
    assert (unknown.status_code, unknown.json()["hint"]) == (404, "did you mean s3:GetObject?")
    rule = api.post("lint", {"documents": [document(READ)], "rules": ["admin-grnt"]})
    assert (rule.status_code, rule.json()["hint"]) == (404, "did you mean admin-grant?")
    nobody = api.post("what-can", estate(principal="nobody"))
    assert nobody.status_code == 404


def test_another_address_and_another_method(api: Api) -> None:
    assert api.get("nonsense").json()["code"] == "api.not-found"
    wrong = api.get("check")
    assert (wrong.status_code, wrong.headers["allow"], wrong.json()["expected"]) == (405, "POST", "POST")


def test_a_lone_surrogate_comes_back_as_its_escape(api: Api) -> None:
    body = b'{"documents": [{"name": "\\ud800", "document": {}}]}'
    answer = api.ask("POST", f"{ROOT}/check", body)
    assert answer.status_code == 200
    assert "\\ud800" in answer.text


def test_a_bad_line_does_not_keep_the_next_from_being_answered(api: Api) -> None:
    answer = api.lines("test", b'{"id": "a", "id": "b"}\nnonsense\n' + content_of(CASE, JSON))
    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert [row["line"] for row in rows] == [1, 2, 3]
    assert rows[0]["errors"][0]["code"] == "json.duplicate-key"
    assert rows[2]["as_expected"] is True


# The document that describes it.


def test_the_openapi_document_is_served_as_it_is_written(api: Api) -> None:
    answer = api.ask("GET", "/api/v1/openapi.json")
    assert answer.json() == json.loads(json.dumps(openapi()))


# JSON Lines of any number.


def test_lines_come_back_while_others_are_still_being_sent(api: Api) -> None:
    """The first answer is read before the second case is sent: nothing waits for the whole."""
    line = content_of(CASE, JSON)
    sent: list[bytes] = []

    async def story() -> None:
        answered = asyncio.Event()

        async def receive() -> dict[str, object]:
            if len(sent) == 1:
                await asyncio.wait_for(answered.wait(), 30)
            if len(sent) == 2:
                await asyncio.sleep(3600)
            sent.append(line)
            return {"type": "http.request", "body": line, "more_body": len(sent) < 2}

        lines: list[bytes] = []

        async def send(message: Any) -> None:
            if message["type"] == "http.response.body":
                lines.extend(message["body"].splitlines())
                if lines:
                    answered.set()

        scope = {
            "type": "http",
            "method": "POST",
            "path": f"{ROOT}/test",
            "query_string": b"",
            "headers": [(b"content-type", LINES.encode())],
        }
        await api.app(scope, receive, send)
        assert len(lines) == 2

    asyncio.run(story())


def test_many_lines_all_are_answered(api: Api) -> None:
    answer = api.lines("test", content_of(CASE, JSON) * 5_000)
    assert answer.text.count("\n") == 5_000
