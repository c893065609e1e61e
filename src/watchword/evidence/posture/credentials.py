"""Whether a text that stands in a declaration is a credential: by its form, or by the name it goes by.

    is_credential("DATABASE_PASSWORD", "hunter2")       -> True
    is_credential("DATABASE_PASSWORD_FILE", "/run/db")  -> False: it says where the secret lies
    is_credential("TOKEN_TTL", "3600")                  -> False

Too little rather than too much: a finding here says that something leaked.
"""

import re
from typing import Final

from watchword.evidence.posture.redaction import redact
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
_SAYS_WHERE: Final = re.compile(r"/[\w./-]+|https?://[^@\s]+")
_MADE_ELSEWHERE: Final = frozenset({ReasonKind.AFTER_APPLY, ReasonKind.DATA_SOURCE})
_PUBLIC_ENTRIES: Final = (".crt", ".pub", "ca.pem", "cert.pem")


def is_credential(name: str, text: str) -> bool:
    """Whether `text`, which is known and is called `name`, gives somebody entry."""
    if _PLACEHOLDERS.fullmatch(text):
        return False
    if redact(text) != text:
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
        if value.reasons and value.reasons[-1].kind in _MADE_ELSEWHERE:
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


def hidden(value: Value) -> Value:
    """A value to show as evidence in place of a credential: where it stands, and nothing of what it is."""
    return Known("(redacted)", value.place, root=value.root)
