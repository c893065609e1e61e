"""Cases of `policy test`: what each member means, and what a broken one gets."""

import json
from collections.abc import Iterator, Mapping, Sequence

import pytest

from watchword.decision.analysis.cases import CaseOutcome, decide_cases
from watchword.decision.engine import Layer, Result

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]
USER = "arn:aws:iam::111111111111:user/alice"
OBJECT = "arn:aws:s3:::bucket/a"


def document(*statements: Json) -> dict[str, Json]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: Json = "*", resource: Json = "*", **more: Json) -> dict[str, Json]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Json = "*", resource: Json = "*", **more: Json) -> dict[str, Json]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


EVERYTHING = document(allow())


def case(policies: Json, *, principal: Json = USER, case: Mapping[str, Json] | None = None, **request: Json) -> bytes:
    asked = {"principal": principal, "action": "s3:GetObject", "resource": OBJECT, **request}
    return json.dumps({"id": "c", "request": asked, "policies": policies, **(case or {})}).encode()


def decided(line: bytes) -> CaseOutcome:
    (outcome,) = decide_cases([line])
    assert not outcome.errors, outcome.errors
    return outcome


def result(line: bytes) -> Result:
    decision = decided(line).decision
    assert decision is not None
    return decision.result


def complaints(line: bytes) -> list[str]:
    (outcome,) = decide_cases([line])
    assert outcome.decision is None
    assert outcome.case is None
    return [e.message for e in outcome.errors]


def test_the_document_that_everything_began_with() -> None:
    seed = json.loads(
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::'
        'specific-bucket/*","Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}}]}'
    )
    for address, expected in (("203.0.113.9", "Allowed"), ("203.0.114.9", "ImplicitlyDenied")):
        line = case(
            {"identity": [seed]},
            resource="arn:aws:s3:::specific-bucket/x",
            context={"aws:SourceIp": address},
            case={"expect": expected},
        )
        assert decided(line).as_expected is True


def test_an_expectation_that_does_not_hold() -> None:
    outcome = decided(case({"identity": [EVERYTHING]}, case={"expect": "ExplicitlyDenied"}))
    assert outcome.as_expected is False


def test_without_an_expectation_the_result_is_told() -> None:
    outcome = decided(case({}))
    assert outcome.as_expected is None
    assert outcome.decision is not None
    assert outcome.decision.result is Result.IMPLICITLY_DENIED


@pytest.mark.parametrize("absent", ["missing", None, []])
def test_an_absent_layer_is_no_limit_however_it_is_absent(absent: Json) -> None:
    layers = () if absent == "missing" else ("scp", "rcp", "boundary", "session", "vpce")
    assert result(case({"identity": [EVERYTHING], **dict.fromkeys(layers, absent)})) is Result.ALLOWED


def test_each_layer_takes_part() -> None:
    nothing = document(allow("ec2:*"))
    layers: dict[Layer, dict[str, Json]] = {
        Layer.GUARDRAIL: {"scp": [{"level": "root", "docs": [EVERYTHING]}, {"level": "ou", "docs": [nothing]}]},
        Layer.BOUNDARY: {"boundary": [nothing]},
        Layer.SESSION: {"session": [nothing]},
        Layer.ENDPOINT: {"vpce": [document({**allow("ec2:*"), "Principal": "*"})]},
    }
    for layer, policies in layers.items():
        decision = decided(case({"identity": [EVERYTHING], **policies})).decision
        assert decision is not None
        assert (decision.result, decision.blocking_layer) == (Result.IMPLICITLY_DENIED, layer)
    rcp: dict[str, Json] = {"rcp": [{"level": "root", "docs": [document({**deny(), "Principal": "*"})]}]}
    assert result(case({"identity": [EVERYTHING], **rcp})) is Result.EXPLICITLY_DENIED


def test_a_level_without_documents_allows_nothing() -> None:
    assert result(case({"identity": [EVERYTHING], "scp": [{"level": "root", "docs": []}]})) is Result.IMPLICITLY_DENIED


def test_documents_of_one_layer_are_read_together() -> None:
    parts: Json = [document(allow("ec2:*")), document(allow("s3:*"))]
    endpoint = [document({**allow("ec2:*"), "Principal": "*"}), document({**allow("s3:*"), "Principal": "*"})]
    policies: Json = {"identity": [EVERYTHING], "boundary": parts, "session": parts, "vpce": endpoint}
    assert result(case(policies)) is Result.ALLOWED


def test_who_asks() -> None:
    for principal, element in (
        (USER, {"AWS": USER}),
        ("arn:aws:sts::111111111111:assumed-role/ops/x", {"AWS": "arn:aws:iam::111111111111:role/team/ops"}),
        ("arn:aws:sts::111111111111:federated-user/bob", {"AWS": "arn:aws:sts::111111111111:federated-user/bob"}),
        ("cloudtrail.amazonaws.com", {"Service": "cloudtrail.amazonaws.com"}),
        ({"type": "Anonymous"}, "*"),
    ):
        policy = document({**allow("s3:*", OBJECT), "Principal": element})
        assert result(case({"resource": policy}, principal=principal)) is Result.ALLOWED, principal
    other = document({**allow("s3:*", OBJECT), "Principal": {"Service": "config.amazonaws.com"}})
    assert result(case({"resource": other}, principal="cloudtrail.amazonaws.com")) is Result.IMPLICITLY_DENIED


def test_the_root_user_has_its_own_account() -> None:
    assert result(case({}, principal="arn:aws:iam::111111111111:root")) is Result.ALLOWED


def test_the_resources_account_is_given_or_read_or_the_callers() -> None:
    queue = "arn:aws:sqs:eu-west-1:222222222222:q"
    identity = {"identity": [EVERYTHING]}
    assert result(case(identity)) is Result.ALLOWED
    assert result(case(identity, resource=queue)) is Result.IMPLICITLY_DENIED
    assert result(case(identity, resource_account="222222222222")) is Result.IMPLICITLY_DENIED
    assert result(case(identity, resource_account=222222222222)) is Result.IMPLICITLY_DENIED
    assert result(case(identity, resource=queue, resource_account="111111111111")) is Result.ALLOWED


def test_a_trust_policy_is_recognised() -> None:
    role = "arn:aws:iam::111111111111:role/ops"
    trust = document({"Effect": "Allow", "Principal": {"AWS": USER}, "Action": "sts:AssumeRole"})
    assert result(case({"resource": trust}, action="sts:AssumeRole", resource=role)) is Result.ALLOWED
    elsewhere = document({"Effect": "Allow", "Principal": {"AWS": "222222222222"}, "Action": "sts:AssumeRole"})
    policies: Json = {"identity": [EVERYTHING], "resource": elsewhere}
    assert result(case(policies, action="sts:AssumeRole", resource=role)) is Result.IMPLICITLY_DENIED


def test_a_session_of_a_named_issuer() -> None:
    policy = document({**allow("s3:*", OBJECT), "Principal": {"AWS": "arn:aws:iam::111111111111:user/bob"}})
    federated = "arn:aws:sts::111111111111:federated-user/bob"
    policies: Json = {"resource": policy, "session": [EVERYTHING]}
    issuer = "arn:aws:iam::111111111111:user/bob"
    assert result(case(policies, principal=federated)) is Result.IMPLICITLY_DENIED
    assert result(case(policies, principal=federated, session_issuer=issuer)) is Result.ALLOWED


def test_values_of_the_context() -> None:
    conditions: Json = {
        "Bool": {"aws:MultiFactorAuthPresent": "true"},
        "NumericLessThan": {"aws:MultiFactorAuthAge": 300},
        "ForAnyValue:StringEquals": {"aws:TagKeys": "team"},
        "Null": {"aws:TokenIssueTime": "true"},
    }
    context: Json = {
        "aws:multifactorauthpresent": True,
        "aws:MultiFactorAuthAge": 299.5,
        "aws:TagKeys": ["team", "cost"],
        "aws:TokenIssueTime": None,
    }
    assert result(case({"identity": [document(allow(Condition=conditions))]}, context=context)) is Result.ALLOWED


def test_documents_may_be_texts() -> None:
    assert result(case({"identity": [json.dumps(EVERYTHING)]})) is Result.ALLOWED


def test_public_access_blocked() -> None:
    public: dict[str, Json] = {"resource": document({**allow("s3:*", OBJECT), "Principal": "*"})}
    anonymous = {"type": "Anonymous"}
    assert result(case(public, principal=anonymous)) is Result.ALLOWED
    blocked: dict[str, Json] = {**public, "public_access_blocked": True}
    assert result(case(blocked, principal=anonymous)) is Result.IMPLICITLY_DENIED
    assert result(case(blocked)) is Result.ALLOWED  # its own account
    assert result(case({**blocked, "identity": [EVERYTHING]}, resource_account="222222222222")) is (
        Result.IMPLICITLY_DENIED
    )


def test_ids_are_given_back_as_they_are() -> None:
    for identifier in ("x", "", "1", "null", 7, -7, 10**30, 1.5, True, False):
        found = decided(case({}, case={"id": identifier})).id
        assert (found, type(found)) == (identifier, type(identifier))


@pytest.mark.parametrize("number", ["1" * 5000, "-" + "1" * 5000, "1e400", "-1e400"])
def test_an_id_that_no_reader_of_json_could_take_is_given_back_as_text(number: str) -> None:
    assert decided(case({}, case={"id": "NUMBER"}).replace(b'"NUMBER"', number.encode())).id == number


def test_a_comment_is_passed_over_and_told() -> None:
    assert decided(case({}, case={"comment": "why"})).unknown == ("comment",)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"garbage", ["not a JSON value"]),
        (b"[]", ["a line that is no object"]),
        (b'{"id": 1}', ["a case needs request", "a case needs policies"]),
        (case({"identiti": []}), ['policies has no "identiti"']),
        (case({}, contexts={}), ['a request has no "contexts"']),
        (case({}, principal="alice"), ["not a principal"]),
        (case({}, principal="arn:aws"), ["not a principal"]),
        (case({}, principal={"type": "anonymous"}), ["not a principal"]),
        (case({}, principal={"type": "Anonymous", "more": 1}), ["not a principal"]),
        (case({}, action=1), ["action has the wrong form"]),
        (case({}, context=[]), ["context has the wrong form"]),
        (case({}, context={"k": {}}), ["a condition key has the wrong form"]),
        (
            case({}, context={"k": 1, "K": 2}),
            ["two condition keys differ by case alone, and keys compare without case"],
        ),
        (case([]), ["policies has the wrong form"]),
        (case({"identity": {}}), ["identity has the wrong form"]),
        (case({"scp": [[]]}), ["a level of scp has the wrong form"]),
        (case({"scp": [{"level": "root"}]}), ["a level of scp needs docs"]),
        (case({"scp": [{"docs": [], "doc": []}]}), ['a level of scp has no "doc"']),
        (case({"public_access_blocked": "yes"}), ["public_access_blocked has the wrong form"]),
        (case({}, case={"expect": "allowed"}), ["not a result"]),
        (case({}, case={"id": []}), ["id has the wrong form"]),
        (case({}, case={"id": {"a": 1}}), ["id has the wrong form"]),
        (case({}, principal="arn:aws:iam::111111111111:user/*"), ["not who can ask"]),
        (case({}, principal="arn:aws:iam::111111111111:group/staff"), ["not who can ask"]),
        (case({}, principal="arn:aws:iam::111111111111:saml-provider/idp"), ["not who can ask"]),
        (case({}, principal="arn:aws:sts::111111111111:assumed-role/reader"), ["not who can ask"]),
        (case({}, principal="arn:aws:iam::1111:user/alice"), ["not who can ask"]),
        (case({}, principal="arn:aws:s3:::bucket"), ["not who can ask"]),
        (case({}, action=""), ["not one action"]),
        (case({}, action="*"), ["not one action"]),
        (case({}, action="s3:Get*"), ["not one action"]),
        (case({}, action="s3:GetObject, s3:PutObject"), ["not one action"]),
        (case({}, action="GetObject"), ["not one action"]),
        (case({}, resource=""), ["not a resource"]),
        (case({}, resource=None), ["a request needs resource"]),
        (case({}, resource_account="123"), ["not an account"]),
        (case({}, resource_account="arn:aws:iam::111111111111:root"), ["not an account"]),
        (case({}, resource_account=1.5), ["not an account"]),
        (case({}, resource_account=True), ["not an account"]),
        (case({}, context={"k": [None]}), ["the condition key 'k' has a value that conditions cannot compare"]),
        (case({"scp": [{"level": ["root"], "docs": []}]}), ["the name of a level of scp has the wrong form"]),
        (b'{"id": "c", "id": "d", "request": {}, "policies": {}}', ['the key "id" stands here twice']),
    ],
)
def test_a_broken_case_says_what_is_wrong(line: bytes, expected: list[str]) -> None:
    assert complaints(line)[: len(expected)] == expected


def test_a_refused_document_says_which_and_where() -> None:
    line = case({"identity": [EVERYTHING, document({"Effect": "allow", "Action": "*", "Resource": "*"})]})
    (outcome,) = decide_cases([line])
    (error,) = outcome.errors
    assert (error.document, error.code, error.line) == ("identity[1]", "policy.effect", 1)
    assert line[error.column - 1 :].startswith(b'"allow"')


def test_one_broken_line_does_not_stop_the_rest() -> None:
    lines = [case({}), b"", b"{", case({"identity": [EVERYTHING]})]
    found = [(o.line, o.decision.result if o.decision else None) for o in decide_cases(lines)]
    assert found == [(1, Result.IMPLICITLY_DENIED), (3, None), (4, Result.ALLOWED)]


def test_cases_are_read_one_at_a_time() -> None:
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield case({})

    outcomes = decide_cases(endless())
    for _ in range(3):
        next(outcomes)
    assert read == 3


def test_an_outcome_explains_itself() -> None:
    statement = allow(Condition={"Bool": {"aws:SecureTransport": "true"}})
    explanation = decided(case({"identity": [document(statement, deny("s3:*", OBJECT))]})).explanation()
    assert explanation is not None
    assert explanation.otherwise_allowed is False
    (allowing, denying) = sorted(explanation.traces, key=lambda t: t.deny)
    assert [(c.key, c.expected, c.actual, c.holds) for c in allowing.conditions] == [
        ("aws:SecureTransport", ("true",), None, False)
    ]
    assert not allowing.applies
    assert denying.applies


def test_a_number_of_the_context_is_the_same_number_however_it_is_written() -> None:
    below = {"Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "0.001"}}}
    identity: Json = {"identity": [document(allow(**below))]}
    for written, expected in (
        ("1e-7", Result.ALLOWED),
        ("1E-7", Result.ALLOWED),
        ("0.0000001", Result.ALLOWED),
        ("1e3", Result.IMPLICITLY_DENIED),
        ("1000", Result.IMPLICITLY_DENIED),
    ):
        line = case(identity, context={"aws:MultiFactorAuthAge": "AGE"}).replace(b'"AGE"', written.encode())
        assert result(line) is expected, written


def test_a_switch_that_is_null_is_off() -> None:
    assert result(case({"identity": [EVERYTHING], "public_access_blocked": None})) is Result.ALLOWED


def test_a_level_is_named_by_a_text_a_number_or_not_at_all() -> None:
    for level in ("root", 0, None):
        assert result(case({"identity": [EVERYTHING], "scp": [{"level": level, "docs": [EVERYTHING]}]})) is (
            Result.ALLOWED
        )


def test_a_role_is_not_assumed_without_its_trust_policy_however_that_is_written() -> None:
    statement: dict[str, Json] = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    role = "arn:aws:iam::111111111111:role/admin"
    other = document({**statement, "Principal": {"AWS": "arn:aws:iam::111111111111:user/bob"}})
    leave = document({**statement, "Principal": {"AWS": "111111111111"}})
    for trust, expected in (
        (None, Result.IMPLICITLY_DENIED),
        (other, Result.IMPLICITLY_DENIED),
        (json.dumps(other), Result.IMPLICITLY_DENIED),
        (leave, Result.ALLOWED),
        (json.dumps(leave), Result.ALLOWED),
    ):
        line = case({"identity": [EVERYTHING], "resource": trust}, action="sts:AssumeRole", resource=role)
        assert result(line) is expected, trust


def test_lines_may_be_texts() -> None:
    line = case({"identity": [EVERYTHING]}, case={"id": "ü"}).decode()
    found = list(decide_cases([line, "\n", line + "\n", "\ud800"]))
    assert [(o.line, o.id, bool(o.errors)) for o in found] == [(1, "ü", False), (3, "ü", False), (4, None, True)]
