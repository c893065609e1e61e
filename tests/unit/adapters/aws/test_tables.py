"""The tables name what AWS has: each operation, each parameter and each name in an answer is in botocore's own models."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

import pytest

from watchword.adapters.aws.asks import Ask, Take, every
from watchword.adapters.aws.permissions import operations
from watchword.adapters.aws.services import ASKED, LISTINGS, aws_shapes
from watchword.adapters.aws.session import OWN, check_allowed
from watchword.inventory import KINDS
from watchword.inventory.shapes import Rows
from watchword.kernel.errors import DefectError

_REPORT = "iam:GetCredentialReport"  # a table in CSV, which the session reads


@cache
def _service(name: str) -> Any:
    import botocore.session

    return botocore.session.get_session().get_service_model(name)


def _uses() -> list[tuple[Ask, Take]]:
    found = []
    for listing in every(ASKED):
        if listing.ask is not None:
            found.append((listing.ask, Take(listing.at, listing.keep, listing.secret)))
        found.extend((more.ask, Take(more.at, more.keep, more.secret)) for more in listing.more.values())
    return found


@pytest.mark.parametrize(("ask", "take"), [pytest.param(a, t, id=f"{a.operation}-{t.at}") for a, t in _uses()])
def test_what_is_asked_and_taken_exists(ask: Ask, take: Take) -> None:
    service, _, operation = ask.operation.partition(":")
    model = _service(service).operation_model(operation)
    assert set(ask.parameters) <= set(model.input_shape.members if model.input_shape else ())
    if ask.operation == _REPORT:
        return
    ends = _at(model.output_shape, take.at)
    if ends.type_name == "structure":
        assert set(take.keep) <= set(ends.members)
    else:  # the entries of a map are named nowhere but in prose
        assert take.keep == () or ends.type_name == "map"
    for secret in take.secret:
        _at(ends, secret)


def _at(shape: Any, path: str) -> Any:
    """Follow a path in a model; fails where it names nothing."""
    if path == ".":
        return shape
    for step in path.split("."):
        assert shape.type_name == "structure", f"{step} is asked of a {shape.type_name}"
        assert step.removesuffix("[]") in shape.members, f"{step} is none of {sorted(shape.members)}"
        shape = shape.members[step.removesuffix("[]")]
        if step.endswith("[]"):
            assert shape.type_name == "list", f"{step} is a {shape.type_name}"
            shape = shape.member
    return shape


def test_every_type_that_is_listed_has_a_shape_and_the_other_way_round() -> None:
    assert {listing.type for listing in every(LISTINGS)} == set(aws_shapes())


def test_every_shape_says_something_about_every_attribute_of_its_kind() -> None:
    for shape in aws_shapes().values():
        for name, kind, attributes in (
            (shape.native_type, shape.kind, shape.attributes),
            *((f"{shape.native_type}/{part.path}", part.kind, part.attributes) for part in shape.parts),
        ):
            missing = set(KINDS[kind].attributes) - set(attributes) - {"name", "tags"} - _UNREAD.get(name, set())
            assert missing == set(), f"{name} does not say {sorted(missing)}"


def _first_steps(source: object) -> Iterator[str]:
    """The names in an answer that a source begins at, as far as it says so in fields."""
    if isinstance(source, str):
        yield source.partition(".")[0].removesuffix("[]")
    elif isinstance(source, tuple):
        for one in source:
            yield from _first_steps(one)
    elif isinstance(source, Rows):
        yield from _first_steps(source.path)
    elif is_dataclass(source):
        for field in fields(source):
            if field.name in {"source", "sources", "path"}:
                yield from _first_steps(getattr(source, field.name))


def test_what_a_shape_reads_is_what_is_kept() -> None:
    table = aws_shapes()
    for listing in every(LISTINGS):
        shape = table[listing.type]
        told = {"Value", *listing.keep, *listing.more, *listing.derived}
        for name, source in shape.attributes.items():
            for step in _first_steps(source):
                assert not listing.keep or step.startswith("@") or step in told, f"{listing.type} {name}: {step}"


# What no call tells, or none that is worth what it costs: unknown, and no check passes by it.
_UNREAD = {
    "live:AWS::S3::Bucket": {"website", "replication"},
    "live:AWS::ElastiCache::ReplicationGroup": {"security_groups"},
}


def test_nothing_is_called_but_reads_that_are_listed() -> None:
    for operation in operations():
        check_allowed(operation, operations())
    for operation in OWN:
        check_allowed(operation, ())
    for operation in ("s3:DeleteBucket", "iam:CreateUser", "s3:GetObject", "secretsmanager:GetSecretValue"):
        with pytest.raises(DefectError, match="not among what may be called"):
            check_allowed(operation, operations())
    with pytest.raises(DefectError, match="not among what may be called"):
        check_allowed("s3:PutObject", {"s3:PutObject"})  # not even where a table names it


def test_nothing_asked_reads_what_is_kept_in_the_account() -> None:
    """Reads by name that hand out contents: objects, secrets, messages, records, decrypted texts."""
    contents = {"GetObject", "GetSecretValue", "GetParameter", "GetParameters", "GetItem", "GetRecords", "Decrypt"}
    assert not {operation.partition(":")[2] for operation in operations()} & contents
