"""Laws of lint: a fix never opens access."""

import json
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from support import decision as made
from support import properties as _properties  # noqa: F401 - how properties run
from support.catalogues import catalogue
from watchword.decision.analysis.lint import fix, lint
from watchword.decision.engine import Policies, decide_literally
from watchword.decision.language import PolicyKind, parse_policy

seeds = st.integers(min_value=0, max_value=2**48)


_LEFT_OUT = ["arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/${absent}/*", "arn:aws:s3:::bu*t/*", "arn:aws:s3:*:*:*"]


def _document(random: Random) -> str:
    """A policy with much that lint fixes: doubled and covered values, odd cases, operators without guards."""
    tree = json.loads(json.dumps(made.document_json(random, PolicyKind.IDENTITY)))
    for statement in tree["Statement"]:
        if random.random() < 0.3:
            # What is left out is where variables that are absent matter most.
            statement.pop("Resource", None)
            statement["NotResource"] = random.choices(_LEFT_OUT, k=3)
        for name in ("Action", "NotAction", "Resource", "NotResource"):
            values = statement.get(name)
            if isinstance(values, str):
                values = [values]
            if values and random.random() < 0.6:
                pool = made.ACTION_PATTERNS if "Action" in name else made.RESOURCE_PATTERNS
                values += random.choices(pool, k=2) + random.choices(values, k=1)
                statement[name] = values
        if random.random() < 0.4:
            conditions = statement.setdefault("Condition", {})
            conditions.setdefault("Bool", {})["aws:MultiFactorAuthPresent"] = "false"
    for statement in tree["Statement"]:
        conditions = statement.get("Condition", {})
        for name in list(conditions):
            if random.random() < 0.3:
                conditions[random.choice([name.lower(), name.upper()])] = conditions.pop(name)
        if random.random() < 0.2 and conditions and not any(name.lower() == "null" for name in conditions):
            conditions["NULL"] = {"absent": "true"}
    text = json.dumps(tree, indent=random.choice([None, 2]))
    # In the older language it is no variable, and so no ARN.
    return text if "2012-10-17" in text else text.replace('"${aws:PrincipalArn}"', f'"{made.USER}"')


@given(seed=seeds)
def test_a_fix_never_opens_access_and_reads_again(seed: int) -> None:
    random = Random(seed)
    text = _document(random)
    before = parse_policy(text, name="p.json", kind=PolicyKind.IDENTITY)
    fixed = fix(text, name="p.json", kind=PolicyKind.IDENTITY, catalogue=catalogue())
    after = parse_policy(fixed.text, name="p.json", kind=PolicyKind.IDENTITY)
    assert not any(f.fix for f in lint(after, catalogue(), text=fixed.text))
    for _ in range(8):
        request = made.request(random)
        allowed = decide_literally(request, Policies(identity=(before,))).allowed
        assert allowed or not decide_literally(request, Policies(identity=(after,))).allowed


@given(seed=seeds)
def test_only_guards_narrow_an_allow_and_only_the_second_factor_widens_a_deny(seed: int) -> None:
    random = Random(seed)
    text = _document(random)
    before = parse_policy(text, name="p.json", kind=PolicyKind.IDENTITY)
    fixed = fix(text, name="p.json", kind=PolicyKind.IDENTITY, catalogue=catalogue())
    if {f.rule for f in fixed.applied} & {"for-all-values-open", "mfa-bool-deny"}:
        return
    for _ in range(8):
        request = made.request(random)
        old = decide_literally(request, Policies(identity=(before,))).result
        assert decide_literally(request, Policies(identity=(fixed.document,))).result is old
