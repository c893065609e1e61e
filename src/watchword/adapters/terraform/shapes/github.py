"""Shapes of where source code is kept: repositories, what their branches ask of changes, secrets of pipelines."""

from collections.abc import Mapping
from typing import Final

from watchword.adapters.terraform.shapes.aws_network import Either
from watchword.inventory.shapes import Constant, Default, Is, Nothing, Readable, Shape

_PROVIDER: Final = "GitHub provider 6"
_HOOK: Final[Mapping[str, Readable]] = {
    "name": "repository",
    "url": "configuration.url",
    "insecure": Default("configuration.insecure_ssl", value=False, says=_PROVIDER),
}

GITHUB: Final = (
    Shape(
        "github_repository",
        "repository",
        {
            "name": "name",
            "tags": Nothing(),
            "visibility": ("visibility", Either("private", yes="private", no="public")),  # the older way
            "archived": Default("archived", value=False, says=_PROVIDER),
            "vulnerability_alerts": Default("vulnerability_alerts", value=False, says=_PROVIDER),
        },
    ),
    Shape(
        "github_branch_protection",
        "branch_rules",
        {
            "name": "pattern",
            "tags": Nothing(),
            "repository": "repository_id",
            "active": Constant(True),
            "approvals": Default(
                "required_pull_request_reviews.required_approving_review_count", value=0, says=_PROVIDER
            ),
            "signed": Default("require_signed_commits", value=False, says=_PROVIDER),
            "force_push": Default("allows_force_pushes", value=False, says=_PROVIDER),
        },
        identity=(),
    ),
    Shape(
        "github_branch_protection_v3",
        "branch_rules",
        {
            "name": "branch",
            "tags": Nothing(),
            "repository": "repository",
            "active": Constant(True),
            "approvals": Default(
                "required_pull_request_reviews.required_approving_review_count", value=0, says=_PROVIDER
            ),
            "signed": Default("require_signed_commits", value=False, says=_PROVIDER),
            "force_push": Constant(False),
        },
        identity=(),
    ),
    Shape(
        "github_repository_ruleset",
        "branch_rules",
        {
            "name": "name",
            "tags": Nothing(),
            "repository": "repository",
            "active": Is("enforcement", ("active",)),
            "approvals": Default("rules.pull_request.required_approving_review_count", value=0, says=_PROVIDER),
            "signed": Default("rules.required_signatures", value=False, says=_PROVIDER),
            "force_push": Default(Is("rules.non_fast_forward", (False,)), value=True, says=_PROVIDER),
        },
        identity=(),
    ),
    Shape("github_repository_webhook", "repository_hook", {**_HOOK, "tags": Nothing()}, identity=()),
    Shape(
        "github_organization_webhook",
        "repository_hook",
        {**_HOOK, "name": Constant("the organisation"), "tags": Nothing()},
        identity=(),
    ),
    *(
        Shape(
            native_type,
            "pipeline_secret",
            {"name": "secret_name", "tags": Nothing(), "plain": ("plaintext_value", "value")},
            identity=(),
        )
        for native_type in (
            "github_actions_environment_secret",
            "github_actions_organization_secret",
            "github_actions_secret",
        )
    ),
)
