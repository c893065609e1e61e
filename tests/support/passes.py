"""Passes, contents and outcomes of compliance, made by hand; and an estate with a state directory to examine it from."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from watchword.app.settings import Settings
from watchword.app.state import StateDirectory
from watchword.evidence.posture.compliance.model import (
    CheckCount,
    Content,
    Ended,
    Outcome,
    Pass,
    Trigger,
    WaivedBy,
)
from watchword.evidence.posture.model import Severity, Verdict

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def at(hours: float) -> datetime:
    """An instant so many hours after noon."""
    return NOON + timedelta(hours=hours)


def finding(
    name: str = "a",
    *,
    check: str = "s3-versioning",
    severity: Severity = Severity.HIGH,
    since: datetime | None = NOON,
    digest: str = "d1",
    file: str = "main.tf",
    verdict: Verdict = Verdict.FAIL,
) -> Outcome:
    return Outcome(
        fingerprint=f"{check}/{name}",
        digest=digest,
        check=check,
        severity=severity,
        verdict=verdict,
        address=f"aws_s3_bucket.{name}",
        file=file,
        line=3,
        words="old versions are not kept",
        kind="object_store",
        since=since,
    )


def unknown(name: str = "a", *, since: datetime | None = None, check: str = "s3-versioning") -> Outcome:
    """A result that is not known has another fingerprint than the finding that it may hide."""
    one = finding(name, check=check, since=since, verdict=Verdict.UNKNOWN)
    return replace(one, fingerprint=f"unknown/{one.fingerprint}", words="var.x has no value")


def waived(name: str = "a", *, expires: date = date(2026, 12, 1), since: datetime | None = NOON) -> Outcome:
    waiver = WaivedBy(owner="a@example.com", reason="moves in spring", expires=expires)
    return replace(finding(name, since=since, verdict=Verdict.WAIVED), waiver=waiver)


def content(*outcomes: Outcome, passed: int = 1, asked: Iterable[str] = ("s3-versioning",)) -> Content:
    """What a pass found, with a count for each check that was asked."""
    counts: list[CheckCount] = []
    for check in sorted(asked):
        own = [o for o in outcomes if o.check == check]

        def number(verdict: Verdict, own: list[Outcome] = own) -> int:
            return sum(o.verdict is verdict for o in own)

        counts.append(
            CheckCount(
                check=check,
                severity=Severity.HIGH,
                passed=passed,
                failed=number(Verdict.FAIL),
                waived=number(Verdict.WAIVED),
                unknown=number(Verdict.UNKNOWN),
                error=number(Verdict.ERROR),
            )
        )
    return Content(outcomes=tuple(outcomes), counts=tuple(counts), asked=frozenset(asked), assets={"object_store": 2})


def examined(hours: float = 0, *, digest: str = "c" * 64, name: str = "payroll") -> Pass:
    """A complete pass that began so many hours after noon."""
    started = at(hours)
    return Pass(
        id=started.strftime("%Y%m%dT%H%M%S%fZ"),
        estate=name,
        started=started,
        finished=started + timedelta(seconds=2),
        trigger=Trigger.SCHEDULE,
        cause="its schedule",
        ended=Ended.COMPLETE,
        content=digest,
        revision="r1",
        version="0.1.0",
        findings={Severity.HIGH: 1},
    )


def failed(hours: float = 0, *, error: str = "no such directory") -> Pass:
    return replace(examined(hours), ended=Ended.FAILED, content="", error=error, code="scan.no_path", findings={})


BUCKET = """\
resource "aws_s3_bucket" "logs" {
  bucket = "payroll-logs"
}
resource "aws_s3_bucket_versioning" "logs" {
  bucket = aws_s3_bucket.logs.id
  versioning_configuration {
    status = "Suspended"
  }
}
"""
MENDED = BUCKET.replace("Suspended", "Enabled")


def estate(root: Path, *, posture: str = "", main: str = BUCKET) -> Settings:
    """Write an estate `payroll` and a configuration that names it; return settings with an empty state directory."""
    (root / "infra").mkdir(exist_ok=True)
    (root / "infra" / "main.tf").write_text(main, "utf-8")
    configuration = root / "configuration"
    configuration.mkdir(exist_ok=True)
    section = posture or "posture: {estates: {payroll: {paths: [../infra]}}}\n"
    (configuration / "watchword.yaml").write_text(section, "utf-8")
    return Settings(state=StateDirectory(root / "state"), configuration=configuration, port=None, database=None)
