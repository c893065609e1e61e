"""Authentication assurance levels (NIST SP 800-63B-4, section 2)."""

import enum
from typing import Self

from watchword.kernel.errors import InvalidInputError


class AssuranceLevel(enum.IntEnum):
    """AAL2: two factors, phishing-resistant offered. AAL3: a non-exportable, attested hardware key."""

    AAL1 = 1
    AAL2 = 2
    AAL3 = 3

    @property
    def label(self) -> str:
        return f"aal{self.value}"

    @classmethod
    def parse(cls, text: str) -> Self:
        for level in cls:
            if level.label == text:
                return level
        raise InvalidInputError(
            "not an assurance level", code="assurance.unknown", expected="aal1, aal2 or aal3", found=repr(text)
        )
