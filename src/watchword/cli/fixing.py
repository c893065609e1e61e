"""`watchword scan --fix`: a patch on standard output, or, with `--write`, the files themselves."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watchword.app.fixing import Fixing
    from watchword.app.scanning import Scan

_FORMS = ("table", "json", "sarif")
_MOST_TOLD = 50  # findings of which it is told why no fix is offered


def refuse_misuse(options: argparse.Namespace, form: str) -> None:
    """Raise `InvalidInputError` for options that make no sense together, before anything is read."""
    from watchword.kernel.errors import InvalidInputError

    if options.write and not options.fix:
        raise InvalidInputError("--write changes files by fixing them", code="usage.write", hint="add --fix")
    if not options.fix:
        return
    if form not in _FORMS and not options.write:
        raise InvalidInputError(
            f"--fix prints a patch, not {form}", code="usage.fix", hint="JSON and SARIF carry fixes: --output json"
        )
    if options.since is not None and ".." in options.since:
        raise InvalidInputError(
            "--fix changes the working tree, which --since A..B does not look at",
            code="usage.fix",
            hint="name the earlier revision alone: --since A",
        )


def fixed(options: argparse.Namespace, done: "Scan", form: str) -> "Scan":
    """Propose, and say on standard error what came of it. With `--write` the files are written.

    Returns the scan with what is offered.
    """
    from watchword.app import fixing

    found = fixing.propose(done)
    if options.write:
        fixing.write(found.files)
    elif form == "table":
        _print(fixing.patch(found.files))
    _tell(done, found, written=options.write)
    return fixing.with_offers(done, found)


def _print(patch: bytes) -> None:
    """To a file as it is; to a terminal without what would steer it."""
    if sys.stdout.isatty():
        from watchword.cli.output import printable

        for line in patch.decode("utf-8", "replace").split("\n")[:-1]:
            sys.stdout.write(printable(line.rstrip("\r")) + "\n")
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(patch)
    sys.stdout.buffer.flush()


def _tell(done: "Scan", found: "Fixing", *, written: bool) -> None:
    from watchword.cli.output import printable

    for one in found.refused[:_MOST_TOLD]:
        line = f"not offered: {one.result.spot}: {one.result.check.id} {one.result.address}: {one.why}"
        print(printable(line), file=sys.stderr)
    if len(found.refused) > _MOST_TOLD:
        print(f"not offered: {len(found.refused) - _MOST_TOLD} more", file=sys.stderr)
    for name in found.begun[:_MOST_TOLD]:
        print(printable(f"begins to apply, and fails: {name}"), file=sys.stderr)
    many = len(done.report.counting)
    files = f"{len(found.files)} file{'' if len(found.files) == 1 else 's'}"
    if many == 0:
        print("watchword: nothing to fix", file=sys.stderr)
    elif not found.files:
        print(f"watchword: no safe fix for any of {many} findings", file=sys.stderr)
    elif written:
        print(f"watchword: {found.closes} of {many} findings closed in {files}", file=sys.stderr)
    else:
        print(f"watchword: this closes {found.closes} of {many} findings in {files}", file=sys.stderr)
