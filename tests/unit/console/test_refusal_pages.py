"""The page of a refusal: self-contained, allowed by its own hash, and nothing in it is markup but ours."""

import base64
import hashlib
import re

import pytest

from support.console import Shell
from watchword.console import HtmlRefusalPages
from watchword.console.access import session_context
from watchword.decision.engine import ContextChange, Layer, Remedy, Request, StatementRef, explain, normalise_context
from watchword.enforcement.gateway.refusals import Refusal, StepUp
from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.principals import person

RULE = StatementRef(policy="sample-application", layer=Layer.IDENTITY, index=1, sid="AdminNeedsAHardwareKey", line=10)


def refusal(**changes: object) -> Refusal:
    fields: dict[str, object] = {
        "status": 403,
        "reason": "denied",
        "title": "Not allowed",
        "detail": "A rule forbids this.",
        "request_id": "req_1",
        "host": "sample.localhost",
        "method": "GET",
        "path": "/admin",
        **changes,
    }
    return Refusal(**fields)  # type: ignore[arg-type]  # the fields of the view, some of them changed


def rendered(**changes: object) -> str:
    return HtmlRefusalPages().render(refusal(**changes)).decode()


def test_the_style_is_allowed_by_its_hash_and_nothing_else_is() -> None:
    pages = HtmlRefusalPages()
    page = pages.render(refusal()).decode()
    styles = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert len(styles) == 1
    digest = base64.b64encode(hashlib.sha256(styles[0].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in pages.content_security_policy
    assert "default-src 'none'" in pages.content_security_policy
    assert "<script" not in page
    assert "<link" not in page
    assert not re.search(r"<[^>]+\sstyle=", page)


def test_it_names_the_rule_and_what_would_change_the_answer(world: Shell) -> None:
    principal = person("alice@example.com")
    resource = "arn:watchword:app:::sample/admin"
    context = session_context(
        email="alice@example.com",
        assurance=AssuranceLevel.AAL2,
        hardware=False,
        groups=frozenset(),
        now=world.house.clock.now(),
    )
    request = Request(principal=principal, action="http:GET", resource=resource, context=normalise_context(context))
    found = explain(request, world.configuration.policy_set.applicable(principal, resource))
    page = rendered(
        statements=found.decision.determining,
        blocking_layer=found.decision.blocking_layer,
        remedies=found.remedies,
        step_up=StepUp(acr="aal3", hardware=True, fresh=False, url="/.watchword/start?to=%2Fadmin&acr=aal3"),
        email="alice@example.com",
    )
    assert "AdminNeedsAHardwareKey" in page
    assert "line 10" in page
    assert "Sign in with a hardware security key" in page
    assert "would have to be true; it is false" in page
    assert 'href="/.watchword/start?to=%2Fadmin&amp;acr=aal3"' in page
    assert "alice@example.com" in page
    assert "req_1" in page


def test_an_absent_key_is_said_to_be_unknown() -> None:
    change = ContextChange(
        statement=RULE, operator="IpAddress", key="aws:SourceIp", expected=("10.0.0.0/8",), actual=None, must_match=True
    )
    page = rendered(statements=(RULE,), remedies=(Remedy(changes=(change,)),))
    assert (
        "Aws:SourceIp would have to match 10.0.0.0/8" in page or "aws:SourceIp would have to match 10.0.0.0/8" in page
    )
    assert "it is not known" in page


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (403, "Ask an administrator"),
        (503, "Nothing passes while we cannot decide"),
        (421, "Check the address"),
    ],
)
def test_each_kind_says_what_to_do(status: int, words: str) -> None:
    assert words in rendered(status=status)


def test_signing_in_is_offered_where_it_helps() -> None:
    assert 'href="/.watchword/start?to=%2F"' in rendered(status=401, sign_in_url="/.watchword/start?to=%2F")


def test_hostile_texts_are_texts() -> None:
    hostile = '"><script>alert(1)</script>{{7*7}}\ud800'
    page = rendered(path=hostile, host=hostile, method=hostile, detail=hostile, email=hostile, request_id=hostile)
    assert "<script" not in page
    assert ">49" not in page
