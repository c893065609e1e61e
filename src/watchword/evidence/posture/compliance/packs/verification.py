"""Whether a pack is as it was sealed. Everything that is wrong is named, not only the first.

1. each file is the one that the manifest names, none is missing and none was added;
2. the manifest's SHA-256 is in a record of the ledger, `EvidencePackSealed`, of the same framework and span;
3. that record is in the ledger: its proof leads to a checkpoint that the key has signed;
4. each pass is one that the ledger has a record of (`EstateExamined`, by SHA-256), proven in the same way, and each
   content is what a pass names.

Without a key, 3 and 4 are checked with the one in the pack, which proves that nothing was damaged and not who made it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from watchword.evidence.ledger import LedgerCorruptError, VerifierKey, verify_record
from watchword.evidence.posture.compliance.packs.building import FORM, MANIFEST, VERSION
from watchword.evidence.posture.compliance.packs.sealing import SEAL
from watchword.evidence.posture.compliance.records import Json, read_pass, sha256
from watchword.kernel.errors import InvalidInputError

_PASS: Final = re.compile(r"passes/([^/]+)/([^/]+)\.json")
_CONTENT: Final = re.compile(r"contents/([^/]+)/([^/]+)\.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """`problems` is empty where all of it holds. `trusted` is False where only the pack's own key was there to use.

    `record` is the ledger's record of the pack and its index: whoever has the ledger can look there, too.
    """

    problems: tuple[str, ...]
    trusted: bool
    framework: str
    since: str
    until: str
    files: int
    passes: int
    digest: str  # of the manifest
    index: int | None = None
    record: bytes = b""
    sealed: str = ""  # when the checkpoint that vouches for it was signed


def verify_pack(files: Mapping[str, bytes], key: VerifierKey | None) -> Verified:
    """Check a pack. Raises `InvalidInputError` (`pack.form`) for what is no pack at all."""
    manifest = _manifest(files)
    problems: list[str] = []
    listed = _files(manifest, problems)
    _compare(files, listed, problems)
    used = key or _own_key(files, problems)
    digest = sha256(files[MANIFEST])
    index, record, sealed = _sealed(files, manifest, digest, used, problems)
    passes = _passes(files, used, problems)
    _contents(files, passes, problems)
    return Verified(
        problems=tuple(problems),
        trusted=key is not None,
        framework=_text(manifest, "framework"),
        since=_text(manifest, "since"),
        until=_text(manifest, "until"),
        files=len(listed),
        passes=sum(_PASS.fullmatch(name) is not None for name in files),
        digest=digest,
        index=index,
        record=record,
        sealed=sealed,
    )


def _manifest(files: Mapping[str, bytes]) -> dict[str, Json]:
    value = _json(files.get(MANIFEST, b""))
    if not isinstance(value, dict) or value.get("form") != FORM:
        raise InvalidInputError("this is no evidence pack", code="pack.form", expected=f"{MANIFEST} of the form {FORM}")
    if value.get("version") != VERSION:
        raise InvalidInputError(
            "this is an evidence pack of another version",
            code="pack.form",
            expected=f"version {VERSION}",
            found=repr(value.get("version")),
        )
    return value


def _files(manifest: Mapping[str, Json], problems: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    entries = manifest.get("files")
    for entry in entries if isinstance(entries, list) else ():
        name, digest = _text(entry, "name"), _text(entry, "sha256")
        if not name or name in found:
            problems.append(f"{MANIFEST}: names {name or 'nothing'} twice, or without a name")
        found[name] = digest
    if not found:
        problems.append(f"{MANIFEST}: names no file")
    return found


def _compare(files: Mapping[str, bytes], listed: Mapping[str, str], problems: list[str]) -> None:
    for name, digest in sorted(listed.items()):
        if name not in files:
            problems.append(f"{name}: is missing")
        elif sha256(files[name]) != digest:
            problems.append(f"{name}: was changed (SHA-256 {sha256(files[name])}, sealed {digest})")
    added = files.keys() - listed.keys() - {MANIFEST}
    problems.extend(f"{name}: was added" for name in sorted(added) if not name.startswith(SEAL))


def _own_key(files: Mapping[str, bytes], problems: list[str]) -> VerifierKey | None:
    try:
        return VerifierKey.parse(files.get(f"{SEAL}key", b"").decode("utf-8", "replace"))
    except InvalidInputError as error:
        problems.append(f"{SEAL}key: {error}")
        return None


def _sealed(
    files: Mapping[str, bytes],
    manifest: Mapping[str, Json],
    digest: str,
    key: VerifierKey | None,
    problems: list[str],
) -> tuple[int | None, bytes, str]:
    name = f"{SEAL}manifest.json"
    proof = _json(files.get(name, b""))
    body, sealed = _proven(files, proof, key, name, problems)
    if body is None:
        return None, b"", ""
    said = _said(body, "EvidencePackSealed")
    if said is None:
        problems.append(f"{name}: its record is not one of a pack")
    elif said.get("digest") != digest:
        problems.append(f"{MANIFEST}: was changed (SHA-256 {digest}, the ledger has {said.get('digest')})")
    elif said.get("framework") != manifest.get("framework"):
        problems.append(f"{MANIFEST}: is of another framework than its record: {said.get('framework')}")
    return _number(proof, "index"), body, sealed


def _passes(files: Mapping[str, bytes], key: VerifierKey | None, problems: list[str]) -> set[tuple[str, str]]:
    """Check each pass against its record; return the contents that they name, with their estate."""
    proofs = _json(files.get(f"{SEAL}passes.json", b""))
    by_name = {_text(p, "name"): p for p in proofs} if isinstance(proofs, list) else {}
    named: set[tuple[str, str]] = set()
    for name in sorted(files):
        match = _PASS.fullmatch(name)
        if match is None:
            continue
        proof = by_name.get(name)
        if proof is None:
            problems.append(f"{name}: no proof says that the ledger knows this pass")
            continue
        body, _ = _proven(files, proof, key, name, problems)
        said = None if body is None else _said(body, "EstateExamined")
        if body is not None and (said is None or said.get("digest") != sha256(files[name])):
            problems.append(f"{name}: is not the pass that the ledger has in record {_number(proof, 'index')}")
        try:
            done = read_pass(files[name], name=name)
        except InvalidInputError as error:
            problems.append(str(error))
            continue
        if (done.estate, done.id) != match.groups():
            problems.append(f"{name}: is the pass {done.id} of {done.estate}")
        if done.content:
            named.add((done.estate, done.content))
    return named


def _contents(files: Mapping[str, bytes], named: set[tuple[str, str]], problems: list[str]) -> None:
    present: set[tuple[str, str]] = set()
    for name in sorted(files):
        match = _CONTENT.fullmatch(name)
        if match is None:
            continue
        estate, digest = match.groups()
        present.add((estate, digest))
        if sha256(files[name]) != digest:
            problems.append(f"{name}: is not what its name says (SHA-256 {sha256(files[name])})")
        if (estate, digest) not in named:
            problems.append(f"{name}: no pass names it")
    for estate, digest in sorted(named - present):
        problems.append(f"contents/{estate}/{digest}.json: is missing, and a pass names it")


def _proven(
    files: Mapping[str, bytes], proof: Json, key: VerifierKey | None, name: str, problems: list[str]
) -> tuple[bytes | None, str]:
    """Return the record that a proof is about, once it is proven, and when its checkpoint was signed."""
    index, size = _number(proof, "index"), _number(proof, "size")
    path = proof.get("path") if isinstance(proof, dict) else None
    if index is None or size is None or not isinstance(path, list):
        problems.append(f"{name}: there is no proof that it is in the ledger")
        return None, ""
    body, note = files.get(f"{SEAL}records/{index}.json"), files.get(f"{SEAL}checkpoints/{size}.txt")
    if body is None or note is None:
        problems.append(f"{name}: its record {index}, or the checkpoint over {size} records, is missing")
        return None, ""
    if key is None:
        return body, ""
    try:
        nodes = [bytes.fromhex(str(node)) for node in path]
        checkpoint = verify_record(body, index=index, path=nodes, note=note, key=key)
    except (LedgerCorruptError, ValueError) as error:
        problems.append(f"{name}: {error}")
        return None, ""
    return body, checkpoint.committed_at.isoformat()


def _said(body: bytes, event: str) -> dict[str, Json] | None:
    """Our event's own fields, where the record is of that event."""
    value = _json(body)
    if not isinstance(value, dict):
        return None
    metadata, unmapped = value.get("metadata"), value.get("unmapped")
    if not isinstance(metadata, dict) or metadata.get("event_code") != event or not isinstance(unmapped, dict):
        return None
    said = unmapped.get("watchword")
    return said if isinstance(said, dict) else None


def _json(content: bytes) -> Json:
    try:
        value: Json = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return value


def _text(value: Json | Mapping[str, Json], name: str) -> str:
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, str) else ""


def _number(value: Json, name: str) -> int | None:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None
