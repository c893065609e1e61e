"""Polaris's JSON (`polaris audit --format json`): results of objects, of their pods and of their containers.

Facts: Polaris's documentation, "Checks" and "Output": severities danger, warning and ignore. It names no file and no
line; the address of the object is what a finding is placed by. An exemption leaves its check out of the report.
"""

from collections.abc import Iterator
from typing import Final

from watchword.evidence.posture.imports.document import Document
from watchword.evidence.posture.imports.model import LONGEST_NAME, Finding, Reading
from watchword.evidence.posture.model import Severity

NAME: Final = "polaris"
_SEVERITIES: Final = {"danger": Severity.HIGH, "warning": Severity.MEDIUM}


def fits(whole: Document) -> bool:
    return whole.is_object and "PolarisOutputVersion" in whole


def read(whole: Document) -> Reading:
    findings: list[Finding] = []
    passed = left_out = 0
    for one in whole["Results"].items():
        space = one.text("Namespace", longest=LONGEST_NAME) or "default"
        address = f"{one.name('Kind')}/{space}/{one.name('Name')}"
        for path, result in _results(one):
            if result.text("Severity") == "ignore":
                left_out += 1
            elif result.true("Success"):
                passed += 1
            else:
                findings.append(
                    Finding(
                        tool=NAME,
                        id=result.name("ID"),
                        title=result.text("Message"),
                        severity=_SEVERITIES.get(result.text("Severity")),
                        address=address,
                        path=path,
                    )
                )
    return Reading(form=NAME, findings=tuple(findings), passed=passed, left_out=left_out, tools=(NAME,))


def _results(one: Document) -> Iterator[tuple[str, Document]]:
    yield from (("", result) for _, result in one["Results"].members())
    pod = one["PodResult"]
    yield from (("pod", result) for _, result in pod["Results"].members())
    for container in pod["ContainerResults"].items():
        name = container.text("Name", longest=LONGEST_NAME)
        yield from ((f"containers.{name}", result) for _, result in container["Results"].members())
