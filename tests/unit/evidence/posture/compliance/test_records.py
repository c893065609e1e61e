"""Passes and contents come back as they were, and nothing else is taken for one."""

import json
from dataclasses import replace
from datetime import date

import pytest

from support.passes import at, content, examined, failed, finding, unknown, waived
from watchword.evidence.posture.compliance.model import Attested, DriftedThing, DriftFound, Taken
from watchword.evidence.posture.compliance.records import read_content, read_pass, sha256, write_content, write_pass
from watchword.kernel.errors import InvalidInputError

_CONTENT = replace(
    content(finding("a"), unknown("b", since=at(-2)), waived("c")),
    maturity={"data.data-encryption": "initial", "data.data-access": None},
    attestations=(
        Attested(
            function="data.data-access",
            stage="initial",
            artifact="e.pdf",
            sha256="a" * 64,
            signer="s@example.com",
            expires=date(2027, 1, 1),
        ),
    ),
    critical=("aws_db_instance.payroll",),
    files=3,
    warnings=("main.tf:1: something",),
    drift=DriftFound(
        things=(DriftedThing(kind="changed", address="aws_sqs_queue.a", identity="arn:x", paths=("name",)),),
        compared=3,
        cannot_tell=1,
    ),
    scope=("infra",),
    imports=(Taken(file="r.json", form="checkov", findings=4),),
)


@pytest.mark.parametrize("one", [examined(), failed(), replace(examined(), commits={"infra": "3f2c"})])
def test_a_pass_comes_back(one: object) -> None:
    assert isinstance(one, type(examined()))
    assert read_pass(write_pass(one), name="p") == one


def test_a_content_comes_back_and_has_one_form() -> None:
    written = write_content(_CONTENT)
    assert read_content(written, name="c") == _CONTENT
    assert sha256(write_content(read_content(written, name="c"))) == sha256(written)


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"{",
        b"[]",
        b'{"form":"watchword-pass-content","version":1}',
        write_pass(examined()),
        write_content(_CONTENT).replace(b'"version": 1', b'"version": 2'),
        write_content(_CONTENT).replace(b'"verdict": "fail"', b'"verdict": "fine"'),
        write_content(_CONTENT).replace(b'"files": 3', b'"files": "3"'),
        write_content(_CONTENT).replace(b'"files": 3', b'"files": true'),
        b"[" * 100_000,
    ],
    ids=["empty", "cut", "list", "fields missing", "another form", "later", "verdict", "text", "boolean", "deep"],
)
def test_what_is_no_content_is_refused(damaged: bytes) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_content(damaged, name="payroll/contents/x.json.gz")
    assert caught.value.code == "compliance.record"
    assert "payroll/contents/x.json.gz" in str(caught.value)


def test_what_is_no_pass_is_refused() -> None:
    for name in json.loads(write_pass(examined())):
        fields = json.loads(write_pass(examined()))
        del fields[name]
        with pytest.raises(InvalidInputError):
            read_pass(json.dumps(fields).encode(), name="p")
