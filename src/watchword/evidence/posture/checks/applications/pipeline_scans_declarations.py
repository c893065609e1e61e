"""Pipelines that deploy what nobody scanned."""

import re
from typing import Final

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
    unsure,
    which,
)
from watchword.evidence.posture.pipelines import Part, jobs, steps
from watchword.evidence.posture.workloads import raise_unread
from watchword.inventory import Asset, FrontEnd, both, some

_DEPLOYS: Final = re.compile(
    r"\b(?:(?:terraform|tofu|terragrunt(?: run-all)?)\b[^\n|;&]*\bapply"
    r"|aws cloudformation (?:deploy|create-stack|update-stack)"
    r"|cdk deploy|sam deploy|kubectl\b[^\n|;&]*\bapply|helm\b[^\n|;&]*\b(?:upgrade|install) |pulumi up)\b"
)
_SCANS: Final = re.compile(
    r"\b(?:watchword scan|checkov|tfsec|trivy(?: \S+)* (?:config|fs|filesystem|conf)|kics scan|terrascan scan"
    r"|snyk iac|cfn[-_]nag|cfn-lint|cfn-guard validate|conftest test|kube-linter lint|kube-score score"
    r"|kubescape scan|polaris audit)\b"
)
_FORGIVES: Final = re.compile(
    r"\|\|\s*(?:true|:|exit 0)|--soft-fail|--no-fail|--exit-zero|--exit-code[= ]0|\bset \+e\b"
)
_ACTIONS: Final = frozenset(
    {
        "aquasecurity/tfsec-action",
        "aquasecurity/tfsec-pr-commenter-action",
        "aquasecurity/trivy-action",
        "bridgecrewio/checkov-action",
        "checkmarx/kics-github-action",
        "kubescape/github-action",
        "scottbrenner/cfn-lint-action",
        "snyk/actions/iac",
        "stackrox/kube-linter-action",
        "stelligent/cfn_nag",
        "tenable/terrascan-action",
    }
)
_BEFORE: Final = frozenset({"pull_request", "pull_request_target", "merge_group"})


def judge(pipeline: Asset, estate: Estate) -> Answer:
    deploying = which(steps(pipeline), _deploys)
    if not deploying:
        return not_applicable("it deploys no declarations")
    shown = deploying[0].seen("run")
    scanning = which(estate.of("pipeline"), _scans_before)
    if scanning or some(steps(pipeline), _scans_and_blocks):
        return passed()
    for other in estate.of("pipeline"):
        for job in jobs(other):
            if not job["calls"].is_absent and not job["calls"].text().startswith("./"):
                raise_unread(job["calls"], "the workflow that it calls may scan, and is not declared here")
    toothless = which(estate.of("pipeline"), lambda other: some(steps(other), _scans))
    if toothless:
        return failed("it deploys what was scanned by a step that stops nothing", shown)
    return failed("it deploys what no pipeline here scans", shown)


def _deploys(step: Part) -> bool:
    lines = step["run"].text(default="").splitlines()
    return any(_DEPLOYS.search(line) is not None and "--dry-run" not in line for line in lines)


def _scans_before(pipeline: Asset) -> bool:
    """Whether it scans and stops before a change is merged."""
    return both(
        lambda: some(pipeline["triggers"].each(), lambda trigger: trigger.text() in _BEFORE),
        lambda: some(
            jobs(pipeline),
            lambda job: (
                not job["may_fail"].boolean(default=False)
                and some(steps(pipeline), lambda step: step.path.startswith(f"{job.path}.") and _scans_and_blocks(step))
            ),
        ),
    )


def _scans(step: Part) -> bool:
    action = step["action"].text(default="").lower()
    return action in _ACTIONS or _SCANS.search(step["run"].text(default="")) is not None


def _scans_and_blocks(step: Part) -> bool:
    if not _scans(step) or step["may_fail"].boolean(default=False):
        return False
    action = step["action"].text(default="").lower()
    if action == "aquasecurity/trivy-action":  # by default it ends well whatever it found
        return step["inputs"]["exit-code"].text(default="0") not in {"", "0"}
    if some(step["inputs"]["soft_fail"].each(), lambda value: value.text().lower() == "true"):
        return False
    script = step["run"].text(default="")
    if re.search(r"\btrivy\b", script) and "--exit-code" not in script:
        return False
    return _FORGIVES.search(script) is None


CHECK = Check(
    id="pipeline-scans-declarations",
    title="Declarations are scanned before they are deployed, and what is found stops them",
    severity=Severity.MEDIUM,
    why="What a pipeline deploys is reality a minute later. A scan that runs afterwards, or whose result nobody waits "
    "for, tells what went wrong, and prevents nothing.",
    remedy="Scan on pull requests (`watchword scan`, or a scanner of your choice), without `continue-on-error`, "
    "`|| true` or a soft failure, and require that check on the branch.",
    function=Function.SECURITY_TESTING,
    stage=Stage.ADVANCED,
    supports=(Function.SECURE_DEVELOPMENT,),
    kinds=("pipeline",),
    front_ends=(FrontEnd.GITHUB_ACTIONS,),
    judge=judge,
    references=(
        "https://docs.github.com/actions/writing-workflows/workflow-syntax-for-github-actions",
        "https://owasp.org/www-project-devsecops-guideline/",
    ),
    frameworks=Frameworks(nist_800_53=("CM-4", "RA-5", "SA-11"), pci_dss_4=("6.3.2",), iso_27001=("A.8.29", "A.8.25")),
    examples=(
        good(
            FrontEnd.GITHUB_ACTIONS,
            """
on: [push, pull_request]
jobs:
  scan:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: watchword scan infra
  deploy:
    runs-on: ubuntu-latest
    if: github.ref == 'refs/heads/main'
    steps:
      - run: terraform apply -auto-approve
""",
        ),
        bad(
            FrontEnd.GITHUB_ACTIONS,
            """
on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - run: terraform -chdir=infra apply -auto-approve
""",
        ),
        bad(
            FrontEnd.GITHUB_ACTIONS,
            """
on: [push, pull_request]
jobs:
  scan:
    runs-on: ubuntu-latest
    steps:
      - run: checkov -d infra || true
      - uses: aquasecurity/trivy-action@v0.30.0
        with:
          scan-type: config
      - uses: bridgecrewio/checkov-action@v12
        continue-on-error: true
      - run: kubectl apply -f k8s
""",
            says="scans that stop nothing",
        ),
        unsure(
            FrontEnd.GITHUB_ACTIONS,
            """
on: push
jobs:
  scan:
    uses: example/workflows/.github/workflows/scan.yml@v1
  deploy:
    runs-on: ubuntu-latest
    steps:
      - run: helm upgrade shop ./chart
""",
            says="a workflow of others may scan",
        ),
        outside(
            FrontEnd.GITHUB_ACTIONS,
            """
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: make test
""",
        ),
    ),
)
