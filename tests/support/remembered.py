"""`watchword scan` with a memory, in this process: what it answers, and whether it had to work it out.

ask = Asker(cache, directory)
answer, remembered = ask()
ask.cold()                              # without the memory
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from watchword.app.cache import Cache
from watchword.app.remembering import Answer, Answers, Question
from watchword.app.scanning import Scan, ScanRequest, scan
from watchword.evidence.posture.formats import json_form

TODAY = date(2026, 3, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    cache: Path
    directory: Path
    checks: tuple[str, ...] = ()
    check_directories: tuple[Path, ...] = ()

    def __call__(self, today: date = TODAY) -> tuple[Answer, bool]:
        question = Question(
            verb="scan",
            asked={"checks": list(self.checks)},
            trees=(self.directory, *self.check_directories),
            files=(self.directory.parent / "waivers.yaml", self.directory / "waivers.yaml"),
            today=today,
            working_directory=self.directory.parent,
        )
        answers = Answers(cache=Cache(self.cache), question=question)
        answer = answers.recall()
        if answer is not None:
            return answer, True
        answers.begin()
        answer, done = self._asked(today)
        answers.keep(answer, done.used)
        return answer, False

    def cold(self, today: date = TODAY) -> Answer:
        return self._asked(today)[0]

    def _asked(self, today: date) -> tuple[Answer, Scan]:
        done = scan(
            ScanRequest(
                paths=(self.directory,),
                today=today,
                working_directory=self.directory.parent,
                checks=self.checks,
                check_directories=self.check_directories,
            )
        )
        return Answer(code=0, data="".join(json_form.render(done.report)), words="\n".join(done.report.warnings)), done
