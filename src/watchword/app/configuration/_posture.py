"""Reads `posture:`. What is odd is refused with its line, as everywhere in the configuration."""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeVar

from watchword.app.configuration._reading import Reader, one_of, shown, written
from watchword.app.configuration.posture import (
    FORMS,
    KEEP,
    SLA,
    TIMEOUT,
    AccountSettings,
    EstateSettings,
    PostureSettings,
    RemediationSettings,
    ReportSettings,
)
from watchword.app.yaml_tree import Node, Scalar
from watchword.evidence.posture.compliance.schedule import Moment
from watchword.evidence.posture.model import Severity
from watchword.response.remediation.model import Belts
from watchword.response.remediation.remedies import REMEDIES

_T = TypeVar("_T")

_KEYS: Final = ("estates", "reports", "sla", "keep")
_ESTATE_KEYS: Final = (
    "paths",
    "imports",
    "checks",
    "waivers",
    "settings",
    "aws",
    "states",
    "remediation",
    "every",
    "on_change",
    "stale_after",
    "timeout",
)
# It names directories and files, and stands in file names of reports.
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_REGION: Final = re.compile(r"[a-z]{2}(?:-[a-z]+)+-[0-9]")
_QUEUE: Final = re.compile(r"https?://[^\s/]+/[0-9]{12}/[A-Za-z0-9_-]{1,80}(?:\.fifo)?")
_SHARE: Final = re.compile(r"([1-9][0-9]{0,2})%")
_MOST_RESOURCES: Final = 1000
_MOST_LIFETIME: Final = timedelta(days=7)
# A pass takes seconds; more often than this it does nothing else.
_LEAST_EVERY: Final = timedelta(minutes=1)
_MOST_EVERY: Final = timedelta(days=31)
_MOST_KEPT: Final = timedelta(days=3660)
_MOST_TIMEOUT: Final = timedelta(days=1)


def read_posture(node: Node, reader: Reader, directory: Path) -> PostureSettings:
    """Return what the section says; what is wrong with it is in the reader's findings."""
    return _Posture(reader, directory).read(node)


class _Posture:
    def __init__(self, reader: Reader, directory: Path) -> None:
        self._reader = reader
        self._directory = directory

    def read(self, node: Node) -> PostureSettings:
        reader = self._reader
        table = reader.table(node, _KEYS, "posture")
        estates: dict[str, EstateSettings] = {}
        if (listed := table.node("estates")) is not None:
            for entry in reader.entries(listed, "estates"):
                if not _NAME.fullmatch(entry.key):
                    reader.findings.error(
                        entry.place,
                        "posture.name",
                        "this cannot be the name of an estate",
                        expected="lower-case letters, digits and inner hyphens, at most 63",
                        found=shown(entry.key),
                    )
                    continue
                estates[entry.key] = self._estate(entry.key, entry.value)
        sla = dict(SLA)
        if (limits := table.node("sla")) is not None:
            names = tuple(s.value for s in Severity)
            given = reader.table(limits, names, "sla")
            for severity in Severity:
                sla[severity] = given.read(severity.value, self._span(_MOST_KEPT, "it is a limit"), sla[severity])
        reports = table.node("reports")
        return PostureSettings(
            estates=estates,
            reports=ReportSettings() if reports is None else self._reports(reports),
            sla=sla,
            keep=table.read("keep", self._span(_MOST_KEPT, "ten years is long"), KEEP),
        )

    def _estate(self, name: str, node: Node) -> EstateSettings:
        reader = self._reader
        table = reader.table(node, _ESTATE_KEYS, f"estate {name}")
        paths = self._paths(table.node("paths"), "paths")
        imports = self._texts(table.node("imports"), "files of results", self._glob)
        aws = self._accounts(table.node("aws"))
        if not paths and not imports and not aws and not any(table.node(k) for k in ("paths", "imports", "aws")):
            reader.findings.error(
                node.place,
                "posture.empty",
                f"estate {name} has nothing to examine",
                expected="paths, imports or aws",
            )
        every = table.read("every", self._every, None)
        files, queue = self._on_change(table.node("on_change"))
        if files and not paths:
            on = table.node("on_change")
            reader.findings.error(
                on.place if on is not None else node.place,
                "posture.watch",
                f"estate {name} has no paths whose files could be watched",
                hint="give it paths, or leave files out",
            )
        return EstateSettings(
            name=name,
            paths=paths,
            imports=imports,
            check_directories=self._paths(table.node("checks"), "directories of checks"),
            waivers=table.read("waivers", self._path, None),
            settings=table.read("settings", self._path, None),
            aws=aws,
            states=self._paths(table.node("states"), "states of Terraform"),
            remediation=self._remediation(table.node("remediation")),
            every=every,
            watch_files=files,
            queue=queue,
            stale=table.read("stale_after", self._span(_MOST_EVERY * 2, "older results say nothing"), None),
            timeout=table.read("timeout", self._span(_MOST_TIMEOUT, "a pass that long is stuck"), TIMEOUT),
        )

    def _on_change(self, node: Node | None) -> tuple[bool, str]:
        if node is None:
            return False, ""
        table = self._reader.table(node, ("files", "queue"), "on_change")
        return table.read("files", self._reader.boolean, default=False), table.read("queue", self._queue, "")

    def _queue(self, node: Node) -> str | None:
        text = self._reader.text(node)
        if text is not None and not _QUEUE.fullmatch(text):
            self._reader.wrong(
                node, "the URL of an SQS queue, like https://sqs.eu-central-1.amazonaws.com/123456789012/q"
            )
            return None
        return text

    def _remediation(self, node: Node | None) -> RemediationSettings:
        if node is None:
            return RemediationSettings()
        reader = self._reader
        keys = ("most", "share", "approval_lifetime", "reason", "automatic", "undeclared", "profile")
        table = reader.table(node, keys, "remediation")
        reason = table.read("reason", reader.text, "")
        usual = Belts()
        belts = Belts(
            most=table.read("most", lambda n: reader.integer(n, least=1, most=_MOST_RESOURCES), usual.most),
            share=table.read("share", self._share, usual.share),
            lifetime=table.read("approval_lifetime", self._span(_MOST_LIFETIME, "ask again"), usual.lifetime),
            reason=reason,
        )
        looser = belts.most > usual.most or belts.share > usual.share or belts.lifetime > usual.lifetime
        if looser and not reason:
            reader.findings.error(
                node.place,
                "remediation.reason",
                "belts looser than the usual ones need a reason",
                expected=f"reason: …, or at most {usual.most}, 5% and {written(usual.lifetime)}",
            )
        return RemediationSettings(
            belts=belts,
            automatic=self._texts(table.node("automatic"), "checks", self._remedied),
            undeclared=table.read("undeclared", reader.text, ""),
            profile=table.read("profile", reader.text, ""),
        )

    def _remedied(self, node: Node) -> str | None:
        return self._reader.choice(node, tuple(REMEDIES))

    def _share(self, node: Node) -> float | None:
        match = _SHARE.fullmatch(node.text) if isinstance(node, Scalar) else None
        if match is None or not 1 <= int(match[1]) <= 100:  # noqa: PLR2004 - percent
            self._reader.wrong(node, "a share from 1% to 100%")
            return None
        return int(match[1]) / 100

    def _accounts(self, node: Node | None) -> tuple[AccountSettings, ...]:
        if node is None:
            return ()
        found: list[AccountSettings] = []
        for item in self._reader.items(node, "accounts"):
            table = self._reader.table(item, ("profile", "regions"), "an account")
            regions = self._texts(table.node("regions"), "regions", self._region)
            found.append(AccountSettings(profile=table.read("profile", self._reader.text, ""), regions=regions))
        return tuple(found)

    def _region(self, node: Node) -> str | None:
        text = self._reader.text(node)
        if text is not None and not _REGION.fullmatch(text):
            self._reader.wrong(node, "a region, like eu-central-1")
            return None
        return text

    def _reports(self, node: Node) -> ReportSettings:
        table = self._reader.table(node, ("directory", "daily", "weekly", "forms"), "reports")
        forms = self._texts(table.node("forms"), "forms", lambda n: self._reader.choice(n, FORMS))
        return ReportSettings(
            directory=table.read("directory", self._path, None),
            daily=table.read("daily", self._daily, None),
            weekly=table.read("weekly", self._weekly, None),
            forms=tuple(dict.fromkeys(forms)) or ReportSettings().forms,
        )

    def _daily(self, node: Node) -> Moment | None:
        match = _TIME.fullmatch(node.text) if isinstance(node, Scalar) else None
        if match is None:
            self._reader.wrong(node, 'a time of day in UTC, like "06:00"')
            return None
        return Moment(hour=int(match[1]), minute=int(match[2]))

    def _weekly(self, node: Node) -> Moment | None:
        day, _, time = node.text.partition(" ") if isinstance(node, Scalar) else ("", "", "")
        match = _TIME.fullmatch(time)
        if match is None or day not in _WEEKDAYS:
            self._reader.wrong(node, f"a day and a time in UTC, like monday 06:00; the day is {one_of(_WEEKDAYS)}")
            return None
        return Moment(hour=int(match[1]), minute=int(match[2]), weekday=_WEEKDAYS.index(day))

    def _every(self, node: Node) -> timedelta | None:
        value = self._reader.duration(node, most=_MOST_EVERY, why="what is examined less often is not watched")
        if value is not None and value < _LEAST_EVERY:
            self._reader.findings.error(
                node.place,
                "value.range",
                "more often than a pass takes",
                expected="at least 1m",
                hint="to be quick, add on_change: {files: true}",
            )
            return None
        return value

    def _span(self, most: timedelta, why: str) -> Callable[[Node], timedelta | None]:
        return lambda node: self._reader.duration(node, most=most, why=why)

    def _paths(self, node: Node | None, of: str) -> tuple[Path, ...]:
        return self._texts(node, of, self._path)

    def _path(self, node: Node) -> Path | None:
        text = self._reader.text(node)
        if text is None:
            return None
        if "\0" in text:
            self._reader.wrong(node, "a path")
            return None
        # Whether it is there is asked when it is examined: it may be mounted, or checked out, later.
        return Path(os.path.normpath(self._directory / Path(text).expanduser()))

    def _glob(self, node: Node) -> str | None:
        path = self._path(node)
        return None if path is None else str(path)

    def _texts(self, node: Node | None, of: str, how: Callable[[Node], _T | None]) -> tuple[_T, ...]:
        if node is None:
            return ()
        return tuple(value for item in self._reader.items(node, of) if (value := how(item)) is not None)
