"""Files are found in order and read within bounds, whatever lies in the directory."""

import os
from pathlib import Path

from watchword.adapters.documents import files_below, read_file
from watchword.inventory import ProblemKind


def _yaml(name: str) -> bool:
    return name.endswith(".yaml")


def test_files_are_found_in_order_and_what_is_not_the_repositorys_is_skipped(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yaml", "a.txt", "d/c.yaml", ".git/x.yaml", "node_modules/y/z.yaml", ".github/w.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a: 1")
    assert files_below(tmp_path, _yaml) == (["a.yaml", "b.yaml", ".github/w.yaml", "d/c.yaml"], [])


def test_a_path_of_one_file_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1")
    assert files_below(tmp_path / "a.yaml", _yaml) == (["a.yaml"], [])
    assert read_file(tmp_path / "a.yaml", "a.yaml") == (b"a: 1", None)


def test_links_and_pipes_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "out.yaml").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe.yaml")
    assert files_below(tmp_path, _yaml) == (["out.yaml", "pipe.yaml"], [])
    assert read_file(tmp_path, "out.yaml") == (None, None)
    assert read_file(tmp_path, "pipe.yaml") == (None, None)


def test_a_file_that_is_gone_is_a_problem(tmp_path: Path) -> None:
    content, problem = read_file(tmp_path, "gone.yaml")
    assert content is None
    assert problem is not None
    assert problem.kind is ProblemKind.UNREADABLE


def test_a_link_on_the_way_that_leads_out_is_not_entered(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / "a.yaml").write_text("a: 1")
    (tmp_path / "in" / "there").symlink_to(tmp_path / "beside")
    assert files_below(tmp_path / "in", _yaml) == ([], [])


def test_names_that_are_no_utf_8_are_names(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\n.yaml")).write_text("a: 1")
    (name,), _ = files_below(tmp_path, _yaml)
    assert read_file(tmp_path, name) == (b"a: 1", None)


def test_directories_nested_without_end_are_cut_and_said(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 100)
    deep.mkdir(parents=True)
    (deep / "a.yaml").write_text("a: 1")
    (tmp_path / "b.yaml").write_text("a: 1")
    found, problems = files_below(tmp_path, _yaml)
    assert found == ["b.yaml"]
    assert [problem.kind for problem in problems] == [ProblemKind.LIMIT]


def test_a_path_that_is_gone_holds_nothing(tmp_path: Path) -> None:
    found, problems = files_below(tmp_path / "gone", _yaml)
    assert (found, problems) == ([], [])
