"""A memory changes nothing but the time: after any edits, what is answered from it is what is answered without it."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from support.remembered import Asker

_BODIES = (
    "",
    'resource "aws_kms_key" "k" {\n}\n',
    'resource "aws_kms_key" "k" {\n  enable_key_rotation = true\n}\n',
    'resource "aws_kms_key" "k" {\n  enable_key_rotation = var.rotated\n}\nvariable "rotated" {}\n',
    'resource "aws_kms_key" "k" {\n  enable_key_rotation = jsondecode(file("data/rotated.json"))\n}\n',
    'module "m" {\n  source = "./m"\n}\n',
    'module "m" {\n  source = "../beside"\n}\n',
    'module "m" {\n  source = "./node_modules/m"\n}\n',
    "rotated = true\n",
    "true",
    "Resources:\n  K:\n    Type: AWS::KMS::Key\n    Properties: {EnableKeyRotation: false}\n",
    (
        "waivers:\n  - {check: kms-key-rotation, resource: '*k', reason: in spring, owner: a@example.com, "
        "expires: 2026-05-01}\n"
    ),
    'broken "',
)
_NAMES = (
    "main.tf",
    "m/main.tf",
    "m/deep/more.tf",
    "../beside/main.tf",
    "node_modules/m/main.tf",
    "terraform.tfvars",
    "x.auto.tfvars",
    "data/rotated.json",
    "stack.yaml",
    "waivers.yaml",
    "../waivers.yaml",
    "note.md",
)
_paths = st.sampled_from(_NAMES)
_edits = st.one_of(
    st.tuples(st.just("write"), _paths, st.sampled_from(_BODIES)),
    st.tuples(st.just("remove"), _paths, st.just("")),
    st.tuples(st.just("move"), _paths, _paths),
    st.tuples(st.just("link"), _paths, _paths),
    st.tuples(st.just("nothing"), st.just(""), st.just("")),
)


def _write(top: Path, name: str, text: str) -> None:
    (top / name).parent.mkdir(parents=True, exist_ok=True)
    if (top / name).is_symlink():
        (top / name).unlink()
    (top / name).write_text(text)


def _remove(top: Path, name: str, _text: str) -> None:
    (top / name).unlink(missing_ok=True)


def _move(top: Path, name: str, to: str) -> None:
    if (top / name).exists():
        (top / to).parent.mkdir(parents=True, exist_ok=True)
        (top / name).replace(top / to)


def _link(top: Path, name: str, to: str) -> None:
    _remove(top, name, "")
    (top / name).parent.mkdir(parents=True, exist_ok=True)
    (top / name).symlink_to(top / to)


_DO: dict[str, Callable[[Path, str, str], None]] = {
    "write": _write,
    "remove": _remove,
    "move": _move,
    "link": _link,
    "nothing": lambda _top, _name, _text: None,
}


@settings(max_examples=40)
@given(st.lists(_edits, min_size=1, max_size=6))
def test_after_any_edit_the_warm_answer_is_the_cold_one(edits: list[tuple[str, str, str]]) -> None:
    scratch = Path(tempfile.mkdtemp(prefix="watchword-law-"))
    try:
        top = scratch / "work" / "infra"
        _write(top, "main.tf", _BODIES[1])
        ask = Asker(cache=scratch / "cache", directory=top, checks=("kms-key-rotation",))
        ask()
        for verb, name, other in edits:
            _DO[verb](top, name, other)
            cold = ask.cold()
            assert ask()[0] == cold
            assert ask()[0] == cold  # what was kept of it
    finally:
        shutil.rmtree(scratch)
