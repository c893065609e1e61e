"""`watchword compliance pack` and `verify-pack`: evidence for a framework, and whether it is untouched."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of, settings_of
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from watchword.app.settings import Settings
    from watchword.cli.options import Nouns
    from watchword.evidence.ledger import VerifierKey
    from watchword.evidence.posture.compliance.packs import Verified

# Named here, since the parser is built at each start and knows nothing of checks; a test holds them together.
FRAMEWORKS = (
    "nist_800_53",
    "cis_aws",
    "cis_azure",
    "cis_gcp",
    "cis_kubernetes",
    "pci_dss_4",
    "soc_2",
    "iso_27001",
)


def register(verbs: "Nouns") -> None:
    pack = verb(verbs, "pack", "Put together what was seen of each control, and seal it in the ledger.", _pack)
    pack.add_argument("--framework", choices=FRAMEWORKS, required=True)
    pack.add_argument("--from", dest="since", required=True, metavar="DAY", help="the first day, like 2026-10-01 (UTC)")
    pack.add_argument("--to", dest="until", metavar="DAY", help="the last day, included (default: until now)")
    pack.add_argument("--estate", action="append", default=[], metavar="NAME", help="this estate alone; repeatable")
    pack.add_argument("-o", dest="file", required=True, metavar="FILE.zip")

    verify = verb(verbs, "verify-pack", "Check that a pack is as it was sealed, and name all that is not.", _verify)
    verify.add_argument("file", metavar="FILE.zip")
    verify.add_argument("--key", metavar="KEY", help="the ledger's verifier key (default: that of the state directory)")


def _pack(options: argparse.Namespace) -> int:
    from datetime import timedelta

    from watchword.app.compliance.packing import make_pack
    from watchword.app.compliance.record import estates_of, open_record
    from watchword.cli.compliance.report import read_instant
    from watchword.kernel.clock import SystemClock

    output = output_of(options)
    since = read_instant(options.since)
    until = SystemClock().now()
    if options.until:
        until = read_instant(options.until)
        if len(options.until) == len("2026-10-01"):
            until += timedelta(days=1)
    with open_record(settings_of(options)) as record:
        estates = [estate for name in options.estate or [None] for estate in estates_of(record.configuration, name)]
        done = make_pack(
            record,
            estates,
            framework=options.framework,
            since=since,
            until=until,
            path=Path(options.file),
            actor="operator",
        )
    output.record(
        {
            "pack": str(done.path),
            "framework": options.framework,
            "controls": done.controls,
            "passes": done.passes,
            "manifest": done.digest,
            "record": done.index,
            "key": done.key,
        }
    )
    for name in done.unrecorded:
        output.say(f"warning: the pass {name} is not on the record, proves nothing, and was left out")
    return exits.OK


def _verify(options: argparse.Namespace) -> int:
    from watchword.app.compliance.packing import read_pack
    from watchword.evidence.ledger import VerifierKey
    from watchword.evidence.posture.compliance.packs import verify_pack

    output = output_of(options)
    files = read_pack(Path(options.file))
    settings = settings_of(options)
    key = VerifierKey.parse(options.key) if options.key else _own_key(settings)
    verified = verify_pack(files, key)
    problems = list(verified.problems)
    in_ledger = None if options.key else _in_ledger(settings, verified)
    if in_ledger is False:
        problems.append(f"the ledger here has something else as record {verified.index}")
    output.record(
        {
            "verified": not problems and verified.trusted,
            "framework": verified.framework,
            "from": verified.since,
            "to": verified.until,
            "files": verified.files,
            "passes": verified.passes,
            "manifest": verified.digest,
            "record": verified.index,
            "in_this_ledger": in_ledger,
            "sealed_by": verified.sealed or None,
            "problems": problems,
        }
    )
    if problems:
        return exits.CRITICAL
    if not verified.trusted:
        output.say("Nothing was damaged; who made it is not proven. Give the ledger's key: --key KEY")
        return exits.NOTHING
    return exits.OK


def _own_key(settings: "Settings") -> "VerifierKey | None":
    """The key of the ledger here; None where there is none."""
    from watchword.app.keys import load_or_create
    from watchword.app.runtime import LEDGER_ORIGIN
    from watchword.evidence.ledger import CheckpointSigner

    if not settings.state.keys.is_dir():
        return None
    return CheckpointSigner.from_seed(LEDGER_ORIGIN, load_or_create(settings.state).ledger_seed).verifier


def _in_ledger(settings: "Settings", verified: "Verified") -> bool | None:
    """Whether the ledger here has the record that the pack shows; None where there is no ledger to ask."""
    from watchword.app.runtime import open_services
    from watchword.kernel.errors import NotFoundError

    if not settings.state.keys.is_dir() or verified.index is None:
        return None
    with open_services(settings) as services:
        try:
            return services.reader.record(verified.index).body == verified.record
        except NotFoundError:
            return False
