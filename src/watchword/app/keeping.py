"""`watchword assess --keep`: an assessment becomes a run of an estate, in the database and in the ledger.

name = estate_of(paths, given)                       # before anything is assessed: it may be refused
summary = keep_assessment(services, done, estate=name, paths=paths, actor="operator")
"""

import os
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path

from watchword.adapters.git import Repository
from watchword.app.runtime import Services
from watchword.evidence.posture.assessment import Assessment
from watchword.evidence.posture.records import Summary, estate_name, run_of
from watchword.kernel.errors import InvalidInputError, WatchwordError


def estate_of(paths: Sequence[Path], given: str | None, *, live: bool = False) -> str:
    """Return the estate's name: the one that was given, or that of the one directory or file.

    `live` says that accounts are looked at, too: what they are called here is no name. Raises where there is none.
    """
    if given is not None:
        return estate_name(given)
    if live or len(paths) != 1:
        raise InvalidInputError(
            "several paths, and accounts, are one estate, which has to be named",
            code="posture.estate",
            hint="name it with --estate NAME",
        )
    return estate_name(paths[0].resolve().name)


def keep_assessment(services: Services, done: Assessment, *, estate: str, paths: Sequence[Path], actor: str) -> Summary:
    """Keep it, and return when the ledger has its record too."""
    summary = services.assessments.keep(
        run_of(done, estate=estate, at=services.clock.now(), version=_version(), commit=_commit(paths)),
        actor=actor,
    )
    services.ledger.deliver()
    return summary


def _version() -> str:
    try:
        return installed("watchword")
    except PackageNotFoundError:
        return "unknown"


def _commit(paths: Sequence[Path]) -> str:
    """What is checked out where it was assessed; nothing where git does not know, and for accounts alone."""
    if not paths:
        return ""
    try:
        return Repository.around(paths[0].resolve(), os.environ).commit("HEAD")
    except WatchwordError:
        return ""
