"""Fixes: tried in a copy, offered if they hold, written whole or not at all."""

import subprocess
from datetime import date
from pathlib import Path

import pytest

from unit.adapters.git.test_repository import git
from watchword.app.fixing import Fixing, patch, propose, write
from watchword.app.scanning import Scan, ScanRequest, scan
from watchword.evidence.posture import Verdict
from watchword.kernel.errors import ConflictError, InvalidInputError

TODAY = date(2026, 3, 1)
_KEY = 'resource "aws_kms_key" "k" {\n  enable_key_rotation = false # why\n}\n'
_ROTATED = _KEY.replace("false", "true")
_DATABASE = 'resource "aws_db_instance" "d" {\n  engine = "postgres"\n}\n'


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _scan(*checks: str, paths: tuple[str, ...] = (".",), **asked: object) -> Scan:
    fields: dict[str, object] = {
        "paths": tuple(map(Path, paths)),
        "today": TODAY,
        "working_directory": Path.cwd(),
        "checks": checks,
    }
    return scan(ScanRequest(**{**fields, **asked}))  # type: ignore[arg-type]  # a test says which fields it changes


def _proposed(*checks: str, paths: tuple[str, ...] = (".",), **asked: object) -> Fixing:
    return propose(_scan(*checks, paths=paths, **asked))


def _put(file: str, text: str) -> Path:
    path = Path(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def _why(found: Fixing) -> list[str]:
    return [one.why for one in found.refused]


def test_a_fix_closes_its_finding_and_leaves_the_rest_as_it_is() -> None:
    file = _put("main.tf", _KEY)
    found = _proposed()
    assert (found.closes, found.refused) == (1, ())
    assert file.read_text() == _KEY
    write(found.files)
    assert file.read_text() == _ROTATED
    assert not _scan().report.findings


def test_an_offer_tells_its_edits_in_bytes() -> None:
    text = "# ü\n" + _KEY
    _put("main.tf", "\ufeff" + text)
    ((edit,),) = (offer.edits for offer in _proposed().offers.values())
    assert Path("main.tf").read_bytes()[edit.start : edit.end] == b"false"
    assert (edit.file, edit.text) == ("main.tf", "true")


def test_a_byte_order_mark_line_ends_and_a_missing_last_one_stay() -> None:
    file = _put("main.tf", "\ufeff" + _KEY.rstrip().replace("\n", "\r\n"))
    write(_proposed().files)
    assert file.read_bytes() == ("\ufeff" + _ROTATED.rstrip().replace("\n", "\r\n")).encode()


def test_the_literal_is_edited_that_a_value_comes_from() -> None:
    _put("main.tf", 'module "m" {\n  source = "./m"\n  rotate = var.r\n}\n\nvariable "r" {\n  default = false\n}\n')
    module = _put("m/main.tf", _KEY.replace("false", "var.rotate") + 'variable "rotate" {}\n')
    found = _proposed()
    assert [file.name for file in found.files] == ["main.tf"]
    write(found.files)
    assert "default = true" in Path("main.tf").read_text()
    assert "var.rotate" in module.read_text()
    assert not _scan("kms-key-rotation").report.findings


def test_one_edit_closes_the_findings_of_all_calls() -> None:
    calls = "".join(f'module "m{n}" {{\n  source = "./m"\n}}\n' for n in range(3))
    _put("main.tf", calls)
    _put("m/main.tf", _KEY)
    found = _proposed("kms-key-rotation")
    assert (found.closes, len(found.offers), [file.name for file in found.files]) == (3, 3, ["m/main.tf"])


def test_a_literal_that_something_else_needs_is_not_changed() -> None:
    _put(
        "main.tf",
        'variable "v" {\n  default = false\n}\n\n'
        'resource "aws_kms_key" "k" {\n  enable_key_rotation = var.v\n}\n\n'
        'resource "aws_db_instance" "d" {\n  publicly_accessible = var.v\n}\n',
    )
    found = _proposed("kms-key-rotation", "rds-public")
    assert found.files == ()
    assert _why(found) == ["by it rds-public fails for aws_db_instance.d"]


def test_one_that_does_harm_does_not_spoil_the_others() -> None:
    _put("main.tf", 'variable "v" {\n  default = false\n}\n')
    _put("a.tf", 'resource "aws_kms_key" "a" {\n  enable_key_rotation = var.v\n}\n')
    _put("b.tf", 'resource "aws_db_instance" "d" {\n  publicly_accessible = var.v\n}\n')
    for number in range(6):
        _put(f"k{number}.tf", f'resource "aws_kms_key" "k{number}" {{}}\n')
    found = _proposed("kms-key-rotation", "rds-public")
    assert (found.closes, len(found.files), len(found.refused)) == (6, 6, 1)


def test_what_would_replace_a_database_is_not_offered() -> None:
    _put("main.tf", _DATABASE)
    found = _proposed("rds-encrypted")
    assert found.files == ()
    (why,) = _why(found)
    assert why.startswith("changing storage_encrypted replaces what is deployed, and deletes it (Amazon RDS User Guide")


def test_what_would_replace_a_database_by_a_variable_is_not_offered() -> None:
    _put("main.tf", 'variable "v" {\n  default = false\n}\n' + _KEY.replace("false # why", "var.v"))
    _put("d.tf", 'resource "aws_db_instance" "d" {\n  storage_encrypted = var.v\n}\n')
    found = _proposed("kms-key-rotation")
    assert found.files == ()
    assert "changing storage_encrypted replaces" in _why(found)[0]


def test_a_name_that_is_taken_is_not_taken_again() -> None:
    _put("main.tf", 'resource "aws_s3_bucket" "b" {\n  bucket = "b"\n}\n')
    other = 'resource "aws_s3_bucket_public_access_block" "b" {\n  bucket = "another"\n}\n'
    _put("other.tf", other)
    found = _proposed("s3-public-access-block")
    assert found.files == ()
    assert "cannot be judged" in _why(found)[0]


@pytest.mark.parametrize("argument", ["count = 2", 'for_each = toset(["a", "b"])'])
def test_buckets_of_which_there_are_several_get_one_each(argument: str) -> None:
    _put("main.tf", f'resource "aws_s3_bucket" "b" {{\n  {argument}\n}}\n')
    found = _proposed("s3-public-access-block")
    write(found.files)
    assert found.refused == ()
    assert not _scan("s3-public-access-block").report.findings


def test_buckets_of_which_it_is_not_known_how_many_there_are_get_none() -> None:
    _put("main.tf", 'variable "n" {}\n\nresource "aws_s3_bucket" "b" {\n  for_each = var.n\n}\n')
    assert _why(_proposed("s3-public-access-block")) == ["the check does not pass by it"]


def test_modules_that_were_fetched_are_left_alone() -> None:
    _put("main.tf", 'module "m" {\n  source = "acme/m/aws"\n}\n')
    _put(
        ".terraform/modules/modules.json",
        '{"Modules": [{"Key": "m", "Source": "acme/m/aws", "Dir": ".terraform/modules/m"}]}',
    )
    _put(".terraform/modules/m/main.tf", _KEY)
    found = _proposed("kms-key-rotation")
    assert found.files == ()
    assert _why(found) == [".terraform/modules/m/main.tf is a module's that was fetched"]


def test_modules_outside_of_what_was_scanned_are_read_and_not_written() -> None:
    _put("envs/prod/main.tf", 'module "m" {\n  source = "../../modules/m"\n  rotate = false\n}\n' + _KEY)
    _put("modules/m/main.tf", 'module "n" {\n  source = "../n"\n  rotate = var.rotate\n}\nvariable "rotate" {}\n')
    _put("modules/n/main.tf", _KEY.replace("false", "var.rotate") + 'variable "rotate" {}\n' + _DATABASE)
    found = _proposed("kms-key-rotation", "database-deletion-protection", paths=("envs/prod",))
    assert (found.closes, [file.name for file in found.files]) == (2, ["envs/prod/main.tf"])
    assert _why(found) == ["../../modules/n/main.tf lies outside what was scanned"]


def test_a_module_that_names_the_whole_machine_is_not_copied() -> None:
    _put("infra/main.tf", 'module "m" {\n  source = "../../../../../../../../.."\n}\n' + _KEY)
    assert _proposed("kms-key-rotation", paths=("infra",)).closes == 1


def test_terraforms_json_form_is_refused() -> None:
    _put("main.tf.json", '{"resource": {"aws_kms_key": {"k": {"enable_key_rotation": false}}}}')
    assert _why(_proposed("kms-key-rotation")) == ["Terraform's JSON form is not written to"]


def test_what_begins_to_apply_is_told_and_less_severe_than_what_is_mended() -> None:
    _put("main.tf", 'resource "aws_s3_bucket" "b" {\n  bucket = "b"\n}\n')
    found = _proposed("s3-versioning", "s3-mfa-delete")
    assert (found.closes, found.begun) == (1, ("s3-mfa-delete aws_s3_bucket.b",))


def test_waived_findings_and_those_that_were_there_are_left_alone() -> None:
    _put("main.tf", _KEY)
    git(Path(), "init", "-q")
    git(Path(), "add", ".")
    git(Path(), "commit", "-qm", "x")
    _put("new.tf", _KEY.replace('"k"', '"new"'))
    assert [file.name for file in _proposed("kms-key-rotation", since="HEAD").files] == ["new.tf"]
    _put("main.tf", _KEY.replace("# why", "# checkov:skip=CKV_AWS_7: it goes"))
    assert [file.name for file in _proposed("kms-key-rotation").files] == ["new.tf"]


def test_places_are_as_seen_from_the_working_directory() -> None:
    _put("a/infra/main.tf", _KEY)
    found = _proposed("kms-key-rotation", paths=("a/infra/main.tf",))
    assert [file.name for file in found.files] == ["a/infra/main.tf"]
    write(found.files)
    assert Path("a/infra/main.tf").read_text() == _ROTATED


def test_what_hangs_on_where_a_directory_lies_stays() -> None:
    _put(".github/workflows/ci.yml", "on: push\njobs:\n  b:\n    runs-on: x\n    steps: [{run: make}]\n")
    found = _proposed("pipeline-permissions-said", paths=(".github/workflows",))
    assert [file.name for file in found.files] == [".github/workflows/ci.yml"]


def test_a_link_that_leads_out_is_not_written_through(tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "main.tf"
    outside.write_text(_KEY)
    _put("infra/other.tf", _KEY.replace('"k"', '"other"'))
    Path("infra/main.tf").symlink_to(outside)
    found = _proposed("kms-key-rotation", paths=("infra",))
    assert [file.name for file in found.files] == ["infra/other.tf"]
    assert outside.read_text() == _KEY


def test_a_link_to_a_file_beside_it_is_left_alone_and_the_file_is_fixed() -> None:
    file = _put("infra/main.tf", _KEY)
    Path("infra/again").mkdir()
    Path("infra/again/main.tf").symlink_to(file.resolve())
    found = _proposed("kms-key-rotation", paths=("infra",))
    assert [one.name for one in found.files] == ["infra/main.tf"]
    assert file.read_text() == _KEY


def test_a_file_that_became_a_link_out_is_not_written(tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "main.tf"
    outside.write_text(_KEY)
    file = _put("infra/main.tf", _KEY)
    found = _proposed("kms-key-rotation", paths=("infra",))
    file.unlink()
    file.symlink_to(outside)
    with pytest.raises(InvalidInputError, match="a link"):
        write(found.files)
    assert outside.read_text() == _KEY


def test_a_file_that_changed_meanwhile_is_not_written_and_nor_are_the_others() -> None:
    one, other = _put("a.tf", _KEY), _put("b.tf", _KEY.replace('"k"', '"b"'))
    found = _proposed("kms-key-rotation")
    other.write_text("# new\n")
    with pytest.raises(ConflictError, match=r"b\.tf was changed"):
        write(found.files)
    assert one.read_text() == _KEY
    assert other.read_text() == "# new\n"


def test_the_mode_of_a_file_stays_and_nothing_is_left_behind() -> None:
    file = _put("main.tf", _KEY)
    file.chmod(0o640)
    write(_proposed("kms-key-rotation").files)
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in file.parent.iterdir()] == ["main.tf"]


def test_what_is_not_utf_8_is_an_error_of_the_scan_and_no_fix() -> None:
    Path("main.tf").write_bytes(_KEY.encode() + b"# \xff\n")
    assert _proposed("kms-key-rotation").files == ()


def test_the_patch_is_what_git_and_patch_apply() -> None:
    files = {
        "a/main.tf": _KEY.rstrip(),
        "a/crlf.tf": _KEY.replace('"k"', '"c"').replace("\n", "\r\n"),
        "a/some name ü.tf": _KEY.replace('"k"', '"n"'),
        "k8s.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - name: web\n"
        "      image: r/web:1\n",
    }
    for name, text in files.items():
        _put(name, text)
    checks = ("kms-key-rotation", "k8s-privilege-escalation", "k8s-capabilities-dropped")
    found = _proposed(*checks)
    assert found.closes == 5
    Path("fix.patch").write_bytes(patch(found.files))
    subprocess.run(["git", "apply", "--whitespace=nowarn", "fix.patch"], check=True)
    for file in found.files:
        assert file.path.read_bytes() == file.new
    assert not _scan(*checks).report.findings


def test_patch_takes_it_too() -> None:
    file = _put("a/main.tf", _KEY)
    content = patch(_proposed("kms-key-rotation").files)
    subprocess.run(["patch", "-p1", "--binary"], input=content, check=True, capture_output=True)
    assert file.read_text() == _ROTATED


def test_fixes_of_one_container_share_its_security_context() -> None:
    _put(
        "pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - name: web\n      image: r/web:1\n",
    )
    found = _proposed("k8s-privilege-escalation", "k8s-capabilities-dropped", "k8s-read-only-root")
    assert found.closes == 3
    assert found.files[0].new.decode().count("securityContext:") == 1


def test_many_fixes_cost_a_few_scans() -> None:
    for number in range(60):
        _put(
            f"f{number}.tf",
            f'resource "aws_kms_key" "k{number}" {{}}\n\nresource "aws_s3_bucket" "b{number}" {{\n}}\n\n'
            f'resource "aws_s3_bucket_public_access_block" "b{number}" {{\n  bucket = "other"\n}}\n',
        )
    found = _proposed("kms-key-rotation", "s3-public-access-block")
    assert (found.closes, len(found.refused)) == (60, 60)


def test_nothing_is_known_of_a_plan(here: Path) -> None:
    (here / "plan.json").write_text(
        '{"format_version": "1.2", "planned_values": {"root_module": {"resources": [{"address": "aws_kms_key.p", '
        '"mode": "managed", "type": "aws_kms_key", "name": "p", "provider_name": "registry.terraform.io/hashicorp/aws",'
        ' "values": {"enable_key_rotation": false}}]}}, "resource_changes": [], "configuration": {"root_module": {}}}'
    )
    done = _scan("kms-key-rotation", paths=("plan.json",))
    assert [result.verdict for result in done.report.results] == [Verdict.FAIL]
    assert propose(done).files == ()
