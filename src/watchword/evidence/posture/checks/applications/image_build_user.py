"""Images that run as root unless somebody says otherwise."""

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
)
from watchword.inventory import Asset, FrontEnd

_ROOT: Final = frozenset({"root", "0"})


def judge(build: Asset, estate: Estate) -> Answer:
    del estate
    user = build["user"]
    if not user.is_absent:
        if user.text().partition(":")[0] not in _ROOT:
            return passed()
        return failed("it runs as root", seen("user", user))
    if "nonroot" in build["image"].text(default=""):
        return passed()  # images that are made without root say so by their name
    return failed(
        "nothing says whom it runs as: what it begins with decides, mostly root",
        seen("user", user),
        seen("image", build["image"]),
    )


CHECK = Check(
    id="image-build-user",
    title="Images do not run as root",
    severity=Severity.LOW,
    why="Root in a container is root on the machine but for the walls between them. What an image says holds wherever "
    "whoever runs it says nothing.",
    remedy="End the Dockerfile with `USER` and a number other than 0, so that a cluster can tell.",
    function=Function.SECURE_DEVELOPMENT,
    stage=Stage.INITIAL,
    supports=(Function.APPLICATION_THREAT_PROTECTIONS,),
    kinds=("image_build",),
    front_ends=(FrontEnd.DOCKERFILE,),
    judge=judge,
    references=("https://docs.docker.com/build/building/best-practices/#user",),
    frameworks=Frameworks(nist_800_53=("AC-6",)),
    known_as=KnownAs(checkov=("CKV_DOCKER_3", "CKV_DOCKER_8"), trivy=("AVD-DS-0002",)),
    examples=(
        good(FrontEnd.DOCKERFILE, "FROM debian:13\nUSER 10001\n"),
        good(
            FrontEnd.DOCKERFILE,
            "FROM golang:1.25 AS build\nRUN make\nFROM gcr.io/distroless/static:nonroot\nCOPY --from=build /web /web\n",
            says="by what it begins with",
        ),
        bad(FrontEnd.DOCKERFILE, "FROM debian:13\nUSER web\nRUN make\nUSER root\n", says="the last one holds"),
        bad(FrontEnd.DOCKERFILE, "FROM debian:13\nRUN make\n"),
    ),
)
