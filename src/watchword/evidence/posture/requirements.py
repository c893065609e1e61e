"""The commonest answers, as functions that make a `judge`: one attribute that must be on, set, large enough, or one of.

    CHECK = Check(…, judge=must("encrypted", "it is not encrypted at rest", fix="encrypt it"))

Each names a default for where nothing is written, so that absence never is an ERROR; what is not known raises, as in
any check. `unless` gives a reason for which the check does not speak about the asset, or "".
"""

from collections.abc import Callable, Collection

from watchword.evidence.posture.estate import Estate
from watchword.evidence.posture.model import Answer, Judge, failed, mend, not_applicable, passed, seen
from watchword.inventory import Asset, Known, Value

Unless = Callable[[Asset], str]


def _never(asset: Asset) -> str:
    del asset
    return ""


def is_set(value: Value) -> bool:
    """Whether something was written, other than an empty text. Raises where that is not known."""
    if value.is_absent:
        return False
    return bool(value) if isinstance(value, Known) else True


def must(name: str, words: str, *, default: bool = False, fix: str = "", unless: Unless = _never) -> Judge:
    """The attribute is true."""
    return _boolean(name, words, wanted=True, default=default, fix=fix, unless=unless)


def must_not(name: str, words: str, *, default: bool = False, fix: str = "", unless: Unless = _never) -> Judge:
    """The attribute is false."""
    return _boolean(name, words, wanted=False, default=default, fix=fix, unless=unless)


def must_be_set(name: str, words: str, *, unless: Unless = _never) -> Judge:
    """Something is written there."""

    def judge(asset: Asset, estate: Estate) -> Answer:
        del estate
        reason = unless(asset)
        if reason:
            return not_applicable(reason)
        return passed() if is_set(asset[name]) else failed(words, seen(name, asset[name]))

    return judge


def one_of(
    name: str, wanted: Collection[str], words: str, *, default: str = "", fix: str = "", unless: Unless = _never
) -> Judge:
    """The attribute is one of some texts, in any case of letters. A fix writes the first of them."""
    best = next(iter(wanted), "")
    accepted = frozenset(text.lower() for text in wanted)

    def judge(asset: Asset, estate: Estate) -> Answer:
        del estate
        reason = unless(asset)
        if reason:
            return not_applicable(reason)
        value = asset[name]
        if value.text(default=default).lower() in accepted:
            return passed()
        return failed(words, seen(name, value), fix=mend(asset, name, best, fix) if fix else None)

    return judge


def at_least(
    name: str, least: float, words: str, *, default: float = 0, fix: str = "", unless: Unless = _never
) -> Judge:
    """The attribute is a number of at least `least`."""

    def judge(asset: Asset, estate: Estate) -> Answer:
        del estate
        reason = unless(asset)
        if reason:
            return not_applicable(reason)
        value = asset[name]
        if value.number(default=default) >= least:
            return passed()
        return failed(words, seen(name, value), fix=mend(asset, name, least, fix) if fix else None)

    return judge


def _boolean(name: str, words: str, *, wanted: bool, default: bool, fix: str, unless: Unless) -> Judge:
    def judge(asset: Asset, estate: Estate) -> Answer:
        del estate
        reason = unless(asset)
        if reason:
            return not_applicable(reason)
        value = asset[name]
        if value.boolean(default=default) is wanted:
            return passed()
        return failed(words, seen(name, value), fix=mend(asset, name, wanted, fix) if fix else None)

    return judge
