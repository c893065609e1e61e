"""Repositories that were made to hurt: each ends, is told with its place, and the rest of it is judged."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from watchword.app.assessing import AssessRequest, assess_paths
from watchword.app.scanning import ScanRequest, scan
from watchword.evidence.posture import Verdict
from watchword.kernel.errors import InvalidInputError, NotFoundError

_TODAY = date(2026, 3, 1)
_KEY = 'resource "aws_kms_key" "k" {\n}\n'


def _links_in_a_circle(top: Path) -> None:
    (top / "a" / "b").mkdir(parents=True)
    (top / "a" / "b" / "up").symlink_to("../..")
    (top / "itself.tf").symlink_to("itself.tf")
    (top / "itself.yaml").symlink_to("itself.yaml")


def _links_in_place_of_settings(top: Path) -> None:
    for name in ("waivers.yaml", "watchword-assess.yaml", "terraform.tfvars", ".terraform"):
        (top / name).symlink_to(name)


def _a_link_out(top: Path) -> None:
    (top / "etc").symlink_to("/etc")
    (top / "passwd.tf").symlink_to("/etc/passwd")


def _an_enormous_file_of_terraform(top: Path) -> None:
    with (top / "large.tf").open("wb") as file:
        file.truncate(1 << 33)  # eight gigabytes of nothing, which take no place


def _an_enormous_template(top: Path) -> None:
    with (top / "large.yaml").open("wb") as file:
        file.write(b"Resources: {A: {Type: AWS::S3::Bucket}}\n")
        file.truncate(1 << 33)


def _a_bomb_of_aliases(top: Path) -> None:
    lines = ["Resources:", "  A: &a0 {Type: 'AWS::S3::Bucket', Tags: [x, x, x, x, x, x, x, x, x]}"]
    lines += [f"  L{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    (top / "bomb.yaml").write_text("\n".join(lines))


def _modules_in_a_circle(top: Path) -> None:
    for name, other in (("one", "two"), ("two", "one")):
        (top / name).mkdir()
        (top / name / "main.tf").write_text(f'module "m" {{\n  source = "../{other}"\n}}\n')


def _nesting(top: Path) -> None:
    (top / "deep.tf").write_text("locals {\n  a = " + "[" * 50_000 + "]" * 50_000 + "\n}\n")
    (top / "deep.json").write_text('{"Resources": {"AWS::": ' + "[" * 50_000)


def _hostile_names(top: Path) -> None:
    for name in (b"\xff\xfe.tf", b"line\nbreak.tf", b"\x1b[31mred.tf", b"${path}.tf", b"-rf.tf", b"a" * 250 + b".tf"):
        Path(os.fsdecode(bytes(top) + b"/" + name)).write_text("broken {")


def _pipes(top: Path) -> None:
    for name in ("pipe.tf", "pipe.yaml", "Dockerfile", "waivers.yaml", "terraform.tfvars"):
        os.mkfifo(top / name)


@pytest.fixture(
    params=[
        (_links_in_a_circle, True),
        (_links_in_place_of_settings, False),
        (_a_link_out, True),
        (_an_enormous_file_of_terraform, True),
        (_an_enormous_template, True),
        (_a_bomb_of_aliases, True),
        (_modules_in_a_circle, True),
        (_nesting, True),
        (_hostile_names, True),
        (_pipes, False),
    ],
    ids=lambda param: param[0].__name__.strip("_"),
)
def hurt(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, bool]:
    """A directory, and whether something in it could not be read."""
    make: Callable[[Path], None]
    make, told = request.param
    top = tmp_path / "infra"
    top.mkdir()
    (top / "main.tf").write_text(_KEY)
    make(top)
    return top, told


def test_what_is_made_to_hurt_is_told_and_the_rest_is_judged(hurt: tuple[Path, bool]) -> None:
    top, told = hurt
    done = scan(ScanRequest(paths=(top,), today=_TODAY, working_directory=top, checks=("kms-key-rotation",)))
    assert [r.address for r in done.report.results if r.verdict is Verdict.FAIL] == ["aws_kms_key.k"]
    assert bool(done.report.errors) is told
    assert all(result.place.file for result in done.report.errors)
    assessed = assess_paths(AssessRequest(paths=(top,), today=_TODAY, working_directory=top))
    assert assessed is not None
    assert bool(assessed.report.errors) is told


@pytest.mark.parametrize("option", ["paths", "waivers", "baseline", "imports", "check_directories"])
def test_a_link_to_itself_is_no_file(tmp_path: Path, option: str) -> None:
    (tmp_path / "main.tf").write_text(_KEY)
    loop = tmp_path / "loop"
    loop.symlink_to("loop")
    asked: dict[str, object] = {"paths": (tmp_path / "main.tf",), "today": _TODAY, "working_directory": tmp_path}
    asked[option] = loop if option in {"waivers", "baseline"} else (loop,)
    with pytest.raises((NotFoundError, InvalidInputError)):
        scan(ScanRequest(**asked))  # type: ignore[arg-type]  # a test says which field it changes
