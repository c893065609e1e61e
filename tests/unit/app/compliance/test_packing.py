"""Packs: whole ones verify, with Watchword and without it, and every way to tamper with one is named."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from support.ledgers import signer
from support.passes import MENDED, estate
from watchword.app.compliance.examining import examine
from watchword.app.compliance.packing import Packed, make_pack, read_pack
from watchword.app.compliance.record import Record, estates_of, open_record
from watchword.cli.compliance.pack import FRAMEWORKS as OFFERED
from watchword.evidence.ledger import VerifierKey
from watchword.evidence.posture.compliance.model import Trigger
from watchword.evidence.posture.compliance.packs import FRAMEWORKS, verify_pack
from watchword.evidence.posture.compliance.records import sha256
from watchword.kernel.errors import ConflictError, InvalidInputError, NotFoundError


def _pack(record: Record, path: Path, *, framework: str = "nist_800_53") -> Packed:
    now = record.clock.now()
    return make_pack(
        record,
        estates_of(record.configuration),
        framework=framework,
        since=now - timedelta(days=1),
        until=now + timedelta(seconds=1),
        path=path,
        actor="operator",
    )


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Packed:
    """An estate that was examined, mended, examined again, and failed to be examined once."""
    root = tmp_path_factory.mktemp("packed")
    settings = estate(root)
    with open_record(settings) as record:
        (one,) = estates_of(record.configuration)
        examine(record, one, trigger=Trigger.SCHEDULE, cause="", actor="compliance")
        (root / "infra" / "main.tf").write_text(MENDED, "utf-8")
        examine(record, one, trigger=Trigger.CHANGE, cause="main.tf", actor="compliance")
        (root / "infra").rename(root / "away")
        examine(record, one, trigger=Trigger.SCHEDULE, cause="", actor="compliance")
        return _pack(record, root / "pack.zip")


def _key(packed: Packed) -> VerifierKey:
    return VerifierKey.parse(packed.key)


def test_a_whole_pack_holds(packed: Packed) -> None:
    verified = verify_pack(read_pack(packed.path), _key(packed))
    assert verified.problems == ()
    assert verified.trusted
    assert (verified.passes, verified.digest, verified.index) == (3, packed.digest, packed.index)


def test_it_tells_of_each_control(packed: Packed) -> None:
    files = read_pack(packed.path)
    control = json.loads(files["controls/CP-9.json"])
    (one,) = control["estates"]
    assert one["passes"]["complete"] == 2
    assert one["passes"]["failed"] == 1
    told = {check["check"]: (check["passes"], check["held"], check["failing"]) for check in one["checks"]}
    assert told["s3-versioning"] == (2, 1, 1)
    assert b"| payroll | 2 | 1 |" in files["README.md"]
    assert files["controls.csv"].startswith(b"control,estate,at the end,passes,failed passes,held")


def test_without_a_key_nobody_vouches(packed: Packed) -> None:
    verified = verify_pack(read_pack(packed.path), None)
    assert (verified.problems, verified.trusted) == ((), False)


def test_another_key_vouches_for_nothing(packed: Packed) -> None:
    verified = verify_pack(read_pack(packed.path), signer().verifier)
    assert any("signed by another key" in problem for problem in verified.problems)


Tamper = Callable[[dict[str, bytes]], str]


def _content(files: dict[str, bytes]) -> str:
    name = next(n for n in sorted(files) if n.startswith("contents/"))
    files[name] = files[name].replace(b'"fail"', b'"pass"').replace(b'"failed": 1', b'"failed": 0')
    return f"{name}: was changed"


def _content_and_manifest(files: dict[str, bytes]) -> str:
    """Whoever changes a file and its line in the manifest is found out by the ledger."""
    before = next(n for n in sorted(files) if n.startswith("controls/"))
    old = sha256(files[before])
    files[before] += b" "
    files["manifest.json"] = files["manifest.json"].replace(old.encode(), sha256(files[before]).encode())
    return "manifest.json: was changed"


def _failed_pass_left_out(files: dict[str, bytes]) -> str:
    name = next(n for n in sorted(files) if n.startswith("passes/") and b'"ended": "failed"' in files[n])
    del files[name]
    return f"{name}: is missing"


def _added(files: dict[str, bytes]) -> str:
    files["controls/XX-1.json"] = b"{}"
    return "controls/XX-1.json: was added"


def _pass_exchanged(files: dict[str, bytes]) -> str:
    first, second = sorted(n for n in files if n.startswith("passes/"))[:2]
    files[first], files[second] = files[second], files[first]
    return f"{first}: is not the pass that the ledger has in record"


def _record_changed(files: dict[str, bytes]) -> str:
    proof = json.loads(files["seal/manifest.json"])
    name = f"seal/records/{proof['index']}.json"
    files[name] = files[name].replace(b"nist_800_53", b"soc_2")
    return "the record is not the one that was sealed"


def _checkpoint_changed(files: dict[str, bytes]) -> str:
    name = next(n for n in sorted(files) if n.startswith("seal/checkpoints/"))
    files[name] = files[name].replace(b"batch ", b"batch 9")
    return "signature does not hold"


def _seal_away(files: dict[str, bytes]) -> str:
    del files["seal/manifest.json"]
    return "seal/manifest.json: there is no proof"


def _proofs_away(files: dict[str, bytes]) -> str:
    files["seal/passes.json"] = b"[]"
    return "no proof says that the ledger knows this pass"


def _record_of_another_event(files: dict[str, bytes]) -> str:
    """The proof of a pass is whole, and proves nothing of the manifest."""
    files["seal/manifest.json"] = json.dumps(json.loads(files["seal/passes.json"])[0]).encode()
    return "its record is not one of a pack"


def _index_moved(files: dict[str, bytes]) -> str:
    proof = json.loads(files["seal/manifest.json"])
    files[f"seal/records/{proof['index'] + 1}.json"] = files[f"seal/records/{proof['index']}.json"]
    files["seal/manifest.json"] = json.dumps({**proof, "index": proof["index"] + 1}).encode()
    return "is not the one that was sealed"


_TAMPERED: tuple[Tamper, ...] = (
    _content,
    _content_and_manifest,
    _failed_pass_left_out,
    _added,
    _pass_exchanged,
    _record_changed,
    _checkpoint_changed,
    _seal_away,
    _proofs_away,
    _record_of_another_event,
    _index_moved,
)


@pytest.mark.parametrize("tamper", _TAMPERED, ids=lambda t: t.__name__)
def test_tampering_is_named(packed: Packed, tamper: Tamper) -> None:
    files = read_pack(packed.path)
    named = tamper(files)
    problems = verify_pack(files, _key(packed)).problems
    assert any(named in problem for problem in problems), problems


@pytest.mark.parametrize("tamper", [None, *_TAMPERED], ids=lambda t: t.__name__ if t else "whole")
def test_the_verifier_in_the_pack_says_the_same(packed: Packed, tamper: Tamper | None, tmp_path: Path) -> None:
    files = read_pack(packed.path)
    if tamper is not None:
        tamper(files)
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    command = [sys.executable, "-B", str(tmp_path / "seal" / "verify_pack.py"), str(tmp_path)]
    done = subprocess.run([*command, "--key", packed.key], capture_output=True, text=True, check=False)
    assert done.returncode == (0 if tamper is None else 1), done.stdout + done.stderr
    assert done.stdout.startswith("GOOD" if tamper is None else "WRONG")
    if tamper is None:
        assert subprocess.run(command, capture_output=True, check=False).returncode == 3


def test_every_framework_that_is_offered_makes_a_pack(packed: Packed, tmp_path: Path) -> None:
    assert OFFERED == FRAMEWORKS
    settings = estate(tmp_path)
    with open_record(settings) as record:
        (one,) = estates_of(record.configuration)
        examine(record, one, trigger=Trigger.MANUAL, cause="", actor="operator")
        for framework in FRAMEWORKS:
            done = _pack(record, tmp_path / f"{framework}.zip", framework=framework)
            assert verify_pack(read_pack(done.path), _key(done)).problems == ()


def test_a_pass_that_the_ledger_does_not_know_is_left_out_and_named(tmp_path: Path) -> None:
    settings = estate(tmp_path)
    with open_record(settings) as record:
        (one,) = estates_of(record.configuration)
        done = examine(record, one, trigger=Trigger.MANUAL, cause="", actor="operator")
        file = settings.state.compliance / "payroll" / "passes" / f"{done.done.id}.json"
        file.write_bytes(file.read_bytes().replace(b'"cause": ""', b'"cause": "x"'))
        examine(record, one, trigger=Trigger.MANUAL, cause="", actor="operator")
        packed = _pack(record, tmp_path / "p.zip")
        assert packed.unrecorded == (f"payroll/{done.done.id}",)
        assert packed.passes == 1


def test_refusals(tmp_path: Path) -> None:
    settings = estate(tmp_path)
    with open_record(settings) as record:
        with pytest.raises(NotFoundError, match="no pass within that span"):
            _pack(record, tmp_path / "p.zip")
        (tmp_path / "there.zip").write_bytes(b"")
        with pytest.raises(ConflictError, match="is there already"):
            _pack(record, tmp_path / "there.zip")
        now = record.clock.now()
        with pytest.raises(InvalidInputError, match="the span is empty"):
            make_pack(record, (), framework="soc_2", since=now, until=now, path=tmp_path / "p", actor="operator")


def test_what_is_no_pack(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        read_pack(tmp_path / "gone.zip")
    (tmp_path / "text.zip").write_text("hello")
    with pytest.raises(InvalidInputError, match="cannot be read as a ZIP"):
        read_pack(tmp_path / "text.zip")
    with zipfile.ZipFile(tmp_path / "empty.zip", "w") as file:
        file.writestr("a", "b")
    with pytest.raises(InvalidInputError, match="no evidence pack"):
        verify_pack(read_pack(tmp_path / "empty.zip"), None)
    with zipfile.ZipFile(tmp_path / "twice.zip", "w") as file:
        file.writestr("a", "b")
        with pytest.warns(UserWarning, match="Duplicate name"):
            file.writestr("a", "c")
    with pytest.raises(InvalidInputError, match="holds a twice"):
        read_pack(tmp_path / "twice.zip")
    with pytest.raises(InvalidInputError, match="another version"):
        verify_pack({"manifest.json": b'{"form": "watchword-evidence-pack", "version": 9}'}, None)
