"""`watchword policy lint`: what policies probably should not say, as text, JSON or SARIF; and what can be fixed."""

import argparse
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of
from watchword.cli.policy.catalogue import catalogue_of
from watchword.cli.policy.inputs import document, files, opened
from watchword.cli.verbs import verb
from watchword.kernel.errors import WatchwordError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from watchword.app.answers.examined import Examined
    from watchword.app.answers.linting import Linter
    from watchword.cli.options import Nouns
    from watchword.cli.output import Output
    from watchword.decision.analysis.lint import Finding
    from watchword.decision.language import PolicyKind

_KINDS = ("identity", "resource", "scp", "rcp", "boundary", "session", "trust", "endpoint")
_WORST = {"low": exits.LOW, "medium": exits.MEDIUM, "high": exits.HIGH, "critical": exits.CRITICAL}


def register(verbs: "Nouns") -> None:
    lint = verb(
        verbs,
        "lint",
        "Look for what policies probably should not say. Exit code 11 to 14 by the worst finding, low to critical.",
        _lint,
        forms=("table", "json", "sarif"),
    )
    lint.add_argument(
        "paths", nargs="+", metavar="PATH", help="files, directories (every *.json below), - for standard input"
    )
    lint.add_argument("--kind", choices=_KINDS, help="what the documents are for (default: guessed from each)")
    lint.add_argument("--rule", action="append", default=[], metavar="ID", help="only this rule; given again: these")
    lint.add_argument("--ignore", action="append", default=[], metavar="ID", help="not this rule; given again: these")
    lint.add_argument(
        "--account",
        action="append",
        default=[],
        metavar="NUMBER",
        help="an account that is yours; given again: several",
    )
    lint.add_argument("--fix", action="store_true", help="print what safe fixes would change, as a unified diff")
    lint.add_argument("--write", action="store_true", help="with --fix: change the files")


def _lint(options: argparse.Namespace) -> int:
    from watchword.app.answers.linting import Linter, linted
    from watchword.kernel.errors import InvalidInputError

    if options.write and not options.fix:
        raise InvalidInputError("--write changes files by fixing them", code="usage.write", hint="add --fix")
    form = getattr(options, "output", "table")
    if options.fix and form != "table":
        raise InvalidInputError(
            f"--fix prints a diff, not {form}", code="usage.fix", hint="JSON and SARIF carry the fixes without --fix"
        )
    linter = Linter(catalogue_of(options), only=options.rule, ignored=options.ignore, accounts=options.account)
    output = output_of(options)
    examined = tuple(_Examiner(options, linter).all(options.paths))
    if not examined:
        output.say(f"There are no policies in {', '.join(options.paths)}, so nothing was examined.")
        return exits.NOTHING
    if options.fix:
        examined = tuple(_fix(linter, output, examined, write=options.write))
    elif form == "sarif":
        from watchword.app.answers.sarif import sarif_log

        output.document(sarif_log(examined, linter.rules))
    elif output.json:
        output.document(linted(examined))
    else:
        _print(output, examined)
    _conclude(output, examined)
    return _code(examined)


class _Examiner:
    """Reads what is named, and has it judged."""

    def __init__(self, options: argparse.Namespace, linter: "Linter") -> None:
        from watchword.decision.language import PolicyKind

        self._linter = linter
        self._kind = PolicyKind(options.kind) if options.kind else None
        self._kinds = _Kinds()

    def all(self, paths: "Sequence[str]") -> "Iterator[Examined]":
        for path in paths:
            try:
                names = files([path], ".json")
            except WatchwordError as error:
                yield self._unread(path, error.message)
                continue
            for name in names:
                try:
                    with opened(name) as stream:
                        content = document(stream)
                except WatchwordError as error:
                    yield self._unread(name, error.message)
                except OSError as error:
                    yield self._unread(name, f"cannot read {name}: {error.strerror}")
                else:
                    yield self.one(name, content)

    def one(self, name: str, content: bytes) -> "Examined":
        kind = self._kind or self._kinds.of(name)
        return self._linter.examine("<stdin>" if name == "-" else name, content, kind)

    def _unread(self, name: str, why: str) -> "Examined":
        from watchword.app.answers.examined import Examined
        from watchword.decision.language import PolicyKind

        return Examined(name=name, kind=self._kind or PolicyKind.IDENTITY, guessed=False, error=why)


class _Kinds:
    """The kinds of policies that lie in a configuration directory, each directory read once."""

    def __init__(self) -> None:
        self._read: dict[Path, Mapping[str, PolicyKind]] = {}

    def of(self, name: str) -> "PolicyKind | None":
        from watchword.app.policy_kinds import configuration_of, kinds_of

        directory = configuration_of(Path(name)) if name != "-" else None
        if directory is None:
            return None
        if directory not in self._read:
            self._read[directory] = kinds_of(directory)
        return self._read[directory].get(Path(name).stem)


def _fix(linter: "Linter", output: "Output", examined: "Sequence[Examined]", *, write: bool) -> "Iterator[Examined]":
    from watchword.app.answers.examined import Examined
    from watchword.decision.analysis.lint import fix

    for one in examined:
        for line in _problems(one):
            output.say(line)
        if one.bad:
            yield one
            continue
        fixed = fix(one.text, name=one.name, kind=one.kind, catalogue=linter.catalogue, rules=linter.rules)
        if fixed.text != one.text:
            for line in _diff(one.name, one.text, fixed.text):
                output.data.write(line if not output.data.isatty() else _shown(line))
        if not write or fixed.text == one.text:
            yield one
            continue
        _write(one, fixed.text)
        left = linter.findings(fixed.document, fixed.text)
        yield Examined(name=one.name, kind=one.kind, guessed=one.guessed, text=fixed.text, findings=left)


def _diff(name: str, old: str, new: str) -> "Iterator[str]":
    import difflib

    path = name.lstrip("/")
    for line in difflib.unified_diff(_lines(old), _lines(new), f"a/{path}", f"b/{path}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """Cut at line feeds alone, as patch does; `splitlines` knows a dozen other ends of lines."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def _shown(line: str) -> str:
    from watchword.cli.output import printable

    return printable(line.rstrip("\n")) + "\n"


def _write(one: "Examined", text: str) -> None:
    """Replace a file's content, whole or not at all; its mode stays, a link stays a link."""
    import tempfile

    from watchword.kernel.errors import ConflictError, InvalidInputError, UnavailableError

    if one.name == "<stdin>":
        raise InvalidInputError("standard input cannot be written to", code="usage.write", hint="leave --write away")
    path = Path(one.name).resolve()
    try:
        if path.read_bytes() != one.text.encode():
            raise ConflictError(f"{one.name} was changed by somebody else meanwhile", code="file.changed")
        descriptor, fresh = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(text.encode())
            Path(fresh).chmod(path.stat().st_mode & 0o777)
            Path(fresh).replace(path)
        except OSError:
            Path(fresh).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UnavailableError(f"cannot write {one.name}: {error.strerror}", code="file.unwritable") from error


def _print(output: "Output", examined: "Sequence[Examined]") -> None:
    from watchword.cli.output import printable

    for one in examined:
        for line in _problems(one):
            output.text(line)
        for f in one.findings:
            fixable = ", --fix" if f.fix else ""
            output.text(printable(f"{_place(f)}: {f.severity.value}: {f.message} [{f.rule}{fixable}]"))


def _problems(one: "Examined") -> "Iterator[str]":
    from watchword.cli.output import printable
    from watchword.decision.language import Severity

    if one.error:
        yield printable(f"{one.name}: error: {one.error}")
    for d in one.refused:
        if d.severity is Severity.ERROR:
            got = ", ".join(f"{word} {said}" for word, said in (("expected", d.expected), ("found", d.found)) if said)
            yield printable(
                f"{d.place}: error: {d.message}"
                + (f" ({got})" if got else "")
                + (f"; {d.hint}" if d.hint else "")
                + f" [{d.code}]"
            )


def _place(finding: "Finding") -> str:
    return f"{finding.document}:{finding.line}:{finding.column}"


def _conclude(output: "Output", examined: "Sequence[Examined]") -> None:
    count = dict.fromkeys(reversed(_WORST), 0)
    for one in examined:
        for finding in one.findings:
            count[finding.severity.value] += 1
    refused = sum(one.bad for one in examined)
    sums = ", ".join(f"{n} {severity}" for severity, n in count.items() if n) or "nothing found"
    output.say(
        f"{len(examined) - refused} examined: {sums}" + (f"; {refused} could not be read" if refused else "") + "."
    )
    kinds: dict[str, int] = {}
    for one in examined:
        if one.guessed and not one.error:
            kinds[one.kind.value] = kinds.get(one.kind.value, 0) + 1
    if kinds:
        listed = ", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items()))
        output.say(f"Kinds were guessed: {listed}. Use --kind for scp, rcp, boundary, session and endpoint policies.")


def _code(examined: "Sequence[Examined]") -> int:
    if any(one.bad for one in examined):
        return exits.USAGE
    return max((_WORST[f.severity.value] for one in examined for f in one.findings), default=exits.OK)
