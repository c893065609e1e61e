"""Images that begin with another tomorrow than today."""

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
from watchword.inventory import Asset, FrontEnd, Value, both


def judge(build: Asset, estate: Estate) -> Answer:
    del estate
    found = which(build["stages"].each(), _moves)
    if not found:
        return passed()
    return failed("what it begins with has no version", *(seen("stages.image", stage["image"]) for stage in found))


def _moves(stage: Value) -> bool:
    if stage["internal"].boolean(default=False):
        return False
    return both(lambda: stage["digest"].is_absent, lambda: stage["tag"].text(default="latest") == "latest")


CHECK = Check(
    id="image-build-from-version",
    title="Images begin with a version",
    severity=Severity.LOW,
    why="`latest`, which is also what no tag means, is whatever was pushed last: the image that is built cannot be "
    "built again, and what came into it cannot be told.",
    remedy="Name the version, best with its digest.",
    function=Function.SUPPLY_CHAIN,
    stage=Stage.INITIAL,
    kinds=("image_build",),
    front_ends=(FrontEnd.DOCKERFILE,),
    judge=judge,
    references=("https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",),
    frameworks=Frameworks(nist_800_53=("CM-2", "SI-7")),
    known_as=KnownAs(checkov=("CKV_DOCKER_7",), trivy=("AVD-DS-0001",)),
    examples=(
        good(
            FrontEnd.DOCKERFILE,
            "FROM golang:1.25 AS build\nRUN make\nFROM scratch\nCOPY --from=build /web /web\nUSER 10001\n",
            says="a version, and nothing",
        ),
        bad(FrontEnd.DOCKERFILE, "FROM debian\nRUN make\n"),
        bad(FrontEnd.DOCKERFILE, "FROM debian:latest\nRUN make\n"),
    ),
)
