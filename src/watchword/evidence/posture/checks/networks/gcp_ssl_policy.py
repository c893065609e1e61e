"""Load balancers' policies that accept old versions of TLS."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    ANY_KIND,
    Answer,
    Check,
    Frameworks,
    KnownAs,
    Severity,
    bad,
    failed,
    good,
    passed,
    seen,
)
from watchword.evidence.posture.native import said
from watchword.inventory import Asset, FrontEnd


def judge(policy: Asset, estate: Estate) -> Answer:
    del estate
    # Defaults: TLS_1_0 and COMPATIBLE (registry.terraform.io, google_compute_ssl_policy).
    path, version = said(policy, "min_tls_version")
    if version.text(default="TLS_1_0") in {"TLS_1_0", "TLS_1_1"}:
        return failed("it accepts versions of TLS that are broken", seen(path, version))
    path, profile = said(policy, "profile")
    if profile.text(default="COMPATIBLE") == "COMPATIBLE":
        return failed("it accepts weak ciphers", seen(path, profile))
    return passed()


CHECK = Check(
    id="gcp-ssl-policy",
    title="Policies of TLS accept TLS 1.2 and modern ciphers alone",
    severity=Severity.MEDIUM,
    why=("TLS 1.0 and 1.1 are withdrawn (RFC 8996), and the compatible profile keeps ciphers without forward secrecy."),
    remedy='Set `min_tls_version = "TLS_1_2"` and `profile = "MODERN"` or `"RESTRICTED"`.',
    function=Function.TRAFFIC_ENCRYPTION,
    stage=Stage.INITIAL,
    kinds=ANY_KIND,
    providers=("google",),
    native_types=("google_compute_ssl_policy",),
    front_ends=(FrontEnd.TERRAFORM,),
    judge=judge,
    references=("https://cloud.google.com/load-balancing/docs/ssl-policies-concepts",),
    frameworks=Frameworks(nist_800_53=("SC-8", "SC-13"), iso_27001=("A.8.24",), pci_dss_4=("4.2.1",), cis_gcp=("3.9",)),
    known_as=KnownAs(checkov=("CKV_GCP_4",)),
    examples=(
        good(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_ssl_policy" "modern" {
  name            = "modern"
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"
}
""",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_ssl_policy" "old" {
  name    = "old"
  profile = "MODERN"
}
""",
            says="TLS 1.0 by default",
        ),
        bad(
            FrontEnd.TERRAFORM,
            """
resource "google_compute_ssl_policy" "old" {
  name            = "old"
  profile         = "COMPATIBLE"
  min_tls_version = "TLS_1_2"
}
""",
            says="weak ciphers",
        ),
    ),
)
