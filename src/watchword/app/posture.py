"""Which front-ends read a path, and how what they read becomes one inventory.

    estate = read_path(Path("infra"))
    if not estate.read: …                       # nothing to assess; `looked_for()` says what was looked for

A front-end is one entry of `_terraform` or `_others`: what it is called, whether a path has something for it, how it
reads, and the shapes of its types. To plug one in, add it there; nothing else knows which there are.

Each path is an inventory of its own: two directories that are scanned together may both be a root called `.`. Within a
path, what all front-ends read is one inventory. Places are relative to the path, or to its directory if it is a file.
"""

import os
import re
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from watchword.inventory import Coverage, FrontEnd, Inventory, Reading, Shape, assemble
from watchword.inventory.edits import Refusal, Writer
from watchword.kernel.errors import DefectError, NotFoundError

# Directories that hold nothing of the repository's own, and are not looked into to see what lies there.
SKIPPED: Final = frozenset({".git", ".terraform", ".terragrunt-cache", ".venv", "__pycache__", "node_modules"})
_MOST_LOOKED_AT: Final = 200_000  # files whose names are looked at; a monorepo has some ten thousand


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A front-end as the app knows it. `read` takes a directory or a file, and never raises for what is in it."""

    front_end: FrontEnd
    looks_for: str  # in words: "Terraform (*.tf, *.tf.json)"
    finds: Callable[[str], bool]  # whether a file of this name, in a directory that is scanned, is for it
    read: Callable[[Path], Reading]
    shapes: Callable[[], Mapping[str, Shape]]
    opens: Callable[[Path], bool] | None = None  # whether a file that was named is for it; None: by its name alone
    writer: Callable[[str, str], Writer] | None = None  # of a file's text and name; None: it is not written to


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateReading:
    """What was read of one path. Places are relative to `directory`; `read` are the front-ends that found something."""

    directory: Path
    inventory: Inventory
    read: tuple[FrontEnd, ...]
    path: Path | None = None  # None: it was read through an API, and there is nothing to edit
    named: tuple[Collection[str], ...] = ()  # by declarations; each grows while values are asked for

    def consulted(self) -> Iterator[Path]:
        """Yield what was looked for because a declaration names it, there or not, as absolute paths; asked at last."""
        for paths in self.named:
            for path in paths:
                yield Path(os.path.abspath(self.directory / path))  # noqa: PTH100 - links are left as they are


def _front_ends() -> tuple[Source, ...]:
    """Every front-end there is, in the order in which they read."""
    return (*_terraform(), *_others())


# Whether a file may be for another front-end than Terraform's. No name that one of them finds may be missed (a test
# asks them); where there is none such, a scan does without loading them, which takes a tenth of a small one.
_MAY_BE_ANOTHERS: Final = re.compile(
    r"\.(?:ya?ml|json|template|cfn|cform)$|docker|container|kustomization", re.IGNORECASE
)


@cache
def _terraform() -> tuple[Source, ...]:
    """Terraform's front-ends. Here and in `_others` front-ends are plugged in, and imported when a scan asks."""
    from watchword.adapters.terraform import read_plan, read_state, read_terraform, terraform_shapes

    return (
        Source(
            front_end=FrontEnd.TERRAFORM,
            looks_for="Terraform (*.tf, *.tf.json)",
            finds=_is_terraform,
            read=read_terraform,
            shapes=terraform_shapes,
            writer=_terraform_writer,
        ),
        Source(
            front_end=FrontEnd.TERRAFORM_PLAN,
            looks_for="a plan of Terraform's (a file, by `terraform show -json`)",
            finds=lambda _: False,
            opens=lambda path: path.suffix == ".json" and _holds(path, b'"planned_values"'),
            read=read_plan,
            shapes=terraform_shapes,
        ),
        Source(
            front_end=FrontEnd.TERRAFORM_STATE,
            looks_for="a state of Terraform's (a file, *.tfstate)",
            finds=lambda _: False,
            opens=lambda path: path.name.endswith((".tfstate", ".tfstate.json")),
            read=read_state,
            shapes=terraform_shapes,
        ),
    )


@cache
def _others() -> tuple[Source, ...]:
    from watchword.adapters import cloudformation, dockerfile, github, kubernetes
    from watchword.adapters.aws.evidence import is_evidence
    from watchword.adapters.kubernetes.live.evidence import is_evidence as is_cluster

    return (
        Source(
            front_end=FrontEnd.CLOUDFORMATION,
            looks_for="CloudFormation (*.yaml, *.yml, *.json, *.template)",
            finds=cloudformation.is_named_like_one,
            read=cloudformation.read_cloudformation,
            shapes=cloudformation.cloudformation_shapes,
            writer=_template_writer,
        ),
        Source(
            front_end=FrontEnd.KUBERNETES,
            looks_for="Kubernetes (*.yaml, *.yml, *.json)",
            finds=kubernetes.is_named_like_one,
            read=kubernetes.read_kubernetes,
            shapes=kubernetes.kubernetes_shapes,
            writer=_document_writer,
        ),
        Source(
            front_end=FrontEnd.GITHUB_ACTIONS,
            looks_for="GitHub workflows (.github/workflows/*.yml)",
            finds=lambda name: name.endswith((".yml", ".yaml")),
            read=github.read_workflows,
            shapes=github.workflow_shapes,
            writer=_document_writer,
        ),
        Source(
            front_end=FrontEnd.DOCKERFILE,
            looks_for="Dockerfiles",
            finds=dockerfile.is_dockerfile,
            read=dockerfile.read_dockerfiles,
            shapes=dockerfile.dockerfile_shapes,
        ),
        Source(
            front_end=FrontEnd.KUBERNETES_LIVE,
            looks_for="evidence of a cluster (a file, by `watchword collect kubernetes`)",
            finds=lambda _: False,
            opens=is_cluster,
            read=_read_cluster,
            shapes=kubernetes.kubernetes_shapes,
        ),
        Source(
            front_end=FrontEnd.AWS,
            looks_for="evidence of an AWS account (a file, by `watchword collect aws`)",
            finds=lambda _: False,
            opens=is_evidence,
            read=_read_evidence,
            shapes=_aws_shapes,
        ),
    )


def _terraform_writer(text: str, file: str) -> Writer:
    from watchword.adapters.terraform.writing import TerraformWriter  # who fixes nothing does not pay for it

    if file.endswith(".json"):
        raise Refusal("Terraform's JSON form is not written to")
    return TerraformWriter(text, file)


def _template_writer(text: str, file: str) -> Writer:
    from watchword.adapters.documents.writing import DocumentWriter

    return DocumentWriter(text, file, whole=("Resources", "Properties"))


def _document_writer(text: str, file: str) -> Writer:
    from watchword.adapters.documents.writing import DocumentWriter

    return DocumentWriter(text, file)


def writer_of(front_end: FrontEnd, text: str, file: str) -> Writer:
    """Return who writes to a file of a front-end's. Raises `Refusal` where nobody does."""
    make = next((source.writer for source in _front_ends() if source.front_end is front_end), None)
    if make is None:
        raise Refusal(f"what {front_end.value} reads is not written to")
    return make(text, file)


def _read_cluster(path: Path) -> Reading:
    from watchword.adapters.kubernetes.live.reader import read_evidence

    return read_evidence(path)


def _read_evidence(path: Path) -> Reading:
    from watchword.adapters.aws.reader import read_evidence  # who scans files does not pay for the tables of AWS's APIs

    return read_evidence(path)


def _aws_shapes() -> Mapping[str, Shape]:
    from watchword.adapters.aws.services import aws_shapes

    return aws_shapes()


def _is_terraform(name: str) -> bool:
    return name.endswith((".tf", ".tf.json"))


def _holds(path: Path, mark: bytes) -> bool:
    """Whether a file has `mark` in it: read in pieces that overlap, never as a whole."""
    try:
        with path.open("rb") as file:
            before = b""
            while piece := file.read(1 << 20):
                if mark in before + piece:
                    return True
                before = piece[-len(mark) :]
    except OSError:
        return False  # who reads it next says what is wrong
    return False


def plugged_in() -> tuple[FrontEnd, ...]:
    """The front-ends that can read."""
    return tuple(source.front_end for source in _front_ends())


def is_looked_for(path: str) -> bool:
    """Whether a front-end reads files of this name."""
    name = path.rsplit("/", 1)[-1]
    return any(source.finds(name) for source in _front_ends())


def looked_for() -> str:
    """What a scan looks for, in words."""
    return ", ".join(source.looks_for for source in _front_ends())


def read_path(path: Path) -> EstateReading:
    """Read a path with every front-end that finds something there, as one inventory.

    Raises `NotFoundError` for a path that is not there.
    """
    if not path.exists():
        raise NotFoundError(f"{path}: no such file or directory", code="scan.no_path")
    sources = _of_file(path) if path.is_file() else _of_directory(path)
    readings: list[Reading] = []
    shapes: dict[str, Shape] = {}
    read: list[FrontEnd] = []
    for source in sources:
        reading = source.read(path)
        # A name may promise what the file does not hold: not each *.yaml is a template.
        if reading.declarations or reading.problems or reading.coverage.files:
            readings.append(reading)
            shapes.update(_shapes_of(source, reading))
            read.append(source.front_end)
    if not readings and sources and path.is_file():
        broken = _broken(path)
        if broken is not None:
            readings.append(broken)
            read.append(sources[0].front_end)
    return EstateReading(
        path=path,
        directory=path if path.is_dir() else path.parent,
        inventory=assemble(readings, shapes),
        read=tuple(read),
        named=tuple(reading.consulted for reading in readings),
    )


def _shapes_of(source: Source, reading: Reading) -> Mapping[str, Shape]:
    """The shapes of a front-end, and of those whose words it speaks as well."""
    shapes = dict(source.shapes())
    for words in {d.speaks for d in reading.declarations if d.speaks} | {
        d.speaks for declarations in reading.dormant for d in declarations if d.speaks
    }:
        shapes.update(next(s for s in _front_ends() if s.front_end is words).shapes())
    return shapes


def _of_file(path: Path) -> list[Source]:
    """The front-ends that a file is for. What it holds says more than its name: `account.json` is no template."""
    found = [source for source in _front_ends() if _opens(source, path)]
    return [source for source in found if source.opens is not None] or found


def _broken(path: Path) -> Reading | None:
    """What is wrong with a file that was named and that no front-end knew for its own, because it does not parse.

    In a directory such a file may be anybody's; one that was named was meant, and nothing of it was judged.
    """
    from watchword.adapters.documents import read_documents, read_file

    content, unreadable = read_file(path, path.name)
    if content is None:
        return Reading(declarations=(), problems=(unreadable,)) if unreadable else None
    read = read_documents(content, path.name, wanted=lambda _: True, known_tag=lambda _: True)
    problems = (*read.problems, *(problem for part in read.broken for problem in part.problems))
    return Reading(declarations=(), problems=problems, coverage=Coverage(files=1)) if problems else None


def _opens(source: Source, path: Path) -> bool:
    return source.finds(path.name) if source.opens is None else source.opens(path)


def _of_directory(path: Path) -> list[Source]:
    """The front-ends that find something below a directory. Looks until each has, or there is nothing more."""
    left = list(_terraform())
    found: set[FrontEnd] = set()
    others = False
    for name in _names(path):
        if not others and _MAY_BE_ANOTHERS.search(name):
            others = True
            left.extend(_others())
        for source in left:
            if source.finds(name):
                found.add(source.front_end)
                left = [other for other in left if other is not source]
        if not left:
            break
    return [source for source in (_front_ends() if others else _terraform()) if source.front_end in found]


def read_example(front_end: FrontEnd, file: str, text: str) -> Inventory:
    """Read one snippet as a file of its own."""
    source = next((s for s in _front_ends() if s.front_end is front_end), None)
    if source is None:
        raise DefectError(f"no front-end reads {front_end.value}", code="scan.no_front_end")
    with tempfile.TemporaryDirectory(prefix="watchword-example-") as directory:
        path = Path(directory) / file
        path.parent.mkdir(parents=True, exist_ok=True)  # GitHub looks for workflows in a directory of their own
        path.write_text(text, encoding="utf-8")
        reading = source.read(Path(directory))
        return _settled(assemble([reading], _shapes_of(source, reading)))


def _settled(inventory: Inventory) -> Inventory:
    """Read what an inventory would read later, while its files are there."""
    for asset in inventory.assets.values():
        for _ in asset.attributes.items():
            pass
    return inventory


def _names(path: Path) -> Iterator[str]:
    """The names of the files below a directory, without following links."""
    left = _MOST_LOOKED_AT
    for _, directories, names in os.walk(path):
        directories[:] = [name for name in directories if name not in SKIPPED]
        yield from names
        left -= len(names)
        if left < 0:
            return
