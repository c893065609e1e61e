"""A report as JSON: all of it, in a stable form. Its SHA-256 is what the ledger holds of a report."""

from collections.abc import Iterator
from typing import Final

from watchword.evidence.posture.compliance.records import (
    Json,
    canonical,
    drift_record,
    instant,
    outcome_record,
)
from watchword.evidence.posture.compliance.reporting import EstateReport, PeriodicReport
from watchword.evidence.posture.compliance.standing import Standing

FORM: Final = "watchword-compliance-report"
VERSION: Final = 1


def render(report: PeriodicReport) -> Iterator[str]:
    yield document(report).decode("utf-8")


def document(report: PeriodicReport) -> bytes:
    return canonical(
        {
            "form": FORM,
            "version": VERSION,
            "period": report.period.value,
            "since": instant(report.since),
            "until": instant(report.until),
            "sla_seconds": {s.value: int(limit.total_seconds()) for s, limit in report.sla.items()},
            "estates": [_estate(one) for one in report.estates],
        }
    )


def _estate(one: EstateReport) -> dict[str, Json]:
    return {
        "estate": one.estate,
        "standing": _standing(one.standing),
        "known": one.known,
        "first": one.first,
        "passes": one.passes,
        "failed": [{"id": p.id, "at": instant(p.started), "error": p.error, "code": p.code} for p in one.failed],
        "severities": {severity.value: count for severity, count in one.severities.items()},
        "new": [outcome_record(o) for o in one.new],
        "fixed": [outcome_record(o) for o in one.fixed],
        "came_and_went": one.came_and_went,
        "open": [
            {**outcome_record(a.outcome), "age_seconds": int(a.age.total_seconds()), "overdue": a.overdue}
            for a in one.open
        ],
        "unknown": one.unknown,
        "not_known": [
            {"check": n.check, "verdict": n.verdict.value, "words": n.words, "count": n.count, "first": n.first}
            for n in one.not_known
        ],
        "waived": one.waived,
        "expiring": [outcome_record(o) for o in one.expiring],
        "drift": None if one.drift is None else drift_record(one.drift),
        "drift_new": [list[Json](t.key) for t in one.drift_new],
        "drift_gone": [list[Json](t.key) for t in one.drift_gone],
        "remediations": [
            {
                "set": r.set_id,
                "made": instant(r.made),
                "steps": r.steps,
                "status": r.status,
                "approved_by": list[Json](r.approved_by),
            }
            for r in one.remediated
        ],
        "maturity": [{"function": m.function, "before": m.before, "after": m.after} for m in one.moved],
    }


def _standing(standing: Standing) -> dict[str, Json]:
    return {
        "state": standing.state.value,
        "why": standing.why,
        "failures": standing.failures,
        "age_seconds": None if standing.age is None else int(standing.age.total_seconds()),
        "pass": None if standing.good is None else standing.good.id,
        "content": None if standing.good is None else standing.good.content,
    }
