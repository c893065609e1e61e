"""`python -m support.containment_run FIRST COUNT [SAMPLES]`: made-up pairs by the hundred thousand, and what became of them.

Every "yes" is sampled for a hole, every "no" replayed by the literal evaluator. Prints one line of counts; the exit code
is 1 if a single answer was refuted. Not part of the tests' default run, which takes the same road for some thousands.
"""

import collections
import statistics
import sys
import time
from dataclasses import dataclass, field
from random import Random

from support import containment as made_up
from watchword.decision.analysis.containment import Answer, equivalent


@dataclass
class Tally:
    counts: collections.Counter[str] = field(default_factory=collections.Counter)
    reasons: collections.Counter[str] = field(default_factory=collections.Counter)
    times: list[float] = field(default_factory=list)
    refuted: list[int] = field(default_factory=list)


def holds(random: Random, pair: made_up.Pair, samples: int, tally: Tally) -> bool:
    """Compare one pair, count the answers, and tell whether they survive."""
    begin = time.perf_counter()
    found = equivalent(pair.a, pair.b)
    tally.times.append(time.perf_counter() - begin)
    a, b = made_up.Asked(pair.a), made_up.Asked(pair.b)
    pools = made_up.pools([pair.a, pair.b])
    well = True
    for answer, inner, outer in ((found.a_within_b, a, b), (found.b_within_a, b, a)):
        tally.counts[answer.answer.value] += 1
        if answer.witness is not None:
            request = answer.witness.request
            well = well and inner.allows_literally(request) and not outer.allows_literally(request)
            continue
        hole = made_up.hole(random, pair, a=inner, b=outer, samples=samples, pools=pools)
        if answer.answer is Answer.YES:
            well = well and hole is None
        else:
            tally.reasons[(answer.reason or "")[:48]] += 1
            tally.counts["of these with a witness that sampling found"] += hole is not None
    return well


def main(first: int, count: int, samples: int) -> int:
    tally = Tally()
    for seed in range(first, first + count):
        random = Random(seed)
        if not holds(random, made_up.pair(random), samples, tally):
            tally.refuted.append(seed)
    times = sorted(tally.times)
    print(
        f"seeds {first} to {first + count - 1}: {dict(tally.counts)}; refuted {len(tally.refuted)} {tally.refuted[:10]}"
    )
    print(
        f"both directions: median {statistics.median(times) * 1e3:.2f} ms, p95 {times[len(times) * 95 // 100] * 1e3:.2f} ms, "
        f"worst {times[-1] * 1e3:.0f} ms; cannot tell: {dict(tally.reasons)}"
    )
    return 1 if tally.refuted else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 200))
