"""A process that makes one pass and ends: what the worker starts, so that a pass that dies takes nothing with it.

Exit status: 0 a pass is on the record, complete or failed; 75 another one is under way; 1 it could not be recorded.
"""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from watchword.app.compliance.examining import examine, home_of
from watchword.app.compliance.record import Record, estates_of, open_record
from watchword.app.configuration.posture import EstateSettings
from watchword.app.settings import Settings
from watchword.app.state import StateDirectory
from watchword.evidence.posture.compliance.model import Trigger
from watchword.kernel.errors import ConflictError, WatchwordError

BUSY: Final = 75  # EX_TEMPFAIL of sysexits.h

_log = logging.getLogger("watchword")


def _remedy(record: Record, estate: EstateSettings) -> None:
    """Mend what the configuration has approved. What goes wrong is on the record; the pass stands all the same."""
    from watchword.app.compliance.remediating import automatic

    try:
        mended = automatic(record, estate)
    except WatchwordError as error:
        _log.error("remediation of %s: %s", estate.name, error)
        return
    if mended is not None:
        kept, problems = mended
        _log.info("remediation of %s: %s is %s", estate.name, kept.set.id, kept.status.value)
        for problem in problems:
            _log.error("remediation of %s: %s", estate.name, problem)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="watchword compliance pass")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--trigger", type=Trigger, required=True)
    parser.add_argument("--cause", required=True)
    parser.add_argument("--services", help="of a live account, those in which something changed; separated by commas")
    parser.add_argument("estate")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    settings = Settings(
        state=StateDirectory(options.state),
        configuration=options.config,
        port=None,
        database=os.environ.get("WATCHWORD_DATABASE") or None,
    )
    try:
        with open_record(settings) as record:
            (estate,) = estates_of(record.configuration, options.estate)
            home = home_of(estate.paths)
            if home.is_dir():
                os.chdir(home)  # what is looked for "here" is looked for there
            services = None if options.services is None else frozenset(filter(None, options.services.split(",")))
            done = examine(
                record,
                estate,
                trigger=options.trigger,
                cause=options.cause,
                actor="compliance",
                services=services,
            )
            if done.warning:
                _log.warning("%s", done.warning)
            if done.content is not None and estate.remediation.automatic:
                _remedy(record, estate)
    except ConflictError as error:
        _log.warning("%s", error)
        return BUSY
    except WatchwordError as error:
        _log.error("%s%s", error, f"; {error.hint}" if error.hint else "")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
