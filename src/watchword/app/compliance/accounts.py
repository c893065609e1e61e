"""A live account, read anew: all of it, or the part in which something changed, beside what it answered before.

    estate = read_again(settings, at=now, file=file, services=frozenset({"s3"}))

What an account answered is kept in a file, 0600, without the answers that may hold secrets: those are asked each time.
The judgement is always over the whole account; only the asking is narrowed. All of it is asked where the services that
changed are not known, where there is no such file or it is not whole, where it is of another account or of other
regions, and a day after it was last asked in whole: an event may have been lost.
"""

import os
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from watchword.app.configuration.posture import AccountSettings
from watchword.app.posture import EstateReading
from watchword.app.state import write_private
from watchword.inventory import FrontEnd, assemble
from watchword.kernel.errors import InvalidInputError, UnavailableError

if TYPE_CHECKING:
    from watchword.adapters.aws.evidence import Header, Record

WHOLE_AFTER: Final = timedelta(days=1)


def read_again(account: AccountSettings, *, at: datetime, file: Path, services: frozenset[str] | None) -> EstateReading:
    """Read an account. `services` are those in which something changed; None asks all of it.

    Raises where the account cannot be read at all; what it refuses to tell is UNKNOWN.
    """
    from watchword.adapters.aws.collector import collect
    from watchword.adapters.aws.evidence import Header
    from watchword.adapters.aws.partial import Part, part_of, secret_operations
    from watchword.adapters.aws.permissions import operations
    from watchword.adapters.aws.reader import Answers, reading_of
    from watchword.adapters.aws.services import ASKED, aws_shapes
    from watchword.adapters.aws.session import open_account

    there = open_account(profile=account.profile or None, allowed=operations())
    regions = there.regions(account.regions)
    header = Header(
        account=there.number,
        partition=there.partition,
        home=there.home,
        regions=regions,
        collected_at=at.isoformat(timespec="seconds"),
    )
    part: Part | None = None if services is None else part_of(services)
    before = None if part is None else _kept(file, header, at)
    answers = Answers(header)
    kept: list[Record] = []
    asked = header.collected_at  # when all of it was asked
    if part is not None and before is not None:
        asked = before[0].collected_at
        for record in before[1]:
            if record.operation not in part.operations:
                answers.add(record)
                kept.append(record)
    else:
        part = None
    secret = secret_operations()

    def sink(record: "Record") -> None:
        answers.add(record)
        if record.operation not in secret:
            kept.append(record)

    collect(
        there,
        sink,
        ASKED if part is None else part.listings,
        partition=there.partition,
        number=there.number,
        home=there.home,
        regions=regions,
        secrets=True,
    )
    _keep(file, header, asked, kept)
    return EstateReading(
        directory=Path(), inventory=assemble([reading_of(answers)], aws_shapes()), read=(FrontEnd.AWS,)
    )


def _kept(file: Path, header: "Header", now: datetime) -> "tuple[Header, list[Record]] | None":
    """What was answered before, where it still serves."""
    from watchword.adapters.aws.evidence import End, Header, Record, records

    found: list[Record] = []
    told: Header | None = None
    whole = False
    try:
        with file.open(encoding="utf-8") as lines:
            for record in records(lines, name=file.name):
                if isinstance(record, Header):
                    told = record
                elif isinstance(record, End):
                    whole = record.answers == len(found)
                elif isinstance(record, Record):
                    found.append(record)
    except (OSError, ValueError, InvalidInputError):
        return None
    if told is None or not whole:
        return None
    age = now - datetime.fromisoformat(told.collected_at)
    same = (told.account, told.partition, told.home, told.regions) == (
        header.account,
        header.partition,
        header.home,
        header.regions,
    )
    return (told, found) if same and timedelta() <= age < WHOLE_AFTER else None


def _keep(file: Path, header: "Header", asked: str, kept: "Iterable[Record]") -> None:
    from dataclasses import replace

    from watchword.adapters.aws.evidence import End, end_line, header_line, record_line

    def lines() -> Iterator[str]:
        count = 0
        yield header_line(replace(header, collected_at=asked))
        for record in kept:
            count += 1
            yield record_line(record)
        yield end_line(End(answers=count))

    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(file, "".join(lines()).encode("utf-8", "surrogatepass"))
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise UnavailableError(f"{file}: cannot be written: {reason}", code="compliance.store") from error
