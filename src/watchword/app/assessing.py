"""`watchword assess`: a scan, what follows from it, and what people have to say, as one assessment.

    done = assess_paths(AssessRequest(paths=(Path("infra"),), today=today, working_directory=Path.cwd()))
    if done is None: …                       # nothing to assess

`watchword-assess.yaml` holds what people say: beside what is assessed, in the working directory, or named.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from watchword.app.posture import EstateReading
from watchword.app.scanning import Scan, ScanRequest, all_checks, scan
from watchword.evidence.posture.assessment import Assessment, Entry, Survey, assess, read_settings
from watchword.evidence.posture.own import OWN
from watchword.inventory import FrontEnd

if TYPE_CHECKING:
    from watchword.evidence.posture.assessment.observed import Observed

SETTINGS_FILE: Final = "watchword-assess.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessRequest:
    paths: tuple[Path, ...]
    today: date
    working_directory: Path
    settings: Path | None = None
    waivers: Path | None = None
    check_directories: tuple[Path, ...] = ()
    imports: tuple[Path, ...] = ()
    others: tuple[str, ...] = ()  # scanners that are run, and their results imported
    live: tuple[EstateReading, ...] = ()
    names: tuple[str, ...] = ()  # what the live estates are called
    flows: tuple[str, ...] = ()  # flow logs: files, directories, `-`


def assess_paths(
    request: AssessRequest, *, note: Callable[[Scan, tuple[Path, ...]], None] | None = None
) -> Assessment | None:
    """Assess. None where nothing was found to assess. Raises for what was asked wrongly, never for what is assessed.

    `note` is told of the scan, and of documents that were read because the settings name them.
    """
    done = scan(
        ScanRequest(
            paths=request.paths,
            today=request.today,
            working_directory=request.working_directory,
            waivers=request.waivers,
            check_directories=request.check_directories,
            imports=request.imports,
            others=request.others,
            live=request.live,
        )
    )
    if not done.front_ends or not any(
        estate.inventory.assets or estate.inventory.problems for _, estate in done.estates
    ):
        return None
    entries = _entries(request)
    settings, flaws = read_settings(entries, today=request.today)
    surveys = [Survey(estate.inventory, directory=prefix) for prefix, estate in done.estates]
    assessment = assess(
        done.report,
        surveys,
        checks=(*all_checks(request.check_directories), *OWN),
        read=tuple(FrontEnd(name) for name in done.front_ends),
        settings=settings,
        paths=(*map(str, request.paths), *request.names),
        today=request.today,
        warnings=flaws,
        observed=_observed(request, surveys),
    )
    if note is not None:
        file = _settings_file(request)
        named = [entry.fields["artifact"] for entry in entries if entry.fields.get("artifact")]
        note(done, tuple((file.parent / name).absolute() for name in named) if file is not None else ())
    return assessment


def _observed(request: AssessRequest, surveys: list[Survey]) -> "Observed | None":
    if not request.flows:
        return None
    from watchword.app.flow_logs import read_flows  # who has none does not pay for the reader

    return read_flows(request.flows, surveys)


def _settings_file(request: AssessRequest) -> Path | None:
    if request.settings is not None:
        return request.settings
    directories = [path for path in request.paths if path.is_dir()]
    candidates = [Path(SETTINGS_FILE) if d == Path() else d / SETTINGS_FILE for d in directories]
    return next((c for c in (*candidates, Path(SETTINGS_FILE)) if c.is_file()), None)


def _entries(request: AssessRequest) -> tuple[Entry, ...]:
    file = _settings_file(request)
    if file is None:
        return ()
    from watchword.app.assess_settings import read_settings_file  # who has none does not pay for the reader of YAML

    return read_settings_file(file)
