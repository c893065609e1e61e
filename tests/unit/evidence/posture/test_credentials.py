"""What counts as a credential that is written, and what only speaks of one."""

import base64

import pytest

from watchword.evidence.posture.credentials import (
    gives_entry,
    hidden,
    is_credential,
    is_placeholder,
    is_public_entry,
    is_told,
    option_gives_entry,
)
from watchword.inventory import Absent, Known, Place, Reason, ReasonKind, Unknown, UnknownValueError

_AT = Place("app.yaml", 3, 3)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DATABASE_PASSWORD", "correct-horse"),
        ("db-password", "correct-horse"),
        ("CLIENT_SECRET", "s3cr3tvalue"),
        ("AUTH_TOKEN", "supersecret"),
        ("DATABASE_URL", "postgres://shop:correct-horse@db/shop"),
        ("NOTES", "AKIAIOSFODNN7EXAMPLE"),
        ("pwd", "hunter22"),
        ("c", "login --password=hunter22"),
    ],
)
def test_a_credential(name: str, text: str) -> None:
    assert is_credential(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DATABASE_PASSWORD_FILE", "/run/secrets/password"),
        ("DATABASE_PASSWORD", "/run/secrets/password"),
        ("DATABASE_PASSWORD", "${DATABASE_PASSWORD}"),
        ("DATABASE_PASSWORD", "$(DATABASE_PASSWORD)"),
        ("DATABASE_PASSWORD", "{{ password }}"),
        ("DATABASE_PASSWORD", "<password>"),
        ("DATABASE_PASSWORD", "changeme"),
        ("DATABASE_PASSWORD", "ENC[AES256_GCM,data:abc]"),
        ("DATABASE_PASSWORD", ""),
        ("TOKEN_TTL", "3600"),
        ("REQUIRE_TOKEN", "true"),
        ("TLS_SECRET", "shop-tls"),
        ("SECRET_NAME", "database"),
        ("TOKEN", "https://id.example.com/token"),
        ("API_KEY", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:key"),
        ("LOG_LEVEL", "info"),
        ("DATABASE_URL", "postgres://shop:$(DATABASE_PASSWORD)@db/shop"),
        ("DATABASE_URL", "postgres://shop:${DATABASE_PASSWORD}@db/shop"),
        ("c", "REGISTRY_PASSWORD=`aws ecr get-login`; login --docker-password=$REGISTRY_PASSWORD --now"),
    ],
)
def test_no_credential(name: str, text: str) -> None:
    assert not is_credential(name, text)


def test_what_is_not_known_is_a_doubt_only_under_a_name_that_is_one() -> None:
    variable = Unknown((Reason(ReasonKind.VARIABLE, "var.x", _AT),), _AT)
    assert not gives_entry(Known("LOG_LEVEL"), variable)
    with pytest.raises(UnknownValueError):
        gives_entry(Known("DATABASE_PASSWORD"), variable)


@pytest.mark.parametrize("kind", [ReasonKind.DATA_SOURCE, ReasonKind.AFTER_APPLY])
def test_what_is_read_or_made_elsewhere_is_not_written(kind: ReasonKind) -> None:
    assert not gives_entry(Known("DATABASE_PASSWORD"), Unknown((Reason(kind, "made", _AT),), _AT))


def test_nothing_gives_no_entry() -> None:
    assert not gives_entry(Known("DATABASE_PASSWORD"), Absent(_AT))
    assert not gives_entry(Absent(_AT), Known("correct-horse", _AT))


def test_an_option_that_ends_in_secret_names_one() -> None:
    assert not option_gives_entry("metrics-secret", Known("metrics", _AT))
    assert option_gives_entry("db-password", Known("correct-horse", _AT))


def test_evidence_says_where_and_not_what() -> None:
    shown = hidden(Known("correct-horse", _AT))
    assert shown.text() == "(redacted)"
    assert shown.place == _AT


def test_an_entry_of_a_secret_that_says_who_or_where_is_none() -> None:
    assert is_told("session", Known("correct-horse", _AT))
    assert not is_told("oidc-client-id", Known("argo-server", _AT))
    assert not is_told("RCLONE_REGION", Unknown((Reason(ReasonKind.VARIABLE, "var.x", _AT),), _AT))
    assert is_told("service-name", Known("https://shop:correct-horse@db", _AT))
    assert is_told("service-name", Known(base64.b64encode(b"https://shop:correct-horse@db").decode(), _AT))
    assert not is_told("ca.crt", Known("LS0t", _AT))
    assert not is_told("password", Known(base64.b64encode(b"${PASSWORD}").decode(), _AT))
    assert not is_told("password", Unknown((Reason(ReasonKind.AFTER_APPLY, "made", _AT),), _AT))
    with pytest.raises(UnknownValueError):
        is_told("password", Unknown((Reason(ReasonKind.VARIABLE, "var.x", _AT),), _AT))


def test_certificates_and_placeholders() -> None:
    assert is_public_entry("ca.crt")
    assert not is_public_entry("tls.key")
    assert is_placeholder("")
    assert not is_placeholder("correct-horse")
