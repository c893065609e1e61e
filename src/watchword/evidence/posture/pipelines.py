"""A pipeline's jobs and steps, one after another, with the paths they are told by.

unpinned = which(steps(pipeline), lambda step: not step["pinned"].boolean(default=True))
"""

from collections.abc import Iterator
from dataclasses import dataclass

from watchword.evidence.posture.model import Seen
from watchword.inventory import Asset, Known, Value


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """One job or step. `path` names it: `jobs[build].steps[2]`."""

    path: str
    tree: Value

    def __getitem__(self, name: str) -> Value:
        return self.tree[name]

    def seen(self, name: str) -> Seen:
        return Seen(f"{self.path}.{name}", self.tree[name])


def jobs(pipeline: Asset) -> Iterator[Part]:
    for index, tree in enumerate(pipeline["jobs"].each()):
        name = tree["name"]
        yield Part(path=f"jobs[{name.text() if isinstance(name, Known) else index}]", tree=tree)


def steps(pipeline: Asset) -> Iterator[Part]:
    for job in jobs(pipeline):
        for index, tree in enumerate(job["steps"].each()):
            yield Part(path=f"{job.path}.steps[{index}]", tree=tree)
