"""The short way of reading and the long one say the same of every text: document, places, warnings, refusals."""

import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support import decision as made_up
from support.decision import Json
from watchword.decision.analysis.validation import check_by_rules, check_policies
from watchword.decision.language import PolicyError, PolicyKind, parse_policy, read_policy
from watchword.decision.language._json import Flaw, NotJsonError, read_json, read_json_slowly
from watchword.decision.language._plain import read_plain
from watchword.decision.language.reader import parse_by_rules, written_size

seeds = st.integers(min_value=0, max_value=2**48)
law = settings(max_examples=1000, deadline=None, database=None)

# What a hand slips into a document: each of them changes what a reader must say, or where.
SLIPS = [
    "",
    " ",
    "\n",
    "\r\n",
    "\t",
    '"',
    "\\",
    ",",
    ":",
    "{",
    "}",
    "[",
    "]",
    "*",
    "?",
    "${",
    "}",
    "é",
    "\u2028",
    "\x0c",
]
SLIPS += ["\ud800", "null", "NaN", "1e5", "-0", "true", "\\u0041", "\\ud83d", "\\n", '"Sid":"x",', '"Effect":"Allow",']
SLIPS += [
    '"Action":"*",',
    '"Id":"x",',
    '"Comment":1,',
    '"NotAction":"s3:*",',
    '"Resource":"*",',
    "arn:aws:iam::*:r*",
    ",",
]
SLIPS += [
    '"Principal":"*",',
    '"NotPrincipal":{"AWS":"111111111111"},',
    '"Condition":{},',
    "aws:TagKeys",
    "ForAllValues:",
]


def written(random: Random, kind: PolicyKind) -> str:
    body: Json = made_up.document_json(random, kind, broad=random.random() < 0.3)
    if random.random() < 0.3:
        body = sprinkled(random, body)
    indent, separators = random.choice([(None, None), (2, None), (None, (",", ":")), ("\t", None)])
    return json.dumps(body, indent=indent, separators=separators, ensure_ascii=random.random() < 0.5)


def sprinkled(random: Random, body: Json) -> Json:
    """The document with Sids, an Id, and values that are not quoted."""
    assert isinstance(body, dict)
    statements = [dict(s) for s in body["Statement"]]
    for statement in statements:
        statement["Sid"] = random.choice(["", "A", "B", "C", "D e"])
        if random.random() < 0.5:
            statement["Condition"] = {
                random.choice(["NumericLessThan", "Bool", "Null"]): {
                    "aws:k": random.choice([1, 2.50, True, False, [1], [True]])
                }
            }
    more: dict[str, Json] = {"Id": "x"} if random.random() < 0.2 else {}
    return {**more, **body, "Statement": statements if random.random() < 0.7 else statements[0]}


def slipped(random: Random, text: str) -> str:
    for _ in range(random.choice([0, 0, 1, 1, 2])):
        at = random.randrange(len(text) + 1)
        if random.random() < 0.5 and '"' in text[at:]:
            at = text.index('"', at) + random.choice([0, 1])
        text = text[:at] + random.choice(SLIPS) + text[at + random.choice([0, 0, 0, 1, 2]) :]
    return text


def said(text: str | bytes, kind: PolicyKind, *, storable: bool, slowly: bool) -> str:
    try:
        if slowly:
            return repr(parse_by_rules(text, name="p", kind=kind, storable=storable, read=read_json_slowly))
        return repr(parse_policy(text, name="p", kind=kind, storable=storable))
    except PolicyError as error:
        return "\n".join(str(d) for d in error.diagnostics)


@law
@given(seeds)
def test_the_short_way_and_the_long_way_agree_in_all_they_say(seed: int) -> None:
    random = Random(seed)
    kind, storable = random.choice(list(PolicyKind)), random.random() < 0.5
    text = slipped(random, written(random, kind))
    assert said(text, kind, storable=storable, slowly=False) == said(text, kind, storable=storable, slowly=True)
    if text.isascii():
        octets = text.encode()
        assert said(octets, kind, storable=storable, slowly=False) == said(octets, kind, storable=storable, slowly=True)


@law
@given(seeds)
def test_the_short_way_takes_exactly_what_deserves_no_word(seed: int) -> None:
    """No word: no error and no warning. It may leave more to the long way, but of plain documents it takes all."""
    random = Random(seed)
    kind = random.choice(list(PolicyKind))
    text = written(random, kind)
    plain = read_plain(text, name="p", kind=kind, storable=False)
    try:
        warnings = parse_by_rules(text, name="p", kind=kind).warnings
    except PolicyError:
        assert plain is None
        return
    if warnings:
        assert plain is None


def heard(text: str, *, slowly: bool) -> str:
    flaws: list[Flaw] = []
    read = read_json_slowly if slowly else read_json
    try:
        tree: object = read(text, flaws.append, first_line=7)
    except NotJsonError as error:
        tree = error.flaw
    return f"{tree!r} {flaws!r}"


@law
@given(seeds)
def test_json_is_read_alike_by_both_ways(seed: int) -> None:
    random = Random(seed)
    text = slipped(random, written(random, random.choice(list(PolicyKind))))
    assert heard(text, slowly=False) == heard(text, slowly=True)


@pytest.mark.parametrize("levels", range(30, 36))
@pytest.mark.parametrize("inside", ['"x"', "{}", "[]", "1", '["x"]', '{"a": 1}'])
def test_both_ways_end_at_the_same_depth(levels: int, inside: str) -> None:
    text = '{"a": ' * levels + inside + "}" * levels
    assert heard(text, slowly=False) == heard(text, slowly=True)


@law
@given(
    st.recursive(
        st.sampled_from(["", "a", "é"]) | st.booleans() | st.none() | st.integers() | st.floats(),
        lambda v: st.lists(v, max_size=4) | st.dictionaries(st.sampled_from("abcd"), v, max_size=4),
    ),
    st.sampled_from([None, 1, "\n \t"]),
)
def test_any_json_is_read_alike_by_both_ways(value: Json, indent: int | str | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    assert heard(text, slowly=False) == heard(text, slowly=True)


@law
@given(seeds)
def test_a_document_inside_a_longer_text_is_the_document(seed: int) -> None:
    random = Random(seed)
    kind = random.choice(list(PolicyKind))
    text = slipped(random, written(random, kind))
    try:
        tree = read_json(text, lambda _flaw: None)
        alone = parse_by_rules(text, name="p", kind=kind)
    except Exception:  # noqa: BLE001 - what is refused is the business of the law above
        return
    assert repr(read_policy(tree, name="p", kind=kind)) == repr(alone)


@law
@given(
    st.recursive(
        st.text() | st.booleans() | st.none() | st.integers(), lambda v: st.lists(v) | st.dictionaries(st.text(), v)
    )
)
def test_the_size_is_that_of_the_text_without_white_space(value: Json) -> None:
    written_once = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        tree = read_json(json.dumps(value, indent=3, ensure_ascii=False), lambda _flaw: None)
    except Exception:  # noqa: BLE001 - too deep, or a surrogate
        return
    assert written_size(tree) == len(written_once)


@law
@given(seeds)
def test_a_line_of_a_batch_is_answered_alike_by_both_ways(seed: int) -> None:
    random = Random(seed)
    kind = random.choice(list(PolicyKind))
    policy = written(random, kind)
    if random.random() < 0.4:
        policy = json.dumps(policy if random.random() < 0.5 else slipped(random, policy))
    else:
        policy = json.dumps(json.loads(policy), ensure_ascii=random.random() < 0.5)
    identifier = random.choice(["1", "-1", "1.0", '"a"', '"a"', "null", "1" * 30])
    members = [f'"id": {identifier}', f'"policy": {policy}']
    if random.random() < 0.4:
        own = random.choice([f'"{kind.value}"', '"scp"', '"x"', "1", "[]"])
        members.append(f'"kind": {own}')
    if random.random() < 0.3:
        members.append(random.choice(['"note": 1', '"note": "x"', '"note": {"a": []}', '"id": "b"', '"note": null']))
    random.shuffle(members)
    text = "{" + ", ".join(members) + "}"
    line = (slipped(random, text) if random.random() < 0.5 else text).replace("\n", " ").encode(
        errors="replace"
    ) + b"\n"
    answers = list(check_policies([line], kind=kind))
    assert answers == [check_by_rules(line, 1, kind)]
    assert repr(answers) == repr([check_by_rules(line, 1, kind)])
