"""The fixes' edits: each a small change to the text of a document, made from where things stand in it."""

import json
from collections.abc import Sequence

from watchword.decision.analysis.lint.model import Edit, Fix, Located, Subject
from watchword.decision.analysis.lint.source import Node
from watchword.decision.language import Condition, Operator, Statement, Value, read_operator


def replace_text(subject: Subject, at: Located, text: str, title: str) -> Fix | None:
    """Write another string where one stands."""
    if subject.source is None:
        return None
    start = subject.source.offset(at.line, at.column)
    end = subject.source.offset(*subject.source.end_of(at.line, at.column))
    return Fix(title=title, edits=(Edit(start=start, end=end, text=json.dumps(text, ensure_ascii=False)),))


def remove_value(subject: Subject, value: Value, title: str) -> Fix | None:
    """Take one value out of the list it stands in, with its comma. None where it is the only one."""
    found = subject.source.at(value.line, value.column) if subject.source else None
    siblings = found.parent.items if found and found.parent else None
    if found is None or siblings is None or len(siblings) < 2:  # noqa: PLR2004 - none is taken out of a list of one
        return None
    return Fix(title=title, edits=(_cut(siblings, found.index),))


def _cut(siblings: tuple[Node, ...], at: int) -> Edit:
    """The first takes the comma behind it along, every other one the comma before it."""
    if at == 0:
        return Edit(start=siblings[0].start, end=siblings[1].start, text="")
    return Edit(start=siblings[at - 1].end, end=siblings[at].end, text="")


def change_operator(
    subject: Subject, statement: Statement, condition: Condition, to: Operator, title: str
) -> Fix | None:
    """Move a key under another operator; None where the other operator already stands in the statement."""
    found = _operator_node(subject, statement, condition)
    if found is None:
        return None
    operators, name, keys = found
    if any(read_operator(k.text or "") == to for k, _ in operators.members or ()):
        return None
    if len(keys.members or ()) == 1:
        return Fix(title=title, edits=(Edit(start=name.start, end=name.end, text=f'"{to}"'),))
    pair = _member_of(subject, keys, condition)
    if pair is None or subject.source is None:
        return None
    at = [k for k, _ in keys.members or ()].index(pair[0])
    spans = tuple(Node(k.start, v.end) for k, v in keys.members or ())
    moved = subject.source.text[pair[0].start : pair[1].end]
    return Fix(
        title=title,
        edits=(_cut(spans, at), Edit(start=keys.end, end=keys.end, text=f', "{to}": {{ {moved} }}')),
    )


def canonical_operator(subject: Subject, at: Located) -> Fix | None:
    """Write the operator that begins at a place canonically; None where it stands there in two spellings."""
    found = subject.source.at(at.line, at.column) if subject.source else None
    operator = read_operator(found.node.text or "") if found else None
    if found is None or operator is None or found.parent is None:
        return None
    if sum(read_operator(name.text or "") == operator for name, _ in found.parent.members or ()) > 1:
        return None
    return replace_text(subject, at, str(operator), f'write "{operator}"')


def require_present(subject: Subject, statement: Statement, keys: Sequence[str], title: str) -> Fix | None:
    """Add `Null: false` for the keys to a statement's Condition."""
    source = subject.source
    node = source.statement(statement.index) if source else None
    pair = node.member("Condition") if node else None
    operators = (pair[1].members or ()) if pair else ()
    if not operators:
        return None
    guards = ", ".join(f'{json.dumps(k, ensure_ascii=False)}: "false"' for k in keys)
    wanted = {k.lower() for k in keys}
    for name, present in operators:
        if (name.text or "").lower() == "null":
            if any((k.text or "").lower() in wanted for k, _ in present.members or ()):
                return None  # it asks for the key's absence already
            end = (present.members or ())[-1][1].end
            return Fix(title=title, edits=(Edit(start=end, end=end, text=f", {guards}"),))
    end = operators[-1][1].end
    return Fix(title=title, edits=(Edit(start=end, end=end, text=f', "Null": {{ {guards} }}'),))


def add_version(subject: Subject, title: str) -> Fix | None:
    source = subject.source
    first = source.root.members[0][0] if source and source.root.members else None
    if source is None or first is None:
        return None
    # In a document of several lines Version gets its own, indented as the first element is.
    gap = source.text[source.root.start + 1 : first.start]
    text = f'"Version": "2012-10-17",{gap if gap.strip() == "" and gap else " "}'
    return Fix(title=title, edits=(Edit(start=first.start, end=first.start, text=text),))


def _operator_node(subject: Subject, statement: Statement, condition: Condition) -> tuple[Node, Node, Node] | None:
    """The Condition object, the operator's name and its object of keys."""
    source = subject.source
    node = source.statement(statement.index) if source else None
    pair = node.member("Condition") if node else None
    if source is None or pair is None:
        return None
    wanted = source.offset(condition.line, condition.column)
    for name, keys in pair[1].members or ():
        if any(key.start == wanted for key, _ in keys.members or ()):
            return pair[1], name, keys
    return None


def _member_of(subject: Subject, keys: Node, condition: Condition) -> tuple[Node, Node] | None:
    if subject.source is None:
        return None
    wanted = subject.source.offset(condition.line, condition.column)
    return next((pair for pair in keys.members or () if pair[0].start == wanted), None)
