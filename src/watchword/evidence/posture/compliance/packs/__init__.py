"""Packs of evidence: what was seen of each control of a framework within a span, sealed so that a change is named.

    files = pack_files(request)                     # what goes under the manifest
    manifest = manifest_of(files, request)          # its SHA-256 goes into the ledger
    problems = verify_pack(everything, key).problems

A pack is a ZIP. Everything in it is named by the manifest with its SHA-256, except `manifest.json` itself and `seal/`,
which came after it: the ledger's record of the manifest, proofs that this record and those of all passes are in the
ledger, the signed checkpoints they lead to, and a verifier that needs nothing but Python.
"""

from watchword.evidence.posture.compliance.packs.building import (
    FRAMEWORKS,
    MANIFEST,
    EstateEvidence,
    PackRequest,
    RecordedPass,
    controls_of,
    manifest_of,
    pack_files,
)
from watchword.evidence.posture.compliance.packs.sealing import Proven, seal_files
from watchword.evidence.posture.compliance.packs.verification import Verified, verify_pack

__all__ = [
    "FRAMEWORKS",
    "MANIFEST",
    "EstateEvidence",
    "PackRequest",
    "Proven",
    "RecordedPass",
    "Verified",
    "controls_of",
    "manifest_of",
    "pack_files",
    "seal_files",
    "verify_pack",
]
