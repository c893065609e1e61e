"""Names that people are given: read strictly once, because they end up in ARNs, policies, records and pages."""

import re
import unicodedata

from watchword.kernel.errors import InvalidInputError
from watchword.kernel.ids import token_digest

# RFC 5321's dot-string without the characters that mean something in an ARN or a policy (`* ? $ { } / :`). A quoted or
# non-ASCII local part is refused: two readers rarely agree about one.
_EMAIL = re.compile(
    r"[a-z0-9_+'-]+(?:\.[a-z0-9_+'-]+)*@"
    r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*"
)
# RFC 5321, 4.5.3.1: 64 octets before the @, 254 in all (RFC 3696, erratum 1690).
_EMAIL_LIMIT = 254
_LOCAL_LIMIT = 64
_GROUP = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?")
_GROUPS_LIMIT = 100
_DISPLAY_NAME_LIMIT = 100
_LABEL_LIMIT = 60


def parse_email(text: str) -> str:
    """Return the address in lower case: Watchword tells no difference, as hardly any mail server does."""
    email = text.strip().lower()
    if len(email) > _EMAIL_LIMIT or not _EMAIL.fullmatch(email) or email.index("@") > _LOCAL_LIMIT:
        raise InvalidInputError(
            "not an e-mail address that can be used",
            code="person.email",
            expected="name@host in ASCII letters, digits and . _ + ' -",
            found=repr(text[:_EMAIL_LIMIT]),
        )
    return email


def _line(text: str, *, limit: int, code: str, what: str) -> str:
    name = unicodedata.normalize("NFC", text).strip()
    # Category C: controls, line breaks, direction marks, unpaired surrogates: what would make a page lie.
    if not name or len(name) > limit or any(unicodedata.category(character)[0] == "C" for character in name):
        raise InvalidInputError(
            f"{what} cannot be used",
            code=code,
            expected=f"one line of 1 to {limit} characters",
            found=ascii(text[:limit]),
        )
    return name


def parse_display_name(text: str) -> str:
    return _line(text, limit=_DISPLAY_NAME_LIMIT, code="person.display-name", what="this name")


def parse_label(text: str) -> str:
    """Return a passkey's label; `Passkey` where none was given."""
    return _line(text, limit=_LABEL_LIMIT, code="passkey.label", what="this label") if text.strip() else "Passkey"


def parse_groups(groups: frozenset[str]) -> frozenset[str]:
    for group in sorted(groups):
        if not _GROUP.fullmatch(group):
            raise InvalidInputError(
                "not a group's name",
                code="group.name",
                expected="letters, digits and inner . _ -, at most 64",
                found=ascii(group[:_DISPLAY_NAME_LIMIT]),
            )
    if len(groups) > _GROUPS_LIMIT:
        raise InvalidInputError("too many groups", code="group.count", expected=f"at most {_GROUPS_LIMIT}")
    return groups


def digest_of(token: str) -> bytes:
    """Return the digest under which a stranger's token would be stored, whatever characters they sent."""
    return token_digest(token.encode("utf-8", "surrogatepass"))
