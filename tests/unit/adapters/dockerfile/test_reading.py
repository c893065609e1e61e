"""Dockerfiles: what an image begins with, whom it runs as, what is put into it; whatever stands in the file."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchword.adapters.dockerfile import dockerfile_shapes, is_dockerfile, read_dockerfiles
from watchword.inventory import KINDS, Asset, ProblemKind, Reading, assemble

_FILE = """\
# syntax=docker/dockerfile:1
ARG VERSION=3.12
ARG REGISTRY
FROM --platform=linux/amd64 python:${VERSION}-slim AS build
ARG VERSION
ARG TOKEN=hunter2
ENV PASSWORD="a b" \\
    # a comment within
    MODE=prod
ENV OLD some value
RUN pip install x && \\
    rm -rf /x

RUN <<EOF
curl http://example.com/install.sh | sh
FROM nothing
EOF
FROM ${REGISTRY}/base:1@sha256:abc AS base
USER app
FROM base
COPY --from=build --chown=app ["/a", "/b", "/c"]
ADD --checksum=sha256:1 https://example.com/x.tar /x
ADD local.tar $TARGETARCH /y
EXPOSE 80 443/tcp
HEALTHCHECK CMD curl localhost
"""


def _reading(tmp_path: Path, text: str, name: str = "Dockerfile") -> Reading:
    (tmp_path / name).write_text(text)
    return read_dockerfiles(tmp_path)


def _one(tmp_path: Path, text: str = _FILE) -> Asset:
    reading = _reading(tmp_path, text)
    assert not reading.problems
    (build,) = assemble([reading], dockerfile_shapes()).of("image_build")
    return build


def test_no_attribute_of_the_kind_is_left_unread(tmp_path: Path) -> None:
    (shape,) = dockerfile_shapes().values()
    fields = KINDS["image_build"].attributes
    assert set(shape.attributes) == set(fields)
    build = _one(tmp_path)
    for name in ("stages", "variables", "additions"):
        assert set(build[name][0].names()) == set(fields[name].fields)  # type: ignore[attr-defined]


def test_a_build(tmp_path: Path) -> None:
    build = _one(tmp_path)
    assert build.uid == ".#Dockerfile"
    first, base, last = build["stages"].each()
    assert first.plain() == {
        "name": "build",
        "image": "python:3.12-slim",
        "registry": "docker.io",
        "repository": "python",
        "tag": "3.12-slim",
        "internal": False,
    }
    assert first.place.line == 4
    assert base["registry"].is_unknown
    assert base["digest"] == "sha256:abc"
    assert last["internal"].boolean()
    assert last["tag"].is_absent
    assert build["image"] == "base"
    assert build["user"] == "app"  # as the stage that it begins with
    assert build["health_check"].boolean()
    assert build["ports"].plain() == ["80", "443/tcp"]


def test_variables_and_commands_stand_at_their_lines(tmp_path: Path) -> None:
    build = _one(tmp_path)
    variables = [(v["name"].text(), v["argument"].boolean(), v["value"]) for v in build["variables"].each()]
    told = [(name, argument, None if value.is_absent else value.text()) for name, argument, value in variables]
    assert told == [
        ("VERSION", True, "3.12"),
        ("REGISTRY", True, None),
        ("VERSION", True, None),
        ("TOKEN", True, "hunter2"),
        ("PASSWORD", False, "a b"),
        ("MODE", False, "prod"),
        ("OLD", False, "some value"),
    ]
    assert variables[4][2].place == variables[5][2].place
    assert (variables[4][2].place.line, variables[4][2].place.end_line) == (7, 9)
    install, script = build["commands"].each()
    assert "rm -rf /x" in install.text()
    assert "curl http://example.com/install.sh | sh" in script.text()
    assert (script.place.line, script.place.end_line) == (14, 17)


def test_what_is_added(tmp_path: Path) -> None:
    copied, remote, local = _one(tmp_path)["additions"].each()
    assert copied["sources"].plain() == ["/a", "/b"]
    assert not copied["remote"].boolean()
    assert remote["remote"].boolean()
    assert remote["checksum"] == "sha256:1"
    assert not local["remote"].boolean()
    assert local["sources"][1].is_unknown


@pytest.mark.parametrize(
    ("text", "image"),
    [
        ("ARG A=x\nFROM $A", "x"),
        ("FROM ${A:-y}", "y"),
        ("ARG A=x\nFROM ${A:+z}", "z"),
        ("FROM a\\$b", "a$b"),
        ("from scratch", "scratch"),
    ],
)
def test_arguments_are_filled_in(tmp_path: Path, text: str, image: str) -> None:
    assert _one(tmp_path, text + "\n")["image"] == image


def test_an_argument_of_a_stage_is_what_was_said_before_all_stages(tmp_path: Path) -> None:
    text = "ARG U=app\nFROM x\nARG U\nUSER $U\nFROM y\nUSER $U\n"
    build = _one(tmp_path, text)
    assert build["user"].is_unknown
    assert _one(tmp_path, text.split("FROM y", maxsplit=1)[0])["user"] == "app"


def test_the_character_that_continues_can_be_another(tmp_path: Path) -> None:
    build = _one(tmp_path, "# escape=`\nFROM x\nRUN a `\n  b\nRUN c \\\n")
    assert [command.text() for command in build["commands"].each()] == ["a    b", "c \\"]


def test_names_of_dockerfiles() -> None:
    assert all(
        map(is_dockerfile, ["Dockerfile", "Dockerfile.dev", "web.Dockerfile", "Containerfile", "api.dockerfile"])
    )
    assert not any(
        map(is_dockerfile, ["Dockerfile.md", "dockerfile.py", "Dockerfile.j2", "MyDockerfile", ".dockerignore"])
    )


@pytest.mark.parametrize(
    ("text", "kind", "line"),
    [
        ("FROM x\nGARBAGE y\n", ProblemKind.SYNTAX, 2),
        ("FROM x\n{{ template }}\n", ProblemKind.SYNTAX, 2),
        ("RUN x\n", ProblemKind.SYNTAX, 1),
        ("FROM x\n" + "RUN a\n" * 6_000, ProblemKind.LIMIT, 5_001),
    ],
)
def test_what_is_no_dockerfile_is_a_problem(tmp_path: Path, text: str, kind: ProblemKind, line: int) -> None:
    (problem,) = _reading(tmp_path, text).problems
    assert (problem.kind, problem.place.line) == (kind, line)


def test_files_that_are_large_or_no_text_are_problems(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(b"FROM x\n\xff")
    (tmp_path / "Dockerfile.big").write_text("FROM x\n" + "#" * 1024 * 1024)
    (tmp_path / "Dockerfile.empty").write_text("# nothing\n")
    reading = read_dockerfiles(tmp_path)
    assert [p.kind for p in reading.problems] == [ProblemKind.UNREADABLE, ProblemKind.TOO_LARGE]
    assert not reading.declarations


_WORDS = st.sampled_from(
    ["FROM ", "x", "\n", " ", "ARG ", "ENV ", "A=", "$A", "${A", "}", ":-", "\\\n", '"', "'", "<<E", "\nE\n", "#", "[", "]", "RUN ",
     "ADD ", "--a=b ", "USER ", "@", ":", "/", "\t", "\r\n", "`", "é", "EXPOSE ", "COPY "]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(words=st.lists(_WORDS, max_size=40))
def test_any_text_is_read_or_refused(words: list[str]) -> None:
    text = "FROM x\n" + "".join(words)
    with tempfile.TemporaryDirectory() as directory:
        (Path(directory) / "Dockerfile").write_text(text, newline="")
        reading = read_dockerfiles(Path(directory))
    for asset in assemble([reading], dockerfile_shapes()).assets.values():
        for name, value in asset.attributes.items():
            assert 1 <= value.place.line <= text.count("\n") + text.count("\r") + 1, name
            repr(value)
