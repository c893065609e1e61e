"""An ARN is six parts; its text survives; what is not one is refused with what it should have been."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.kernel.arn import Arn, application_arn, person_arn, workload_arn
from watchword.kernel.errors import InvalidInputError

_PART = st.text(st.characters(exclude_characters=":", exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("text", "arn"),
    [
        ("arn:aws:s3:::bucket/key", Arn("aws", "s3", "", "", "bucket/key")),
        ("arn:aws:iam::123456789012:role/a", Arn("aws", "iam", "", "123456789012", "role/a")),
        # Everything after the fifth colon is the resource, colons included.
        ("arn:aws:logs:eu-west-1:1:log-group:a:*", Arn("aws", "logs", "eu-west-1", "1", "log-group:a:*")),
        ("arn:aws:s3:::", Arn("aws", "s3", "", "", "")),
    ],
)
def test_reads_and_writes(text: str, arn: Arn) -> None:
    assert Arn.parse(text) == arn
    assert str(arn) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "arn",
        "arn:aws:s3::",
        "ARN:aws:s3:::b",
        "urn:aws:s3:::b",
        "arn::s3:::b",
        "arn:aws::::b",
        " arn:aws:s3:::b",
        "*",
    ],
)
def test_what_is_no_arn_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        Arn.parse(text)
    assert refused.value.code == "arn.malformed"
    assert refused.value.found == repr(text)
    assert refused.value.expected == "arn:partition:service:region:account:resource"


def test_our_own_names() -> None:
    assert str(application_arn("payroll", "/reports/2026")) == "arn:watchword:app:::payroll/reports/2026"
    assert str(application_arn("payroll", "/")) == "arn:watchword:app:::payroll/"
    assert str(person_arn("alice@example.com")) == "arn:watchword:iam:::person/alice@example.com"
    assert str(workload_arn("ns/prod/sa/api")) == "arn:watchword:iam:::workload/ns/prod/sa/api"


def test_a_path_with_colons_stays_in_the_resource() -> None:
    arn = application_arn("wiki", "/a:b:c")
    assert Arn.parse(str(arn)) == arn


@given(
    partition=_PART.filter(bool),
    service=_PART.filter(bool),
    region=_PART,
    account=_PART,
    resource=st.text(st.characters(exclude_categories=["Cs"])),
)
def test_reading_undoes_writing(partition: str, service: str, region: str, account: str, resource: str) -> None:
    arn = Arn(partition, service, region, account, resource)
    assert Arn.parse(str(arn)) == arn


@given(st.text())
def test_any_text_is_read_back_unchanged_or_refused(text: str) -> None:
    try:
        arn = Arn.parse(text)
    except InvalidInputError:
        return
    assert str(arn) == text
