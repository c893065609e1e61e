"""Work items: what they hold, and in which order they stand."""

from dataclasses import replace
from pathlib import Path

from unit.evidence.posture.assessment.estates import assessed
from watchword.evidence.posture import Function, Severity, Stage
from watchword.evidence.posture.assessment.roadmap import Effort, Item, Phase, first_five, ordered, phase_of
from watchword.evidence.posture.assessment.words import counted, gain_words, heading, kinds_in_words, plural
from watchword.inventory import Place


def item(name: str, **changed: object) -> Item:
    fields: dict[str, object] = {
        "id": name,
        "phase": Phase.FOUNDATION,
        "title": "the key is never rotated",
        "goal": "Keys are rotated",
        "why": "A key that leaked is good for ever.",
        "remedy": "Rotate it.",
        "effort": Effort.LINE,
        "edits": 1,
        "closes": 1,
        "paths": 0,
        "on_critical": 0,
        "unlocks": (),
        "severity": Severity.MEDIUM,
        "checks": ("key-rotation",),
        "functions": (Function.DATA_ENCRYPTION,),
        "pillars": (),
        "places": (Place("main.tf", 3, 3),),
        "resources": ("key.a",),
        "touches": 1,
    }
    return Item(**{**fields, **changed})  # type: ignore[arg-type]  # a test says which fields it changes


def ids(items: tuple[Item, ...]) -> list[str]:
    return [one.id for one in items]


def test_first_come_ways_then_severity_then_criteria_each_for_its_effort() -> None:
    items = [
        item("d-criteria", unlocks=("a", "b")),
        item("c-high", severity=Severity.HIGH),
        item("b-way-hard", paths=2, effort=Effort.ARCHITECTURE),
        item("a-way", paths=2),
        item("e-plain"),
    ]
    assert ids(ordered(items)) == ["a-way", "b-way-hard", "c-high", "d-criteria", "e-plain"]


def test_nothing_stands_before_its_phase_or_before_what_it_needs() -> None:
    items = [
        item("urgent", phase=Phase.SEGMENTATION, paths=9),
        item("known", phase=Phase.ASSESSMENT),
        item("needing", paths=9, needs=("needed",)),
        item("needed"),
        item("later", needs=("urgent",)),  # of a later phase: it cannot be waited for
        item("gone", needs=("nowhere",)),
    ]
    found = ids(ordered(items))
    assert found[0] == "known"
    assert found[-1] == "urgent"
    assert found.index("needed") < found.index("needing")
    assert set(found) == {one.id for one in items}


def test_a_circle_of_needs_loses_nothing() -> None:
    items = [item("a", needs=("b",)), item("b", needs=("a",)), item("c", needs=("a",))]
    assert ids(ordered(items)) == ["a", "b", "c"]


def test_five_come_first_whatever_their_phase_and_one_of_what_is_only_to_be_shown() -> None:
    shown = [item(f"show{n}", effort=Effort.EVIDENCE, edits=0, severity=None, phase=Phase.ASSESSMENT) for n in range(4)]
    found_out = item("find", effort=Effort.EVIDENCE, severity=None, closes=90)
    bad = [item(f"bad{n}", phase=Phase.SEGMENTATION) for n in range(2)]
    assert ids(first_five([*shown, found_out, *bad])) == ["bad0", "bad1", "find", "show0"]
    assert len(first_five([item(str(n)) for n in range(9)])) == 5
    assert first_five([]) == ()


def test_phases_follow_functions_and_stages() -> None:
    assert phase_of(Function.DATA_VISIBILITY, Stage.INITIAL) is Phase.ASSESSMENT
    assert phase_of(Function.DATA_ENCRYPTION, Stage.ADVANCED) is Phase.FOUNDATION
    assert phase_of(Function.TRAFFIC_ENCRYPTION, Stage.INITIAL) is Phase.FOUNDATION
    assert phase_of(Function.TRAFFIC_ENCRYPTION, Stage.ADVANCED) is Phase.SEGMENTATION
    assert phase_of(Function.NETWORK_SEGMENTATION, Stage.INITIAL) is Phase.SEGMENTATION
    assert phase_of(Function.DATA_AUTOMATION, Stage.INITIAL) is Phase.AUTOMATION
    assert phase_of(Function.DATA_ENCRYPTION, Stage.OPTIMAL) is Phase.AUTOMATION


def test_an_estates_items_say_what_they_take_and_bring(tmp_path: Path) -> None:
    done = assessed(tmp_path)
    by_check = {check: one for one in done.items for check in one.checks}
    admin = by_check["iam-policy-full-admin"]
    assert (admin.severity, admin.effort, admin.edits, admin.paths) == (Severity.CRITICAL, Effort.LINE, 1, 1)
    assert admin.id == done.first[0].id
    database = by_check["rds-encrypted"]
    assert database.effort is Effort.ARCHITECTURE  # encryption is chosen when it is made
    assert database.on_critical == 1
    assert [one.phase for one in done.items] == sorted((one.phase for one in done.items), key=list(Phase).index)
    places = {one.id: number for number, one in enumerate(done.items)}
    for one in done.items:
        assert all(
            places[need] < places[one.id]
            for need in one.needs
            if list(Phase).index(done.items[places[need]].phase) <= list(Phase).index(one.phase)
        )


def test_what_is_mended_meets_its_criterion(tmp_path: Path) -> None:
    done = assessed(tmp_path)
    one = next(one for one in done.items if "rds-encrypted" in one.checks)
    assert "data.data-encryption:initial:rds-encrypted" in one.unlocks
    mended = assessed(
        tmp_path,
        (tmp_path / "main.tf").read_text().replace("storage_encrypted      = false", "storage_encrypted = true"),
    )
    assert all("rds-encrypted" not in other.checks for other in mended.items if other.edits)


def test_what_is_not_known_and_not_owned_is_to_be_found_out(tmp_path: Path) -> None:
    done = assessed(
        tmp_path,
        'variable "on" {}\nresource "aws_kms_key" "k" {\n  enable_key_rotation = var.on\n}\n'
        'resource "aws_secretsmanager_secret" "s" {\n  name = "s"\n}\nmodule "far" {\n  source = "example/far/aws"\n}\n',
        {"broken.tf": "resource {"},
    )
    titles = {one.title for one in done.items if one.phase is Phase.ASSESSMENT and one.edits}
    assert {
        "Mend what could not be read",
        "Fetch 1 modules that were not there",
        "Name an owner for 1 critical assets",
    } <= titles
    assert any(title.startswith("Make known what") for title in titles)


def test_words_count_rightly() -> None:
    assert counted(1, "way") == "1 way"
    assert counted(2, "criterion", "criteria") == "2 criteria"
    assert plural("iam_policy") == "IAM policies"
    assert plural("registry") == "registries"
    assert plural("key") == "keys"
    assert kinds_in_words({"key": 2, "table": 1, "other": 3}, most=1) == "2 keys, 4 others"
    one = item("x", resources=("key.a", "key.b"), touches=2, edits=2, closes=2, paths=1)
    assert heading(one) == "key.a and 1 more: the key is never rotated"
    assert gain_words(one) == "2 lines close 2 findings, 1 way to critical assets"
    assert gain_words(replace(one, effort=Effort.EVIDENCE, edits=0, unlocks=("a",))) == "1 criterion without evidence"


def test_what_no_fix_is_offered_for_is_no_edit_that_is_written_already(tmp_path: Path) -> None:
    """What a change does to a workload that Terraform deploys is not known: `scan --fix` refuses it."""
    done = assessed(
        tmp_path,
        """
resource "kubernetes_deployment" "web" {
  metadata {
    name = "web"
  }
  spec {
    template {
      spec {
        container {
          name  = "web"
          image = "registry.example.com/web:1.4"
          security_context {
            privileged = true
          }
        }
      }
    }
  }
}
resource "aws_kms_key" "data" {
  enable_key_rotation = false
}
""",
    )
    efforts = {check: one.effort for one in done.items for check in one.checks}
    assert efforts["k8s-privileged"] is Effort.LINE
    assert efforts["kms-key-rotation"] is Effort.PATCH
