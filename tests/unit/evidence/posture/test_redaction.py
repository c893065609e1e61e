"""What looks like a secret is not shown; what does not, is."""

import pytest

from watchword.evidence.posture.redaction import REDACTED, redact, shown


@pytest.mark.parametrize(
    "secret",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "ghp_" + "a1" * 18,
        "glpat-" + "x" * 20,
        "xoxb-1234567890-abcdef",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----",
        "sk_live_" + "4" * 24,
    ],
)
def test_a_secret_is_hidden_wherever_it_stands(secret: str) -> None:
    told = redact(f"export X={secret} and more")
    assert secret not in told
    assert REDACTED in told
    assert told.startswith("export X=")
    assert told.endswith("more")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("password", "hunter2"),
        ("master_password", "x"),
        ("environment.DB_PASSWORD", "x"),
        ("environment.API_TOKEN", "x"),
        ("secrets[0].secret", "x"),
        ("access_key", "x"),
        ("private_key", "x"),
        ("connection_string", "x"),
    ],
)
def test_a_value_is_hidden_for_its_name(path: str, text: str) -> None:
    assert shown(path, text) == REDACTED


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("metadata_tokens", "optional"),
        ("access_key", "true"),
        ("secret_arn", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:x"),
        ("password_length", "8"),
        ("key", "aws_kms_key.k.arn"),
        ("commit", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("cidrs[0]", "0.0.0.0/0"),
        ("policy.Statement[0].Principal", "*"),
    ],
)
def test_what_is_no_secret_is_shown(path: str, text: str) -> None:
    assert shown(path, text) == text


def test_a_url_keeps_its_host() -> None:
    assert redact("postgres://app:hunter2@db.example.com/x") == "postgres://(redacted)@db.example.com/x"


def test_a_value_is_one_short_line() -> None:
    assert shown("user_data", "a\nb") == "a b"
    assert len(shown("x", "ab " * 500)) == 200
