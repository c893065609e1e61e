"""`watchword collect`: what a live estate answers, in a file that `scan` and `assess` read later and elsewhere."""

import argparse
import sys
from typing import TYPE_CHECKING

from watchword.cli import exits
from watchword.cli.verbs import noun, verb

if TYPE_CHECKING:
    from watchword.cli.options import Nouns


def register(nouns: "Nouns") -> None:
    verbs = noun(nouns, "collect", "Collect what a live estate answers into a file of evidence.")
    parser = verb(verbs, "aws", "Collect an AWS account: what its APIs say of what is in it. Nothing is changed.", _aws)
    parser.add_argument(
        "--profile", metavar="NAME", help="profile (default: the credentials that the AWS SDK finds by itself)"
    )
    parser.add_argument("--region", action="append", default=[], metavar="R", help="this region alone; repeatable")
    parser.add_argument("-o", "--file", metavar="FILE", help="where to write it (JSON lines, mode 0600)")
    parser.add_argument(
        "--secrets",
        action="store_true",
        help="keep what may hold secrets, so that it is looked at: user data, variables of functions and containers",
    )
    parser.add_argument("--policy", action="store_true", help="print the least IAM policy that is needed, and stop")
    parser = verb(
        verbs, "kubernetes", "Collect a Kubernetes cluster: what its API lists. Nothing is changed.", _kubernetes
    )
    parser.add_argument("--context", metavar="NAME", help="context of the kubeconfig (default: the current one)")
    parser.add_argument(
        "--namespace", action="append", default=[], metavar="N", help="this namespace alone; repeatable"
    )
    parser.add_argument("-o", "--file", metavar="FILE", help="where to write it (JSON lines, mode 0600)")
    parser.add_argument("--rbac", action="store_true", help="print the least ClusterRole that is needed, and stop")


def _kubernetes(options: argparse.Namespace) -> int:
    from pathlib import Path

    from watchword.app.kubernetes import KubeRequest, collect_cluster, least_role
    from watchword.cli.live import Shown
    from watchword.cli.options import output_of
    from watchword.kernel.clock import SystemClock
    from watchword.kernel.errors import InvalidInputError

    if options.rbac:
        sys.stdout.write(least_role())
        return exits.OK
    if not options.file:
        raise InvalidInputError("no file was named", code="collect.no_file", hint="-o cluster.jsonl")
    request = KubeRequest(context=options.context, at=SystemClock().now(), namespaces=tuple(options.namespace))
    with Shown() as shown:
        done = collect_cluster(request, Path(options.file), shown)
    output_of(options).record(
        {
            "cluster": done.cluster,
            "objects": done.objects,
            "calls": done.calls,
            "refused": done.refused,
            "file": options.file,
        }
    )
    return exits.OK


def _aws(options: argparse.Namespace) -> int:
    from pathlib import Path

    from watchword.app.aws import AwsRequest, collect_account, least_policy
    from watchword.cli.live import Shown
    from watchword.cli.options import output_of
    from watchword.kernel.clock import SystemClock
    from watchword.kernel.errors import InvalidInputError

    if options.policy:
        sys.stdout.write(least_policy())
        return exits.OK
    if not options.file:
        raise InvalidInputError("no file was named", code="collect.no_file", hint="-o account.jsonl")
    with Shown() as shown:
        done = collect_account(
            AwsRequest(
                profile=options.profile,
                at=SystemClock().now(),
                regions=tuple(options.region),
                secrets=options.secrets,
            ),
            Path(options.file),
            shown,
        )
    output_of(options).record(
        {
            "account": done.account,
            "regions": list(done.regions),
            "answers": done.answers,
            "calls": done.calls,
            "refused": done.refused,
            "file": options.file,
        }
    )
    return exits.OK
