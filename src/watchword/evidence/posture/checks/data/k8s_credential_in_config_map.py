"""Passwords and keys among configuration that anybody may read."""

from typing import Final

from watchword.evidence.posture.credentials import hidden, is_credential
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
from watchword.inventory import Asset, FrontEnd

_LONGEST_LINES: Final = 2_000  # of an entry that is a file; more is data


def judge(config: Asset, estate: Estate) -> Answer:
    del estate
    found = which(config["data"].items(), lambda entry: _holds_one(entry[0], entry[1].text(default="")))
    if not found:
        return passed()
    return failed(
        "credentials among configuration: " + ", ".join(name for name, _ in found),
        *(seen(f"data[{name}]", hidden(value)) for name, value in found),
    )


def _holds_one(name: str, text: str) -> bool:
    if "\n" not in text:
        return is_credential(name, text)
    return any(_is_one(line) for line in text.splitlines()[:_LONGEST_LINES])


def _is_one(line: str) -> bool:
    """A line of a file: `password = hunter2`, `password: hunter2`. Comments are none."""
    name, separator, text = line.replace(":", "=", 1).partition("=") if "=" not in line else line.partition("=")
    plain = name.strip().strip("\"'-").strip()
    return bool(separator) and plain.isidentifier() and is_credential(plain, text.strip().strip("\"',"))


CHECK = Check(
    id="k8s-credential-in-config-map",
    title="No credential is kept as configuration",
    severity=Severity.HIGH,
    why="A ConfigMap is read by whoever may look at the namespace, is not encrypted where secrets are, and stands in "
    "the repository.",
    remedy="Rotate it, keep it in a Secret that is filled from a secrets manager, and let the file of configuration "
    "name the path where it is mounted.",
    function=Function.DATA_ACCESS,
    stage=Stage.INITIAL,
    supports=(Function.SECURE_DEVELOPMENT,),
    kinds=("config_map",),
    front_ends=(FrontEnd.KUBERNETES,),
    judge=judge,
    references=("https://kubernetes.io/docs/concepts/configuration/configmap/",),
    frameworks=Frameworks(
        nist_800_53=("IA-5(7)", "SC-28"), pci_dss_4=("8.6.2",), soc_2=("CC6.1",), iso_27001=("A.5.17",)
    ),
    known_as=KnownAs(
        trivy=("AVD-KSV-0109", "AVD-KSV-01010"), polaris=("sensitiveConfigmapContent",), kubescape=("C-0012",)
    ),
    examples=(
        good(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  password_file: /run/secrets/password
  log_level: info
  app.conf: |
    # password = yours
    password_file = /run/secrets/password
    token_ttl = 3600
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  database_password: correct-horse
""",
        ),
        bad(
            FrontEnd.KUBERNETES,
            """
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  app.conf: |
    host = db
    password = correct-horse
""",
            says="in a file of it",
        ),
    ),
)
