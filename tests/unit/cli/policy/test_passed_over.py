"""Names that mean nothing: a few are told, and a million take no more memory than those few."""

import io

from watchword.cli.output import Output
from watchword.cli.policy.passed_over import PassedOver


def said(passed_over: PassedOver) -> list[str]:
    words = io.StringIO()
    passed_over.say(Output(json=False, data=io.StringIO(), words=words))
    return words.getvalue().splitlines()


def test_each_name_is_told_once() -> None:
    passed_over = PassedOver("case")
    for names in (("note", "Expect"), (), ("note",)):
        passed_over.add(names)
    assert said(passed_over) == [
        '"Expect" means nothing in a case and was passed over.',
        '"note" means nothing in a case and was passed over.',
    ]
    assert said(PassedOver("case")) == []


def test_names_without_end_are_told_in_a_few_lines() -> None:
    passed_over = PassedOver("case")
    for number in range(10_000):
        passed_over.add([f"note-{number}-" + "x" * 100_000])
    told = said(passed_over)
    assert len(told) == 21
    assert told[-1] == "So were others, each with a name of its own."
    assert max(map(len, told)) < 300
