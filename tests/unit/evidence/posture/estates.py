"""Small inventories, made by hand: what a check is asked about, without a front-end."""

from collections.abc import Mapping, Sequence

from watchword.evidence.posture import Answer, Check, Estate, Function, KnownAs, Severity, Stage, failed, passed, seen
from watchword.inventory import (
    Asset,
    Block,
    Call,
    Coverage,
    Declaration,
    Elements,
    FrontEnd,
    Inventory,
    Known,
    Place,
    Problem,
    Reading,
    Reason,
    ReasonKind,
    Shape,
    Unknown,
    Value,
    assemble,
    shapes,
)

WHY = (Reason(ReasonKind.VARIABLE, "var.x has no value", Place("variables.tf", 3, 3)),)
Plain = str | int | bool | None | Value | Sequence["Plain"] | Mapping[str, "Plain"]

_TABLE = shapes(
    [
        Shape(
            "bucket",
            "object_store",
            {"name": "name", "versioning": "versioning", "policy": "policy", "acl": "acl", "tags": "tags"},
        ),
        Shape(
            "rule",
            "security_group_rule",
            {
                "direction": "direction",
                "protocol": "protocol",
                "from_port": "from_port",
                "to_port": "to_port",
                "cidrs": "cidrs",
            },
        ),
        Shape("key", "key", {"rotation": "rotation"}),
    ]
)


def unknown(line: int = 5) -> Unknown:
    return Unknown(WHY, Place("main.tf", line, line))


def value(thing: Plain, line: int = 5) -> Value:
    """Make a value of plain Python; values among it stay as they are."""
    place = Place("main.tf", line, line)
    if isinstance(thing, Value):
        return thing
    if isinstance(thing, Mapping):
        return Block({name: value(child, line) for name, child in thing.items() if child is not None}, place)
    if isinstance(thing, str | int | bool):
        return Known(thing, place)
    return Elements([value(child, line) for child in thing or ()], place)


def declared(
    native_type: str = "bucket",
    address: str = "bucket.logs",
    *,
    lines: tuple[int, int] = (4, 9),
    file: str = "main.tf",
    root: str = ".",
    calls: tuple[Call, ...] = (),
    front_end: FrontEnd = FrontEnd.TERRAFORM,
    written: Mapping[str, Plain] | None = None,
    **attributes: Plain,
) -> Declaration:
    place = Place(file, *lines)
    things = {**(written or {}), **attributes}
    return Declaration(
        front_end=front_end,
        provider="aws",
        native_type=native_type,
        root=root,
        address=address,
        tree=Block({name: value(thing) for name, thing in things.items() if thing is not None}, place),
        place=place,
        calls=calls,
    )


def inventory(*declarations: Declaration, problems: tuple[Problem, ...] = ()) -> Inventory:
    reading = Reading(declarations=declarations, problems=problems, coverage=Coverage(files=1))
    return assemble([reading], _TABLE)


def asset(declaration: Declaration) -> tuple[Asset, Estate]:
    made = inventory(declaration)
    return next(iter(made.assets.values())), Estate(made)


def judge_versioning(bucket: Asset, estate: Estate) -> Answer:
    del estate
    if bucket["versioning"].boolean(default=False):
        return passed()
    return failed("old versions are lost", seen("versioning", bucket["versioning"]))


def check(**changed: object) -> Check:
    """A check of buckets' versioning, with what is said otherwise."""
    fields: dict[str, object] = {
        "id": "bucket-versioning",
        "title": "Buckets keep versions",
        "severity": Severity.MEDIUM,
        "why": "What is overwritten is gone.",
        "remedy": "Turn versioning on.",
        "function": Function.DATA_AVAILABILITY,
        "stage": Stage.INITIAL,
        "kinds": ("object_store",),
        "front_ends": (FrontEnd.TERRAFORM,),
        "judge": judge_versioning,
        "known_as": KnownAs(checkov=("CKV_AWS_21",), trivy=("AVD-AWS-0090",)),
    }
    return Check(**{**fields, **changed})  # type: ignore[arg-type]  # a test says which fields it changes
