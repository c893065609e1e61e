"""Builds the wheel and the sdist, and says what is wrong with them: `python tests/support/distributions.py DIRECTORY`.

1. Both build with the build backend of the environment, without network.
2. The wheel carries every file of `src/watchword` and nothing else: templates, static files, migrations, defaults.
3. A wheel built from the sdist alone has the same files, so what is published can be built from what is published.
4. No file of either names a place outside: the address of a registry or of a machine's own directory.
"""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_NOT_SHIPPED = {"__pycache__"}
# Written in two parts, so that this file is not its own finding.
_FORBIDDEN = (b"files.python" + b"hosted.org", b"index-" + b"url", b"registry.npm" + b"js.org")


def build(kind: str, source: Path, into: Path) -> Path:
    """Build a `wheel` or an `sdist`. Raises `RuntimeError` with the backend's words when it fails."""
    into.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(into)],
        cwd=source,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the {kind} does not build:\n{done.stdout}{done.stderr}")
    pattern = "*.whl" if kind == "wheel" else "*.tar.gz"
    return next(into.glob(pattern))


def package_files(wheel: Path) -> set[str]:
    """Return the names of the wheel's files without its metadata."""
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name and not name.endswith("/")}


def source_files() -> set[str]:
    """Return what a wheel of this tree has to carry, named as in the wheel."""
    source = _ROOT / "src"
    return {
        path.relative_to(source).as_posix()
        for path in (source / "watchword").rglob("*")
        if path.is_file() and not _NOT_SHIPPED.intersection(path.parts)
    }


def leaks(wheel: Path) -> list[str]:
    """Return each file of the wheel that names a registry."""
    with zipfile.ZipFile(wheel) as archive:
        return [
            f"{name}: {word.decode()}"
            for name in archive.namelist()
            for word in _FORBIDDEN
            if word in archive.read(name)
        ]


def examine(directory: Path) -> list[str]:
    """Build everything below `directory` and return what is wrong, one line each."""
    problems: list[str] = []
    wheel = build("wheel", _ROOT, directory / "wheel")
    sdist = build("sdist", _ROOT, directory / "sdist")
    carried, wanted = package_files(wheel), source_files()
    problems += [f"not in the wheel: {name}" for name in sorted(wanted - carried)]
    problems += [f"in the wheel, not in src: {name}" for name in sorted(carried - wanted)]
    problems += [f"in the wheel, {leak}" for leak in leaks(wheel)]
    with tarfile.open(sdist) as archive:
        archive.extractall(directory / "unpacked", filter="data")
    unpacked = next((directory / "unpacked").iterdir())
    again = package_files(build("wheel", unpacked, directory / "again"))
    problems += [f"lost on the way through the sdist: {name}" for name in sorted(carried - again)]
    return problems


def main() -> int:
    problems = examine(Path(sys.argv[1]))
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print(f"wheel and sdist build; {len(source_files())} files of the package in each")
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
