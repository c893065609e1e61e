"""The instructions of a Dockerfile, each with its lines: continued ones put together, heredocs read, comments left out.

Source: Docker documentation, "Dockerfile reference": "Format", "Parser directives", "Here-documents".
"""

import re
from typing import Final, NamedTuple

from watchword.inventory.model import Problem, ProblemKind
from watchword.inventory.values import Place

# A file with more is generated, or no Dockerfile.
MOST_INSTRUCTIONS: Final = 5_000
_DIRECTIVE = re.compile(r"#\s*(\w+)\s*=\s*(\S*)\s*")
_INSTRUCTION = re.compile(r"\s*([A-Za-z]+)(?:\s+(.*))?", re.DOTALL)
_HEREDOC = re.compile(r"<<-?\s*([\"']?)([A-Za-z_][\w.]*)\1")
_TAKES_HEREDOCS: Final = frozenset({"RUN", "COPY", "ADD"})
KNOWN: Final = frozenset(
    {
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
        "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    }
)  # fmt: skip


class Instruction(NamedTuple):
    name: str  # in capitals
    text: str  # what follows it, its lines put together
    place: Place


def instructions(text: str, file: str) -> tuple[list[Instruction], list[Problem]]:
    """Return what a Dockerfile says in order. Never raises; what is no instruction is a problem."""
    lines = text.split("\n")  # and not at what else Python takes for a line's end
    escape = _escape(lines)
    found: list[Instruction] = []
    problems: list[Problem] = []
    number = 0
    while number < len(lines):
        first = number
        if not lines[number].strip() or lines[number].lstrip().startswith("#"):
            number += 1
            continue
        parts: list[str] = []
        while number < len(lines):
            line = lines[number]
            number += 1
            if parts and (not line.strip() or line.lstrip().startswith("#")):
                continue  # comments and empty lines do not end a continued line
            stripped = line.rstrip()
            continued = stripped.endswith(escape)
            parts.append(stripped.removesuffix(escape) if continued else stripped)
            if not continued:
                break
        whole = " ".join(parts) if len(parts) > 1 else parts[0]
        match = _INSTRUCTION.fullmatch(whole)
        name = match[1].upper() if match else ""
        if match is None or name not in KNOWN:
            why = f"no instruction: {whole.strip()[:60]}"
            problems.append(Problem(ProblemKind.SYNTAX, why, Place(file, first + 1, number)))
            continue
        body = match[2] or ""
        if name in _TAKES_HEREDOCS:
            read, number = _heredocs(body, lines, number)
            body += read
        found.append(Instruction(name, body, Place(file, first + 1, number, 1)))
        if len(found) > MOST_INSTRUCTIONS:
            why = f"more than {MOST_INSTRUCTIONS} instructions; those after them were not read"
            problems.append(Problem(ProblemKind.LIMIT, why, Place(file, number, number)))
            break
    return found, problems


def _escape(lines: list[str]) -> str:
    """The character that continues a line: a directive before everything else may change it."""
    for line in lines:
        directive = _DIRECTIVE.fullmatch(line)
        if directive is None:
            break
        if directive[1].lower() == "escape" and directive[2] == "`":
            return "`"
    return "\\"


def _heredocs(body: str, lines: list[str], number: int) -> tuple[str, int]:
    """Read the documents that an instruction begins; one that is not closed ends with the file, as for Docker."""
    read: list[str] = []
    for _, word in _HEREDOC.findall(body):
        while number < len(lines):
            line = lines[number]
            number += 1
            if line.strip("\t \r") == word:
                break
            read.append(line)
    return ("\n" + "\n".join(read) if read else ""), number
