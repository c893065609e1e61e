"""Containers of an ECS task stand as JSON text: as a function makes it, as it is written, or not known."""

import pytest

from watchword.app.posture import read_example
from watchword.inventory import Asset, FrontEnd, UnknownValueError

_TASK = (
    'resource "aws_ecs_task_definition" "web" {{\n  family                = "web"\n  container_definitions = {}\n}}\n'
)


def _task(definitions: str, *, more: str = "") -> Asset:
    (task,) = read_example(FrontEnd.TERRAFORM, "main.tf", _TASK.format(definitions) + more).of("container_task")
    return task


@pytest.mark.parametrize(
    "definitions",
    [
        'jsonencode([{ name = "web", privileged = true, environment = [{ name = "A", value = "b" }] }])',
        r'"[{\"name\": \"web\", \"privileged\": true, \"environment\": [{\"name\": \"A\", \"value\": \"b\"}]}]"',
    ],
)
def test_both_ways_to_write_it_are_the_same(definitions: str) -> None:
    container = _task(definitions)["containers"][0]
    assert container["name"] == "web"
    assert container["privileged"].boolean()
    assert not container["read_only_root"].boolean()  # by default
    assert container["env"][0]["value"] == "b"


def test_what_is_not_known_is_not_nothing() -> None:
    task = _task("var.containers", more='variable "containers" {\n  type = string\n}\n')
    with pytest.raises(UnknownValueError):
        bool(task["containers"])


def test_what_is_no_json_is_not_known() -> None:
    with pytest.raises(UnknownValueError):
        bool(_task('"[{"')["containers"])
