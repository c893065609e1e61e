"""Ignore comments and annotations of other tools, as they stand in sources.

    for comment in comments_in(text.splitlines()): …

Read are `checkov:skip=ID:reason` (and `bridgecrew:skip`), `tfsec:ignore:ID[:exp:DATE]`, `trivy:ignore:ID[:exp:DATE]`,
`kics-scan ignore | ignore-line | ignore-block | disable=IDs`, the metadata of cfn_nag (`rules_to_suppress`), cfn-lint
(`ignore_checks`) and Checkov (`skip`), and the annotations `checkov.io/skipN`, `polaris.fairwinds.com/…-exempt`,
`ignore-check.kube-linter.io/…`, `kube-linter.io/ignore-all` and `kube-score/ignore`.

A comment covers the block it stands in, or the block that begins below the comment lines it stands in. The reason is
what the tool has a place for, else the rest of its line, else the comment line above it. A comment for one workspace
(`:ws:`) is left out: which workspace is meant cannot be told from source.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

ALL: Final = "*"
_LONGEST_LINE: Final = 2_000  # characters; what is longer is data, and patterns are not tried on it


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One ignored check. `name` is the tool's (`*`: all of its checks)."""

    tool: str
    name: str
    reason: str
    line: int
    until: date | None = None
    below: int = 0  # the first line below the comment lines it stands in; 0: it stands at the end of a line of code
    whole_file: bool = False

    def covers(self, first: int, last: int) -> bool:
        """Whether it speaks about the block of these lines."""
        return self.whole_file or first <= self.line <= last or (self.below > 0 and self.below == first)


_IS_COMMENT: Final = re.compile(r"\s*(#|//|/\*|\*)")
_CHECKOV: Final = re.compile(r"(?:checkov|bridgecrew):skip=([A-Za-z0-9_]+)(?::([^\n]*))?")
_TFSEC: Final = re.compile(r"(tfsec|trivy):ignore:([A-Za-z0-9_*-]+)((?::(?:exp|ws):[^\s:]+)*)")
_KICS: Final = re.compile(r"kics-scan\s+(ignore-line|ignore-block|ignore|disable=[0-9A-Fa-f,-]+)(?=[\s:]|$)")
_DAY: Final = re.compile(r"(?:exp|expires|review|until)[:= ]\s*(\d{4}-\d{2}-\d{2})")
_ANNOTATION: Final = re.compile(
    r"""["']?(?:
        (?P<kind1>checkov\.io/skip\d+)
      | (?P<kind2>polaris\.fairwinds\.com/(?:(?P<polaris>[A-Za-z]+)-)?exempt)
      | (?P<kind3>ignore-check\.kube-linter\.io/(?P<linter>[a-z0-9-]+))
      | (?P<kind4>kube-linter\.io/ignore-all)
      | (?P<kind5>kube-score/ignore)
    )["']?\s*:\s*(?P<value>.*)""",
    re.VERBOSE,
)
# Also on the line of what it stands in, `checkov: {skip: [{id: X, comment: why}]}`; never behind another resource.
_METADATA: Final = re.compile(
    r"^(\s*)(?:[\"']?(?:Metadata|checkov|cfn_nag|cfn-lint|config)[\"']?\s*:\s*\{\s*)*"
    r"[\"']?(rules_to_suppress|ignore_checks|skip)[\"']?\s*:\s*(.*)$"
)
_OF_METADATA: Final = {"rules_to_suppress": "cfn_nag", "ignore_checks": "cfn_lint", "skip": "checkov"}
_ID: Final = re.compile(r"[\"']?id[\"']?\s*:\s*[\"']?([A-Za-z0-9_]+)")
_REASON: Final = re.compile(r"[\"']?(?:reason|comment)[\"']?\s*:\s*[\"']?([^\"'\n]*)")
_BARE: Final = re.compile(r"[EWIFC][A-Z]*_?[A-Z0-9_]*\d")


def comments_in(lines: Sequence[str]) -> tuple[Comment, ...]:
    """Return the comments of a file's lines, in their order."""
    found: list[Comment] = []
    for number, line in enumerate(lines, 1):
        if len(line) <= _LONGEST_LINE:
            found.extend(_in_line(lines, number, line))
    return tuple(found)


def _in_line(lines: Sequence[str], number: int, line: str) -> Iterator[Comment]:
    below = _below(lines, number)
    for match in _CHECKOV.finditer(line):
        yield _comment("checkov", match[1], _reason(match[2] or "", lines, number), line, number, below)
    marks = list(_TFSEC.finditer(line))
    rest = _TFSEC.sub("", line).split("#", 1)[-1] if marks else ""
    for match in marks:
        if ":ws:" not in match[3]:
            yield _comment(match[1], match[2], _reason(rest, lines, number), match[3], number, below)
    for match in _KICS.finditer(line):
        names = match[1].removeprefix("disable=").split(",") if match[1].startswith("disable=") else [ALL]
        whole = match[1] == "ignore" or match[1].startswith("disable=")
        for name in names:
            yield _comment(
                "kics", name, _reason(line[match.end() :], lines, number), line, number, below, whole_file=whole
            )
    match_ = _ANNOTATION.search(line)
    if match_ is not None:
        yield from _annotated(match_, line, number)
    metadata = _METADATA.match(line)
    if metadata is not None:
        yield from _listed(lines, number, metadata)


def _comment(  # noqa: PLR0917 - private, and the order is that of a line
    tool: str, name: str, reason: str, dated: str, line: int, below: int = 0, *, whole_file: bool = False
) -> Comment:
    day = _DAY.search(dated) or _DAY.search(reason)
    return Comment(
        tool=tool,
        name=name,
        reason=reason.strip(),
        line=line,
        until=_date(day[1]) if day else None,
        below=below,
        whole_file=whole_file,
    )


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min  # a day that there is not has passed


def _below(lines: Sequence[str], number: int) -> int:
    """The first line below the run of comment lines that `number` stands in; 0 where it stands behind code."""
    if not _IS_COMMENT.match(lines[number - 1]):
        return 0
    below = number
    while below < len(lines) and _IS_COMMENT.match(lines[below]):
        below += 1
    return below + 1


def _reason(said: str, lines: Sequence[str], number: int) -> str:
    said = said.strip().removesuffix("*/").strip(" \t#/-:*")
    if said or number < 2 or not _IS_COMMENT.match(lines[number - 2]):  # noqa: PLR2004 - there is a line above
        return said
    above = lines[number - 2].strip().strip("#/* \t")
    return "" if re.search(r"(skip=|:ignore:|kics-scan)", above) else above


def _annotated(match: re.Match[str], line: str, number: int) -> Iterator[Comment]:
    value = match["value"].strip().rstrip(",").strip("\"'")
    if match["kind1"]:
        name, _, reason = value.partition("=")
        yield _comment("checkov", name.strip(), reason, line, number)
    elif match["kind2"]:
        if value.lower() == "true":
            yield _comment("polaris", match["polaris"] or ALL, "", line, number)
    elif match["kind3"]:
        yield _comment("kube-linter", match["linter"], value, line, number)
    elif match["kind4"]:
        yield _comment("kube-linter", ALL, value, line, number)
    else:
        for name in value.split(","):
            yield _comment("kube-score", name.strip(), "", line, number)


def _listed(lines: Sequence[str], number: int, match: re.Match[str]) -> Iterator[Comment]:
    """The entries of a list in metadata: what is indented below its name, or stands on its line."""
    tool, indent = _OF_METADATA[match[2]], len(match[1])
    name, at, reason = "", number, ""
    for position in range(number, len(lines) + 1):
        line = match[3] if position == number else lines[position - 1]
        depth = len(line) - len(line.lstrip())
        if position > number and line.strip() and depth <= indent and not line.strip().startswith(("-", "]", "}")):
            break
        if tool == "cfn_lint":
            for bare in _BARE.finditer(line):
                yield _comment(tool, bare[0], "", line, position)
        for entry in line.split("}"):
            named, because = _ID.search(entry), _REASON.search(entry)
            if named is not None:
                if name:
                    yield _comment(tool, name, reason, reason, at)
                name, at, reason = named[1], position, ""
            if because is not None:
                reason = because[1].strip()
        if position > number and line.strip().startswith("]") and depth <= indent:
            break
    if name:
        yield _comment(tool, name, reason, reason, at)
