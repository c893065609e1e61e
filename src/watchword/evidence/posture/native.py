"""Settings that one cloud alone has, read in its own words: for checks that name `native_types`.

    judge=must_say("network_profile.network_policy", "pods may all talk to each other", wanted=is_written)
    path, value = said(cluster, "api_server_access_profile.authorized_ip_ranges", "api_server_authorized_ip_ranges")

Where several words may say it (a provider renamed an argument), the first that is written counts. Each names what the
provider does where nothing is written. `default=None`: that hangs on the provider's version, or is not documented; then
what is not written is not known.
"""

from collections.abc import Callable, Collection
from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.model import Answer, Judge, failed, not_applicable, passed, seen
from watchword.inventory import Asset, Elements, Known, Reason, ReasonKind, UnknownValueError, Value
from watchword.inventory.shapes import walk

Unless = Callable[[Asset], str]
Paths = str | tuple[str, ...]
_VERSION: Final = "what holds where it is not written hangs on the provider's version"


def is_written(value: Value) -> bool:
    """Whether something is written. A plan says of what is not: an empty list of blocks, an empty text."""
    if isinstance(value, Elements):
        return bool(value)
    return not value.is_absent and not (isinstance(value, Known) and value == "")


def said(asset: Asset, *paths: str) -> tuple[str, Value]:
    """The first of some paths at which something is written, and its value; of none the first path, absent."""
    first: tuple[str, Value] | None = None
    for path in paths:
        value = walk(asset.native, path)
        first = first or (path, value)
        if value.is_unknown or is_written(value):
            return path, value
    if first is None:
        raise ValueError(paths)
    return first


def must_say(
    paths: Paths, words: str, *, default: bool | None = False, wanted: bool = True, unless: Unless | None = None
) -> Judge:
    """The setting is `wanted`."""

    def holds(value: Value) -> bool:
        return value.boolean(default=default is True) is wanted

    return _judge(paths, words, holds, known=default is not None, unless=unless)


def must_say_one_of(
    paths: Paths, wanted: Collection[str], words: str, *, default: str | None = "", unless: Unless | None = None
) -> Judge:
    """The setting is one of some texts, in any case of letters."""
    accepted = frozenset(text.lower() for text in wanted)

    def holds(value: Value) -> bool:
        return value.text(default=default or "").lower() in accepted

    return _judge(paths, words, holds, known=default is not None, unless=unless)


def must_not_say(paths: Paths, refused: Collection[str], words: str, *, default: str | None = "") -> Judge:
    """The setting is none of some texts."""
    bad = frozenset(text.lower() for text in refused)
    known = default is not None
    return _judge(paths, words, lambda value: value.text(default=default or "").lower() not in bad, known=known)


def must_be_written(paths: Paths, words: str, *, unless: Unless | None = None) -> Judge:
    """Something is written there."""
    return _judge(paths, words, is_written, known=True, unless=unless)


def _judge(
    paths: Paths, words: str, holds: Callable[[Value], bool], *, known: bool, unless: Unless | None = None
) -> Judge:
    names = (paths,) if isinstance(paths, str) else paths

    def judge(asset: Asset, estate: Estate) -> Answer:
        del estate
        reason = unless(asset) if unless is not None else ""
        if reason:
            return not_applicable(reason)
        path, value = said(asset, *names)
        if not known and not value.is_unknown and not is_written(value):
            raise UnknownValueError((Reason(ReasonKind.REFERENCE, _VERSION, asset.place),), asset.place)
        return passed() if holds(value) else failed(words, seen(path, value))

    return judge
