"""Patterns side by side: every combination that one text can match, and no other."""

import itertools
import sys
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchword.decision.analysis.containment.budget import Budget, TooMuchError
from watchword.decision.analysis.containment.languages import Machine, cases, within
from watchword.decision.analysis.containment.patterns import (
    ONE,
    SOME,
    STAR,
    Folded,
    Pattern,
    Token,
    arn,
    folded,
    glob,
    is_letter,
    resource,
    tokens,
)
from watchword.decision.engine import Policies, Request, decide
from watchword.decision.language import PolicyKind, parse_policy
from watchword.decision.language.variables import read_template
from watchword.kernel.principals import person

seeds = st.integers(min_value=0, max_value=2**48)


def budget() -> Budget:
    return Budget(10**8)


def pattern(random: Random, alphabet: str) -> list[str]:
    return [random.choice([*alphabet, "*", "?"]) for _ in range(random.randint(0, 5))]


def cut(text: str) -> list[Token]:
    return tokens(read_template(text, variables=False), {}, widened=True) or []


def without_case(pattern: Sequence[Token]) -> Pattern:
    return folded([t for t in pattern if isinstance(t, str)]) or ()


@settings(max_examples=400, deadline=None, database=None)
@given(seed=seeds)
def test_classes_are_those_that_short_texts_have_and_no_others(seed: int) -> None:
    random = Random(seed)
    build = random.choice([glob, resource, without_case])
    patterns = list(dict.fromkeys(build(cut("".join(pattern(random, "a:A")))) for _ in range(random.randint(1, 4))))
    machine = Machine(patterns)
    found = machine.classes(budget())
    assert len({c.signature for c in found}) == len(found)
    for class_ in found:
        assert machine.signature(class_.word) == class_.signature
    texts = ("".join(t) for n in range(6) for t in itertools.product("aA:x", repeat=n))
    assert {machine.signature(t) for t in texts} <= {c.signature for c in found}


@settings(max_examples=300, deadline=None, database=None)
@given(seed=seeds)
def test_a_resource_pattern_matches_what_the_engine_matches(seed: int) -> None:
    random = Random(seed)
    segments = ["".join(random.choice(["a", "b", "*", "?"]) for _ in range(random.randint(0, 3))) for _ in range(3)]
    text = f"arn:aws:s3:{':'.join(segments)}"
    document = parse_policy(
        f'{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "*", "Resource": "{text}"}}}}',
        name="p",
        kind=PolicyKind.IDENTITY,
    )
    policies, machine = Policies(identity=(document,)), Machine([resource(cut(text)), (STAR, "no", ONE)])
    for _ in range(30):
        asked = "arn:aws:s3:" + "".join(random.choice("ab::") for _ in range(random.randint(0, 7)))
        request = Request(principal=person("a@example.com"), action="s3:GetObject", resource=asked, context={})
        assert bool(machine.signature(asked) & 1) is decide(request, policies).allowed


def test_a_name_or_a_prefix_needs_no_automaton_and_says_the_same() -> None:
    names: list[Pattern] = [("s3:GetObject",), ("s3:Get", STAR), ("s3:", STAR), (STAR,), ()]
    infix: list[Pattern] = [*names, (STAR, "zzz")]
    plain = {c.signature for c in Machine(names).classes(budget())}
    assert plain == {c.signature & 31 for c in Machine(infix).classes(budget())}
    assert len(plain) == 5


def test_a_pattern_with_stars_past_counting_is_given_up_and_not_guessed() -> None:
    patterns = [glob([STAR, f"{a}{b}", STAR, f"{b}{a}", STAR]) for a in "abcdef" for b in "ghijkl"]
    with pytest.raises(TooMuchError):
        Machine(patterns).classes(Budget(50_000))


def test_no_other_character_has_an_ascii_letter_for_its_lower_case() -> None:
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        lower = character.lower()
        if lower.isascii() and lower.isalpha():
            assert character in cases(lower)


def test_an_arn_pattern_has_six_parts_and_wildcards_that_stay_in_theirs() -> None:
    pattern = arn(cut("arn:aws:iam::*:user/*"))
    assert pattern is not None
    machine = Machine([pattern, ("x", STAR, "y")])
    assert machine.signature("arn:aws:iam::1:user/a:b") == 1
    assert machine.signature("arn:aws:iam::1:2:user/a") == 0
    assert arn(cut("arn:aws:*")) is None


def test_text_that_folds_by_its_neighbours_is_not_folded() -> None:
    assert folded(["Straße"]) is None
    assert folded(["Abc", STAR]) == (Folded("abc"), STAR)


def test_templates_are_within_each_other_whatever_the_variable_is() -> None:
    def lettered(text: str) -> Pattern:
        template = read_template(text, variables=True)
        return resource(tokens(template, {"u": SOME, "v": SOME}, widened=False) or [])

    docs, home = lettered("arn:aws:s3:::home/${u}/docs/*"), lettered("arn:aws:s3:::home/${u}/*")
    assert within(docs, home, budget())
    assert not within(home, docs, budget())
    assert not within(docs, lettered("arn:aws:s3:::home/${v}/*"), budget())
    assert within(home, lettered("arn:aws:s3:::*"), budget())
    assert not within(home, lettered("arn:aws:s3:::home/?/*"), budget())  # it may be longer, or empty
    assert any(is_letter(c) for piece in home if isinstance(piece, str) for c in piece)
