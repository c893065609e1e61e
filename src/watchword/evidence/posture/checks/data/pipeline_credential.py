"""Passwords and keys that are written into a workflow."""

from collections.abc import Iterator

from watchword.evidence.posture.credentials import gives_entry, hidden
from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Answer, Check, Frameworks, Severity, bad, failed, good, passed, seen, which
from watchword.evidence.posture.pipelines import jobs, steps
from watchword.inventory import Asset, FrontEnd, Known, Unknown, Value


def judge(pipeline: Asset, estate: Estate) -> Answer:
    del estate
    found = which(_written(pipeline), lambda one: gives_entry(Known(one[1]), one[2]))
    if not found:
        return passed()
    return failed(
        "credentials are written into it: " + ", ".join(name for _, name, _ in found),
        *(seen(f"{path}[{name}]", hidden(value)) for path, name, value in found),
    )


def _written(pipeline: Asset) -> Iterator[tuple[str, str, Value]]:
    """Yield variables and inputs. What an expression makes is read when the workflow runs, and not written."""
    places = [("variables", pipeline["variables"])]
    places += [(f"{job.path}.variables", job["variables"]) for job in jobs(pipeline)]
    places += [(f"{step.path}.{name}", step[name]) for step in steps(pipeline) for name in ("variables", "inputs")]
    for path, values in places:
        for name, value in values.items():
            if not (isinstance(value, Unknown) and value.parts):
                yield path, name, value


CHECK = Check(
    id="pipeline-credential",
    title="No credential is written into a workflow",
    severity=Severity.HIGH,
    why="Whoever reads the repository or its history has the credential, and nothing tells when it is used.",
    remedy="Rotate it now. Keep it as a secret of the environment that uses it; better, let the workflow prove who "
    "it is (OIDC) and get a credential that runs out.",
    function=Function.DATA_ACCESS,
    stage=Stage.INITIAL,
    supports=(Function.SECURE_DEVELOPMENT,),
    kinds=("pipeline",),
    front_ends=(FrontEnd.GITHUB_ACTIONS,),
    judge=judge,
    references=("https://docs.github.com/en/actions/concepts/security/secrets",),
    frameworks=Frameworks(
        nist_800_53=("IA-5(7)",), pci_dss_4=("8.6.2",), soc_2=("CC6.1",), iso_27001=("A.5.17", "A.8.28")
    ),
    examples=(
        good(
            FrontEnd.GITHUB_ACTIONS,
            """
on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - run: make deploy
        env:
          DEPLOY_PASSWORD: ${{ secrets.DEPLOY_PASSWORD }}
""",
        ),
        bad(
            FrontEnd.GITHUB_ACTIONS,
            """
on: push
env:
  DEPLOY_PASSWORD: correct-horse
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - run: make deploy
""",
        ),
    ),
)
