"""Files that change are seen, by name; what no front-end reads is not watched."""

import os
from pathlib import Path

from support.passes import BUCKET
from watchword.app.compliance.watching import FileWatch


def _tree(root: Path) -> Path:
    (root / "modules" / "net").mkdir(parents=True)
    (root / "main.tf").write_text(BUCKET)
    (root / "modules" / "net" / "main.tf").write_text("")
    (root / "README").write_text("")
    (root / ".terraform").mkdir()
    return root


def test_nothing_changes_and_nothing_is_told(tmp_path: Path) -> None:
    watch = FileWatch([_tree(tmp_path)])
    assert watch.changes() == ()
    (tmp_path / "README").write_text("read me")
    (tmp_path / ".terraform" / "x.tf").write_text("")
    assert watch.changes() == ()


def test_written_added_removed_and_renamed(tmp_path: Path) -> None:
    watch = FileWatch([_tree(tmp_path)])
    (tmp_path / "main.tf").write_text("# other")
    assert watch.changes() == (f"{tmp_path.name}/main.tf",)
    (tmp_path / "new.tf").write_text("")
    assert watch.changes() == (f"{tmp_path.name}/new.tf",)
    (tmp_path / "new.tf").unlink()
    assert watch.changes() == (f"{tmp_path.name}/new.tf",)
    (tmp_path / "modules" / "net").rename(tmp_path / "modules" / "lan")
    assert watch.changes() == ("lan/main.tf", "net/main.tf")


def test_replaced_within_one_tick_of_the_clock(tmp_path: Path) -> None:
    watch = FileWatch([_tree(tmp_path)])
    file = tmp_path / "main.tf"
    before = file.stat()
    other = tmp_path / "other"
    other.write_text(BUCKET.replace("logs", "gols"))
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(file)
    assert watch.changes() == (f"{tmp_path.name}/main.tf",)


def test_waivers_count_and_so_does_what_was_named(tmp_path: Path) -> None:
    named = tmp_path / "elsewhere.txt"
    tree = _tree(tmp_path / "tree")
    watch = FileWatch([tree], [named])
    (tree / "waivers.yaml").write_text("[]")
    assert watch.changes() == ("tree/waivers.yaml",)
    named.write_text("x")
    assert watch.changes() == (f"{tmp_path.name}/elsewhere.txt",)


def test_a_commit_counts_in_a_repository_and_in_a_worktree(tmp_path: Path) -> None:
    tree = _tree(tmp_path / "tree")
    logs = tmp_path / ".git" / "logs"
    logs.mkdir(parents=True)
    (logs / "HEAD").write_text("1")
    watch = FileWatch([tree])
    (logs / "HEAD").write_text("1 2")
    assert watch.changes() == ("a commit",)
    other = _tree(tmp_path / "worktree")
    (other / ".git").write_text(f"gitdir: {tmp_path / '.git'}\n")
    watch = FileWatch([other])
    (logs / "HEAD").write_text("1 2 3")
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/other")
    (other / "new.tf").write_text("")
    assert watch.changes() == ("a commit", "worktree/new.tf"), "one commit, though git writes two files"


def test_many_are_counted(tmp_path: Path) -> None:
    watch = FileWatch([_tree(tmp_path)])
    for number in range(9):
        (tmp_path / f"f{number}.tf").write_text("")
    assert watch.changes()[-1] == "6 more"


def test_a_tree_that_goes_away_is_a_change(tmp_path: Path) -> None:
    tree = _tree(tmp_path / "tree")
    watch = FileWatch([tree])
    tree.rename(tmp_path / "away")
    assert watch.changes()
    assert watch.changes() == ()


def test_links_are_not_followed(tmp_path: Path) -> None:
    tree = _tree(tmp_path / "tree")
    (tree / "loop").symlink_to(tree)
    outside = tmp_path / "outside.tf"
    outside.write_text("")
    (tree / "link.tf").symlink_to(outside)
    watch = FileWatch([tree])
    outside.write_text("changed")
    assert watch.changes() == ()
