"""What is a secret that is written in a declaration, and what is not."""

import pytest

from watchword.evidence.posture.secrets import forms_in, written_secret
from watchword.inventory import Known, Reason, ReasonKind, Unknown


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DB_PASSWORD", "hunter2hunter2"),
        ("password", "changeme"),
        ("APP_SECRET", "a8f7d6e5c4b3a2918273"),
        ("anything", "AKIAABCDEFGHIJKLMNOP"),
        ("KEY", "-----BEGIN RSA PRIVATE KEY-----\nMIIE"),
    ],
)
def test_a_literal_with_a_secrets_form_or_name_is_one(name: str, text: str) -> None:
    assert written_secret(name, Known(text))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DB_PASSWORD", ""),
        ("DB_PASSWORD_SECRET", "shop/db"),
        ("APP_SECRET", "my-app-secret"),
        ("JWT_SECRET_NAME", "a8f7d6e5c4b3a2918273"),
        ("TOKEN_URL", "https://login.example.org/token"),
        ("API_KEY", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:k"),
        ("password", "{{resolve:secretsmanager:db}}"),
        ("x", "AKIAIOSFODNN7EXAMPLE"),
    ],
)
def test_names_of_secrets_references_and_examples_are_none(name: str, text: str) -> None:
    assert not written_secret(name, Known(text))


def test_what_is_not_known_or_no_text_is_not_written() -> None:
    assert not written_secret("password", Unknown((Reason(ReasonKind.VARIABLE, "var.password has no value"),)))
    assert not written_secret("password", Known(12345678))


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("export DB_PASSWORD='hunter22'", True),
        ("aws_secret_access_key = abcdefghijklmnopqrstuvwxyz0123456789ABCD", True),
        ("DB_PASSWORD=$(aws secretsmanager get-secret-value)", False),
        ("POSTGRES_PASSWORD=${db_password}", False),
        ("POSTGRES_PASSWORD_FILE=/run/secrets/db", False),
        ("API_KEY=`cat /run/key`", False),
        ("curl -H 'X-aws-ec2-metadata-token: $TOKEN' http://169.254.169.254/", False),
    ],
)
def test_scripts(script: str, *, found: bool) -> None:
    assert bool(forms_in(script)) is found
