"""`python -m bench.agreement [--requests N] [--seed S]`: the fast evaluator against the literal one, and the laws, at length.

The tests do this on a few thousand requests each time; this does it on as many as wanted, by two processes. Each world is
a set of policies of all seven layers, short and long, some of it replaced on the way; each is asked forty times. It ends
with exit code 1 and the seed of the first disagreement.
"""

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support import decision as made_up
from watchword.decision.engine import Decision, Policies, Result, decide, decide_literally
from watchword.decision.language import PolicyKind

_A_WORLD = 40
_CHUNK = 25


def _verdict(decision: Decision) -> tuple[object, ...]:
    return decision.result, decision.blocking_layer, frozenset(decision.determining)


def _disagreements(seed: int) -> Iterator[str]:
    random = Random(seed)
    policies = made_up.policies(random, documents=random.choice([0, 1, 2, 3, 3, 12, 40]))
    if policies.identity and random.random() < 0.3:
        name = random.choice(policies.identity).name
        policies = policies.replacing(made_up.document(random, PolicyKind.IDENTITY, name))
    denies = made_up.read(
        {"Statement": made_up.statement(random, PolicyKind.IDENTITY, effect="Deny")}, PolicyKind.IDENTITY
    )
    allows = made_up.read(
        {"Statement": made_up.statement(random, PolicyKind.IDENTITY, effect="Allow")}, PolicyKind.IDENTITY
    )
    shuffled = list(policies.identity)
    random.shuffle(shuffled)
    denied = _with_identity(policies, (*policies.identity, denies))
    allowed = _with_identity(policies, (*policies.identity, allows))
    moved = _with_identity(policies, tuple(shuffled))
    for _ in range(_A_WORLD):
        request = made_up.request(random)
        answer = decide(request, policies)
        if _verdict(answer) != _verdict(decide_literally(request, policies)):
            yield f"seed {seed}: {request}"
        if decide(request, denied).allowed and not answer.allowed:
            yield f"seed {seed}: a Deny opened {request}"
        if answer.result is not Result.EXPLICITLY_DENIED and _closes(answer, decide(request, allowed)):
            yield f"seed {seed}: an Allow closed {request}"
        if _verdict(decide(request, moved)) != _verdict(answer):
            yield f"seed {seed}: order mattered to {request}"


def _closes(before: Decision, after: Decision) -> bool:
    return before.allowed and not after.allowed


def _with_identity(policies: Policies, identity: tuple[object, ...]) -> Policies:
    return replace(policies, identity=identity, compiler=None)  # type: ignore[arg-type]  # the documents of a Policies


def _examine(seed: int) -> tuple[int, list[str]]:
    return _A_WORLD, list(_disagreements(seed))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.agreement", description=__doc__)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    started, asked, found = time.monotonic(), 0, 0
    worlds = range(options.seed, options.seed + -(-options.requests // _A_WORLD))
    with multiprocessing.Pool() as pool:
        for count, disagreements in pool.imap_unordered(_examine, worlds, chunksize=_CHUNK):
            asked += count
            found += len(disagreements)
            for text in disagreements[:3]:
                print(text, flush=True)
            if sys.stderr.isatty() and asked % 40_000 == 0:
                print(f"\r{asked:,} requests", end="", file=sys.stderr, flush=True)
    print(f"{asked:,} requests in {len(worlds):,} worlds, {found} disagreements, {time.monotonic() - started:.0f} s")
    return 1 if found or not asked else 0


if __name__ == "__main__":
    sys.exit(main())
