"""Identity policies named on the command line: files, directories, `-`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from watchword.cli.policy.inputs import document, files, opened

if TYPE_CHECKING:
    from watchword.decision.language import PolicyDocument


def read_identity_policies(names: Sequence[str]) -> "tuple[PolicyDocument, ...]":
    """Read every document, and raise one `InvalidInputError` with all that is wrong in any of them, a line each.

    A directory means each `*.json` below it, sorted.
    """
    from watchword.decision.language import PolicyError, PolicyKind, Severity, parse_policy
    from watchword.kernel.errors import InvalidInputError

    documents: list[PolicyDocument] = []
    wrong: list[str] = []
    for path in files(names, ".json"):
        with opened(path) as stream:
            content = document(stream)
        try:
            documents.append(parse_policy(content, name=path, kind=PolicyKind.IDENTITY))
        except PolicyError as error:
            errors = [d for d in error.diagnostics if d.severity is Severity.ERROR]
            wrong += [f"{d.place}: {d.message}" + (f" ({d.hint})" if d.hint else "") for d in errors]
    if wrong:
        raise InvalidInputError("\n".join(wrong), code="policy.refused")
    if not documents:
        raise InvalidInputError(
            f"there are no policies in {', '.join(names)}", code="file.none", expected="files ending in .json"
        )
    return tuple(documents)
