"""What is kept of an assessment: everything that is not good, nothing that is secret, texts that any database takes."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from unit.evidence.posture.assessment.estates import assessed
from watchword.adapters.memory.posture import MemoryAssessmentStore
from watchword.evidence.posture.assessment.stages import State
from watchword.evidence.posture.maturity import Function
from watchword.evidence.posture.model import Severity, Verdict
from watchword.evidence.posture.records import AssetQuery, FindingQuery, Move, Run, run_of
from watchword.evidence.posture.records.making import _Seen, named, plain

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
SECRET = "AKIAQWERTYUIOPASDFGH"


def made(directory: Path, *arguments: object, **keywords: object) -> Run:
    done = assessed(directory, *arguments, **keywords)  # type: ignore[arg-type]  # handed on as they are
    return run_of(done, estate="shop", at=NOW, version="1", commit="3f2c")


class TestShop:
    @pytest.fixture
    def shop(self, tmp_path: Path) -> Run:
        return made(tmp_path)

    def test_what_is_not_good_is_kept_whole_and_what_is_good_is_counted(self, shop: Run) -> None:
        kept = {verdict: sum(f.instances for f in shop.findings if f.verdict is verdict) for verdict in Verdict}
        assert shop.verdicts[Verdict.PASS]
        assert kept[Verdict.PASS] == kept[Verdict.NOT_APPLICABLE] == 0
        for verdict in (Verdict.FAIL, Verdict.UNKNOWN, Verdict.ERROR, Verdict.WAIVED):
            assert kept[verdict] == shop.verdicts[verdict]
        assert sum(shop.severities.values()) == shop.verdicts[Verdict.FAIL]

    def test_a_finding_knows_its_asset_and_what_is_said_of_it(self, shop: Run) -> None:
        (one,) = (f for f in shop.findings if f.check == "rds-encrypted")
        asset = next(a for a in shop.assets if a.uid == one.asset)
        assert (one.address, one.kind, asset.address) == ("aws_db_instance.orders", "database", one.address)
        assert (one.critical, one.owner, one.verdict) == (True, "orders-team", Verdict.FAIL)
        assert one.spot.file == "main.tf"
        assert [(e.path, e.value) for e in one.evidence][:1] == [("encrypted", "false")]
        assert asset.reasons == ("tagged DataClassification: restricted",)
        assert {words.id for words in shop.check_words} == {f.check for f in shop.findings}

    def test_findings_that_one_edit_mends_have_one_cause(self, tmp_path: Path) -> None:
        shared = 'variable "encrypted" {\n  default = false\n}\n' + "\n".join(
            f'resource "aws_db_instance" "{name}" {{\n  engine = "postgres"\n  storage_encrypted = var.encrypted\n}}'
            for name in ("orders", "people")
        )
        findings = made(tmp_path, shared).findings
        encrypted = [f for f in findings if f.check == "rds-encrypted"]
        assert [f.address for f in encrypted] == ["aws_db_instance.orders", "aws_db_instance.people"]
        assert len({f.cause for f in encrypted}) == 1
        assert {str(f.cause_spot) for f in encrypted} == {"main.tf:2"}
        assert all(bool(f.cause) == (f.verdict is Verdict.FAIL) for f in findings)

    def test_ways_lead_over_assets_that_are_kept(self, shop: Run) -> None:
        uids = {asset.uid for asset in shop.assets}
        assert shop.picture.ways
        assert {step.asset for way in shop.picture.ways for step in way.steps} <= uids
        exposed = {asset.address for asset in shop.assets if asset.exposed}
        assert {way.steps[0].address for way in shop.picture.ways} <= exposed

    def test_all_functions_are_there_and_what_was_not_assessed_has_no_stage(self, shop: Run) -> None:
        functions = {one.function: one for one in shop.picture.functions}
        assert set(functions) == set(Function)
        stores = functions[Function.RISK_ASSESSMENTS]
        assert stores.stage is None
        assert not stores.meets_target
        assert all(criterion.state is not State.MET for criterion in stores.criteria)

    def test_items_are_in_order_and_need_what_is_there(self, shop: Run) -> None:
        ids = [item.id for item in shop.picture.items]
        assert len(set(ids)) == len(ids)
        assert {need for item in shop.picture.items for need in item.needs} <= set(ids)
        assert set(shop.picture.first) <= set(ids)

    def test_the_same_again_moves_nothing(self, shop: Run, tmp_path: Path) -> None:
        store = MemoryAssessmentStore()
        store.keep(shop, actor="operator")
        (tmp_path / "again").mkdir()
        summary = store.keep(made(tmp_path / "again"), actor="operator")
        assert not any(summary.moves.values())
        assert summary.content == store.runs("shop")[1].content

    def test_what_is_mended_is_fixed(self, shop: Run, tmp_path: Path) -> None:
        from unit.evidence.posture.assessment.estates import SHOP

        store = MemoryAssessmentStore()
        store.keep(shop, actor="operator")
        (tmp_path / "again").mkdir()
        mended = SHOP.replace("storage_encrypted      = false", "storage_encrypted      = true")
        summary = store.keep(made(tmp_path / "again", mended), actor="operator")
        fixed = [p for p in store.moves("shop", after=1) if p.move is Move.FIXED]
        assert {store.finding("shop", p.fingerprint).finding.check for p in fixed} >= {"rds-encrypted"}  # type: ignore[union-attr]  # it moved, so it is there
        assert summary.moves[Move.FIXED] == len(fixed)


def test_no_secret_is_kept(tmp_path: Path) -> None:
    text = f"""
provider "aws" {{
  access_key = "{SECRET}"
  secret_key = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYab"
}}
resource "aws_instance" "web" {{
  ami       = "ami-1"
  user_data = "export AWS_ACCESS_KEY_ID={SECRET}"
  tags      = {{ Owner = "{SECRET}" }}
}}
"""
    run = made(tmp_path, text)
    assert [f for f in run.findings if "secret" in f.check or "credential" in f.check]
    told = str([asdict(f) for f in run.findings]) + str([asdict(a) for a in run.assets]) + str(asdict(run.picture))
    assert SECRET not in told
    assert "wJalrXUtnFEMI" not in told


def test_several_results_of_one_fingerprint_are_one_finding_and_the_worst_of_them(tmp_path: Path) -> None:
    run = made(tmp_path)
    assert len({f.fingerprint for f in run.findings}) == len(run.findings)


def test_what_cannot_be_read_is_about_a_file(tmp_path: Path) -> None:
    run = made(tmp_path, files={"bad.tf": 'resource "a" {'})
    (one,) = (f for f in run.findings if f.verdict is Verdict.ERROR)
    assert (one.asset, one.kind, one.spot.file) == ("", "", "bad.tf")
    assert one.severity in set(Severity)


def test_hostile_names_are_kept_as_texts(tmp_path: Path) -> None:
    name = "<script>alert(1)</script>"
    bucket = f'resource "aws_s3_bucket" "x" {{\n  bucket = "{name}"\n  tags = {{ Owner = "{name}" }}\n}}'
    run = made(tmp_path, files={"<img src=x onerror=y>.tf": bucket})
    store = MemoryAssessmentStore()
    store.keep(run, actor="operator")
    (asset,) = (a for a in store.assets(AssetQuery(estate="shop")).assets if a.kind == "object_store")
    assert (asset.name, asset.owner, asset.spot.file) == (name, name, "<img src=x onerror=y>.tf")
    assert store.findings(FindingQuery(estate="shop", text="onerror")).total


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("a\udcffb", "a\\udcffb"),
        ("a\0b", "a\\x00b"),
        ("x" * 1001, "x" * 999 + "…"),
    ],
)
def test_texts_are_such_that_every_database_takes_them(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_of_more_assets_than_are_kept_the_critical_stay_and_the_rest_is_counted(tmp_path: Path) -> None:
    done = assessed(tmp_path)
    whole, none = _Seen(done).assets(1000)
    assert none == 0
    critical = {asset.uid for asset in whole if asset.critical}
    kept, left_out = _Seen(done).assets(len(critical))
    assert {asset.uid for asset in kept} == critical
    assert left_out == len(whole) - len(critical)


def test_a_module_that_was_not_there_is_told_by_its_address(tmp_path: Path) -> None:
    run = made(
        tmp_path, 'module "vpc" {\n  source = "terraform-aws-modules/vpc/aws"\n}\nresource "aws_kms_key" "a" {}\n'
    )
    assert run.missing == ("module.vpc",)


def test_names_are_short_enough_for_every_index_and_stay_apart() -> None:
    long = "\N{SNOWMAN}" * 5000
    assert named("infra#a") == "infra#a"
    assert named("a\udcff\0") == "a\\udcff\\x00"
    assert len(named(long).encode()) < 2500
    assert named(long + "a") != named(long + "b")
    assert named(long + "a") == named(long + "a")
