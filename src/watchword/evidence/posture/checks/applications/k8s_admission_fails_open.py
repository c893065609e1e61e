"""Guards that let everything in when they do not answer."""

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import (
    Answer,
    Check,
    Frameworks,
    Severity,
    bad,
    failed,
    good,
    not_applicable,
    outside,
    passed,
    seen,
    which,
)
from watchword.inventory import Asset, FrontEnd


def judge(configuration: Asset, estate: Estate) -> Answer:
    del estate
    if not configuration["validating"].boolean(default=False):
        return not_applicable("it changes what is taken in, and refuses nothing")
    found = which(configuration["webhooks"].each(), lambda webhook: webhook["failure_policy"] == "Ignore")
    if not found:
        return passed()
    return failed(
        "what it does not answer about is taken in",
        *(seen("webhooks.failure_policy", webhook["failure_policy"]) for webhook in found),
    )


CHECK = Check(
    id="k8s-admission-fails-open",
    title="Admission webhooks refuse what they cannot judge",
    severity=Severity.LOW,
    why="A guard that is ignored when it does not answer is passed by making it not answer: by load, by deleting its "
    "pods, by a network policy.",
    remedy="Set `failurePolicy: Fail`, run the webhook in more than one pod, and leave its own namespace out by a "
    "`namespaceSelector`.",
    function=Function.APPLICATIONS_AUTOMATION,
    stage=Stage.ADVANCED,
    kinds=("admission_webhook",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/",),
    frameworks=Frameworks(nist_800_53=("CM-5", "SC-24")),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  name: guard
webhooks:
  - name: guard.example.com
    clientConfig:
      service: {name: guard, namespace: guard, path: /validate}
""",
            says="Fail where nothing is said",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  name: guard
webhooks:
  - name: guard.example.com
    failurePolicy: Ignore
    clientConfig:
      service: {name: guard, namespace: guard, path: /validate}
""",
        ),
        outside(
            FrontEnd.KUBERNETES,
            """
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata:
  name: injector
webhooks:
  - name: injector.example.com
    failurePolicy: Ignore
    clientConfig:
      service: {name: injector, namespace: mesh, path: /inject}
""",
        ),
    ),
)
