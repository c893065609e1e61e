"""A template's values: what is known is known, what is not says why and never passes for something else."""

from pathlib import Path

import pytest

from watchword.adapters.cloudformation import read_cloudformation
from watchword.inventory import (
    Absent,
    Block,
    Elements,
    Known,
    Reading,
    ReasonKind,
    Reference,
    Unknown,
    Value,
)

_MANY = ",".join(f"x{n}" for n in range(200))
_PREAMBLE = """\
AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Given: {Type: String, Default: given}
  Asked: {Type: String}
  Zone: {Type: String}
  Secret: {Type: String, NoEcho: true}
  Few: {Type: CommaDelimitedList, Default: 'a, b,c'}
  Stored: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /x}
Mappings:
  Sizes:
    eu: {small: s, same: x}
    us: {small: m, same: x}
Conditions:
  Yes: !Equals [!Ref Given, given]
  No: !Not [!Condition Yes]
  Perhaps: !Equals [!Ref Asked, prod]
  Both: !And [Condition: Yes, Condition: Perhaps]
  Either: !Or [!Condition Yes, !Condition Perhaps]
  Surely: !And [!Condition No, !Condition Perhaps]
  Circle: !Not [!Condition Circle]
  Never: !Equals [a, b]
Resources:
"""


def _reading(tmp_path: Path, resources: str) -> Reading:
    (tmp_path / "t.yaml").write_text(_PREAMBLE + "".join(f"  {line}\n" for line in resources.strip("\n").splitlines()))
    return read_cloudformation(tmp_path)


def _value(tmp_path: Path, expression: str) -> Value:
    reading = _reading(
        tmp_path, f"Other: {{Type: AWS::S3::Bucket}}\nX:\n  Type: AWS::X::Y\n  Properties:\n    P: {expression}"
    )
    assert not reading.problems
    (declaration,) = (one for one in reading.declarations if one.address == "X")
    return declaration.tree["P"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("!Ref Given", "given"),
        ("{Ref: Given}", "given"),
        ("!Ref Few", ["a", "b", "c"]),
        ("!Sub '${Given}-x-${!Kept}'", "given-x-${Kept}"),
        ("!Sub ['${A}/${Given}', {A: !Ref Given}]", "given/given"),
        ("!Join ['-', [a, !Ref Given, 3]]", "a-given-3"),
        ("!Join ['', [a, b]]", "ab"),
        ("!Join [',', !Ref Few]", "a,b,c"),
        ("!Select [1, !Ref Few]", "b"),
        ("!Select ['0', !Split ['.', 'x.y']]", "x"),
        ("!Split [',', 'x,y']", ["x", "y"]),
        ("!If [Yes, a, b]", "a"),
        ("!If [No, a, b]", "b"),
        ("!If [Either, a, b]", "a"),
        ("!If [Surely, a, b]", "b"),
        ("!If [Perhaps, same, same]", "same"),
        ("{'Fn::If': [No, a, {'Fn::Sub': '${Given}'}]}", "given"),
        ("!FindInMap [Sizes, eu, small]", "s"),
        ("!FindInMap [Sizes, !Ref AWS::Region, same]", "x"),
        ("!FindInMap [Sizes, asia, small, {DefaultValue: d}]", "d"),
        ("!Base64 {'Fn::Sub': '#!/bin/sh ${Given}'}", "#!/bin/sh given"),
        ("!Cidr [10.0.0.0/16, 2, 8]", ["10.0.0.0/24", "10.0.1.0/24"]),
        ("!Cidr ['2001:db8::/56', 1, 64]", ["2001:db8::/64"]),
        ("!Length [a, b]", 2),
        ("!ToJsonString {a: [1, true]}", '{"a": [1, true]}'),
        ("!Sub 'arn:${AWS::Partition}:iam::aws:policy/x'", "arn:aws:iam::aws:policy/x"),
        ("[a, !Ref AWS::NoValue, b]", ["a", "b"]),
        ("{A: !Ref AWS::NoValue, B: 1}", {"B": 1}),
        ("{Condition: kept}", {"Condition": "kept"}),
    ],
)
def test_what_is_known(tmp_path: Path, expression: str, value: object) -> None:
    assert _value(tmp_path, expression).plain() == value


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("!Ref Asked", ReasonKind.VARIABLE),
        ("!Ref Secret", ReasonKind.VARIABLE),
        ("!Ref Stored", ReasonKind.DATA_SOURCE),
        ("!Ref AWS::Region", ReasonKind.VARIABLE),
        ("!Ref Nothing", ReasonKind.REFERENCE),
        ("!Ref Other", ReasonKind.AFTER_APPLY),
        ("!GetAtt Other.Arn", ReasonKind.AFTER_APPLY),
        ("!GetAtt [Other, Arn]", ReasonKind.AFTER_APPLY),
        ("!GetAtt Nothing.Arn", ReasonKind.REFERENCE),
        ("!GetAtt Other", ReasonKind.REFERENCE),
        ("!Sub '${Nothing}'", ReasonKind.REFERENCE),
        ("!ImportValue x", ReasonKind.DATA_SOURCE),
        ("!GetAZs ''", ReasonKind.DATA_SOURCE),
        ("!Select [0, !GetAZs '']", ReasonKind.DATA_SOURCE),
        ("!Transform {Name: 'AWS::Include'}", ReasonKind.FUNCTION),
        ("{'Fn::Unheard': x}", ReasonKind.FUNCTION),
        ("!If [Perhaps, a, b]", ReasonKind.VARIABLE),
        ("!If [Circle, a, b]", ReasonKind.CYCLE),
        ("!If [Unheard, a, b]", ReasonKind.REFERENCE),
        ("!FindInMap [Sizes, !Ref AWS::Region, small]", ReasonKind.VARIABLE),
        ("!FindInMap [Sizes, asia, small]", ReasonKind.REFERENCE),
        ("!Select [9, !Ref Few]", ReasonKind.INVALID),
        ("!Select [-1, !Ref Few]", ReasonKind.INVALID),
        ("!Select [x, !Ref Few]", ReasonKind.INVALID),
        ("!Select x", ReasonKind.INVALID),
        ("!Join x", ReasonKind.INVALID),
        ("!Join ['', [{a: b}]]", ReasonKind.INVALID),
        ("!If [Yes]", ReasonKind.INVALID),
        ("!Split ['', x]", ReasonKind.INVALID),
        ("!Cidr [10.0.0.0/24, 300, 8]", ReasonKind.INVALID),
        ("!Cidr [10.0.0.0/24, 1, 99]", ReasonKind.INVALID),
        ("!Cidr ['::/0', 1, 999999999999]", ReasonKind.INVALID),
        ("!Cidr [x, y]", ReasonKind.INVALID),
        ("!Cidr x", ReasonKind.INVALID),
        ("!Cidr null", ReasonKind.INVALID),
        ("!Cidr [10.0.0.0/16, null]", ReasonKind.INVALID),
        ("!Ref {a: b}", ReasonKind.INVALID),
        ("!FindInMap x", ReasonKind.INVALID),
        ("'{{resolve:secretsmanager:db:SecretString:password}}'", ReasonKind.DATA_SOURCE),
        ("!Sub 'x{{resolve:ssm:/${Given}/p}}'", ReasonKind.DATA_SOURCE),
    ],
)
def test_what_is_not_known_says_why(tmp_path: Path, expression: str, kind: ReasonKind) -> None:
    value = _value(tmp_path, expression)
    assert isinstance(value, Unknown)
    assert value.reasons[0].kind is kind
    assert value.place.line > 0


def test_a_reference_keeps_what_it_refers_to_and_what_is_known_of_its_text(tmp_path: Path) -> None:
    value = _value(tmp_path, "!Sub '${Other.Arn}/*'")
    assert isinstance(value, Unknown)
    assert value.parts == (Reference("t.yaml#Other", "Arn"), "/*")
    assert value != "*"
    alone = _value(tmp_path, "!Sub '${Other}'")
    assert alone.references == (Reference("t.yaml#Other", "Ref"),)


def test_a_parameter_without_default_may_be_the_empty_text(tmp_path: Path) -> None:
    value = _value(tmp_path, "!If [No, x, !Ref Asked]")
    assert isinstance(value, Unknown)
    reading = _reading(tmp_path, "X:\n  Type: AWS::X::Y\n  Properties: {P: {'Fn::Equals': [!Ref Asked, '']}}")
    assert reading.declarations[0].tree["P"].is_unknown
    reading = _reading(tmp_path, "X:\n  Type: AWS::X::Y\n  Properties: {P: {'Fn::Equals': [!Sub 'a${Asked}', 'b']}}")
    assert not reading.declarations[0].tree["P"]


def test_a_parameters_root_is_its_default(tmp_path: Path) -> None:
    value = _value(tmp_path, "!Ref Given")
    assert value.place.line == len(_PREAMBLE.splitlines()) + 5
    assert value.root.line == 3


def test_both_ways_of_a_condition_that_is_not_known_are_looked_at(tmp_path: Path) -> None:
    value = _value(tmp_path, "!If [Perhaps, {A: 1, B: 2, C: [x, y]}, {A: 1, B: 3, C: [x, z]}]")
    assert isinstance(value, Block)
    assert value["A"] == 1
    assert value["B"].is_unknown
    assert value["C"][0] == "x"
    assert value["C"][1].is_unknown
    only = _value(tmp_path, "!If [Perhaps, {A: 1}, !Ref AWS::NoValue]")
    assert only.is_unknown


def test_a_resource_is_seen_as_if_its_condition_held(tmp_path: Path) -> None:
    reading = _reading(
        tmp_path,
        """
A:
  Type: AWS::X::Y
  Condition: Both
  Properties: {P: !If [Perhaps, a, b], Q: !Ref Asked, R: !If [No, a, b]}
B: {Type: AWS::X::Y, Condition: 'No'}
C: {Type: AWS::X::Y, Condition: 'Yes'}
D: {Type: AWS::X::Y, Condition: Never}
E: {Type: AWS::X::Y, Condition: Unheard}
""",
    )
    found = {one.address: one for one in reading.declarations}
    assert {name: one.instances for name, one in found.items()} == {"A": None, "B": None, "C": 1, "E": None}
    assert found["A"].tree.plain() == {"P": "a", "Q": "prod", "R": "b", "@Condition": "Both"}


def test_loops_are_run(tmp_path: Path) -> None:
    reading = _reading(
        tmp_path,
        """
Fn::ForEach::Buckets:
  - Name
  - [a.x, b]
  - B&{Name}:
      Type: AWS::S3::Bucket
      Properties: {BucketName: !Sub 'x-${Name}', Fn::ForEach::Props: [K, [L, M], {'P${K}': !Ref K}]}
Fn::ForEach::Unknown: [Name, !Ref Asked, {'U${Name}': {Type: AWS::S3::Bucket}}]
""",
    )
    assert not reading.problems
    found = {one.address: one for one in reading.declarations}
    assert found["Bax"].tree.plain() == {"BucketName": "x-a.x", "PL": "L", "PM": "M"}
    assert found["Bb"].instances == 1
    assert found["U${Name}"].instances is None


def test_a_loop_over_what_is_not_known_leaves_a_block_open(tmp_path: Path) -> None:
    value = _value(tmp_path, "{A: 1, 'Fn::ForEach::X': [K, !Ref Asked, {'P${K}': 1}]}")
    assert isinstance(value, Block)
    assert value["A"] == 1
    assert value["Pz"].is_unknown
    with_macro = _value(tmp_path, "{A: 1, 'Fn::Transform': {Name: X}}")
    assert with_macro["B"].is_unknown


@pytest.mark.parametrize(
    ("loop", "kind"),
    [
        ("[K, [a], x]", "invalid"),
        ("x", "invalid"),
        (f"[A, [{_MANY}], {{'Fn::ForEach::I': [B, [{_MANY}], {{'${{A}}${{B}}': {{Type: T}}}}]}}]", "limit"),
    ],
)
def test_loops_that_are_none_and_loops_that_multiply_are_problems(tmp_path: Path, loop: str, kind: str) -> None:
    reading = _reading(tmp_path, f"Fn::ForEach::X: {loop}\nY: {{Type: AWS::X::Y}}")
    assert {problem.kind.value for problem in reading.problems} == {kind}


def test_functions_and_conditions_that_nest_too_deep_are_not_known(tmp_path: Path) -> None:
    deep = "!Sub x"
    for _ in range(45):
        deep = f"{{'Fn::Base64': {deep}}}"
    assert _value(tmp_path, deep) == "x"
    chain = "\n".join(f"  C{n}: !Not [!Condition C{n + 1}]" for n in range(500))
    text = f"Conditions:\n{chain}\n  C500: !Equals [a, a]\nResources:\n  X: {{Type: AWS::X::Y, Condition: C0}}\n"
    (tmp_path / "t.yaml").write_text(text)
    reading = read_cloudformation(tmp_path)
    assert reading.declarations[0].instances is None


def test_a_text_of_a_parameters_default_that_is_a_secret_is_not_known(tmp_path: Path) -> None:
    text = "Parameters:\n  P: {Type: String, Default: '{{resolve:ssm-secure:x}}'}\nResources:\n"
    text += "  X: {Type: AWS::X::Y, Properties: {P: !Ref P}}\n"
    (tmp_path / "t.yaml").write_text(text)
    assert read_cloudformation(tmp_path).declarations[0].tree["P"].is_unknown


def test_lists_and_absent_things_keep_their_places(tmp_path: Path) -> None:
    value = _value(tmp_path, "[a, [b], {c: d}]")
    assert isinstance(value, Elements)
    assert isinstance(value[0], Known)
    assert value[0].place.line == value.place.line == len(_PREAMBLE.splitlines()) + 5
    assert isinstance(_value(tmp_path, "~"), Absent)


def test_what_a_template_may_make_us_evaluate_is_bounded(tmp_path: Path) -> None:
    text = "${Asked}a" * 5_000
    rounds = ",".join(f"a{n}" for n in range(60))
    reading = _reading(
        tmp_path,
        f"Fn::ForEach::L:\n  - N\n  - [{rounds}]\n  - X${{N}}: {{Type: AWS::X::Y, Properties: {{P: !Sub '{text}'}}}}",
    )
    values = [one.tree["P"] for one in reading.declarations]
    kinds = [value.reasons[0].kind for value in values if isinstance(value, Unknown)]
    assert kinds[0] is ReasonKind.VARIABLE
    assert kinds[-1] is ReasonKind.LIMIT


def test_both_ways_within_both_ways_are_bounded(tmp_path: Path) -> None:
    ways = "X:\n  - &a0 {a: x}\n"
    ways += "".join(f"  - &a{n} {{'Fn::If': [Perhaps, *a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 19))
    (tmp_path / "t.yaml").write_text(
        ways + _PREAMBLE.split("\n", 1)[1] + "  A: {Type: AWS::X::Y, Properties: {P: *a16}}\n"
    )
    reading = read_cloudformation(tmp_path)
    for declaration in reading.declarations:
        repr(declaration.tree["P"])
