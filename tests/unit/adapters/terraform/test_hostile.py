"""Configurations written to take all memory or all time: read within bounds, and told."""

from pathlib import Path

import pytest

from watchword.adapters.terraform import read_terraform, terraform_shapes
from watchword.inventory import ProblemKind, assemble, leaves


def _chain(first: str, step: str, count: int = 60) -> str:
    lines = [f"  a{n} = {step.replace('PREVIOUS', f'local.a{n - 1}')}" for n in range(1, count)]
    return "\n".join(["locals {", f"  a0 = {first}", *lines, "}"])


@pytest.mark.parametrize(
    "text",
    [
        _chain("[1, 1]", "concat(PREVIOUS, PREVIOUS)") + '\nresource "x_y" "r" {\n  v = local.a59\n}\n',
        _chain("[1, 1]", "[PREVIOUS, PREVIOUS]") + '\nresource "x_y" "r" {\n  v = length(jsonencode(local.a59))\n}\n',
        _chain("[]", "[PREVIOUS, PREVIOUS]") + '\nresource "x_y" "r" {\n  v = flatten(local.a59)\n}\n',
        _chain("[1]", "[PREVIOUS, PREVIOUS]") + '\nresource "x_y" "r" {\n  v = local.a59 == local.a59 ? 1 : 2\n}\n',
        _chain("[1]", "[PREVIOUS, PREVIOUS]") + '\nresource "x_y" "r" {\n  v = yamlencode(toset(local.a59))\n}\n',
        'resource "x_y" "r" {\n  v = setproduct(range(3000), range(3000))\n}\n',
        'resource "x_y" "r" {\n  v = join("", [for i in range(100000) : format("%1000d", i)])\n}\n',
    ],
)
def test_what_grows_without_bound_is_unknown(tmp_path: Path, text: str) -> None:
    (tmp_path / "main.tf").write_text(text)
    (declaration,) = read_terraform(tmp_path).declarations
    assert [value.is_unknown for _, value in leaves(declaration.tree)] == [True]


def test_a_tree_whose_parts_are_shared_is_walked_within_bounds(tmp_path: Path) -> None:
    text = _chain("[1]", "[PREVIOUS, PREVIOUS]") + '\nresource "x_y" "r" {\n  v = local.a59\n}\n'
    (tmp_path / "main.tf").write_text(text)
    (declaration,) = read_terraform(tmp_path).declarations
    *_, (_, last) = leaves(declaration.tree)
    assert last.is_unknown
    assert len(repr(declaration.tree)) < 100_000


def test_modules_that_call_modules_that_call_modules(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"m{number}").mkdir()
        calls = "".join(f'module "{name}" {{\n  source = "../m{number + 1}"\n}}\n' for name in "ab")
        (tmp_path / f"m{number}" / "main.tf").write_text(calls if number < 29 else 'resource "x_y" "r" {}\n')
    reading = read_terraform(tmp_path)
    assert ProblemKind.LIMIT in {problem.kind for problem in reading.problems}


def test_references_to_any_of_many_do_not_multiply(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'variable "u" {}\nresource "aws_iam_role" "r" {\n  count = 1000\n  name = "r${count.index}"\n}\n'
        'resource "aws_iam_role_policy_attachment" "a" {\n  count = 1000\n  role = aws_iam_role.r[var.u + count.index].name\n'
        '  policy_arn = "x"\n}\n'
    )
    assert len(assemble([read_terraform(tmp_path)], terraform_shapes()).edges) == 1000
