"""Makes sure that the programs which the tests drive are on this machine: Chromium, curl, patch and OpenSSL.

On Debian, as root or with a sudo that asks no password, what is missing is installed with apt-get. Elsewhere it is said
plainly what is missing and how to get it; the tests that need it are then skipped with that reason, which is declared in
`declared_skips.txt`. Nothing is done, within milliseconds, where everything is there.

Run by `make test` before pytest; the finders are also what the tests use.
"""

import functools
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# apt-get on a slow mirror; beyond this the tests go on without.
_INSTALL_TIMEOUT = 600

_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_CHROMIUM_APPLICATIONS = (
    "Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "Applications/Chromium.app/Contents/MacOS/Chromium",
)
# Where Playwright's own `playwright install chromium` puts a browser, newest last by name.
_PLAYWRIGHT_PATTERNS = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/Chromium.app/Contents/MacOS/Chromium",
    "chromium-*/chrome-mac*/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One program: what it is called here, in Debian's archive, and how else one gets it."""

    name: str
    debian: str
    otherwise: str


NEEDS = (
    Need(name="chromium", debian="chromium", otherwise="install Google Chrome, or: playwright install chromium"),
    Need(name="curl", debian="curl", otherwise="install curl with the system's package manager"),
    Need(name="patch", debian="patch", otherwise="install patch with the system's package manager"),
    Need(name="openssl", debian="openssl", otherwise="install openssl with the system's package manager"),
)


def find(name: str) -> Path | None:
    """Return the program's path, or None where there is none that runs."""
    return find_chromium() if name == "chromium" else _which(name)


@functools.cache
def find_chromium() -> Path | None:
    """Return a Chromium or Chrome that starts: the system's own first, then one that Playwright downloaded."""
    candidates = [path for path in map(_which, _CHROMIUM_NAMES) if path is not None]
    if sys.platform == "darwin":
        candidates += [root / name for root in (Path("/"), Path.home()) for name in _CHROMIUM_APPLICATIONS]
    candidates += _downloaded()
    return next((path for path in candidates if path.exists() and _runs(path)), None)


def can_install() -> bool:
    """Whether this is Debian and its packages can be installed without asking anybody."""
    return _is_debian() and _which("apt-get") is not None and _privileged_prefix() is not None


def install(needs: Iterable[Need]) -> str | None:
    """Install with apt-get. Return None, or in words why it did not work."""
    prefix = _privileged_prefix()
    if prefix is None:
        return "neither root nor a sudo without password"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    packages = [need.debian for need in needs]
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        command = [*prefix, "apt-get", *arguments]
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_INSTALL_TIMEOUT,
                env=environment,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"{' '.join(command)}: {error}"
        if done.returncode:
            last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
            return f"{' '.join(command)}: exit status {done.returncode}: {' '.join(last)}"
    find_chromium.cache_clear()
    return None


def main() -> int:
    missing = [need for need in NEEDS if find(need.name) is None]
    if not missing:
        return 0
    names = ", ".join(need.name for need in missing)
    if can_install():
        print(f"Installing {names} for the tests", file=sys.stderr)
        failure = install(missing)
        missing = [need for need in missing if find(need.name) is None]
        if failure:
            print(f"apt-get did not install them: {failure}", file=sys.stderr)
    for need in missing:
        how = f"apt-get install {need.debian}" if _is_debian() else need.otherwise
        print(
            f"Not on this machine: {need.name}. The tests that need it are skipped. To run them: {how}", file=sys.stderr
        )
    return 0


def _which(name: str) -> Path | None:
    found = shutil.which(name)
    return Path(found) if found else None


def _downloaded() -> list[Path]:
    configured = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    home = Path.home()
    roots = [Path(configured)] if configured else [home / ".cache/ms-playwright", home / "Library/Caches/ms-playwright"]
    return sorted(
        (path for root in roots for pattern in _PLAYWRIGHT_PATTERNS for path in root.glob(pattern)), reverse=True
    )


def _runs(path: Path) -> bool:
    """Ubuntu's `chromium-browser` is a script that only says to use snap: a file that is there is not yet a browser."""
    try:
        done = subprocess.run(
            [str(path), "--version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and b"hrom" in done.stdout


def _is_debian() -> bool:
    """Debian itself. Ubuntu is left out on purpose: its `chromium` package is a snap."""
    try:
        return platform.freedesktop_os_release().get("ID") == "debian"
    except OSError:
        return False


@functools.cache
def _privileged_prefix() -> tuple[str, ...] | None:
    if os.geteuid() == 0:
        return ()
    sudo = _which("sudo")
    if sudo is None:
        return None
    asked = subprocess.run([str(sudo), "-n", "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return (str(sudo), "-n") if asked.returncode == 0 else None


if __name__ == "__main__":
    raise SystemExit(main())
