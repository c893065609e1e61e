"""Which pods and namespaces a label selector selects, three-valued.

    selects(policy["pods"], workload["labels"])     # raises where a label that it hangs on is not known

A selector is a block of `labels` and `expressions` (see `kinds`). One of nothing selects all; an absent one is the
caller's to read, because it selects all in one place and nothing in another.
Source: Kubernetes API reference, LabelSelector (meta/v1).
"""

from watchword.inventory.values import UNKNOWN_NAME, Absent, Reason, ReasonKind, UnknownValueError, Value, both, every


def selects(selector: Value, labels: Value) -> bool:
    """Whether a selector selects what has these labels. Raises `UnknownValueError` where that cannot be told."""
    return both(
        lambda: has_labels(labels, selector["labels"]),
        lambda: every(selector["expressions"].each(), lambda expression: _holds(expression, labels)),
    )


def has_labels(labels: Value, wanted: Value) -> bool:
    """Whether all that are wanted are among the labels, with the same values."""
    return every(wanted.items(), lambda pair: _same(labels, pair[0], pair[1]))


def _same(labels: Value, name: str, value: Value) -> bool:
    if name == UNKNOWN_NAME:
        raise _doubt(value, "a label of the selector is not known")
    return not labels[name].is_absent and labels[name] == value.text()


def _holds(expression: Value, labels: Value) -> bool:
    operator, label = expression["operator"].text(), labels[expression["key"].text()]
    if operator == "Exists":
        return not label.is_absent
    if operator == "DoesNotExist":
        return label.is_absent
    if operator == "In":
        return not label.is_absent and label.text() in expression["values"]
    if operator == "NotIn":
        return label.is_absent or label.text() not in expression["values"]
    raise _doubt(Absent(expression.place), f"the operator {operator[:40]} is not known")


def _doubt(value: Value, text: str) -> UnknownValueError:
    return UnknownValueError((Reason(ReasonKind.INVALID, text, value.place),), value.place)
