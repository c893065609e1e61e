"""Tells by its content which scanner wrote a file, and reads it.

    reading = read_results(content, name="results.json")

A file that none of them wrote, or that is broken, is refused with the place in it.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

import orjson

from watchword.evidence.posture.imports import (
    aws_config,
    azure_policy,
    cfn_lint,
    cfn_nag,
    checkov,
    google_scc,
    kics,
    kube_linter,
    kube_score,
    polaris,
    prowler,
    sarif,
    security_hub,
    snyk,
    tfsec,
    trivy,
)
from watchword.evidence.posture.imports.document import Document
from watchword.evidence.posture.imports.model import Reading
from watchword.kernel.errors import InvalidInputError

LARGEST: Final = 64 * 1024 * 1024  # bytes of a file: some hundred thousand findings; its tree takes five times as much
MOST_FINDINGS: Final = 100_000  # of a file


class Form(NamedTuple):
    name: str
    fits: Callable[[Document], bool]
    read: Callable[[Document], Reading]


FORMS: Final = tuple(
    Form(one.NAME, one.fits, one.read)
    for one in (
        *(sarif, checkov, trivy, kics, polaris, snyk, kube_linter, aws_config, security_hub, azure_policy, google_scc),
        *(cfn_nag, cfn_lint, kube_score, prowler, tfsec),
    )
)
_EXPECTED: Final = (
    "SARIF 2.1.0, or the JSON of Checkov, Trivy, tfsec, KICS, cfn-lint, cfn_nag, kube-score, kube-linter, "
    "Polaris, Snyk IaC, Prowler, AWS Config, Security Hub, Azure Policy or Security Command Center"
)


def read_results(content: bytes, *, name: str) -> Reading:
    """Read a file of results. Raises `InvalidInputError` for anything else."""
    if len(content) > LARGEST:
        raise InvalidInputError(
            f"{name}: larger than {LARGEST // 1024 // 1024} MiB",
            code="scan.import",
            hint="let the tool leave passes out",
        )
    try:
        loaded: object = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise InvalidInputError(
            f"{name}:{error.lineno}:{error.colno}: no JSON: {error.msg}", code="scan.import", expected=_EXPECTED
        ) from error
    whole = Document(loaded, name=name)
    if loaded == []:
        return Reading(form="empty list", warnings=("an empty list: nothing was found, and no telling by which tool",))
    form = next((form for form in FORMS if form.fits(whole)), None)
    if form is None:
        raise InvalidInputError(f"{name}: no scanner's results that we know", code="scan.import", expected=_EXPECTED)
    reading = form.read(whole)
    if len(reading.findings) > MOST_FINDINGS:
        raise InvalidInputError(f"{name}: more than {MOST_FINDINGS:,} findings", code="scan.import")
    return reading
