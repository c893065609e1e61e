"""The policy language: AWS IAM JSON, read strictly, checked wholly, printed canonically.

    document = parse_policy(text, name="policies/staff.json", kind=PolicyKind.IDENTITY)
    for warning in document.warnings: ...

A document that is not understood in full is refused (`PolicyError`), with every mistake and its line and column.
"""

from watchword.decision.language.errors import Diagnostic, PolicyError, Severity
from watchword.decision.language.model import (
    Condition,
    Effect,
    PolicyDocument,
    PolicyKind,
    PrincipalEntry,
    PrincipalType,
    Statement,
    Value,
    Version,
)
from watchword.decision.language.operators import Base, Family, Operator, Quantifier, operator_names, read_operator
from watchword.decision.language.parse import parse_policy
from watchword.decision.language.printer import print_policy
from watchword.decision.language.reader import read_policy

__all__ = [
    "Base",
    "Condition",
    "Diagnostic",
    "Effect",
    "Family",
    "Operator",
    "PolicyDocument",
    "PolicyError",
    "PolicyKind",
    "PrincipalEntry",
    "PrincipalType",
    "Quantifier",
    "Severity",
    "Statement",
    "Value",
    "Version",
    "operator_names",
    "parse_policy",
    "print_policy",
    "read_operator",
    "read_policy",
]
