"""Whatever a file of evidence holds, reading it raises nothing, and each attribute of each thing can be asked for."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from watchword.adapters.aws.asks import Json, every
from watchword.adapters.aws.reader import read_lines
from watchword.adapters.aws.services import ASKED, aws_shapes
from watchword.evidence.posture.live import recorded
from watchword.inventory import assemble

_words = st.sampled_from(
    ["", "x", "true", "arn:aws:s3:::b", "{", '{"Statement": [{"Effect": "Allow"}]}', "running", "N/A"]
)
_scalars = st.none() | st.booleans() | st.integers(-2, 2) | _words
_ASKS = [(one.ask, one.at, one.keep) for one in every(ASKED) if one.ask is not None] + [
    (more.ask, more.at, more.keep) for one in every(ASKED) for more in one.more.values()
]


@st.composite
def _values(draw: st.DrawFn, names: tuple[str, ...]) -> Json:
    inner: st.SearchStrategy[Json] = st.recursive(
        _scalars,
        lambda deeper: st.lists(deeper, max_size=2) | st.dictionaries(st.sampled_from(names), deeper, max_size=3),
    )
    return draw(st.dictionaries(st.sampled_from(names), inner, max_size=6) | inner)


_NAMES = ("Arn", "Name", "Status", "Value", "Statement", "Tags", "Key", "Effect", "Principal", "Condition")


@st.composite
def _lines(draw: st.DrawFn) -> list[str]:
    lines = [recorded()]
    for _ in range(draw(st.integers(1, 4))):
        ask, at, keep = draw(st.sampled_from(_ASKS))
        value = draw(_values((*keep, *_NAMES)))
        for step in reversed([] if at == "." else at.split(".")):
            value = {step.removesuffix("[]"): [value] if step.endswith("[]") else value}
        region = "us-east-1" if ask.home else "eu-west-1"
        lines.append(
            json.dumps(
                {"operation": ask.operation, "region": region, "parameters": dict(ask.parameters), "answer": value}
            )
        )
    return lines


@settings(max_examples=60, deadline=None)
@given(_lines())
def test_what_an_account_answers_is_read_whatever_it_is(lines: list[str]) -> None:
    inventory = assemble([read_lines(lines, name="account.jsonl")], aws_shapes())
    for asset in inventory.assets.values():
        for name in asset.attributes.names():
            assert asset[name] is not None
    assert inventory.edges is not None


@given(st.lists(st.text(max_size=40) | _values(_NAMES).map(json.dumps), max_size=4))
def test_whatever_stands_in_a_file_is_a_problem_and_no_crash(lines: list[str]) -> None:
    read_lines(lines, name="account.jsonl")
