"""Certificates that end soon."""

from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.live import ACCOUNT, REGION, age_in_days, recorded, said
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Frameworks,
    KnownAs,
    Severity,
    bad,
    failed,
    good,
    not_applicable,
    outside,
    passed,
    seen,
)
from watchword.inventory import Asset, FrontEnd

# ACM renews its own sixty days before they end: one that has half of that left was not renewed.
_LEAST: Final = 30


def judge(certificate: Asset, estate: Estate) -> Answer:
    if not certificate["issued"].boolean(default=False):
        return not_applicable("the certificate is not in force")
    expires = certificate["expires"]
    left = -age_in_days(expires, certificate, estate)
    if left > _LEAST:
        return passed()
    words = "it has ended" if left < 0 else f"it ends in {left} days, and was not renewed"
    return failed(words, seen("expires", expires), seen("used", certificate["used"]))


def _one(**more: object) -> str:
    certificate = {
        "CertificateArn": f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/0a1b2c3d",
        "DomainName": "shop.example.com",
        "Status": "ISSUED",
        "Type": "IMPORTED",
        "InUse": True,
        **more,
    }
    types = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"]
    return said(
        "acm:ListCertificates",
        {"CertificateSummaryList": [certificate]},
        parameters={"Includes": {"keyTypes": types}},
    )


CHECK = Check(
    id="certificate-expiring",
    title="Certificates are renewed a month before they end",
    severity=Severity.MEDIUM,
    why="When a certificate ends, either nobody reaches the service, or everybody is taught to click a warning away.",
    remedy="Have ACM issue and renew it; renew what was imported, and put an alarm on `DaysToExpiry`.",
    function=Function.TRAFFIC_ENCRYPTION,
    stage=Stage.INITIAL,
    kinds=("certificate",),
    providers=("aws",),
    front_ends=(FrontEnd.AWS,),
    judge=judge,
    references=("https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html",),
    frameworks=Frameworks(nist_800_53=("SC-12", "SC-17"), pci_dss_4=("4.2.1",), iso_27001=("A.8.24",)),
    known_as=KnownAs(
        prowler=("acm_certificates_expiration_check",),
        security_hub=("ACM.1",),
        config=("acm-certificate-expiration-check",),
    ),
    examples=(
        good(FrontEnd.AWS, recorded(_one(NotAfter="2026-12-31T00:00:00+00:00"))),
        bad(FrontEnd.AWS, recorded(_one(NotAfter="2026-07-15T00:00:00+00:00"))),
        bad(FrontEnd.AWS, recorded(_one(NotAfter="2026-06-01T00:00:00+00:00")), says="it has ended"),
        outside(FrontEnd.AWS, recorded(_one(NotAfter="2026-07-15T00:00:00+00:00", Status="PENDING_VALIDATION"))),
    ),
)
