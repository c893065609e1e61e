"""Who stands behind a group, who is let in, and what is open to the Internet."""

from pathlib import Path

import pytest

from watchword.app.posture import read_path
from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.guards import groups_of, guarded, is_open, public_address, raise_doubts
from watchword.inventory import UnknownValueError

_TEXT = """
variable "public" {
  type = bool
}

resource "aws_security_group" "web" {
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "inside" {}

resource "aws_subnet" "public" {
  map_public_ip_on_launch = true
}

resource "aws_instance" "web" {
  subnet_id              = aws_subnet.public.id
  vpc_security_group_ids = [aws_security_group.web.id]
}

resource "aws_instance" "inside" {
  associate_public_ip_address = false
  subnet_id                   = aws_subnet.public.id
  vpc_security_group_ids      = [aws_security_group.inside.id]
}

resource "aws_instance" "perhaps" {
  associate_public_ip_address = var.public
}
"""


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    (tmp_path / "main.tf").write_text(_TEXT)
    return Estate(read_path(tmp_path).inventory)


def test_members_and_the_rules_that_let_in(estate: Estate) -> None:
    facts = estate.fact(guarded)
    web = ".#aws_security_group.web"
    assert [one.address for one in facts.members[web]] == ["aws_instance.web"]
    assert [one.address for one in facts.rules[web]] == ["aws_security_group.web/ingress[0]"]


def test_a_machine_is_public_by_its_own_word_or_its_subnets(estate: Estate) -> None:
    web, inside, perhaps = estate.of("instance")
    given = public_address(web, estate)
    assert given is not None
    assert given.path == "subnet.public_addresses"
    assert public_address(inside, estate) is None
    with pytest.raises(UnknownValueError):
        public_address(perhaps, estate)


def test_what_lets_everybody_in_is_open_and_what_lets_everything_out_is_not(estate: Estate) -> None:
    web, inside, _ = estate.of("instance")
    assert is_open(web, estate)
    assert not is_open(inside, estate)
    assert [group.address for group in groups_of(web, estate)] == ["aws_security_group.web"]


def test_nothing_is_doubtful_where_all_is_told(estate: Estate) -> None:
    raise_doubts(".", estate)  # returns: it raises where something is
