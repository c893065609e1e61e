"""Services that take traffic of addresses that they name themselves."""

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
)
from watchword.inventory import Asset, FrontEnd


def judge(service: Asset, estate: Estate) -> Answer:
    del estate
    addresses = service["external_addresses"]
    if not bool(addresses):
        return passed()
    return failed("it takes traffic of addresses that it names", seen("external_addresses", addresses))


CHECK = Check(
    id="k8s-external-ips",
    title="Services name no addresses of their own choice",
    severity=Severity.MEDIUM,
    why="A service gets what is sent to the addresses in `externalIPs`, whoever they belong to. Whoever may make one "
    "reads along what pods send to any address of the Internet (CVE-2020-8554).",
    remedy="Use a load balancer, and refuse `externalIPs` at admission.",
    function=Function.TRAFFIC_MANAGEMENT,
    stage=Stage.INITIAL,
    kinds=("service",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/services-networking/service/#external-ips",),
    frameworks=Frameworks(nist_800_53=("SC-7",)),
    known_as=KnownAs(trivy=("AVD-KSV-0108",)),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ports:
    - port: 80
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  externalIPs: [198.51.100.7]
  ports:
    - port: 80
""",
        ),
    ),
)
