"""CEL, the Common Expression Language, over three-valued values: the language of checks that teams write in YAML.

    expression = parse('has(asset.tags.owner) && asset.tags.owner != ""')
    expression.holds({"asset": bucket.attributes})          # or UnknownValueError, or CelError

Read is the language of the CEL specification but for `uint` and bytes literals, protocol-buffer messages, timestamps
and durations, which inventories do not hold. What is absent is `null`; `has(a.b)` asks. `&&`, `||`, `all` and `exists`
are what the specification says of unknown values: an operand that settles the answer does, whatever the other is.

Source: CEL specification, "Language Definition" (cel-spec): syntax, macros, logical operators, standard definitions.
"""

from watchword.evidence.posture.cel.evaluation import CelError, Expression, parse

__all__ = ["CelError", "Expression", "parse"]
