"""`python -m bench [NAME …] [--quick] [--output json]`. Exit codes: 0 measured, 1 answers differed or nothing started, 2 usage."""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench import assess, check, gateway, ledger, revocation, startup, streams
from bench.machine import Disturbance, describe
from bench.policy import suite as policy
from bench.posture import suite as posture
from bench.processes import BenchError
from bench.results import Report, write_json

_RESULTS = Path(__file__).parent / "results"


def _benchmarks(
    *, quick: bool, repositories: Sequence[Path] = (), alone: bool = False
) -> dict[str, Callable[[], Report]]:
    rounds, seconds, warmup = (1, 1.0, 0.3) if quick else (5, 2.0, 0.5)
    return {
        "gateway": lambda: gateway.run(rounds=rounds, seconds=seconds, warmup=warmup),
        "check": lambda: check.run(rounds=rounds, seconds=seconds, warmup=warmup),
        "ledger": lambda: ledger.run(
            rounds=1 if quick else 5, records=5_000 if quick else 30_000, lone=20 if quick else 100
        ),
        "revocation": lambda: revocation.run(trials=3 if quick else 50, bystanders=10 if quick else 200),
        "streams": lambda: streams.run(rounds=2 if quick else 10, streams=500 if quick else 5_000),
        "assess": lambda: assess.run(rounds=1 if quick else 5, repositories=repositories),
        "posture": lambda: posture.run(quick=quick),
        "policy": lambda: policy.run(quick=quick, alone=alone),
        "startup": lambda: startup.run(rounds=1 if quick else 5, helps=3 if quick else 20),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    names = list(_benchmarks(quick=True))
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(names)} or all (the default)")
    parser.add_argument(
        "--quick", action="store_true", help="one short round each: to see that it runs, not for figures"
    )
    parser.add_argument(
        "--output", choices=("table", "json"), default="table", help="json: also a file in bench/results/"
    )
    parser.add_argument(
        "--repository", action="append", default=[], type=Path, metavar="PATH", help="measure `assess` on this one too"
    )
    parser.add_argument(
        "--alone", action="store_true", help="measure `policy` without its peers: minutes, not half an hour"
    )
    options = parser.parse_args(arguments)
    chosen = names if not options.names or "all" in options.names else options.names
    if unknown := set(chosen) - set(names):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    if sys.platform != "linux":
        print("the benchmarks pin processes to cores and read /proc: they need Linux", file=sys.stderr)
        return 1
    machine = describe()
    print("\n".join(machine.lines()), flush=True)
    reports, failed = [], False
    for name in chosen:
        print(f"\nmeasuring {name} …", file=sys.stderr)
        disturbance = Disturbance()
        try:
            report = _benchmarks(quick=options.quick, repositories=options.repository, alone=options.alone)[name]()
        except BenchError as error:
            failed = True
            print(f"\n== {name} ==\n\nno result: {error}", flush=True)
            continue
        reports.append(report)
        print(f"\n{report.text()}\n\n{disturbance}", flush=True)
    if options.output == "json":
        path = _RESULTS / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
        write_json(path, machine, reports)
        print(f"\n{path}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
