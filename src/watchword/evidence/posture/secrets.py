"""Whether a text that is written in a declaration is a secret, by its form or by the name it goes by.

    written_secret("DB_PASSWORD", value)      # a literal under a secret's name
    forms_in(script)                          # what kinds of secrets stand in a text: ("an AWS access key",)

What is not known is not written: a variable without a value, another thing's attribute, a reference that is resolved
when it is applied (`{{resolve:secretsmanager:…}}`) keep their secret out of the code. AWS's own example keys are none.
"""

import re
from typing import Final

from watchword.inventory import Known, ReasonKind, Unknown, UnknownValueError, Value

_EXAMPLES: Final = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
_FORMS: Final = (
    ("an AWS access key", re.compile(r"(?<![A-Z0-9])(?:AKIA|ASIA)[0-9A-Z]{16}(?![A-Z0-9])")),
    (
        "an AWS secret key",
        re.compile(r"(?i)aws_?secret_?(?:access_?)?key[\"']?\s*[=:]\s*[\"']?[0-9a-z/+]{40}(?![0-9a-z/+=])"),
    ),
    ("a private key", re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----")),
    ("a token of GitHub", re.compile(r"\bgh[pousr]_[0-9A-Za-z]{36,}|\bgithub_pat_[0-9A-Za-z_]{40,}")),
    ("a token of GitLab", re.compile(r"\bglpat-[0-9A-Za-z_-]{20,}")),
    ("a token of Slack", re.compile(r"\bxox[abposr]-[0-9A-Za-z-]{20,}")),
    ("a key of Stripe", re.compile(r"\bsk_live_[0-9A-Za-z]{16,}")),
    # NAME=value in scripts and .env files, where the value is a literal: no variable, command, path or template.
    (
        "a password",
        re.compile(r"\b[A-Z0-9_]*(?:PASSWORD|PASSWD|SECRET_KEY|API_KEY)=(?![\"']?[$`/{<%])[\"']?[^\s\"'$`{}]{6,}"),
    ),
)
_NAMES: Final = re.compile(
    r"(?i)(?:^|[_-])(?:password|passwd|passphrase|secret|secret_?key|api_?key|private_?key|access_?token|auth_?token|"
    r"client_?secret)$"
)
# Values that stand where a secret may, and are none: references, addresses, paths (a secret's name in its store),
# switches, numbers, empty fillers.
_HARMLESS: Final = re.compile(
    r"(?is)|true|false|none|null|\d{1,5}|arn:.*|\{\{.*|\$\{.*|https?://[^@]*|/.*|ssm:.*|vault:.*|<.*>|\*+|x{3,}"
    r"|[a-z][a-z0-9_.-]*(?:/[a-z0-9_.-]+)+"
)
# `SECRET` alone is as often the name of one: what reads as words is a name.
_A_NAME: Final = re.compile(r"(?i)[a-z]+([_.-][a-z]+)*")


def forms_in(text: str) -> tuple[str, ...]:
    """The kinds of secrets that stand in a text."""
    for example in _EXAMPLES:
        text = text.replace(example, "")
    return tuple(words for words, form in _FORMS if form.search(text))


def stop_if_unseen(value: Value) -> None:
    """Raise as unknown where a literal is there that an account did not show, or that was left out of its evidence."""
    if isinstance(value, Unknown) and any(reason.kind is ReasonKind.ACCESS for reason in value.reasons):
        raise UnknownValueError(value.reasons, value.place)


def written_secret(name: str, value: Value) -> bool:
    """Whether a value is a secret that is written in the code: a literal with a secret's form or name."""
    stop_if_unseen(value)
    if not isinstance(value, Known) or not isinstance(value.value, str):
        return False
    text = value.text().strip()
    if forms_in(text):
        return True
    if _NAMES.search(name) is None or _HARMLESS.fullmatch(text) is not None:
        return False
    return not (name.lower().endswith("secret") and _A_NAME.fullmatch(text))
