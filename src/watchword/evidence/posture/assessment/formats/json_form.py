"""The stable form of an assessment. See `docs/reference/assess-output.md`.

A field keeps its name and meaning for as long as `format` is the same; fields may be added. The findings themselves are
in `watchword scan --output json`; items name them by fingerprint.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

import orjson

from watchword.evidence.posture.assessment.assessment import Assessment
from watchword.evidence.posture.assessment.frameworks import Framework
from watchword.evidence.posture.assessment.observed import Endpoint, Observed, ObservedFlow
from watchword.evidence.posture.assessment.roadmap import Item
from watchword.evidence.posture.assessment.sampling import wilson
from watchword.evidence.posture.assessment.settings import Attestation
from watchword.evidence.posture.assessment.stages import Criterion, FunctionMaturity
from watchword.inventory import Place

FORMAT: Final = "watchword-assess/1"
_LAST_SECOND: Final = 253_402_300_800  # of the year 9999: logs are a stranger's
Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


def render(done: Assessment) -> str:
    return orjson.dumps(document(done), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def document(done: Assessment) -> dict[str, Json]:
    """Return the assessment as plain JSON values."""
    report = done.report
    return {
        "format": FORMAT,
        "day": done.day.isoformat(),
        "paths": list(done.paths),
        "front_ends": [front_end.value for front_end in done.front_ends],
        "summary": {
            "assets": sum(report.assets.values()),
            "files": report.coverage.files,
            "checks": report.checks,
            "modules_not_fetched": len(report.coverage.modules_missing),
            "verdicts": {verdict.value: count for verdict, count in report.verdicts.items()},
            "failed_by_severity": {severity.value: count for severity, count in report.severities.items()},
            "owned": done.owned,
            "ownable": done.ownable,
            "functions_assessed": done.assessed,
            "functions_at_target": done.at_target,
            "evidence": dict(done.evidence),
        },
        "inventory": dict(report.assets),
        "critical": [
            {
                "resource": one.asset.address,
                "root": one.asset.root,
                "kind": one.asset.kind,
                "owner": one.owner or None,
                "said_by_person": one.said_by_person,
                "reasons": [{"text": words, **_place(place)} for words, place in one.reasons],
                **_place(one.survey.at(one.asset.place)),
            }
            for one in done.critical
        ],
        "exposure": {
            "entries": [
                {"resource": hop.asset.address, "kind": hop.asset.kind, "how": hop.words, **_place(hop.place)}
                for hop in done.entries
            ],
            "not_known": [
                {"resource": doubt.asset.address, "kind": doubt.asset.kind, "why": doubt.words, **_place(doubt.place)}
                for doubt in done.doubts
            ],
            "paths": [
                {
                    "target": path.target.address,
                    "hops": [
                        {"resource": hop.asset.address, "kind": hop.asset.kind, "how": hop.words, **_place(hop.place)}
                        for hop in path.hops
                    ],
                }
                for path in done.exposure_paths
            ],
        },
        "flows": [
            {
                "source": flow.source.value,
                "target": flow.target.value,
                "ports": list(flow.ports),
                "rules": flow.rules,
                "places": [_place(place) for place in flow.places],
            }
            for flow in done.flows
        ],
        "observed_flows": _observed(done.observed) if done.observed else None,
        "controls_in_place": [
            {"check": c.check.id, "title": c.check.title, "pillar": c.check.pillar.value, "passed": c.passed}
            for c in done.controls
        ],
        "maturity": {
            "model": "CISA Zero Trust Maturity Model 2.0",
            "pillars": [
                {
                    "pillar": pillar.pillar.value,
                    "stage": pillar.stage.value if pillar.stage else None,
                    "at_most": pillar.is_bound,
                    "functions_assessed": len(pillar.assessed),
                    "functions": len(pillar.functions),
                }
                for pillar in done.pillars
            ],
            "functions": [_function(function) for function in done.functions],
        },
        "roadmap": [item_of(item) for item in done.items],
        "do_first": [item.id for item in done.first],
        "frameworks": [_framework(framework) for framework in done.frameworks],
        "warnings": list(done.warnings),
    }


def _observed(seen: Observed) -> dict[str, Json]:
    return {
        "records": seen.records,
        "first": _instant(seen.first),
        "last": _instant(seen.last),
        "days": seen.days,
        "files": seen.logs.files,
        "lines": seen.logs.lines,
        "lines_not_read": seen.logs.bad,
        "places_not_read": list(seen.logs.bad_places),
        "nodata": seen.logs.nodata,
        "skipdata": seen.logs.skipdata,
        "records_without_port": seen.summed,
        "records_not_kept": seen.lost,
        "flows": [_observed_flow(flow) for flow in seen.flows],
        "rules_used": seen.used,
        "rules_not_told": seen.unspoken,
        "rules_unused": [
            {"resource": one.rule.address, "root": one.rule.root, "lets_in": one.words, **_place(one.place)}
            for one in seen.unused
        ],
    }


def _observed_flow(flow: ObservedFlow) -> Json:
    return {
        "source": _endpoint(flow.source),
        "target": _endpoint(flow.target),
        "protocol": flow.protocol,
        "port": flow.port,
        "accepted": flow.accepted,
        "bytes": flow.bytes,
        "records": flow.records,
        "first": _instant(flow.first),
        "last": _instant(flow.last),
        "standing": flow.standing.value.replace(" ", "_"),
        "places": [_place(place) for place in flow.places],
    }


def _instant(seconds: int) -> str | None:
    if not 0 < seconds < _LAST_SECOND:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _endpoint(endpoint: Endpoint) -> Json:
    return {
        "name": endpoint.words,
        "range": str(endpoint.prefix),
        "resource": endpoint.asset.address if endpoint.asset else None,
        "tier": endpoint.tier.value if endpoint.tier else None,
        "in_inventory": endpoint.inside,
    }


def item_of(item: Item) -> dict[str, Json]:
    return {
        "id": item.id,
        "phase": item.phase.value,
        "title": item.title,
        "goal": item.goal,
        "why": item.why,
        "remedy": item.remedy,
        "severity": item.severity.value if item.severity else None,
        "effort": item.effort.value,
        "edits": item.edits,
        "closes_findings": item.closes,
        "closes_paths_to_critical": item.paths,
        "findings_on_critical": item.on_critical,
        "meets_criteria": list(item.unlocks),
        "needs": list(item.needs),
        "checks": list(item.checks),
        "functions": [function.value for function in item.functions],
        "pillars": [pillar.value for pillar in item.pillars],
        "places": [_place(place) for place in item.places],
        "resources": list(item.resources),
        "touches": item.touches,
        "fingerprints": list(item.fingerprints),
    }


def _function(function: FunctionMaturity) -> Json:
    return {
        "function": function.function.value,
        "label": function.function.label,
        "pillar": function.function.pillar.value,
        "stage": function.stage.value if function.stage else None,
        "target": function.target.value,
        "meets_target": function.meets_target,
        "coverage": function.coverage,
        "held_back_by": [criterion.id for criterion in function.held_back_by],
        "criteria": [_criterion(criterion) for criterion in function.criteria],
    }


def _criterion(criterion: Criterion) -> Json:
    tally = criterion.tally
    return {
        "id": criterion.id,
        "stage": criterion.stage.value,
        "statement": criterion.statement,
        "state": criterion.state.value.replace(" ", "_"),
        "source": criterion.source,
        "words": criterion.words,
        "check": criterion.check.id if criterion.check else None,
        "passed": tally.passed,
        "failed": tally.failed,
        "waived": tally.waived,
        "unknown": tally.unknown,
        "not_applicable": tally.not_applicable,
        "not_passed_on_critical": tally.on_critical,
        "coverage": tally.coverage if tally.in_scope else None,
        "pass_min": criterion.pass_min,
        "attestation": _attestation(criterion.attestation) if criterion.attestation else None,
    }


def _attestation(attestation: Attestation) -> Json:
    low, high = wilson(attestation.good, attestation.sample) if attestation.sample else (1.0, 1.0)
    return {
        "sha256": attestation.sha256,
        "artifact": attestation.artifact or None,
        "signer": attestation.signer,
        "expires": attestation.expires.isoformat(),
        "sample": attestation.sample or None,
        "good": attestation.good if attestation.sample else None,
        "interval_95": [low, high] if attestation.sample else None,
        **_place(attestation.place),
    }


def _framework(framework: Framework) -> Json:
    return {
        "id": framework.id,
        "name": framework.name,
        "controls": [
            {
                "control": control.id,
                "words": control.words or None,
                "standing": control.standing.value.replace(" ", "_"),
                "passed": control.passed,
                "failed": control.failed,
                "unknown": control.unknown,
                "checks": _list(control.checks),
            }
            for control in framework.controls
        ],
    }


def _list(texts: Iterable[str]) -> list[Json]:
    return list(texts)


def _place(place: Place) -> dict[str, Json]:
    return {"file": place.file, "line": place.line, "end_line": place.end_line}
