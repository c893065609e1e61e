"""Whatever somebody writes into a configuration directory: it is read, or refused with reasons. Nothing else happens."""

import re
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from support.configurations import ALLOW_ALL, surroundings, write
from watchword.app.configuration import Configuration, ConfigurationError, read_configuration
from watchword.app.defaults import default_files

MAIN = default_files()["watchword.yaml"]
KEYS = ["name", "domain", "listen", "database", "applications", "policies", "guardrails", "sessions", "passkeys"]
INNER = [
    "address",
    "port",
    "tls",
    "a",
    "upstream",
    "routes",
    "path",
    "everyone",
    "groups",
    "aal2",
    "idle",
    "policy",
    "host",
]
WORDS = [
    "localhost",
    "8080",
    "true",
    "yes",
    "null",
    "~",
    "all",
    "/",
    "builtin:sample",
    "15m",
    "http://h:1",
    "",
    "*",
    "&a",
    "!t",
]

scalars = st.sampled_from(WORDS) | st.text(max_size=8)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(INNER) | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)
documents = st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), values, max_size=5)


# What PyYAML counts as the end of a line.
BREAKS = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


def accepted_or_refused(main: bytes, policy: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        directory = write(Path(name), main, {"all": policy})
        try:
            read: Configuration | ConfigurationError = read_configuration(directory, surroundings())
        except ConfigurationError as error:
            read = error
    if isinstance(read, Configuration):
        assert read.files["watchword.yaml"] == main
        assert read.gateway.sign_in_host in read.hosts
        return
    assert read.diagnostics
    for diagnostic in read.diagnostics:
        content = main if diagnostic.place.document == "watchword.yaml" else policy
        text = content.decode("utf-8", "replace")
        assert 0 <= diagnostic.place.line <= len(BREAKS.split(text)) + 1
        assert "\n" not in str(diagnostic)


@given(st.binary(max_size=200), st.binary(max_size=100))
@settings(max_examples=300, deadline=None)
def test_any_bytes(main: bytes, policy: bytes) -> None:
    accepted_or_refused(main, policy)


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text(text: str) -> None:
    accepted_or_refused(text.encode("utf-8", "surrogatepass"), ALLOW_ALL.encode())


@given(document=documents, flow=st.booleans())
@settings(max_examples=500, deadline=None)
def test_any_tree(document: dict[str, object], *, flow: bool) -> None:
    accepted_or_refused(_written(document, flow=flow).encode("utf-8", "surrogatepass"), ALLOW_ALL.encode())


@given(st.integers(0, len(MAIN) - 1), st.binary(max_size=3), st.integers(0, 4))
@settings(max_examples=300, deadline=None)
def test_the_default_with_a_slip_of_the_hand(at: int, typed: bytes, deleted: int) -> None:
    accepted_or_refused(MAIN[:at] + typed + MAIN[at + deleted :], ALLOW_ALL.encode())


def _written(value: object, *, flow: bool, indent: int = 0) -> str:
    """Write a tree as YAML, without asking whether its words mean something to YAML: often they do."""
    if isinstance(value, dict):
        if flow:
            return "{" + ", ".join(f"{k}: {_written(v, flow=True)}" for k, v in value.items()) + "}"
        return "".join(f"\n{' ' * indent}{k}: {_written(v, flow=False, indent=indent + 1)}" for k, v in value.items())
    if isinstance(value, list):
        if flow:
            return "[" + ", ".join(_written(v, flow=True) for v in value) + "]"
        return "".join(f"\n{' ' * indent}- {_written(v, flow=False, indent=indent + 1)}" for v in value)
    return str(value)
