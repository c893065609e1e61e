# ruff: noqa: T201 - a program, which prints
"""Check an unpacked evidence pack. Needs Python 3.8 or later and `verify.py` beside it; reads files, touches nothing.

    unzip -d pack FILE
    python3 pack/seal/verify_pack.py pack --key KEY

KEY is the ledger's verifier key, `name+keyid+base64`: get it from the people who run that Watchword, never from the
pack. What is checked, all of it, and everything that is wrong is named:

1. each file is the one that `manifest.json` names by SHA-256; none is missing, none was added;
2. the manifest's SHA-256 is in the ledger's record of the pack, each pass's in the ledger's record of that pass;
3. each of these records leads, by its proof (RFC 6962), to a root that KEY has signed (C2SP signed-note, Ed25519);
4. what was found is what the passes name by SHA-256.

Exit code: 0 all of it holds; 1 something does not; 2 wrong usage; 3 no KEY was given: the files agree with each other,
which proves nothing about who made them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import verify  # type: ignore[import-not-found]  # the ledger's own, which lies beside this file in a pack


def inclusion(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        return False
    position, last, result = index, size - 1, leaf
    for node in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            result = verify.node_hash(node, result)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            result = verify.node_hash(result, node)
        position >>= 1
        last >>= 1
    return last == 0 and result == root


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Pack:
    def __init__(self, directory: Path, key: Any) -> None:
        self.directory = directory
        self.key = key
        self.problems: list[str] = []
        self.passes = 0

    def read(self, name: str) -> bytes:
        return (self.directory / name).read_bytes()

    def wrong(self, text: str) -> None:
        self.problems.append(text)

    def verify(self) -> None:
        manifest = json.loads(self.read("manifest.json"))
        listed = {entry["name"]: entry["sha256"] for entry in manifest["files"]}
        present = {path.relative_to(self.directory).as_posix() for path in self.directory.rglob("*") if path.is_file()}
        present = {name for name in present if not name.startswith("seal/") and name != "manifest.json"}
        for name in sorted(listed):
            if name not in present:
                self.wrong(f"{name}: is missing")
            elif sha256(self.read(name)) != listed[name]:
                self.wrong(f"{name}: was changed")
        for name in sorted(present - set(listed)):
            self.wrong(f"{name}: was added")
        said = self.record("seal/manifest.json", json.loads(self.read("seal/manifest.json")), "EvidencePackSealed")
        if said is not None and said["digest"] != sha256(self.read("manifest.json")):
            self.wrong("manifest.json: was changed: the ledger has another SHA-256")
        proofs = {proof["name"]: proof for proof in json.loads(self.read("seal/passes.json"))}
        named = set()
        for name in sorted(n for n in present if n.startswith("passes/")):
            self.passes += 1
            content = self.read(name)
            if name not in proofs:
                self.wrong(f"{name}: no proof says that the ledger knows this pass")
                continue
            said = self.record(name, proofs[name], "EstateExamined")
            if said is not None and said["digest"] != sha256(content):
                self.wrong(f"{name}: is not the pass that the ledger has")
            done = json.loads(content)
            if done["content"]:
                named.add(f"contents/{done['estate']}/{done['content']}.json")
        for name in sorted(n for n in present if n.startswith("contents/")):
            if sha256(self.read(name)) != Path(name).stem:
                self.wrong(f"{name}: is not what its name says")
            if name not in named:
                self.wrong(f"{name}: no pass names it")
        for name in sorted(named - present):
            self.wrong(f"{name}: is missing, and a pass names it")

    def record(self, name: str, proof: Any, event: str) -> Any:
        """Return our event's fields of a record, once it is proven; None, and a problem, where it is not."""
        index, size = int(proof["index"]), int(proof["size"])
        try:
            body, note = self.read(f"seal/records/{index}.json"), self.read(f"seal/checkpoints/{size}.txt")
            checkpoint = verify.Checkpoint(note, self.key)
        except OSError as error:
            self.wrong(f"{name}: {error.filename}: {error.strerror}")
            return None
        except verify.WrongError as error:
            self.wrong(f"{name}: {error}")
            return None
        path = [bytes.fromhex(node) for node in proof["path"]]
        if checkpoint.size != size or not inclusion(verify.leaf_hash(body), index, size, path, checkpoint.root):
            self.wrong(f"{name}: record {index} is not the one that was sealed")
            return None
        document = json.loads(body)
        if document["metadata"]["event_code"] != event:
            self.wrong(f"{name}: record {index} is of something else")
            return None
        return document["unmapped"]["watchword"]


def main() -> int:
    parser = argparse.ArgumentParser(description="Check an unpacked evidence pack of Watchword.")
    parser.add_argument("directory")
    parser.add_argument("--key", help="the ledger's verifier key: name+keyid+base64")
    given = parser.parse_args()
    try:
        key = verify.Key(given.key) if given.key else None
    except ValueError as error:
        parser.error(str(error))
    pack = Pack(Path(given.directory), key)
    try:
        pack.verify()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        pack.wrong(f"this is no whole pack: {type(error).__name__}: {error}")
    for problem in pack.problems:
        print(f"WRONG: {problem}")
    if pack.problems:
        return 1
    if key is None:
        print(
            f"UNPROVEN: the files agree with each other ({pack.passes} passes); without --key nobody vouches for them"
        )
        return 3
    print(f"GOOD: {pack.passes} passes and all that was made of them, signed by {key.name.decode()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
