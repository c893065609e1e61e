"""What is committed names no place that others cannot reach, and nothing that belongs to one machine."""

import re
import subprocess
from pathlib import Path

_ROOT = Path(__file__).parents[3]
# Written in pieces, so that this file is not its own finding.
_REGISTRIES = re.compile(
    b"|".join(
        [
            rb"pypi\.(org|io|python\.org)/" + rb"simple",
            rb"files\.python" + rb"hosted\.org",
            rb"--(extra-)?index-" + rb"url",
            rb"registry\.npm" + rb"js\.org",
        ]
    )
)
_MACHINES = re.compile(rb"/work/" + rb"(main|shared)|/tmp/" + rb"brief|/root/" + rb"\.")
_BINARY = {".png", ".ico", ".woff2", ".gz", ".db", ".pem"}


def _committed() -> list[Path]:
    """Return the files that git knows; of an unpacked sdist, all."""
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=_ROOT, capture_output=True, check=False, stdin=subprocess.DEVNULL
    )
    if listing.returncode == 0:
        names = listing.stdout.decode("utf-8").split("\0")
        return [path for name in names if name and (path := _ROOT / name).is_file()]
    return [
        path for top in ("src", "tests", "docs", "requirements") for path in (_ROOT / top).rglob("*") if path.is_file()
    ]


def _naming(pattern: re.Pattern[bytes]) -> list[str]:
    return [
        f"{path.relative_to(_ROOT)}: {match[0].decode()}"
        for path in _committed()
        if path.suffix not in _BINARY
        for match in pattern.finditer(path.read_bytes())
    ]


def test_no_file_names_a_registrys_address() -> None:
    assert _naming(_REGISTRIES) == []


def test_no_file_names_one_machines_directories() -> None:
    assert _naming(_MACHINES) == []


def test_every_requirement_is_pinned_by_hash() -> None:
    for name in ("runtime", "dev", "uv"):
        text = (_ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
        pins = re.findall(r"^[a-zA-Z0-9][^\s#]*==.*?(?=^[a-zA-Z0-9#]|\Z)", text, re.MULTILINE | re.DOTALL)
        assert pins, name
        assert [pin.split("==")[0] for pin in pins if "--hash=sha256:" not in pin] == []
