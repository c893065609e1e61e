"""Ways in that answer in clear."""

from typing import Final

from watchword.evidence.posture.estate import Estate
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
    passed,
    seen,
    which,
)
from watchword.inventory import Asset, FrontEnd, Value, either, some

# Where a controller takes its certificate from elsewhere than the ingress.
_CERTIFICATES: Final = (
    "alb.ingress.kubernetes.io/certificate-arn",
    "appgw.ingress.kubernetes.io/appgw-ssl-certificate",
    "ingress.gcp.kubernetes.io/pre-shared-cert",
    "networking.gke.io/managed-certificates",
    "nginx.ingress.kubernetes.io/ssl-passthrough",
)
_LISTENS: Final = "alb.ingress.kubernetes.io/listen-ports"


def judge(ingress: Asset, estate: Estate) -> Answer:
    del estate
    annotations = ingress["annotations"]
    if some(_CERTIFICATES, lambda name: not annotations[name].is_absent):
        return passed()
    if "HTTPS" in annotations[_LISTENS].text(default=""):
        return passed()  # the controller finds the certificate by the host's name
    tls = ingress["tls"]
    if not bool(tls):
        return failed("no host has a certificate", seen("tls", tls))
    if some(tls.each(), lambda entry: not bool(entry["hosts"])):
        return passed()  # one certificate for whatever host
    bare = which(ingress["hosts"].each(), lambda host: not _is_covered(host.text(default=""), tls))
    if not bare:
        return passed()
    return failed("hosts without a certificate", *(seen("hosts", host) for host in bare))


def _is_covered(host: str, tls: Value) -> bool:
    above = f"*.{host.partition('.')[2]}"
    return some(tls.each(), lambda entry: either(lambda: host in entry["hosts"], lambda: above in entry["hosts"]))


CHECK = Check(
    id="k8s-ingress-tls",
    title="Ingresses answer with TLS",
    severity=Severity.MEDIUM,
    why="What is sent in clear is read and changed on the way: passwords, sessions, the pages themselves.",
    remedy="Name the hosts and the secret of their certificate in `spec.tls`; cert-manager makes and renews it.",
    function=Function.TRAFFIC_ENCRYPTION,
    stage=Stage.INITIAL,
    kinds=("ingress",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/services-networking/ingress/#tls",),
    frameworks=Frameworks(
        nist_800_53=("SC-8", "SC-8(1)", "SC-23"), pci_dss_4=("4.2.1",), soc_2=("CC6.7",), iso_27001=("A.8.24",)
    ),
    known_as=KnownAs(polaris=("tlsSettingsMissing",), kubescape=("C-0263",)),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
spec:
  tls:
    - hosts: ["*.example.com"]
      secretName: web-tls
  rules:
    - host: shop.example.com
""",
            says="by a wildcard",
        ),
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
  annotations:
    alb.ingress.kubernetes.io/listen-ports: '[{"HTTPS":443}]'
spec:
  ingressClassName: alb
  rules:
    - host: shop.example.com
""",
            says="a controller that finds the certificate itself",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
spec:
  rules:
    - host: shop.example.com
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
spec:
  tls:
    - hosts: [shop.example.com]
      secretName: web-tls
  rules:
    - host: shop.example.com
    - host: admin.shop.example.com
""",
            says="one of two hosts",
        ),
    ),
)
