"""What system pods run on: what they say, or what they ask of machines."""

import pytest

from watchword.app.posture import read_example
from watchword.inventory import FrontEnd

_POD = """
apiVersion: v1
kind: Pod
metadata: {{name: web}}
spec:
  {}
  containers: [{{name: web, image: "registry.example.com/web:1"}}]
"""


@pytest.mark.parametrize(
    ("said", "system"),
    [
        ("os: {name: windows}", "windows"),
        ("nodeSelector: {kubernetes.io/os: windows}", "windows"),
        ("nodeSelector: {kubernetes.io/os: linux}", "linux"),
        ("hostNetwork: false", ""),
    ],
)
def test_operating_system(said: str, system: str) -> None:
    (pod,) = read_example(FrontEnd.KUBERNETES, "manifest.yaml", _POD.format(said)).of("workload")
    assert pod["operating_system"].text(default="") == system
