"""`data.aws_iam_policy_document`, rendered to the tree of the IAM JSON that it makes.

Every part keeps its place, so that a finding about a statement points at the statement's block. Reference: the AWS
provider's documentation of the data source (version 2012-10-17 by default, `statement` blocks, `source_…` and
`override_policy_documents` merged by `sid`).
"""

from typing import Final

from watchword.inventory.trees import json_tree
from watchword.inventory.values import Absent, Block, Child, Elements, Known, Reason, Unknown, Value

_LISTS: Final = (
    ("actions", "Action"),
    ("not_actions", "NotAction"),
    ("resources", "Resource"),
    ("not_resources", "NotResource"),
)


def rendered(tree: Block) -> Block:
    """Return the document of a data source's declaration."""
    version = tree["version"]
    children: dict[str, Child] = {
        "Version": Known("2012-10-17", tree.place, is_default=True) if isinstance(version, Absent) else version,
        "Statement": lambda: _statements(tree),
    }
    if not isinstance(tree["policy_id"], Absent):
        children["Id"] = tree["policy_id"]
    return Block(children, tree.place)


def _statements(tree: Block) -> Value:
    """Sources first, own statements next, overrides last; a statement replaces an earlier one of its `Sid`."""
    statements: list[Value] = []
    doubts: list[Reason] = []
    for name in ("source_json", "source_policy_documents"):
        _take(tree[name], statements, doubts)
    own = [_statement(block) if isinstance(block, Block) else block for block in tree["statement"].each()]
    _add(own, statements)
    for name in ("override_json", "override_policy_documents"):
        _take(tree[name], statements, doubts)
    children: list[Child] = []
    for statement in statements:
        # A whole block that is not known may be none: the list is open, rather than holding an unknown statement.
        if isinstance(statement, Unknown):
            doubts.extend(statement.reasons)
        else:
            children.append(statement)
    return Elements(children, tree.place, open_because=tuple(dict.fromkeys(doubts)))


def _take(documents: Value, statements: list[Value], doubts: list[Reason]) -> None:
    for document in documents.each():
        tree = document.document
        if tree is None and isinstance(document, Known):
            tree = json_tree(document.text(), document.root)
        if tree is None or isinstance(tree, Unknown):
            doubts.extend(tree.reasons if isinstance(tree, Unknown) else _reasons(document))
            continue
        _add(list(tree["Statement"].each()), statements)


def _reasons(value: Value) -> tuple[Reason, ...]:
    return value.reasons if isinstance(value, Unknown) else ()


def _add(new: list[Value], statements: list[Value]) -> None:
    for statement in new:
        sid = statement["Sid"]
        if isinstance(sid, Known) and sid.text():
            for index, earlier in enumerate(statements):
                other = earlier["Sid"]
                if isinstance(other, Known) and other.text() == sid.text():
                    statements[index] = statement
                    break
            else:
                statements.append(statement)
        else:
            statements.append(statement)


def _statement(block: Block) -> Value:
    children: dict[str, Child] = {}
    if not isinstance(block["sid"], Absent):
        children["Sid"] = block["sid"]
    effect = block["effect"]
    children["Effect"] = Known("Allow", block.place, is_default=True) if isinstance(effect, Absent) else effect
    for native, element in _LISTS:
        value = block[native]
        if not isinstance(value, Absent) and not (
            isinstance(value, Elements) and not value.seen and not value.open_because
        ):
            children[element] = value
    for native, element in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        principals = _principals(block[native])
        if principals is not None:
            children[element] = principals
    conditions = _conditions(block["condition"])
    if conditions is not None:
        children["Condition"] = conditions
    return Block(children, block.place)


def _principals(blocks: Value) -> Value | None:
    by_type: dict[str, list[Child]] = {}
    doubts: list[Reason] = []
    seen = list(blocks.each())
    if not seen:
        return None
    for block in seen:
        kind = block["type"]
        if not isinstance(kind, Known):
            doubts.extend(_reasons(kind))
            continue
        for identifier in block["identifiers"].each():
            by_type.setdefault(kind.text(), []).append(identifier)
    if "*" in by_type and len(by_type) == 1 and not doubts:
        return Known("*", seen[0].place)
    children: dict[str, Child] = {kind: Elements(values, blocks.place) for kind, values in by_type.items()}
    return Block(children, seen[0].place, open_because=tuple(doubts))


def _conditions(blocks: Value) -> Value | None:
    tests: dict[str, dict[str, list[Child]]] = {}
    doubts: list[Reason] = []
    seen = list(blocks.each())
    if not seen:
        return None
    for block in seen:
        test, variable = block["test"], block["variable"]
        if not isinstance(test, Known) or not isinstance(variable, Known):
            doubts.extend((*_reasons(test), *_reasons(variable)))
            continue
        tests.setdefault(test.text(), {}).setdefault(variable.text(), []).extend(block["values"].each())
    children: dict[str, Child] = {
        test: Block({name: Elements(values, blocks.place) for name, values in names.items()}, seen[0].place)
        for test, names in tests.items()
    }
    return Block(children, seen[0].place, open_because=tuple(doubts))
