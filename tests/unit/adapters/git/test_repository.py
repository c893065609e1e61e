"""A repository is read by its objects; nothing in it is trusted."""

import os
import subprocess
from datetime import date
from pathlib import Path

import pytest

from watchword.adapters.git import Repository
from watchword.adapters.git.repository import _is_plain, _stays_inside
from watchword.kernel.errors import InvalidInputError, NotFoundError


def git(directory: Path, *arguments: str) -> str:
    environment = {
        **{name: text for name, text in os.environ.items() if not name.startswith("GIT_")},
        "GIT_AUTHOR_NAME": "Ann",
        "GIT_AUTHOR_EMAIL": "ann@example.com",
        "GIT_COMMITTER_NAME": "Ann",
        "GIT_COMMITTER_EMAIL": "ann@example.com",
        "GIT_AUTHOR_DATE": "2026-01-02T12:00:00Z",
        "GIT_COMMITTER_DATE": "2026-01-02T12:00:00Z",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    command = ["git", "-c", "init.defaultBranch=main", *arguments]
    done = subprocess.run(command, cwd=directory, env=environment, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def top(tmp_path: Path) -> Path:
    directory = tmp_path / "repository"
    directory.mkdir()
    git(directory, "init", "-q")
    (directory / "infra").mkdir()
    (directory / "infra" / "main.tf").write_text("one\ntwo\n")
    (directory / "infra" / "link.tf").symlink_to("main.tf")
    (directory / "infra" / "out.tf").symlink_to("../../../etc/passwd")
    (directory / "large.bin").write_bytes(b"x" * 5_000_000)
    (directory / "ünï.tf").write_text("three\n")
    git(directory, "add", "-A")
    git(directory, "commit", "-qm", "one")
    return directory


def test_a_tree_is_written_from_objects_and_the_working_tree_is_left_alone(top: Path, tmp_path: Path) -> None:
    (top / "infra" / "main.tf").write_text("changed\n")
    repository = Repository.around(top / "infra", os.environ)
    into = tmp_path / "then"
    into.mkdir()
    assert repository.write_tree(repository.commit("main"), into, lambda path, size: size < 5_000_000) == 4
    assert (into / "infra" / "main.tf").read_text() == "one\ntwo\n"
    assert (into / "infra" / "link.tf").read_text() == "one\ntwo\n"
    assert (into / "ünï.tf").read_text() == "three\n"
    assert not (into / "large.bin").exists()
    assert (top / "infra" / "main.tf").read_text() == "changed\n"


def test_a_link_out_of_the_tree_is_not_written(top: Path, tmp_path: Path) -> None:
    into = tmp_path / "then"
    into.mkdir()
    repository = Repository.around(top, os.environ)
    repository.write_tree(repository.commit("HEAD"), into, lambda _path, _size: True)
    assert not (into / "infra" / "out.tf").is_symlink()


def test_what_is_not_wanted_is_not_written(top: Path, tmp_path: Path) -> None:
    into = tmp_path / "then"
    into.mkdir()
    repository = Repository.around(top, os.environ)
    assert repository.write_tree(repository.commit("HEAD"), into, lambda path, _size: path == "ünï.tf") == 1


def test_who_wrote_a_line(top: Path) -> None:
    repository = Repository.around(top, os.environ)
    ann = ("ann@example.com", date(2026, 1, 2))
    assert repository.origins(top / "infra" / "main.tf") == {1: ann, 2: ann}
    (top / "infra" / "main.tf").write_text("one\nchanged\n")
    assert repository.origins(top / "infra" / "main.tf") == {1: ann}
    assert repository.origins(top / "nowhere.tf") == {}


@pytest.mark.parametrize("revision", ["nowhere", "--output=/tmp/x", "-h", "", "HEAD:infra"])
def test_a_revision_that_there_is_not(top: Path, revision: str) -> None:
    with pytest.raises(InvalidInputError, match="no such revision"):
        Repository.around(top, os.environ).commit(revision)


def test_no_repository(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="not in a git repository"):
        Repository.around(tmp_path, os.environ)


@pytest.mark.parametrize(
    ("path", "plain"),
    [
        ("a/b.tf", True),
        ("../b.tf", False),
        ("a/../../b.tf", False),
        ("/etc/x", False),
        (".git/hooks/x", False),
        ("a\\b", False),
        ("", False),
    ],
)
def test_names_that_lead_elsewhere(path: str, plain: bool) -> None:  # noqa: FBT001 - a case
    assert _is_plain(path) is plain


@pytest.mark.parametrize(
    ("path", "link", "inside"),
    [
        ("a/b", "c", True),
        ("a/b", "../c", True),
        ("a/b", "../../c", False),
        ("a", "/etc", False),
        ("a/b/c", "../../x/../../y", False),
    ],
)
def test_links_that_lead_elsewhere(path: str, link: str, inside: bool) -> None:  # noqa: FBT001 - a case
    assert _stays_inside(path, link) is inside
