"""Names that the catalogue does not know, as JSON: the member `warnings`, and rows of `policy check`."""

from collections.abc import Iterable, Mapping, Sequence

from watchword.app.answers.values import Json, Row
from watchword.decision.analysis.cases import CaseOutcome
from watchword.decision.analysis.catalogue import Catalogue, Stranger, Strangers

_LONG = 100
HINT = "if it is new, refresh the catalogue: watchword policy catalogue --refresh FILE"


def of_a_context(catalogue: Catalogue, context: Mapping[str, Iterable[str]]) -> Strangers:
    """A collector that has seen condition keys, by the place where they are named."""
    strangers = Strangers(catalogue)
    for place, keys in context.items():
        for key in keys:
            strangers.key(key, place=place)
    return strangers


def look_at_case(strangers: Strangers, outcome: CaseOutcome, place: str) -> None:
    """See what of a case the catalogue does not know: what it asks for, and what its policies say."""
    case = outcome.case
    if case is None:
        return
    strangers.action(case.request.action, place=f"{place}: request")
    for key in case.request.context:
        strangers.key(key, place=f"{place}: context")
    for _, documents in case.policies.layers():
        for document in documents:
            strangers.document(document, at=place)


def sentence(stranger: Stranger, day: str) -> str:
    of = " of" if stranger.kind.name == "SERVICE" else ""
    name = stranger.name if len(stranger.name) <= _LONG else stranger.name[:_LONG] + "…"
    text = f"the catalogue ({day}) does not know the {stranger.kind.value}{of} {name}"
    return text + (f"; did you mean {stranger.near}?" if stranger.near else "")


def warnings_of(strangers: Strangers) -> list[Json]:
    return [
        {
            "code": f"catalogue.{s.kind.name.lower()}",
            "message": sentence(s, strangers.day),
            "name": s.name,
            "nearest": s.near,
            "place": place_of(s),
            "times": s.times,
        }
        for s in strangers.found
    ]


def rows_of(strangers: Strangers) -> list[Row]:
    """For `policy check`. AWS stores a document with such a name all the same, and it matches nothing."""
    return [
        {
            "severity": "warning",
            "place": f"{s.place}:{s.line}:{s.column}",
            "code": f"catalogue.{s.kind.name.lower()}",
            "message": sentence(s, strangers.day),
            "expected": None,
            "found": None,
            "hint": None if s.near else HINT,
        }
        for s in strangers.found
    ]


def place_of(stranger: Stranger) -> str:
    return f"{stranger.place}:{stranger.line}:{stranger.column}" if stranger.line else stranger.place


def with_warnings(answer: Mapping[str, Json], warnings: Sequence[Json]) -> dict[str, Json]:
    return {**answer, "warnings": list(warnings)}
