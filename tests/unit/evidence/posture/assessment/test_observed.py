"""Flows that were seen, held against what a shop declares."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from watchword.app.posture import read_path
from watchword.evidence.posture.assessment import Survey
from watchword.evidence.posture.assessment.flow_records import FlowRecord
from watchword.evidence.posture.assessment.observed import LogCounts, Observation, Observed, ObservedFlow, Standing

SHOP = """
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "web" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_subnet" "data" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.2.0/24"
}

resource "aws_security_group" "web" {
  vpc_id = aws_vpc.main.id
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
  ingress {
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["203.0.113.0/24"]
  }
  egress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "data" {
  vpc_id = aws_vpc.main.id
  ingress {
    protocol        = "tcp"
    from_port       = 5432
    to_port         = 5432
    security_groups = [aws_security_group.web.id]
  }
}

resource "aws_instance" "web" {
  subnet_id              = aws_subnet.web.id
  private_ip             = "10.0.1.10"
  vpc_security_group_ids = [aws_security_group.web.id]
}

resource "aws_instance" "store" {
  subnet_id              = aws_subnet.data.id
  private_ip             = "10.0.2.20"
  vpc_security_group_ids = [aws_security_group.data.id]
}
"""
_WEB, _STORE, _STRANGER, _OFFICE = "10.0.1.10", "10.0.2.20", "198.51.100.7", "203.0.113.9"
_NOON = 1_763_985_600


def _record(source: str, target: str, port: int, *, accepted: bool = True, flags: int = -1, day: int = 0) -> FlowRecord:
    start = _NOON + day * 86_400
    return FlowRecord(source, target, 50_000, port, 6, accepted, 100, start, start + 60, flags)


def _seen(base: Path, records: Iterable[FlowRecord], text: str = SHOP) -> Observed:
    (base / "main.tf").write_text(text)
    observation = Observation([Survey(read_path(base).inventory)])
    for record in records:
        observation.add(record)
    return observation.result(LogCounts())


def _one(seen: Observed) -> ObservedFlow:
    (flow,) = seen.flows
    return flow


def test_what_a_rule_lets_in_is_declared_with_its_place(tmp_path: Path) -> None:
    flow = _one(_seen(tmp_path, [_record(_WEB, _STORE, 5432)]))
    assert (flow.source.words, flow.target.words) == ("aws_instance.web", "aws_instance.store")
    assert flow.standing is Standing.DECLARED
    assert [str(place) for place in flow.places] == ["main.tf:40"]


def test_both_directions_of_a_connection_are_one_flow(tmp_path: Path) -> None:
    there = _record(_STRANGER, _WEB, 443)
    back = FlowRecord(_WEB, _STRANGER, 443, 50_000, 6, True, 900, _NOON, _NOON + 60, -1)
    flow = _one(_seen(tmp_path, [there, back]))
    assert (flow.source.words, flow.target.words, flow.port) == ("Internet", "aws_instance.web", 443)
    assert (flow.bytes, flow.records) == (1000, 2)


def test_flags_say_who_began_where_ports_would_mislead(tmp_path: Path) -> None:
    # The server listens at 60000, and the client speaks from 50000.
    answer = FlowRecord(_WEB, _STRANGER, 60_000, 50_000, 6, True, 1, _NOON, _NOON, 0x12)
    assert _one(_seen(tmp_path, [answer])).port == 60_000
    asked = FlowRecord(_STRANGER, _WEB, 50_000, 60_000, 6, True, 1, _NOON, _NOON, 0x02)
    assert _one(_seen(tmp_path, [asked])).port == 60_000


def test_what_was_let_through_and_no_rule_lets_in_is_undeclared(tmp_path: Path) -> None:
    seen = _seen(tmp_path, [_record(_WEB, _STORE, 3306)])
    assert [flow.port for flow in seen.undeclared] == [3306]


def test_what_was_rejected_is_no_wonder(tmp_path: Path) -> None:
    seen = _seen(tmp_path, [_record(_STRANGER, _WEB, 23, accepted=False)])
    assert seen.undeclared == ()
    assert seen.rejected == 1


def test_a_range_of_a_rule_tells_the_office_from_a_stranger(tmp_path: Path) -> None:
    seen = _seen(tmp_path, [_record(_OFFICE, _WEB, 22), _record(_STRANGER, _WEB, 22)])
    standings = {flow.source.words: flow.standing for flow in seen.flows}
    assert standings == {"203.0.113.0/24": Standing.DECLARED, "Internet": Standing.UNDECLARED}


def test_of_an_address_that_is_no_assets_a_rule_may_be(tmp_path: Path) -> None:
    seen = _seen(tmp_path, [_record(_WEB, "10.0.2.77", 5432), _record(_WEB, "10.0.2.77", 9999)])
    standings = {flow.port: (flow.target.words, flow.standing) for flow in seen.flows}
    assert standings == {
        5432: ("aws_subnet.data", Standing.PERHAPS),
        9999: ("aws_subnet.data", Standing.UNDECLARED),
    }


def test_the_way_out_is_by_rules_of_where_it_comes_from(tmp_path: Path) -> None:
    seen = _seen(tmp_path, [_record(_WEB, _STRANGER, 443), _record(_STORE, _STRANGER, 443)])
    standings = {flow.source.words: flow.standing for flow in seen.flows}
    assert standings == {"aws_instance.web": Standing.DECLARED, "aws_instance.store": Standing.UNDECLARED}


def test_what_is_neither_from_nor_to_here_is_not_judged(tmp_path: Path) -> None:
    assert _one(_seen(tmp_path, [_record("192.168.7.7", _STRANGER, 443)])).standing is Standing.OUTSIDE


def test_a_rule_that_nothing_used_is_a_candidate_with_its_days(tmp_path: Path) -> None:
    seen = _seen(tmp_path, [_record(_STRANGER, _WEB, 443, day=day) for day in range(3)])
    assert seen.days == 3
    assert {rule.words for rule in seen.unused} == {"22 from 203.0.113.0/24", "5432 from aws_security_group.web"}
    assert seen.used == 1


def test_a_rule_of_a_network_that_is_not_in_the_logs_is_not_spoken_about(tmp_path: Path) -> None:
    other = SHOP + '\nresource "aws_vpc" "other" {\n  cidr_block = "10.9.0.0/16"\n}\n'
    moved = other.replace('"data" {\n  vpc_id = aws_vpc.main.id', '"data" {\n  vpc_id = aws_vpc.other.id')
    seen = _seen(tmp_path, [_record(_STRANGER, _WEB, 443)], moved)
    assert {rule.words for rule in seen.unused} == {"22 from 203.0.113.0/24"}
    assert seen.unspoken == 1


def test_a_rule_that_is_not_known_makes_nothing_undeclared_and_is_never_unused(tmp_path: Path) -> None:
    text = 'variable "from" {}\n' + SHOP.replace('["203.0.113.0/24"]', "[var.from]")
    seen = _seen(tmp_path, [_record(_STRANGER, _WEB, 22), _record(_STRANGER, _WEB, 80)], text)
    assert {flow.port: flow.standing for flow in seen.flows} == {22: Standing.PERHAPS, 80: Standing.UNDECLARED}
    assert all(not rule.words.startswith("22") for rule in seen.unused)


def test_an_address_that_two_assets_have_is_nobodys(tmp_path: Path) -> None:
    text = SHOP + '\nresource "aws_instance" "twin" {\n  private_ip = "10.0.2.20"\n}\n'
    assert _one(_seen(tmp_path, [_record(_WEB, _STORE, 5432)], text)).target.words == "aws_subnet.data"


def test_flows_between_tiers_are_told(tmp_path: Path) -> None:
    seen = _seen(tmp_path, [_record(_STRANGER, _WEB, 443), _record(_WEB, _STORE, 5432)])
    assert [(flow.source.words, flow.target.words) for flow in seen.crossing] == [("Internet", "aws_instance.web")]


def test_nothing_grows_with_the_number_of_ports(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(SHOP)
    observation = Observation([Survey(read_path(tmp_path).inventory)], most_accepted=10, most_rejected=5)
    for port in range(1, 101):
        observation.add(_record(_STRANGER, _WEB, port))
        observation.add(_record(_STRANGER, _WEB, port, accepted=False))
    seen = observation.result(LogCounts())
    assert len(seen.flows) <= 2 * 15
    assert sum(flow.records for flow in seen.flows) + seen.lost == seen.records == 200
    assert seen.summed > 0
    # A port that was summed up may be any: no rule of its target is called unused.
    assert all("5432" in rule.words or "203.0.113" in rule.words for rule in seen.unused)


def test_what_is_no_address_is_a_value_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="does not appear to be"):
        _seen(tmp_path, [_record("nowhere", _WEB, 443)])
