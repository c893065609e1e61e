"""Options for what is read live, and how far it is: a line that moves on a terminal, elsewhere one now and then."""

import argparse
import gc
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from watchword.app.aws import Progress
    from watchword.app.posture import EstateReading

_EVERY_ON_TERMINALS: Final = 0.2  # seconds
_EVERY_ELSEWHERE: Final = 15.0


def add_live(parser: argparse.ArgumentParser) -> None:
    """Add what names a live estate."""
    parser.add_argument(
        "--aws",
        action="append",
        default=[],
        metavar="PROFILE",
        help="also read a live AWS account, by this profile; - for the environment's credentials; repeatable",
    )
    parser.add_argument(
        "--region", action="append", default=[], metavar="R", help="with --aws: this region alone; repeatable"
    )
    parser.add_argument(
        "--kube",
        action="append",
        nargs="?",
        const="-",
        default=[],
        metavar="CONTEXT",
        help="also read a live Kubernetes cluster, by this context; - for the kubeconfig's current one; repeatable",
    )
    parser.add_argument(
        "--namespace", action="append", default=[], metavar="N", help="with --kube: this namespace alone; repeatable"
    )


def needs_something(options: argparse.Namespace) -> None:
    """Refuse a command line that names nothing to look at."""
    from watchword.kernel.errors import InvalidInputError

    if not options.paths and not options.aws and not options.kube:
        raise InvalidInputError(
            "nothing was named",
            code="cli.nothing",
            hint="name a directory, a file, an account with --aws PROFILE, or a cluster with --kube CONTEXT",
        )
    if options.namespace and not options.kube:
        raise InvalidInputError("--namespace is about --kube, which was not given", code="cli.namespace")
    if options.region and not options.aws:
        raise InvalidInputError("--region is about --aws, which was not given", code="cli.region")
    if (options.aws or options.kube) and getattr(options, "since", None):
        raise InvalidInputError(
            f"--since compares revisions of files, and {'an account' if options.aws else 'a cluster'} has none",
            code="cli.since",
            hint="compare it with an earlier --output json by --baseline",
        )


def read_live(options: argparse.Namespace) -> "tuple[EstateReading, ...]":
    """Read the live estates that were named."""
    return (*_accounts(options), *_clusters(options))


def _accounts(options: argparse.Namespace) -> "list[EstateReading]":
    if not options.aws:
        return []
    from watchword.app.aws import AwsRequest, read_account
    from watchword.kernel.clock import SystemClock

    estates = []
    collecting = gc.isenabled()
    gc.enable()  # an account is read by thousands of calls, whose garbage is not to be kept to the end
    try:
        for profile in dict.fromkeys(options.aws):
            with Shown() as shown:
                request = AwsRequest(profile=profile, at=SystemClock().now(), regions=tuple(options.region))
                estates.append(read_account(request, shown))
    finally:
        if not collecting:
            gc.disable()
    return estates


def _clusters(options: argparse.Namespace) -> "list[EstateReading]":
    if not options.kube:
        return []
    from watchword.app.kubernetes import KubeRequest, read_cluster
    from watchword.kernel.clock import SystemClock

    estates = []
    collecting = gc.isenabled()
    gc.enable()  # as above: pages are let go one after the other
    try:
        for context in dict.fromkeys(options.kube):
            with Shown() as shown:
                request = KubeRequest(context=context, at=SystemClock().now(), namespaces=tuple(options.namespace))
                estates.append(read_cluster(request, shown))
    finally:
        if not collecting:
            gc.disable()
    return estates


def names_of(profiles: Sequence[str], contexts: Sequence[str] = ()) -> tuple[str, ...]:
    accounts = tuple("AWS account" if profile == "-" else f"AWS account ({profile})" for profile in profiles)
    return accounts + tuple("cluster" if context == "-" else f"cluster ({context})" for context in contexts)


class Shown:
    """Shows progress on standard error. Used as the function that is told of it."""

    def __init__(self) -> None:
        from watchword.kernel.clock import monotonic

        self._now = monotonic
        self._terminal = sys.stderr.isatty()
        self._every = _EVERY_ON_TERMINALS if self._terminal else _EVERY_ELSEWHERE
        self._begun = self._next = monotonic()
        if not self._terminal:
            self._next += self._every
        self._line = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._line:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def __call__(self, progress: "Progress") -> None:
        now = self._now()
        if now < self._next:
            return
        self._next = now + self._every
        words = (
            f"{progress.answers} answers in {now - self._begun:.0f} s; now {progress.operation} in {progress.region}"
        )
        if self._terminal:
            print(f"\r\x1b[K{words[:100]}", end="", file=sys.stderr, flush=True)
            self._line = True
        else:
            print(words, file=sys.stderr, flush=True)
