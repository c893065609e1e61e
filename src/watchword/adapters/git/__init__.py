"""git, as far as a scan needs it: the tree of a revision from its objects, and who wrote a line.

repository = Repository.around(Path("infra"), environment)
repository.write_tree("main", Path(scratch))     # nothing is checked out, no hook runs, the index is not touched
"""

from watchword.adapters.git.repository import Repository

__all__ = ["Repository"]
