"""One pass over an estate: it is read and judged, compared with the last good pass, kept, and put on the record.

    examined = examine(record, estate, trigger=Trigger.MANUAL, cause="asked for", actor="operator")

In this order, so that what is on the record is there to be seen:

1. the estate is held: two passes at once would each call the other's findings new;
2. it is scanned and assessed. Whatever keeps that from an end makes a FAILED pass: a path that is not there, a file of
   results that cannot be read, a defect of ours. Nothing to examine is a failure too, and never a clean estate;
3. the pass is written, then recorded in the ledger; where the ledger does not take it, it is taken back.
"""

import glob
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from watchword.adapters.git import Repository
from watchword.app.assessing import AssessRequest, assess_paths
from watchword.app.compliance.accounts import read_again
from watchword.app.compliance.drifting import drift_of
from watchword.app.compliance.record import Record
from watchword.app.compliance.store import pass_id
from watchword.app.configuration.posture import EstateSettings
from watchword.app.posture import looked_for
from watchword.app.scanning import ScanRequest, all_checks, scan
from watchword.evidence.events import EstateExamined
from watchword.evidence.ledger import encode_event
from watchword.evidence.posture.assessment import Assessment
from watchword.evidence.posture.compliance.carrying import Moves, content_of, moves
from watchword.evidence.posture.compliance.drift import stacks_of
from watchword.evidence.posture.compliance.model import Attested, Content, Ended, Pass, Trigger
from watchword.evidence.posture.compliance.records import sha256, write_content
from watchword.evidence.posture.model import Severity, Verdict
from watchword.evidence.posture.own import OWN
from watchword.evidence.posture.redaction import redact
from watchword.kernel.collector import collector_paused
from watchword.kernel.errors import NotFoundError, WatchwordError

_LONGEST_WORDS: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A pass that is kept and recorded. `content` and `moves` are None where it failed."""

    done: Pass
    digest: str
    content: Content | None
    moves: Moves | None
    warning: str = ""  # what could not be done beside the pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Why a pass is made, when it began, and who asked for it."""

    started: datetime
    trigger: Trigger
    cause: str
    actor: str


def examine(
    record: Record,
    estate: EstateSettings,
    *,
    trigger: Trigger,
    cause: str,
    actor: str,
    services: frozenset[str] | None = None,
) -> Examined:
    """Make a pass. `services` are those of a live account in which something changed; None asks all of it.

    Raises `ConflictError` while another is under way, `UnavailableError` where it cannot be kept.
    """
    # What is read lives until the pass ends: looking for garbage in it took most of the time.
    with record.passes.hold(estate.name), collector_paused():
        occasion = Occasion(started=record.clock.now(), trigger=trigger, cause=cause, actor=actor)
        before = record.passes.before(estate.name, occasion.started)
        try:
            previous = None if before is None else record.passes.content(before)
            content, assessment = _found(record, estate, occasion.started, previous, services)
        except WatchwordError as error:
            words = f"{error}; {error.hint}" if error.hint else str(error)
            return _failed(record, estate, occasion, words, error.code)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong, the pass failed, and that is on the record
            words = f"this is a defect of ours: {type(error).__name__}: {error}"
            return _failed(record, estate, occasion, words, "compliance.defect")
        differs = moves(previous, content)
        done = replace(
            _pass(record, estate, occasion),
            ended=Ended.COMPLETE,
            content=sha256(write_content(content)),
            commits=_commits(estate.paths),
            findings=content.severities(),
            unknown=len(content.of(Verdict.UNKNOWN)),
            errors=len(content.of(Verdict.ERROR)),
            introduced=len(differs.introduced),
            fixed=len(differs.fixed),
        )
        digest = _keep(record, done, content, actor)
        warning = _keep_run(record, estate, done, assessment, actor)
        return Examined(done=done, digest=digest, content=content, moves=differs, warning=warning)


def record_failure(record: Record, estate: EstateSettings, occasion: Occasion, *, words: str, code: str) -> Examined:
    """Put a pass on the record whose process did not live to do it."""
    with record.passes.hold(estate.name):
        return _failed(record, estate, occasion, words, code)


def _failed(record: Record, estate: EstateSettings, occasion: Occasion, words: str, code: str) -> Examined:
    done = replace(_pass(record, estate, occasion), error=_short(words), code=code)
    return Examined(done=done, digest=_keep(record, done, None, occasion.actor), content=None, moves=None)


def _pass(record: Record, estate: EstateSettings, occasion: Occasion) -> Pass:
    """A pass of which nothing is known yet: until more is, it failed."""
    return Pass(
        id=pass_id(occasion.started),
        estate=estate.name,
        started=occasion.started,
        finished=max(record.clock.now(), occasion.started),
        trigger=occasion.trigger,
        cause=_short(occasion.cause),
        ended=Ended.FAILED,
        content="",
        revision=record.configuration.revision,
        version=version("watchword"),
    )


def _keep(record: Record, done: Pass, content: Content | None, actor: str) -> str:
    digest = record.passes.add(done, content)
    severities = {severity: done.findings.get(severity, 0) for severity in Severity}
    try:
        record.ledger.record(
            EstateExamined(
                at=done.finished,
                estate=done.estate,
                pass_id=done.id,
                started=done.started,
                trigger=done.trigger.value,
                cause=done.cause,
                ended=done.ended.value,
                digest=digest,
                content=done.content,
                critical=severities[Severity.CRITICAL],
                high=severities[Severity.HIGH],
                medium=severities[Severity.MEDIUM],
                low=severities[Severity.LOW],
                unknown=done.unknown,
                errors=done.errors,
                introduced=done.introduced,
                fixed=done.fixed,
                detail=done.error,
                actor=actor,
            )
        )
    except WatchwordError:
        record.passes.drop(done)
        raise
    return digest


def _keep_run(record: Record, estate: EstateSettings, done: Pass, assessment: Assessment | None, actor: str) -> str:
    """Keep the assessment for the console, too. The pass is on the record already: what fails here is a warning."""
    if assessment is None:
        return ""
    from watchword.adapters.sql.posture import SqlAssessmentStore
    from watchword.evidence.posture.records import run_of

    commit = next(iter(done.commits.values()), "")
    try:
        run = run_of(assessment, estate=estate.name, at=done.started, version=done.version, commit=commit)
        SqlAssessmentStore(record.database, encode_event).keep(run, actor=actor)
        record.ledger.deliver()
    except WatchwordError as error:
        return f"{estate.name}: what was found could not be kept for the console: {error}"
    return ""


def _found(
    record: Record,
    estate: EstateSettings,
    started: datetime,
    previous: Content | None,
    services: frozenset[str] | None,
) -> tuple[Content, Assessment | None]:
    today = started.date()
    imports = _imports(estate.imports)
    directory = home_of(estate.paths)
    checks = (*all_checks(estate.check_directories), *OWN)
    asked = [check.id for check in checks]
    scope = (*map(str, estate.paths), *map(str, estate.aws), *estate.imports)
    if not estate.paths and not estate.aws:
        done = scan(
            ScanRequest(
                paths=(),
                today=today,
                working_directory=directory,
                waivers=estate.waivers,
                check_directories=estate.check_directories,
                imports=imports,
            )
        )
        # Nothing of ours was asked: what others found is all that there is.
        only = content_of(done.report, at=started, previous=previous, asked=(), scope=scope, maturity={})
        return only, None
    assessment = assess_paths(
        AssessRequest(
            paths=estate.paths,
            today=today,
            working_directory=directory,
            settings=estate.settings,
            waivers=estate.waivers,
            check_directories=estate.check_directories,
            imports=imports,
            live=tuple(
                read_again(account, at=started, file=record.passes.account_file(estate.name, number), services=services)
                for number, account in enumerate(estate.aws)
            ),
            names=tuple(f"AWS account {account}" for account in estate.aws),
        )
    )
    if assessment is None:
        raise NotFoundError(
            f"there was nothing to examine in {', '.join(scope)}: looked for {looked_for()}",
            code="compliance.nothing",
        )
    content = content_of(
        assessment.report,
        at=started,
        previous=previous,
        asked=asked,
        scope=scope,
        maturity=_maturity(assessment),
        attestations=_attestations(assessment),
        critical=[critical.asset.address for critical in assessment.critical],
        drift=drift_of((survey.inventory for survey in assessment.surveys), estate.states),
        stacks=stacks_of(survey.inventory for survey in assessment.surveys),
    )
    return content, assessment


def home_of(paths: Sequence[Path]) -> Path:
    """What places are told from: the directory of a single path, what several share. The same for every pass."""
    if not paths:
        return Path("/")
    if len(paths) == 1:
        return paths[0] if paths[0].is_dir() else paths[0].parent
    return Path(os.path.commonpath([str(path) for path in paths]))


def _imports(patterns: Sequence[str]) -> tuple[Path, ...]:
    found: list[Path] = []
    for pattern in patterns:
        if not glob.has_magic(pattern):
            found.append(Path(pattern))  # one that is not there is said by who reads it
            continue
        # `Path.glob` wants to know where the pattern begins; a whole pattern is what was configured.
        files = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207
        if not files:
            # Results that stopped coming are no reason to call what they found mended.
            raise NotFoundError(f"{pattern}: no file of results matches", code="compliance.no-results")
        found.extend(map(Path, files))
    return tuple(dict.fromkeys(found))


def _maturity(assessment: Assessment) -> Mapping[str, str | None]:
    return {f.function.value: None if f.stage is None else f.stage.value for f in assessment.functions}


def _attestations(assessment: Assessment) -> tuple[Attested, ...]:
    found = {
        (a.function.value, a.stage.value, a.sha256): Attested(
            function=a.function.value,
            stage=a.stage.value,
            artifact=a.artifact,
            sha256=a.sha256,
            signer=a.signer,
            expires=a.expires,
        )
        for function in assessment.functions
        for criterion in function.criteria
        if (a := criterion.attestation) is not None
    }
    return tuple(found[key] for key in sorted(found))


def _commits(paths: Sequence[Path]) -> Mapping[str, str]:
    """The revision that each path is at; nothing of one that is in no repository."""
    found: dict[str, str] = {}
    for path in paths:
        try:
            found[str(path)] = Repository.around(path.resolve(), os.environ).commit("HEAD")
        except WatchwordError:
            continue
    return found


def _short(text: str) -> str:
    line = redact(" ".join(text.split()))
    return line if len(line) <= _LONGEST_WORDS else line[: _LONGEST_WORDS - 1] + "…"
