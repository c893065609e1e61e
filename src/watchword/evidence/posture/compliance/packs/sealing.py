"""What is put into a pack once the ledger has its manifest: the records, the proofs, the checkpoints, the verifiers.

seal/manifest.json         the proof of the manifest's record
seal/passes.json           the proofs of the passes' records
seal/records/41.json       a record of the ledger, byte by byte
seal/checkpoints/97.txt    the signed checkpoint over the tree of 97 records
seal/key                   the ledger's verifier key, to compare with
seal/verify_pack.py        the verifier, and `verify.py`, the ledger's, which it builds on
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from watchword.evidence.ledger import InclusionProof, VerifierKey, offline_verifier
from watchword.evidence.posture.compliance.records import Json, canonical

SEAL = "seal/"
_VERIFIER = Path(__file__).parent / "_offline" / "verify_pack.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """A record of the ledger about `name` (a file of the pack), and the proof that it is in there."""

    name: str
    proof: InclusionProof


def seal_files(manifest: Proven, passes: Iterable[Proven], key: VerifierKey) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    listed = list(passes)
    for one in (manifest, *listed):
        files[f"{SEAL}records/{one.proof.index}.json"] = one.proof.body
        files[f"{SEAL}checkpoints/{one.proof.head.size}.txt"] = one.proof.note
    files[f"{SEAL}manifest.json"] = canonical(_proof(manifest))
    files[f"{SEAL}passes.json"] = canonical([_proof(one) for one in listed])
    files[f"{SEAL}key"] = f"{key}\n".encode()
    files[f"{SEAL}verify_pack.py"] = _VERIFIER.read_bytes()
    files[f"{SEAL}verify.py"] = offline_verifier()
    return files


def _proof(one: Proven) -> dict[str, Json]:
    return {
        "name": one.name,
        "index": one.proof.index,
        "size": one.proof.head.size,
        "path": [node.hex() for node in one.proof.path],
    }
