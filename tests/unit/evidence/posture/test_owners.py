"""Tags by which people say whose a thing is, in any spelling."""

from pathlib import Path

import pytest

from watchword.app.posture import read_path
from watchword.evidence.posture.owners import OWNER_TAGS, has_tag
from watchword.inventory import Asset, UnknownValueError


def _queue(base: Path, tags: str) -> Asset:
    (base / "main.tf").write_text(f'variable "x" {{}}\nresource "aws_sqs_queue" "q" {{\n  tags = {tags}\n}}\n')
    (asset,) = read_path(base).inventory.of("queue")
    return asset


@pytest.mark.parametrize(
    ("tags", "there"),
    [
        ('{ Owner = "a" }', True),
        ('{ SERVICE_OWNER = "a" }', True),
        ('{ owner = "" }', False),
        ('{ ownership = "a" }', False),
        ("{}", False),
        ("null", False),
        ('merge(var.x, { team = "a" })', True),
    ],
)
def test_a_tag_is_there_in_any_spelling_with_something_in_it(tmp_path: Path, tags: str, there: bool) -> None:  # noqa: FBT001 - a case
    assert has_tag(_queue(tmp_path, tags), OWNER_TAGS) is there


@pytest.mark.parametrize("tags", ["var.x", "{ owner = var.x }", 'merge(var.x, { name = "a" })'])
def test_what_may_be_there_is_not_known(tmp_path: Path, tags: str) -> None:
    with pytest.raises(UnknownValueError):
        has_tag(_queue(tmp_path, tags), OWNER_TAGS)
