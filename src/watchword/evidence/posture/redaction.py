"""What is shown of a value: shortened, on one line, and nothing that looks like a secret.

    shown("master_password", "hunter2")      -> "(redacted)"
    shown("user_data", "export K=AKIA…16")   -> "export K=(redacted)"

A value is hidden for the name it goes by or for the form it has. Too much is hidden rather than too little.
"""

import re
from collections.abc import Iterator
from typing import Final

REDACTED: Final = "(redacted)"
_LONGEST: Final = 200  # characters of evidence; more is a policy or a script, which has its place

_NAMES: Final = re.compile(
    r"(?i)(passw(or)?d|passphrase|secret(?!s_)|token(?!s)|private_?key|api_?key|access_?key|credential|connection_?string)"
    r"[a-z_]*(\[\d+\])?$"
)
# Names that hold one of those words, and never the secret itself.
_HARMLESS: Final = re.compile(
    r"(?i)(_arn|_id|_name|_days|_length|_policy|_enabled|_version|_rotation|tokens?_required)$"
)
_FORMS: Final = re.compile(
    r"""(?x)
    (?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}                           # AWS access key ids
    | (?<![0-9A-Za-z/+])[0-9A-Za-z/+]{40}(?![0-9A-Za-z/+=])      # AWS secret access keys: 40 characters of base64
    | -----BEGIN[ ][A-Z ]*PRIVATE[ ]KEY-----(?:.*?-----END[ ][A-Z ]*PRIVATE[ ]KEY-----|.*)
    | eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}(?:\.[0-9A-Za-z_-]*)?  # JSON web tokens
    | gh[pousr]_[0-9A-Za-z]{20,} | github_pat_[0-9A-Za-z_]{20,}
    | glpat-[0-9A-Za-z_-]{20,}
    | xox[abposr]-[0-9A-Za-z-]{10,}
    | AIza[0-9A-Za-z_-]{35}
    | sk_(?:live|test)_[0-9A-Za-z]{16,}
    | (?<=://)[^\s/:@]+:[^\s/@]+(?=@)                             # user:password@host
    | (?i:(?<=password=)|(?<=passwd=)|(?<=secret=)|(?<=token=))[^\s"'&;]+
    """,
    re.DOTALL,
)
_HASH: Final = re.compile(r"[0-9a-f]{40}")  # a commit: 40 characters, and no secret


def shown(path: str, text: str) -> str:
    """Return `text` as it may be shown for the value at `path`: on one line, and not too long."""
    text = whole(path, text)
    text = " ".join(text.split()) if "\n" in text else text
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def whole(path: str, text: str) -> str:
    """Return `text` without what looks like a secret, for its form or for the name that `path` ends in."""
    name = path.rsplit(".", 1)[-1]
    plain = text in {"", "true", "false"} or text.isdigit()
    if _NAMES.search(name) and not _HARMLESS.search(name) and not plain:
        return REDACTED
    return redact(text)


def redact(text: str) -> str:
    """Return `text` without the parts that have a secret's form."""
    return _FORMS.sub(lambda match: match[0] if _HASH.fullmatch(match[0]) else REDACTED, text)


def secrets_in(text: str) -> Iterator[str]:
    """Yield the parts of `text` that `redact` hides; of `user:password@host` the password alone."""
    for match in _FORMS.finditer(text):
        if _HASH.fullmatch(match[0]) is None:
            yield match[0].partition(":")[2] if text.endswith("://", 0, match.start()) else match[0]
