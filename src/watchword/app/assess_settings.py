"""Reads `watchword-assess.yaml`: attestations, words on assets, targets. What is odd becomes an entry's flaw.

targets:
  "*": advanced
  data.data-encryption: optimal
assets:
  - resource: aws_s3_bucket.site
    criticality: ordinary
    owner: web@example.com
    reason: the public web site
    until: 2027-03-31
attestations:
  - function: identity.authentication
    stage: initial
    artifact: evidence/second-factor.pdf
    sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    signer: security@example.com
    expires: 2027-03-31
"""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Final

from watchword.app.diagnostics import Findings
from watchword.app.yaml_tree import MAX_BYTES, Mapping, Scalar, Sequence, read_yaml
from watchword.evidence.posture.assessment import Entry
from watchword.inventory import Place
from watchword.kernel.errors import InvalidInputError, NotFoundError
from watchword.kernel.errors import Place as Mark

_SECTIONS: Final = ("attestations", "assets", "targets")
_LARGEST_ARTIFACT: Final = 256 * 1024 * 1024  # bytes: a document, not a disk


def read_settings_file(path: Path) -> tuple[Entry, ...]:
    """Return the file's entries; what is odd about one is its flaw. Raises for a file that is not there, or no YAML."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise NotFoundError(f"{path}: {error.strerror or error}", code="assess.no_settings") from error
    findings = Findings()
    tree = read_yaml(content, str(path), findings)
    if findings.errors:
        raise InvalidInputError("\n".join(map(str, findings.errors)), code="assess.settings")
    if not isinstance(tree, Mapping):
        raise InvalidInputError(f"{path}: no settings", code="assess.settings", expected=", ".join(_SECTIONS))
    entries: list[Entry] = []
    for section in tree.entries:
        if section.key not in _SECTIONS:
            raise InvalidInputError(
                f"{section.place}: {section.key} is not known here",
                code="assess.settings",
                expected=", ".join(_SECTIONS),
            )
        if section.key == "targets":
            entries.extend(_targets(section.value))
        elif isinstance(section.value, Sequence):
            entries.extend(_proven(_entry(section.key, item), path.parent) for item in section.value.items)
        elif not (isinstance(section.value, Scalar) and section.value.null):
            entries.append(_flawed(section.key, "a list was expected", section.place))
    return tuple(entries)


def _targets(node: object) -> list[Entry]:
    if not isinstance(node, Mapping):
        mark = node.place if isinstance(node, Scalar | Sequence) else Mark(document="")
        return [_flawed("targets", "functions with their stages were expected", mark)]
    return [
        Entry(
            section="targets",
            fields={"function": entry.key, "stage": entry.value.text},
            place=_place(entry.place),
        )
        if isinstance(entry.value, Scalar)
        else _flawed("targets", f"{entry.key} is no stage", entry.place)
        for entry in node.entries
    ]


def _entry(section: str, node: object) -> Entry:
    if not isinstance(node, Mapping):
        mark = node.place if isinstance(node, Scalar | Sequence) else Mark(document="")
        return _flawed(section, "it is no mapping", mark)
    fields: dict[str, str] = {}
    for entry in node.entries:
        if not isinstance(entry.value, Scalar):
            return _flawed(section, f"{entry.key} is no text", entry.place)
        fields[entry.key] = "" if entry.value.null else entry.value.text
    return Entry(section=section, fields=fields, place=_place(node.place))


def _proven(entry: Entry, directory: Path) -> Entry:
    """An attestation that names its document holds only if the document has the hash that it names."""
    name = entry.fields.get("artifact", "")
    if entry.section != "attestations" or not name or entry.flaw:
        return entry
    path = directory / name
    try:
        if path.stat().st_size > _LARGEST_ARTIFACT:
            return replace(entry, flaw=f"{name} is larger than {_LARGEST_ARTIFACT >> 20} MB")
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return replace(entry, flaw=f"{name}: {error.strerror or error}")
    if found != entry.fields.get("sha256", "").strip().lower():
        return replace(entry, flaw=f"{name} is not the document that was signed: its SHA-256 is {found}")
    return entry


def _flawed(section: str, flaw: str, mark: Mark) -> Entry:
    return Entry(section=section, fields={}, place=_place(mark), flaw=flaw)


def _place(mark: Mark) -> Place:
    return Place(mark.document, mark.line, mark.line, mark.column)
