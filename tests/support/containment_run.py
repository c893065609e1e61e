"""`python -m support.containment_run FIRST COUNT [SAMPLES]`: made-up pairs by the hundred thousand, and what became of them.

Every "yes" is sampled for a hole, every "no" replayed by the literal evaluator. Prints one line of counts; the exit code
is 1 if a single answer was refuted. Not part of the tests' default run, which takes the same road for some thousands.
"""

import collections
import statistics
import sys
import time
from random import Random

from support import containment as made_up
from watchword.decision.analysis.containment import Answer, Containment, equivalent


def main(first: int, count: int, samples: int) -> int:
    counts: collections.Counter[str] = collections.Counter()
    reasons: collections.Counter[str] = collections.Counter()
    times: list[float] = []
    refuted: list[int] = []
    for seed in range(first, first + count):
        random = Random(seed)
        pair = made_up.pair(random)
        begin = time.perf_counter()
        found = equivalent(pair.a, pair.b)
        times.append(time.perf_counter() - begin)
        sides = {name: made_up.Asked(document) for name, document in (("a", pair.a), ("b", pair.b))}
        pools = made_up.pools([pair.a, pair.b])

        def check(answer: Containment, inner: str, outer: str) -> bool:
            counts[answer.answer.value] += 1
            if answer.answer is Answer.UNKNOWN:
                reasons[(answer.reason or "")[:60]] += 1
            if answer.witness is not None:
                request = answer.witness.request
                return sides[inner].allows_literally(request) and not sides[outer].allows_literally(request)
            if answer.answer is not Answer.YES:
                hole = made_up.hole(random, pair, a=sides[inner], b=sides[outer], samples=samples, pools=pools)
                counts["cannot tell, though there is a witness"] += hole is not None
                return True
            return None is made_up.hole(random, pair, a=sides[inner], b=sides[outer], samples=samples, pools=pools)

        if not (check(found.a_within_b, "a", "b") and check(found.b_within_a, "b", "a")):
            refuted.append(seed)
    times.sort()
    print(dict(counts), dict(reasons))
    print(
        f"seeds {first}..{first + count - 1}; median {statistics.median(times) * 1e3:.2f} ms, p95 {times[len(times) * 95 // 100] * 1e3:.2f} ms, "
        f"worst {times[-1] * 1e3:.0f} ms (both directions); refuted: {len(refuted)} {refuted[:10]}"
    )
    return 1 if refuted else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 200))
