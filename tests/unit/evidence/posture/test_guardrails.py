"""What an organisation forbids, asked of the engine: by all policies together, and never read off the words."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from watchword.app.posture import read_path
from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.guardrails import ROOT_USER, Probe, judge_rail
from watchword.evidence.posture.model import Verdict
from watchword.inventory import (
    Block,
    Declaration,
    FrontEnd,
    Place,
    Reading,
    Shape,
    UnknownValueError,
    Value,
    assemble,
    shapes,
)
from watchword.inventory.trees import from_plain

_LEAVE = (Probe(action="organizations:LeaveOrganization"), Probe(action="account:CloseAccount"))


def _estate(base: Path, *statements: str, extra: str = "") -> Estate:
    text = 'resource "aws_organizations_organization" "all" {}\n' + extra
    for number, statement in enumerate(statements):
        text += f"""
resource "aws_organizations_policy" "p{number}" {{
  name    = "p{number}"
  content = {statement}
}}

resource "aws_organizations_policy_attachment" "p{number}" {{
  policy_id = aws_organizations_policy.p{number}.id
  target_id = "r-1"
}}
"""
    (base / "main.tf").write_text(text)
    return Estate(read_path(base).inventory)


def _deny(action: str, **more: object) -> str:
    statement = {"Effect": "Deny", "Action": action, "Resource": "*", **more}
    return json.dumps(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


def _verdict(estate: Estate, probes: tuple[Probe, ...] = _LEAVE) -> Verdict:
    (organization,) = estate.of("organization")
    return judge_rail(probes, "it is not forbidden")(organization, estate).verdict


def test_two_policies_forbid_together_what_neither_forbids_alone(tmp_path: Path) -> None:
    estate = _estate(tmp_path, _deny("organizations:Leave*"), _deny("account:Close*"))
    assert _verdict(estate) is Verdict.PASS
    judge = judge_rail(_LEAVE, "it is not forbidden")
    assert {judge(policy, estate).verdict for policy in estate.of("organization_policy")} == {Verdict.NOT_APPLICABLE}


def test_what_is_not_denied_is_found(tmp_path: Path) -> None:
    assert _verdict(_estate(tmp_path, _deny("organizations:Leave*"))) is Verdict.FAIL
    assert _verdict(_estate(tmp_path)) is Verdict.FAIL


def test_an_exception_for_one_role_does_not_count_against_it(tmp_path: Path) -> None:
    unless = {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/breakglass"}}
    estate = _estate(tmp_path, _deny("organizations:Leave*", Condition=unless), _deny("account:*"))
    assert _verdict(estate) is Verdict.PASS


def test_the_root_user_is_asked_as_itself(tmp_path: Path) -> None:
    root = (Probe(action="s3:GetObject", principal=ROOT_USER),)
    only = {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}}
    estate = _estate(tmp_path, _deny("*", Condition=only))
    assert _verdict(estate, root) is Verdict.PASS
    assert _verdict(estate, _LEAVE) is Verdict.FAIL


def test_a_policy_that_is_not_known_is_not_known_unless_another_forbids_it(tmp_path: Path) -> None:
    unknown = 'variable "rail" {}\n'
    with pytest.raises(UnknownValueError):
        _verdict(_estate(tmp_path, "var.rail", extra=unknown))
    both = _estate(tmp_path, "var.rail", _deny("organizations:*"), _deny("account:*"), extra=unknown)
    assert _verdict(both) is Verdict.PASS


def _live(*rails: Mapping[str, object], organization: str = "o-1") -> Estate:
    """An account that was read live, and the service control policies that it could list."""
    table = shapes(
        [
            Shape("account", "account", {"organization": "organization"}, identity=()),
            Shape("rail", "guard_rail", {"document": "document", "attached": "attached"}, identity=()),
        ]
    )

    def declared(kind: str, address: str, tree: Value) -> Declaration:
        assert isinstance(tree, Block)
        return Declaration(
            front_end=FrontEnd.AWS,
            provider="aws",
            native_type=kind,
            root="111122223333",
            address=address,
            tree=tree,
            place=Place("live", 1, 1),
        )

    account = {"organization": organization} if organization else {}
    reading = Reading(
        declarations=(
            declared("account", "account", from_plain(account, Place("live", 1, 1))),
            *(declared("rail", f"p{n}", from_plain(rail, Place("live", 1, 1))) for n, rail in enumerate(rails)),
        )
    )
    return Estate(assemble([reading], table))


def _of_account(estate: Estate) -> Verdict:
    (account,) = estate.of("account")
    return judge_rail(_LEAVE, "it is not forbidden")(account, estate).verdict


def test_a_live_account_stands_for_its_organisation() -> None:
    document = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})
    assert _of_account(_live({"document": document, "attached": True})) is Verdict.PASS
    assert _of_account(_live({"document": document, "attached": False})) is Verdict.FAIL
    assert _of_account(_live(organization="")) is Verdict.NOT_APPLICABLE
