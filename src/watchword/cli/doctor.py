"""`watchword doctor`: what is wrong here, and the one fix for it."""

import argparse
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.options import output_of, port_number, settings_of
from watchword.cli.output import printable
from watchword.cli.verbs import verb

if TYPE_CHECKING:
    from watchword.cli.options import Nouns


def register(nouns: "Nouns") -> None:
    parser = verb(
        nouns,
        "doctor",
        "Look for what keeps Watchword from working, and name the fix. Exit code: the worst finding.",
        _run,
    )
    parser.add_argument("--port", type=port_number, metavar="N", help="the gateway's port, as for `up`")


def _run(options: argparse.Namespace) -> int:
    from watchword.app.doctor import Standing, examine
    from watchword.kernel.clock import SystemClock

    severity = {
        Standing.GOOD: exits.OK,
        Standing.UNKNOWN: exits.LOW,
        Standing.WARNING: exits.MEDIUM,
        Standing.PROBLEM: exits.HIGH,
    }
    output = output_of(options)
    findings = examine(settings_of(options), SystemClock())
    if output.json:
        output.document(
            [{"check": f.check, "standing": f.standing.value, "finding": f.finding, "fix": f.fix} for f in findings]
        )
    else:
        for finding in findings:
            output.text(f"{finding.standing.value:8} {finding.check:14} {printable(finding.finding)}")
            if finding.fix:
                output.text(f"{'':8} {'':14} fix: {printable(finding.fix)}")
    return max(severity[finding.standing] for finding in findings)
