"""What `scan` and `assess` share: an answer is looked for among those that were given, else worked out, said and kept.

    def fresh(said: Said) -> int:
        said.data("…"); said.words("…"); said.used = Used(…)
        return exits.OK

    return answered(options, known={"paths", "output"}, question=question, fresh=fresh)

An option that is not among the `known` ones, and is not as it is when nobody gives it, makes an answer that is neither
looked for nor kept: an option that somebody adds is not forgotten in what an answer hangs on.
"""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from watchword.cli.output import printable

if TYPE_CHECKING:
    from watchword.app.cache import Cache
    from watchword.app.remembering import Answer, Question, Used

_MOST_KEPT: Final = 8 * 1024 * 1024  # characters of an answer that are held until it is complete


@dataclass(slots=True, kw_only=True)
class Said:
    """What a command says, as it says it. `used` tells, at the end, what it had read; None: it is not to be kept."""

    used: "Used | None" = None
    cache: "Cache | None" = None  # for what is remembered of a part of the work
    _held: list[str] = field(default_factory=list)
    _words: list[str] = field(default_factory=list)
    _length: int = 0

    def data(self, text: str) -> None:
        sys.stdout.write(text)
        self._length += len(text)
        if self._length <= _MOST_KEPT:
            self._held.append(text)
        elif self._held:
            self._held.clear()

    def words(self, line: str) -> None:
        print(line, file=sys.stderr)
        self._words.append(f"{line}\n")

    def answer(self, code: int) -> "Answer | None":
        """Return what was said; None where it was too much to be held."""
        from watchword.app.remembering import Answer

        if self._length > _MOST_KEPT:
            return None
        return Answer(code=code, data="".join(self._held), words="".join(self._words))


def add_cache_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--cache",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="give the answer of before where nothing has changed (default: yes, but for pipelines, where CI is set)",
    )


def asked(
    verb: str, options: argparse.Namespace, known: Collection[str], *, files: Iterable[str], looked_for: Iterable[str]
) -> "Question | None":
    """Make the question. None where a path is no directory: a file is read with what lies around it, and quickly.

    `files` were named; files `looked_for` are found by their name, in the directories and in the working directory.
    """
    from pathlib import Path
    from shutil import get_terminal_size

    from watchword.app.remembering import Question
    from watchword.kernel.clock import SystemClock

    paths = tuple(map(Path, options.paths))
    if not paths or not all(path.is_dir() for path in paths):
        return None
    here = Path.cwd()
    return Question(
        verb=verb,
        asked={**{name: getattr(options, name, None) for name in known}, "width": get_terminal_size().columns},
        trees=(*paths, *map(Path, options.checks)),
        files=(*map(Path, files), *(directory / name for name in looked_for for directory in (here, *paths))),
        today=SystemClock().now().date(),
        working_directory=here,
    )


def answered(
    options: argparse.Namespace,
    *,
    known: Collection[str],
    question: "Callable[[], Question | None]",
    fresh: Callable[[Said], int],
) -> int:
    """Answer, and return the exit code. `question` is None where no answer may be kept."""
    from watchword.app.cache import Cache
    from watchword.app.remembering import Answers
    from watchword.app.settings import cache_directory, is_pipeline

    wanted = options.cache if options.cache is not None else not is_pipeline(os.environ)
    directory = cache_directory(os.environ) if wanted else None
    unknown = {name for name, value in vars(options).items() if value not in (None, False, [], "")} - {*known, *_SHARED}
    asked = question() if directory is not None and not unknown else None
    if directory is None:
        return _worked_out(fresh, Said())
    if asked is None:
        return _worked_out(fresh, Said(cache=Cache(directory)))
    answers = Answers(cache=Cache(directory), question=asked)
    answer = answers.recall()
    if answer is not None:
        sys.stdout.write(answer.data)
        sys.stderr.write(answer.words)
        return answer.code
    answers.begin()
    said = Said()
    code = _worked_out(fresh, said)
    new = said.answer(code)
    if new is not None and said.used is not None:
        sys.stdout.flush()  # who waits for the answer need not wait until it is kept
        answers.keep(new, said.used)
    if answers.cache.trouble:
        print(f"warning: nothing is remembered: {printable(answers.cache.trouble)}", file=sys.stderr)
    return code


def _worked_out(fresh: Callable[[Said], int], said: Said) -> int:
    """Work it out in a process that ends with it: what is read lives until then.

    Looking for garbage in it finds none, again and again, which took a fifth of the time; and once more when Python
    ends, which took a tenth.
    """
    gc.disable()
    code = fresh(said)
    gc.freeze()
    return code


_SHARED: Final = ("run", "cache", "debug")
