"""Passwords and keys that are built into an image."""

from watchword.evidence.posture.credentials import gives_entry, hidden
from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.maturity import Function, Stage
from watchword.evidence.posture.model import Answer, Check, Frameworks, Severity, bad, failed, good, passed, seen, which
from watchword.inventory import Asset, FrontEnd


def judge(build: Asset, estate: Estate) -> Answer:
    del estate
    found = which(build["variables"].each(), lambda variable: gives_entry(variable["name"], variable["value"]))
    if not found:
        return passed()
    return failed(
        "credentials are built into it: " + ", ".join(variable["name"].text() for variable in found),
        *(seen(f"variables[{variable['name'].text()}]", hidden(variable["value"])) for variable in found),
    )


CHECK = Check(
    id="image-build-credential",
    title="No credential is built into an image",
    severity=Severity.HIGH,
    why="What ENV and ARG set stays in the image's history: whoever can pull the image reads it, also where a "
    "later step takes it away.",
    remedy="Rotate it now. Give secrets of the build by `RUN --mount=type=secret`, and those of the program when "
    "it runs.",
    function=Function.DATA_ACCESS,
    stage=Stage.INITIAL,
    supports=(Function.SECURE_DEVELOPMENT,),
    kinds=("image_build",),
    front_ends=(FrontEnd.DOCKERFILE,),
    judge=judge,
    references=("https://docs.docker.com/build/building/secrets/",),
    frameworks=Frameworks(
        nist_800_53=("IA-5(7)",), pci_dss_4=("8.6.2",), soc_2=("CC6.1",), iso_27001=("A.5.17", "A.8.28")
    ),
    examples=(
        good(
            FrontEnd.DOCKERFILE,
            "FROM debian:13\nARG VERSION=1.4.2\nENV PASSWORD_FILE=/run/secrets/password\nUSER 10001\n",
        ),
        bad(FrontEnd.DOCKERFILE, "FROM debian:13\nENV DATABASE_PASSWORD=correct-horse\n"),
    ),
)
