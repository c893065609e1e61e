"""Whether a text that stands in a declaration is a credential: by its form, or by the name it goes by.

    is_credential("DATABASE_PASSWORD", "hunter2")       -> True
    is_credential("DATABASE_PASSWORD_FILE", "/run/db")  -> False: it says where the secret lies
    is_credential("TOKEN_TTL", "3600")                  -> False

Too little rather than too much: a finding here says that something leaked.
"""

import base64
import re
from typing import Final

from watchword.evidence.posture.redaction import secrets_in
from watchword.evidence.posture.secrets import stop_if_unseen
from watchword.inventory import UNKNOWN_NAME, Known, ReasonKind, Unknown, Value

_PASSWORDS: Final = re.compile(
    r"(?i)(^|[_.-])(pass|passwd|passphrase|pwd|apikey)$"
    r"|(?i:password|secret_?key|private_?key|api_?key|access_?key|auth_?token|client_?secret|encryption_?key)$"
)
# Names that are as often of what holds a secret: `TLS_SECRET: shop-tls`.
_AMBIGUOUS: Final = re.compile(r"(?i)(^|[_.-])(secret|token|credentials?)$")
_LABEL: Final = re.compile(r"[a-z]+(-[a-z]+)+")
_PLACEHOLDERS: Final = re.compile(
    r"(?ix) \s* | <.*> | \{\{.*\}\} | \$\{.*\} | \$\(.*\) | \$[A-Z_]+ | ENC\[.*\] | \*+ | x{3,} | \.{3,}"
    r"| .*(change[-_ ]?me|replace[-_ ]?me|placeholder|your[-_ ]).* | example | dummy | none | null | todo | redacted"
    r"| (true|false|yes|no|on|off|enabled|disabled) | [0-9]{1,3} | vault:.* | arn:.*"
    r"| ref\+.* | op://.* | \{\{resolve:.*"
)
# What a shell or a template puts in, within a text: `mysql://shop:$(PASSWORD)@db`, "PASSWORD=`cat file`".
_PUT_IN: Final = re.compile(r"`.*|\$[({].*|\$[A-Za-z_]\w*[),.\]]*|\{\{.*|%\w+%|%\(\w+\)s")
_SAYS_WHERE: Final = re.compile(r"/[\w./-]+|https?://[^@\s]+")
_MADE_ELSEWHERE: Final = frozenset({ReasonKind.AFTER_APPLY, ReasonKind.DATA_SOURCE})
_PUBLIC_ENTRIES: Final = (".crt", ".pub", "ca.pem", "cert.pem")
# What says who or where, and lets nobody in. Names of users are left out: many take them for half of a secret.
_NO_SECRETS: Final = re.compile(
    r"(?i)(^|[_.-])(client_?id|tenant_?id|project_?id|account_?id|service_name|namespace|region|realm|issuer)$"
)


def is_credential(name: str, text: str) -> bool:
    """Whether `text`, which is known and is called `name`, gives somebody entry."""
    if _PLACEHOLDERS.fullmatch(text):
        return False
    if any(not _is_put_in(secret) for secret in secrets_in(text)):
        return True
    if _SAYS_WHERE.fullmatch(text) is not None:
        return False
    plain = name.replace("-", "_")
    if _PASSWORDS.search(plain) is not None:
        return True
    return _AMBIGUOUS.search(plain) is not None and _LABEL.fullmatch(text) is None


def gives_entry(name: Value, value: Value) -> bool:
    """Whether a value that may not be known is a credential that is written there, under its name.

    One that is read elsewhere when it is deployed, or made then, is not written.
    """
    stop_if_unseen(value)
    if isinstance(value, Unknown):
        if name.is_known and name != UNKNOWN_NAME and not is_credential(name.text(), "a value"):
            return False
        if _is_made_elsewhere(value):
            return False
    return not value.is_absent and is_credential(name.text(default=""), value.text())


def option_gives_entry(name: str, value: Value) -> bool:
    """The same of an option of a command. Options that end in `secret` or `token` name what holds it."""
    return _AMBIGUOUS.search(name.replace("-", "_")) is None and gives_entry(Known(name, value.place), value)


def is_placeholder(text: str) -> bool:
    """Whether a text stands for one that is put in later, or is sealed."""
    return _PLACEHOLDERS.fullmatch(text) is not None


def is_public_entry(name: str) -> bool:
    """Whether an entry of a secret is one that anybody may see: a certificate, a public key."""
    return name.endswith(_PUBLIC_ENTRIES)


def is_told(name: str, value: Value) -> bool:
    """Whether an entry of a secret stands in its declaration, and is not one that lets nobody in.

    Everything that is kept in a secret counts as one, whatever it is called, but for what says who or where.
    """
    names_alone = _NO_SECRETS.search(name.replace("-", "_")) is not None
    if is_public_entry(name) or _is_made_elsewhere(value) or (names_alone and value.is_unknown):
        return False
    if value.is_absent:
        return False
    text = value.text()
    plain = _decoded(text)
    if names_alone and not any(is_credential(name, one) for one in (text, plain)):
        return False
    return not (is_placeholder(text) or is_placeholder(plain))


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except ValueError:  # no base64, or no text: `stringData`, a key in binary
        return text


def _is_put_in(secret: str) -> bool:
    """Whether what has a secret's form within a text only says what is put in there."""
    return is_placeholder(secret) or _PUT_IN.fullmatch(secret) is not None


def _is_made_elsewhere(value: Value) -> bool:
    """Whether a value is read elsewhere when it is deployed, or made then: it is not written."""
    return isinstance(value, Unknown) and bool(value.reasons) and value.reasons[-1].kind in _MADE_ELSEWHERE


def hidden(value: Value) -> Value:
    """A value to show as evidence in place of a credential: where it stands, and nothing of what it is."""
    return Known("(redacted)", value.place, root=value.root)
