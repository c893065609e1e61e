"""The package as a user has it: a wheel, built from this tree and unpacked by pip into a directory of its own.

The dependencies come from the environment of the tests; the package itself does not: neither `src` nor another copy of it
is on the path of what is run.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from support.distributions import build, package_files

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Installed:
    """`site` holds the package, `wheel` is what it was installed from."""

    site: Path
    wheel: Path

    @cached_property
    def files(self) -> set[str]:
        return package_files(self.wheel)

    def run(
        self,
        arguments: Sequence[str],
        *,
        directory: Path,
        environment: Mapping[str, str] | None = None,
        timeout: float = 60,
    ) -> "subprocess.CompletedProcess[str]":
        """Run the console script, away from the tree and with a home of its own."""
        return subprocess.run(
            [str(self.site / "bin" / "watchword"), *arguments],
            cwd=directory,
            env=self.environment(directory) | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def environment(self, home: Path) -> dict[str, str]:
        return {
            "HOME": str(home),
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(self.site),
            "LC_ALL": "C.UTF-8",
        }


def install(into: Path) -> Installed:
    wheel = build("wheel", _ROOT, into / "wheel")
    site = into / "site"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "--disable-pip-version-check",
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            "--target",
            str(site),
            str(wheel),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the wheel does not install:\n{done.stdout}{done.stderr}")
    return Installed(site=site, wheel=wheel)
