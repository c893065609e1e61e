"""The reference page of checks, made from their metadata alone."""

from collections.abc import Iterable, Iterator
from typing import Final

from watchword.evidence.posture.maturity import Pillar
from watchword.evidence.posture.model import Check, Example, Verdict

_TOOLS: Final = {
    "checkov": "Checkov",
    "trivy": "Trivy",
    "tfsec": "tfsec",
    "kics": "KICS",
    "prowler": "Prowler",
    "cfn_nag": "cfn_nag",
    "cfn_lint": "cfn-lint",
    "polaris": "Polaris",
    "kube_linter": "kube-linter",
    "kube_score": "kube-score",
    "kubescape": "Kubescape",
    "security_hub": "Security Hub",
    "config": "AWS Config",
}
_FRAMEWORKS: Final = {
    "nist_800_53": "NIST 800-53 r5",
    "cis_aws": "CIS AWS 3.0.0",
    "cis_azure": "CIS Azure",
    "cis_gcp": "CIS GCP",
    "cis_kubernetes": "CIS Kubernetes 1.9",
    "pci_dss_4": "PCI DSS 4",
    "soc_2": "SOC 2",
    "iso_27001": "ISO 27001:2022",
}
_FENCES: Final = {"terraform": "hcl", "cloudformation": "yaml", "kubernetes": "yaml"}
_HEAD: Final = """\
# Checks

What `watchword scan` asks. This page is written by `watchword checks list --output markdown`; a test holds the two
together. How to write one: [write a check](../guides/write-a-check.md).
"""


def page(checks: Iterable[Check]) -> str:
    """Return the page: a table, then a section a check, by pillar."""
    checks = tuple(checks)
    lines = [_HEAD]
    for pillar in Pillar:
        of_pillar = [check for check in checks if check.pillar is pillar]
        if of_pillar:
            lines.append(f"## {pillar.value.capitalize()}\n")
            lines.append("| Check | Severity | Stage | What holds |")
            lines.append("|---|---|---|---|")
            lines.extend(f"| [{c.id}](#{c.id}) | {c.severity.value} | {c.stage.value} | {c.title} |" for c in of_pillar)
            lines.append("")
            lines.extend(section(check) for check in of_pillar)
    return "\n".join(lines)


def section(check: Check) -> str:
    """Return what the page says of one check."""
    return "\n".join(_section(check)) + "\n"


def _section(check: Check) -> Iterator[str]:
    yield f"### {check.id}"
    yield ""
    yield f"{check.title}. Severity: {check.severity.value}."
    yield ""
    yield f"{check.why}"
    yield ""
    yield f"**Remedy.** {check.remedy}"
    yield ""
    functions = ", ".join(f"{f.label} ({f.pillar.value})" for f in (check.function, *check.supports))
    yield f"- Zero Trust Maturity Model 2.0: {functions}, from {check.stage.value} on"
    yield f"- Reads: {', '.join(front_end.value for front_end in check.front_ends)}"
    if check.fixes:
        yield f"- Fixes: {', '.join(front_end.value for front_end in check.fixes)}"
    kinds = "everything" if check.kinds == ("*",) else ", ".join(check.kinds)
    of = f" of {', '.join(check.providers)}" if check.providers else ""
    yield f"- Judges: {kinds}{of}" + (f" ({', '.join(check.native_types)})" if check.native_types else "")
    for name, ids in check.frameworks.by_framework().items():
        yield f"- {_FRAMEWORKS[name]}: {', '.join(ids)}"
    for name, ids in check.known_as.by_tool().items():
        yield f"- {_TOOLS[name]}: {', '.join(ids)}"
    for reference in check.references:
        yield f"- <{reference}>"
    yield ""
    for word, verdict in (("Fails", Verdict.FAIL), ("Passes", Verdict.PASS)):
        example = next((e for e in check.examples if e.verdict is verdict), None)
        if example is not None:
            yield from _example(word, example)


def _example(word: str, example: Example) -> Iterator[str]:
    yield f"{word}" + (f" ({example.says}):" if example.says else ":")
    yield ""
    yield f"```{_FENCES.get(example.front_end.value, '')}"
    yield example.text.strip("\n")
    yield "```"
    yield ""
