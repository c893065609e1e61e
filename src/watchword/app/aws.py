"""A live account of AWS: read straight into an inventory, or collected into a file of evidence that is read later.

    estate = read_account(AwsRequest(profile="audit", at=now), told=print)
    written = collect_account(AwsRequest(profile=None, at=now, regions=("eu-west-1",)), Path("account.jsonl"))

A file has mode 0600 from its first byte, and appears under its name only once it is whole.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from watchword.app.posture import EstateReading
from watchword.app.private_file import private_file
from watchword.inventory import FrontEnd, assemble

if TYPE_CHECKING:
    from watchword.adapters.aws.evidence import Header

ENVIRONMENT: Final = "-"  # in place of a profile: the credentials of the environment


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsRequest:
    """Which account, and how much of it. No `regions`: all that are enabled. `at` is the instant of the collection."""

    profile: str | None
    at: datetime
    regions: tuple[str, ...] = ()
    secrets: bool = True  # what may hold secrets is looked at, too; a file has it only if it was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far it is. How much there is, nobody knows before."""

    answers: int
    operation: str
    region: str


Told = Callable[[Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What was written."""

    account: str
    regions: tuple[str, ...]
    answers: int
    calls: int
    refused: int


def read_account(request: AwsRequest, told: Told) -> EstateReading:
    """Read an account. What it refuses to tell is unknown, and a problem; raises where it cannot be read at all."""
    from watchword.adapters.aws.collector import collect
    from watchword.adapters.aws.evidence import Record
    from watchword.adapters.aws.permissions import operations
    from watchword.adapters.aws.reader import Answers, reading_of
    from watchword.adapters.aws.services import ASKED, aws_shapes
    from watchword.adapters.aws.session import open_account

    account = open_account(profile=_profile(request), allowed=operations())
    regions = account.regions(request.regions)
    answers = Answers(_header(request, account.number, account.partition, account.home, regions))

    def sink(record: Record) -> None:
        answers.add(record)
        told(Progress(answers=answers.count, operation=record.operation, region=record.region))

    collect(
        account,
        sink,
        ASKED,
        partition=account.partition,
        number=account.number,
        home=account.home,
        regions=regions,
        secrets=request.secrets,
    )
    return EstateReading(
        directory=Path(),
        inventory=assemble([reading_of(answers)], aws_shapes()),
        read=(FrontEnd.AWS,),
    )


def collect_account(request: AwsRequest, file: Path, told: Told) -> Collected:
    """Write what an account answers into a file. Raises where the account or the file cannot be had."""
    from watchword.adapters.aws.collector import collect
    from watchword.adapters.aws.evidence import End, Record, end_line, header_line, record_line
    from watchword.adapters.aws.permissions import operations
    from watchword.adapters.aws.services import ASKED
    from watchword.adapters.aws.session import open_account

    account = open_account(profile=_profile(request), allowed=operations())
    regions = account.regions(request.regions)
    counts = {"answers": 0, "refused": 0}
    with private_file(file) as out:
        out.write(header_line(_header(request, account.number, account.partition, account.home, regions)))

        def sink(record: Record) -> None:
            out.write(record_line(record))
            counts["answers"] += 1
            counts["refused"] += bool(record.error)
            told(Progress(answers=counts["answers"], operation=record.operation, region=record.region))

        collect(
            account,
            sink,
            ASKED,
            partition=account.partition,
            number=account.number,
            home=account.home,
            regions=regions,
            secrets=request.secrets,
        )
        out.write(end_line(End(answers=counts["answers"])))
    return Collected(
        account=account.number,
        regions=regions,
        answers=counts["answers"],
        calls=account.calls,
        refused=counts["refused"],
    )


def least_policy() -> str:
    """Return the least IAM policy that lets an account be read, as JSON text."""
    from watchword.adapters.aws.permissions import least_policy as document

    return json.dumps(document(), indent=2) + "\n"


def _profile(request: AwsRequest) -> str | None:
    return None if request.profile == ENVIRONMENT else request.profile


def _header(request: AwsRequest, number: str, partition: str, home: str, regions: tuple[str, ...]) -> "Header":
    from watchword.adapters.aws.evidence import Header

    return Header(
        account=number,
        partition=partition,
        home=home,
        regions=regions,
        collected_at=request.at.isoformat(timespec="seconds"),
    )
