"""`watchword ledger`: read the record, prove that it is whole, take a copy that proves itself."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from watchword.app.instants import written
from watchword.cli import exits
from watchword.cli.options import output_of, positive, settings_of
from watchword.cli.verbs import noun, verb

if TYPE_CHECKING:
    from datetime import datetime

    from watchword.cli.options import Nouns
    from watchword.cli.output import Row
    from watchword.evidence.ledger import LedgerEntry

_COLUMNS = ("index", "time", "event", "who", "what", "outcome", "reason")
_SHOWN = 20


def register(nouns: "Nouns") -> None:
    verbs = noun(nouns, "ledger", "The record: show, verify, export.")
    show = verb(verbs, "show", "Show the newest records, or one of them whole.", _show)
    show.add_argument("index", nargs="?", type=int, metavar="INDEX", help="one record, as it was sealed")
    show.add_argument("--limit", type=positive, default=_SHOWN, metavar="N", help=f"how many (default: {_SHOWN})")
    show.add_argument("--before", type=int, metavar="INDEX", help="only records below this one")

    verify = verb(
        verbs,
        "verify",
        "Recompute every record and every signed checkpoint, and name the first one that is wrong.",
        _verify,
    )
    verify.add_argument(
        "--trusted",
        metavar="FILE",
        help="a checkpoint that was saved before: also proves that nothing was cut off since",
    )

    verify.add_argument("--save", metavar="FILE", help="save the newest checkpoint, to be kept elsewhere")

    export = verb(verbs, "export", "Write a copy with its own verifier, which needs nothing but Python.", _export)
    export.add_argument("directory", metavar="DIR")


def _row(entry: "LedgerEntry") -> "Row":
    return {
        "index": entry.index,
        "time": written(entry.time),
        "event": entry.event,
        "who": entry.who,
        "what": entry.what,
        "outcome": entry.outcome,
        "reason": entry.reason,
        "source_ip": entry.source_ip,
        "request_id": entry.request_id,
    }


def _show(options: argparse.Namespace) -> int:
    from watchword.app.runtime import open_services

    output = output_of(options)
    with open_services(settings_of(options)) as services:
        if options.index is not None:
            entry = services.reader.record(options.index)
            output.document(entry.document())
            return exits.OK
        # The newest at the end, where the eye is.
        entries = services.reader.page(before=options.before, limit=options.limit)[::-1]
    output.rows([_row(entry) for entry in entries], _COLUMNS, empty="Nothing has been recorded yet.")
    return exits.OK if entries else exits.NOTHING


def _verify(options: argparse.Namespace) -> int:
    from watchword.app.runtime import open_services
    from watchword.evidence.ledger import LedgerCorruptError, verify
    from watchword.kernel.errors import InvalidInputError

    output = output_of(options)
    trusted = None
    if options.trusted:
        try:
            trusted = Path(options.trusted).read_bytes()
        except OSError as error:
            raise InvalidInputError(
                f"cannot read {options.trusted}: {error.strerror}", code="file.unreadable"
            ) from error
    with open_services(settings_of(options)) as services:
        try:
            verification = verify(services.ledger_store, services.signer.verifier, trusted=trusted)
        except LedgerCorruptError as error:
            output.record(
                {
                    "verified": False,
                    "code": error.code,
                    "first_bad_record": error.record,
                    "batch": error.batch,
                    "problem": str(error),
                }
            )
            return exits.CRITICAL
    if verification.batches == 0:
        output.say("Nothing has been recorded yet, so nothing was verified.")
        return exits.NOTHING
    if options.save:
        _save(Path(options.save), verification.note)
    output.record(
        {
            "verified": True,
            "records": verification.records,
            "batches": verification.batches,
            "root": verification.root.hex(),
            "first": _instant(verification.first_at),
            "last": _instant(verification.last_at),
            "trusted": verification.trusted,
        }
    )
    if not verification.trusted:
        output.say(
            "Whole as far as it goes. To prove later that nothing was cut off, keep a checkpoint elsewhere: --save FILE"
        )
    return exits.OK


def _instant(at: "datetime | None") -> str | None:
    return None if at is None else written(at)


def _save(path: Path, note: bytes) -> None:
    from watchword.kernel.errors import UnavailableError

    try:
        path.write_bytes(note)
    except OSError as error:
        raise UnavailableError(f"cannot write {path}: {error.strerror}", code="file.unwritable") from error


def _export(options: argparse.Namespace) -> int:
    from watchword.app.runtime import open_services
    from watchword.evidence.ledger import export

    output = output_of(options)
    directory = Path(options.directory)
    with open_services(settings_of(options)) as services:
        exported = export(services.ledger_store, directory)
        key = str(services.signer.verifier)
    output.record({"directory": str(directory), "records": exported.records, "key": key})
    output.say(f"Anybody can check it: python3 {directory / 'verify.py'} {directory} --key '{key}'")
    return exits.OK
