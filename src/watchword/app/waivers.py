"""Reads `waivers.yaml`: a list under `waivers`, each entry a mapping of texts. What is odd becomes an entry's flaw.

waivers:
  - check: s3-public-access-block
    resource: aws_s3_bucket.site
    reason: the public web site
    owner: web@example.com
    expires: 2027-03-31
"""

from pathlib import Path

from watchword.app.diagnostics import Findings
from watchword.app.yaml_tree import MAX_BYTES, Mapping, Scalar, Sequence, read_yaml
from watchword.evidence.posture.waivers import WaiverEntry
from watchword.inventory import Place
from watchword.kernel.errors import NotFoundError
from watchword.kernel.errors import Place as Mark


def read_waiver_file(path: Path, *, name: str) -> tuple[WaiverEntry, ...]:
    """Return the entries of a file, placed in what `name` calls it. Raises `NotFoundError` where there is none."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise NotFoundError(f"{name}: {error.strerror or error}", code="waivers.no_file") from error
    findings = Findings()
    tree = read_yaml(content, name, findings)
    if findings.errors:
        return tuple(_flawed(str(error), error.place) for error in findings.errors)
    if isinstance(tree, Mapping):
        odd = [entry for entry in tree.entries if entry.key != "waivers"]
        if odd:
            return (_flawed(f"{odd[0].key} is not known here: waivers stand under `waivers`", odd[0].place),)
        node = tree.entries[0].value if tree.entries else None
    else:
        node = tree
    if node is None or (isinstance(node, Scalar) and node.null):
        return ()
    if not isinstance(node, Sequence):
        return (_flawed("a list of waivers was expected", node.place),)
    return tuple(_entry(item) for item in node.items)


def _entry(node: object) -> WaiverEntry:
    if not isinstance(node, Mapping):
        mark = node.place if isinstance(node, Scalar | Sequence) else Mark(document="")
        return _flawed("it is no mapping of check, resource, reason, owner and expires", mark)
    fields: dict[str, str] = {}
    for entry in node.entries:
        if not isinstance(entry.value, Scalar):
            return _flawed(f"{entry.key} is no text", entry.place)
        fields[entry.key] = "" if entry.value.null else entry.value.text
    return WaiverEntry(fields=fields, place=_place(node.place))


def _flawed(flaw: str, mark: Mark) -> WaiverEntry:
    return WaiverEntry(fields={}, place=_place(mark), flaw=flaw)


def _place(mark: Mark) -> Place:
    return Place(mark.document, mark.line, mark.line, mark.column)
