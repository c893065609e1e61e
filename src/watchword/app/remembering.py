"""Answers that were given before, given again where nothing that they hang on has changed.

    answers = Answers(cache, Question(verb="scan", asked={…}, trees=(Path("infra"),), today=today, …))
    answer = answers.recall()
    if answer is None:
        answers.begin()
        …                                            # work it out
        answers.keep(answer, used)

An answer hangs on, and is kept by the hash of: what was asked, word by word; the day, for waivers and attestations run
out; the working directory; this Watchword's own code, the packages beside it and Python. With it is kept what lay on
the disk (see `watching`): the directories that were asked about, those of a team's own checks, every file that was
named, files that are looked for by their name, and what Terraform read elsewhere. Of git, where a comment's age was
asked of it, the commit that was checked out.

Not seen is what a check of a team's own, in Python, reads besides its asset, and a change of git's own settings.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from watchword.app.cache import Cache
from watchword.app.watching import (
    SKIPPED,
    Look,
    Mark,
    Record,
    UntoldError,
    agrees,
    look,
    recorded,
    renewed,
    unchanged_since,
)

_FORMAT: Final = 1  # to be raised whenever what is kept, or what it hangs on, is written in another way


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked. `asked` holds every option; `trees` and `files` are what is read because of them."""

    verb: str
    asked: Mapping[str, object]
    trees: tuple[Path, ...]
    files: tuple[Path, ...]
    today: date
    working_directory: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command said: its data, its words, its exit code."""

    code: int
    data: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What was read that a question does not name, by absolute paths; a directory is meant with all that is in it.

    `commit` was checked out when git was asked who wrote a line; None where it was not asked.
    """

    paths: tuple[Path, ...] = ()
    commit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    record: Record
    extra: tuple[str, ...]
    extra_record: Record
    commit: str | None
    answer: Answer


@dataclass(slots=True, kw_only=True)
class Answers:
    """The memory of one question."""

    cache: Cache
    question: Question
    _before: Look | None = field(default=None, init=False)

    def recall(self) -> Answer | None:
        """Return the answer that was given, if it would be given again."""
        try:
            key = _key(self.question)
        except UntoldError:
            return None
        content = self.cache.get(key)
        kept = None if content is None else _parsed(content)
        if kept is None:
            return None
        try:
            now = look(self.question.trees, self.question.files)
            extra = look(map(Path, kept.extra))
            if not agrees(now, kept.record) or not agrees(extra, kept.extra_record):
                return None
        except UntoldError:
            return None
        if kept.commit is not None and kept.commit != checked_out(self.question.working_directory):
            return None
        again, extra_again = renewed(now, kept.record), renewed(extra, kept.extra_record)
        if again or extra_again:
            fresh = _Kept(
                record=again or kept.record,
                extra=kept.extra,
                extra_record=extra_again or kept.extra_record,
                commit=kept.commit,
                answer=kept.answer,
            )
            self.cache.put(key, _written(fresh))
        return kept.answer

    def begin(self) -> None:
        """Look at what there is, before it is read."""
        try:
            self._before = look(self.question.trees, self.question.files)
        except UntoldError:
            self._before = None

    def keep(self, answer: Answer, used: Used) -> bool:
        """Keep an answer, and return whether that was done: not where what it hangs on changed meanwhile."""
        before = self._before
        if before is None:
            return False
        tops = [top for tree in self.question.trees for top in (tree.absolute(), Path(os.path.realpath(tree)))]
        extra = tuple(sorted({str(path) for path in used.paths if not _is_seen(path, tops)}))
        try:
            record = recorded(before, look(self.question.trees, self.question.files))
            beside = look(map(Path, extra))
            if not unchanged_since(before.at, beside):
                return False
            extra_record = recorded(beside, beside)
            key = _key(self.question)
        except UntoldError:
            return False
        if used.commit is not None and used.commit != checked_out(self.question.working_directory):
            return False
        kept = _Kept(record=record, extra=extra, extra_record=extra_record, commit=used.commit, answer=answer)
        return self.cache.put(key, _written(kept))


def checked_out(directory: Path) -> str:
    """Return the commit that is checked out around a directory; empty where there is none, or no git."""
    from watchword.adapters.git import Repository  # who asks git nothing does not pay for running it
    from watchword.kernel.errors import WatchwordError

    try:
        return Repository.around(directory, os.environ).commit("HEAD")
    except WatchwordError:
        return ""


def _is_seen(path: Path, tops: Iterable[Path]) -> bool:
    """Whether a path is looked at with one of the directories: it lies below one, and not in what is skipped."""
    return any(path.is_relative_to(top) and not SKIPPED & set(path.relative_to(top).parts) for top in tops)


def code_state() -> str:
    """Name the code that answers: by the sizes and times of its files, those of packages beside it, and Python's.

    Raises `UntoldError` where it does not lie in files, as in an archive.
    """
    import orjson

    package = Path(__file__).parent.parent
    digest = hashlib.sha256(sys.version.encode())
    waiting = [str(package)]
    try:
        while waiting:
            with os.scandir(waiting.pop()) as listed:
                for entry in sorted(listed, key=lambda one: one.name):
                    if entry.is_file():
                        status = entry.stat()
                        told = f"{entry.path}\0{status.st_size}\0{status.st_mtime_ns}\n"
                        digest.update(told.encode(errors="surrogateescape"))
                    elif entry.name != "__pycache__":
                        waiting.append(entry.path)
        # A package that is installed, renewed or removed changes the directory that it lies in.
        digest.update(str(Path(str(orjson.__file__)).parent.parent.stat().st_mtime_ns).encode())
    except OSError as error:
        raise UntoldError from error
    return digest.hexdigest()


def _key(question: Question) -> str:
    made_of = {
        "format": _FORMAT,
        "code": code_state(),
        "verb": question.verb,
        "asked": question.asked,
        "trees": [[str(tree), os.path.realpath(tree)] for tree in question.trees],
        "files": [[str(file), os.path.realpath(file)] for file in question.files],
        "today": question.today.isoformat(),
        "directory": str(question.working_directory),
    }
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()


def _written(kept: _Kept) -> bytes:
    return json.dumps(
        {
            "record": _as_json(kept.record),
            "extra": kept.extra,
            "extra_record": _as_json(kept.extra_record),
            "commit": kept.commit,
            "answer": {"code": kept.answer.code, "data": kept.answer.data, "words": kept.answer.words},
        }
    ).encode()


def _as_json(record: Record) -> dict[str, object]:
    return {"at": record.at, "marks": record.marks, "hashes": record.hashes}


def _parsed(content: bytes) -> _Kept | None:
    """Return what was kept; None where it has another form than we write: somebody else's, or damaged."""
    try:
        whole = json.loads(content)
        answer = whole["answer"]
        return _Kept(
            record=_record(whole["record"]),
            extra=tuple(_text(path) for path in whole["extra"]),
            extra_record=_record(whole["extra_record"]),
            commit=None if whole["commit"] is None else _text(whole["commit"]),
            answer=Answer(code=_number(answer["code"]), data=_text(answer["data"]), words=_text(answer["words"])),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _record(value: Mapping[str, object]) -> Record:
    marks, hashes = value["marks"], value["hashes"]
    if not isinstance(marks, dict) or not isinstance(hashes, dict):
        raise TypeError
    return Record(
        at=_number(value["at"]),
        marks={path: _mark(mark) for path, mark in marks.items()},
        hashes={path: _text(digest) for path, digest in hashes.items()},
    )


def _mark(value: object) -> Mark:
    if not isinstance(value, list) or not value or not all(isinstance(part, str | int) for part in value):
        raise TypeError
    return tuple(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError
    return value
