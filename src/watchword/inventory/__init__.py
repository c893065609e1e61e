"""What there is: assets and the edges between them, as declared in code or found live, with three-valued attributes.

`values` are what checks read; `kinds` the words they are written in; `shapes` how a front-end's words become those;
`model` the whole. A front-end (in `adapters`) yields a `Reading`; `assemble` makes the `Inventory`:

    inventory = assemble([read_terraform(directory)], TERRAFORM_SHAPES)
    for rule in inventory.of("security_group_rule"):
        if rule["direction"] == "ingress" and some(rule["cidrs"].each(), lambda cidr: cidr == "0.0.0.0/0"): ...
"""

from watchword.inventory.kinds import KINDS, Attribute, Form, Kind
from watchword.inventory.model import (
    LIVE,
    Asset,
    Call,
    Coverage,
    Declaration,
    Edge,
    FrontEnd,
    Inventory,
    Problem,
    ProblemKind,
    Reading,
    fingerprint,
)
from watchword.inventory.settings import Beside, Setting, Wanted, settings_for
from watchword.inventory.shapes import Shape, assemble, shapes
from watchword.inventory.values import (
    UNKNOWN_NAME,
    Absent,
    AbsentValueError,
    Block,
    Elements,
    Known,
    Place,
    Reason,
    ReasonKind,
    Reference,
    Unknown,
    UnknownValueError,
    Value,
    both,
    either,
    every,
    leaves,
    some,
)

__all__ = [
    "KINDS",
    "LIVE",
    "UNKNOWN_NAME",
    "Absent",
    "AbsentValueError",
    "Asset",
    "Attribute",
    "Beside",
    "Block",
    "Call",
    "Coverage",
    "Declaration",
    "Edge",
    "Elements",
    "Form",
    "FrontEnd",
    "Inventory",
    "Kind",
    "Known",
    "Place",
    "Problem",
    "ProblemKind",
    "Reading",
    "Reason",
    "ReasonKind",
    "Reference",
    "Setting",
    "Shape",
    "Unknown",
    "UnknownValueError",
    "Value",
    "Wanted",
    "assemble",
    "both",
    "either",
    "every",
    "fingerprint",
    "leaves",
    "settings_for",
    "shapes",
    "some",
]
