"""Other tools' ignore comments, as they stand in sources."""

from datetime import date

import pytest

from watchword.evidence.posture.comments import ALL, Comment, comments_in


def _read(text: str) -> list[tuple[str, str, str]]:
    return [(c.tool, c.name, c.reason) for c in comments_in(text.splitlines())]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("# checkov:skip=CKV_AWS_20:a public site", [("checkov", "CKV_AWS_20", "a public site")]),
        ("  //bridgecrew:skip=BC_AWS_1:known", [("checkov", "BC_AWS_1", "known")]),
        ("acl = 1 # checkov:skip=CKV_AWS_20", [("checkov", "CKV_AWS_20", "")]),
        ("#tfsec:ignore:aws-s3-x the site", [("tfsec", "aws-s3-x", "the site")]),
        ("#tfsec:ignore:a-b tfsec:ignore:c-d both", [("tfsec", "a-b", "both"), ("tfsec", "c-d", "both")]),
        ("#trivy:ignore:AVD-AWS-0086", [("trivy", "AVD-AWS-0086", "")]),
        ("#tfsec:ignore:*", [("tfsec", ALL, "")]),
        ("#tfsec:ignore:a-b:ws:prod", []),
        ("# kics-scan ignore-block: legacy", [("kics", ALL, "legacy")]),
        (
            "# kics-scan disable=0afa6ab8-a047-48cf-be07-93a2f8c34cf7,ffff",
            [("kics", "0afa6ab8-a047-48cf-be07-93a2f8c34cf7", ""), ("kics", "ffff", "")],
        ),
        ('    checkov.io/skip1: "CKV_K8S_20=needs it"', [("checkov", "CKV_K8S_20", "needs it")]),
        ('    polaris.fairwinds.com/hostNetworkSet-exempt: "true"', [("polaris", "hostNetworkSet", "")]),
        ('    polaris.fairwinds.com/hostNetworkSet-exempt: "false"', []),
        ('    ignore-check.kube-linter.io/run-as-non-root: "it must"', [("kube-linter", "run-as-non-root", "it must")]),
        ('    kube-linter.io/ignore-all: "a test"', [("kube-linter", ALL, "a test")]),
        ("    kube-score/ignore: a,b", [("kube-score", "a", ""), ("kube-score", "b", "")]),
        ("nothing: here", []),
        ("skipped = 1", []),
    ],
)
def test_a_line(line: str, found: list[tuple[str, str, str]]) -> None:
    assert _read(line) == found


def test_cfn_nag_and_checkov_in_metadata() -> None:
    text = """\
  Bucket:
    Type: AWS::S3::Bucket
    Metadata:
      cfn_nag:
        rules_to_suppress:
          - id: W35
            reason: a log bucket
          - id: W51
            reason: "needs none"
      checkov:
        skip:
          - id: CKV_AWS_18
            comment: a log bucket
      cfn-lint:
        config:
          ignore_checks:
            - E3012
            - W2001
    Properties:
      id: X1
"""
    assert _read(text) == [
        ("cfn_nag", "W35", "a log bucket"),
        ("cfn_nag", "W51", "needs none"),
        ("checkov", "CKV_AWS_18", "a log bucket"),
        ("cfn_lint", "E3012", ""),
        ("cfn_lint", "W2001", ""),
    ]


def test_metadata_in_json() -> None:
    text = '{\n  "cfn_nag": {\n    "rules_to_suppress": [\n      {"id": "W35", "reason": "logs"}\n    ]\n  }\n}\n'
    assert _read(text) == [("cfn_nag", "W35", "logs")]


def test_metadata_on_one_line() -> None:
    assert _read("      checkov: {skip: [{id: CKV_AWS_7, comment: by hand}, {id: CKV_AWS_8, comment: never}]}\n") == [
        ("checkov", "CKV_AWS_7", "by hand"),
        ("checkov", "CKV_AWS_8", "never"),
    ]
    assert _read('"Metadata": {"cfn_nag": {"rules_to_suppress": [{"id": "F19", "reason": "by hand"}]}},\n') == [
        ("cfn_nag", "F19", "by hand")
    ]
    # A whole template on one line: whose metadata it is, no line tells.
    assert not _read('{"Resources": {"A": {"Metadata": {"checkov": {"skip": [{"id": "CKV_AWS_7"}]}}}}}\n')


def test_the_line_above_may_give_the_reason() -> None:
    assert _read("# the site is public\n#tfsec:ignore:aws-s3-x\n") == [("tfsec", "aws-s3-x", "the site is public")]
    assert _read("#tfsec:ignore:a-b why\n#tfsec:ignore:c-d\n")[1] == ("tfsec", "c-d", "")


@pytest.mark.parametrize(
    ("line", "until"),
    [
        ("#tfsec:ignore:a-b:exp:2026-05-01", date(2026, 5, 1)),
        ("# checkov:skip=CKV_AWS_20:why, review:2026-05-01", date(2026, 5, 1)),
        ("# checkov:skip=CKV_AWS_20:until 2026-05-01 known", date(2026, 5, 1)),
        ("#tfsec:ignore:a-b:exp:2026-13-01", date.min),
        ("#tfsec:ignore:a-b", None),
    ],
)
def test_a_day(line: str, until: date | None) -> None:
    assert comments_in([line])[0].until == until


def _comment(**changed: object) -> Comment:
    fields: dict[str, object] = {"tool": "tfsec", "name": "a", "reason": "r", "line": 5}
    return Comment(**{**fields, **changed})  # type: ignore[arg-type]  # a test says which fields it changes


@pytest.mark.parametrize(
    ("comment", "first", "last", "covered"),
    [
        (_comment(), 4, 9, True),
        (_comment(), 6, 9, False),
        (_comment(below=6), 6, 9, True),
        (_comment(below=7), 6, 9, False),
        (_comment(whole_file=True), 100, 109, True),
        (_comment(line=5), 1, 4, False),
    ],
)
def test_what_a_comment_covers(comment: Comment, first: int, last: int, covered: bool) -> None:  # noqa: FBT001 - a case
    assert comment.covers(first, last) is covered


def test_comment_lines_above_a_block_reach_down_to_it() -> None:
    text = '#tfsec:ignore:a-b\n# and another line\nresource "x" "y" {\n}\n'
    assert comments_in(text.splitlines())[0].covers(3, 4)
    apart = '#tfsec:ignore:a-b\n\nresource "x" "y" {\n}\n'
    assert not comments_in(apart.splitlines())[0].covers(3, 4)


def test_an_endless_line_is_not_looked_through() -> None:
    assert not comments_in(["#tfsec:ignore:a-b " + "x" * 100_000])
