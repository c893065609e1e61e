"""The engine around the rules: warnings of the reader, order, accounts, kinds, fixes in awkward places."""

import json

import pytest

from support.catalogues import catalogue
from watchword.decision.analysis.lint import RULES, UNCLAIMED, Finding, fix, guess_kind, lint
from watchword.decision.language import Diagnostic, PolicyDocument, PolicyKind, Severity, parse_policy


def _read(text: str, kind: PolicyKind = PolicyKind.IDENTITY) -> PolicyDocument:
    return parse_policy(text, name="p.json", kind=kind)


def _lint(text: str, kind: PolicyKind = PolicyKind.IDENTITY, accounts: frozenset[str] = frozenset()) -> list[Finding]:
    return list(lint(_read(text, kind), catalogue(), text=text, accounts=accounts))


def _fixed(text: str, kind: PolicyKind = PolicyKind.IDENTITY) -> str:
    return fix(text, name="p.json", kind=kind, catalogue=catalogue()).text


def _statement(**elements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **elements}]})


def test_a_warning_that_no_rule_speaks_for_is_not_dropped() -> None:
    document = _read(_statement(Action="s3:GetObject", Resource="arn:aws:s3:::b/*"))
    warning = Diagnostic(
        document="p.json", line=1, column=1, code="policy.new", message="new", severity=Severity.WARNING, hint="do"
    )
    strange = PolicyDocument(
        name=document.name,
        kind=document.kind,
        version=document.version,
        statements=document.statements,
        warnings=(warning,),
    )
    found = lint(strange, catalogue())
    assert [(f.rule, f.message) for f in found] == [(UNCLAIMED, "new; do")]
    assert len(lint(strange, catalogue(), rules=RULES[:3])) == 1
    assert lint(strange, catalogue(), reader_warnings=False) == ()


def test_findings_come_in_the_order_of_the_text() -> None:
    text = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": ["s3:getobject", "s3:Getx"], "Resource": "arn:aws:s3:::b"},
                {"Effect": "Allow", "Action": "*", "Resource": "*"},
            ],
        },
        indent=1,
    )
    places = [(f.line, f.column) for f in _lint(text)]
    assert places == sorted(places)
    assert len(places) > 3


def test_findings_know_their_statement() -> None:
    found = _lint(_statement(Sid="Everything", Action="*", Resource="*"))
    assert [(f.rule, f.statement, f.sid) for f in found] == [("admin-grant", 0, "Everything")]


def test_for_all_values_is_told_by_what_its_absence_opens() -> None:
    """Tags are often not handed over and that is meant: told all the same, lowest. A guard with Null is the remedy."""

    def found(key: str, **more: object) -> list[tuple[str, str]]:
        condition = {"ForAllValues:StringEquals": {key: ["a"]}, **more}
        text = _statement(
            Action="ec2:CreateTags", Resource="arn:aws:ec2:*:444455556666:instance/*", Condition=condition
        )
        return [(f.rule, f.severity.value) for f in _lint(text)]

    assert ("for-all-values-open", "high") in found("aws:PrincipalOrgPaths")
    assert found("aws:TagKeys") == [("for-all-values-open", "low")]
    assert found("aws:TagKeys", Null={"aws:TagKeys": "false"}) == []


def test_accounts_that_are_ones_own() -> None:
    text = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": ["444455556666", "arn:aws:iam::999988887777:root"]},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    )
    bare = _lint(text, PolicyKind.TRUST)
    assert [f.severity for f in bare] == ["low", "low"]
    known = _lint(text, PolicyKind.TRUST, frozenset({"444455556666"}))
    assert [f.severity for f in known] == ["medium"]
    assert "999988887777" in known[0].message


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ({"Principal": "*", "Action": "sts:AssumeRole"}, PolicyKind.TRUST),
        ({"NotPrincipal": {"AWS": "1"}, "Action": "s3:*", "NotResource": "x"}, PolicyKind.RESOURCE),
        ({"Action": "s3:*", "Resource": "*"}, PolicyKind.IDENTITY),
    ],
)
def test_kinds_are_guessed(statement: dict[str, object], kind: PolicyKind) -> None:
    assert guess_kind(json.dumps({"Statement": statement}).encode()) is kind
    assert guess_kind(json.dumps({"Statement": [{"Effect": "Deny"}, statement]}).encode()) is kind


@pytest.mark.parametrize(
    "text", [b"", b"[", b"[]", b"7", b'{"Statement": 7}', b'{"Statement": [7]}', b"\xff", b"[" * 9999]
)
def test_what_cannot_be_read_is_guessed_to_be_an_identity_policy(text: bytes) -> None:
    assert guess_kind(text) is PolicyKind.IDENTITY


# Fixes


def test_a_fix_leaves_everything_else_as_it_stands() -> None:
    text = '{\n\t"Version": "2012-10-17",\r\n  "Statement" : {"Effect":"Allow", "Action":[ "s3:getobject" ,"s3:PutObject"],\n'
    text += '      "Resource":"arn:aws:s3:::é\\u0041\\"/*"}}\n\n'
    assert _fixed(text) == text.replace("s3:getobject", "s3:GetObject")


def test_duplicates_in_a_row_all_go() -> None:
    text = _statement(Action=["s3:GetObject"] * 9, Resource="arn:aws:s3:::b/*")
    assert json.loads(_fixed(text))["Statement"][0]["Action"] == ["s3:GetObject"]


def test_the_last_value_of_a_list_stays() -> None:
    text = _statement(
        Action=["s3:Get*", "s3:*", "s3:GetObject", "S3:*"], Resource=["arn:aws:s3:::b/*", "arn:aws:s3:::b/x"]
    )
    fixed = json.loads(_fixed(text))["Statement"][0]
    assert (fixed["Action"], fixed["Resource"]) == (["s3:*"], ["arn:aws:s3:::b/*"])


def test_a_variable_in_not_resource_stays_though_it_is_covered() -> None:
    """Where the variable is absent, the entry keeps an Allow from applying, and makes a Deny apply."""
    text = _statement(Action="s3:GetObject", NotResource=["arn:aws:s3:::b/*", "arn:aws:s3:::b/${aws:username}/*"])
    assert _fixed(text) == text
    assert json.loads(_fixed(text.replace("NotResource", "Resource")))["Statement"][0]["Resource"] == [
        "arn:aws:s3:::b/*"
    ]


def test_two_keys_under_one_operator_are_guarded_one_after_the_other() -> None:
    keys = {"aws:CalledVia": "athena.amazonaws.com", "aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"}
    text = _statement(Action="s3:GetObject", Resource="arn:aws:s3:::b/*", Condition={"ForAllValues:StringLike": keys})
    fixed = json.loads(_fixed(text))["Statement"][0]["Condition"]
    assert fixed == {"ForAllValues:StringLike": keys, "Null": dict.fromkeys(keys, "false")}


def test_a_key_that_must_be_absent_is_not_guarded() -> None:
    condition = {"ForAllValues:StringLike": {"aws:CalledVia": "a.amazonaws.com"}, "Null": {"AWS:calledvia": "true"}}
    text = _statement(Action="s3:GetObject", Resource="arn:aws:s3:::b/*", Condition=condition)
    assert _fixed(text) == text


@pytest.mark.parametrize("spellings", [("StringEquals", "stringequals"), ("STRINGEQUALS", "stringequals")])
def test_an_operator_that_stands_there_already_is_not_written_twice(spellings: tuple[str, str]) -> None:
    condition = {spellings[0]: {"aws:username": "a"}, spellings[1]: {"aws:userid": "b"}}
    text = _statement(Action="s3:GetObject", Resource="arn:aws:s3:::b/*", Condition=condition)
    assert _fixed(text) == text


def test_the_second_factor_moves_to_an_operator_of_its_own() -> None:
    condition = {"Bool": {"aws:SecureTransport": "true", "aws:MultiFactorAuthPresent": "false"}}
    text = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition},
        }
    )
    assert json.loads(_fixed(text))["Statement"]["Condition"] == {
        "Bool": {"aws:SecureTransport": "true"},
        "BoolIfExists": {"aws:MultiFactorAuthPresent": "false"},
    }


def test_a_version_is_not_added_to_a_document_with_variables() -> None:
    plain = '{"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}}'
    assert json.loads(_fixed(plain))["Version"] == "2012-10-17"
    variable = plain.replace("b/*", "b/${aws:username}")
    assert _fixed(variable) == variable


def test_thousands_of_duplicates_are_fixed_in_a_bounded_number_of_rounds() -> None:
    text = _statement(Action=["s3:GetObject"] * 3000, Resource="arn:aws:s3:::b/*")
    fixed = fix(text, name="p.json", kind=PolicyKind.IDENTITY, catalogue=catalogue())
    assert json.loads(fixed.text)["Statement"][0]["Action"] == ["s3:GetObject"]
    assert len(fixed.applied) == 2999
