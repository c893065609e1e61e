"""Each form is told by its content and read; what is none, or is broken, is refused with its place."""

import json

import pytest

from watchword.evidence.posture import Severity, Verdict
from watchword.evidence.posture.imports import Finding, read_results
from watchword.kernel.errors import InvalidInputError

SARIF = {
    "version": "2.1.0",
    "runs": [
        {
            "tool": {
                "driver": {
                    "name": "Checkov",
                    "rules": [
                        {
                            "id": "CKV_AWS_7",
                            "shortDescription": {"text": "keys are rotated"},
                            "defaultConfiguration": {"level": "error"},
                        },
                        {"id": "CKV_AWS_8", "properties": {"security-severity": "9.1"}},
                    ],
                }
            },
            "results": [
                {
                    "ruleId": "CKV_AWS_7",
                    "message": {"text": "not rotated\nmore"},
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {"uri": "file:///src/my%20dir/main.tf"},
                                "region": {"startLine": 3, "endLine": 5},
                            },
                            "logicalLocations": [{"fullyQualifiedName": "aws_kms_key.k"}],
                        }
                    ],
                },
                {
                    "ruleIndex": 1,
                    "message": {"text": "m"},
                    "suppressions": [{"kind": "inSource", "justification": "ok"}],
                },
                {"ruleId": "X", "level": "none", "message": {"text": "m"}, "suppressions": [{"status": "rejected"}]},
                {"ruleId": "X", "kind": "review", "message": {"text": "m"}},
                {"ruleId": "X", "kind": "pass", "message": {"text": "m"}},
                {"ruleId": "X", "kind": "notApplicable", "message": {"text": "m"}},
                {"ruleId": "X", "baselineState": "absent", "message": {"text": "m"}},
            ],
        }
    ],
}
CHECKOV = {
    "check_type": "cloudformation",
    "results": {
        "passed_checks": [{"check_id": "CKV_AWS_1"}],
        "failed_checks": [
            {
                "check_id": "CKV_AWS_7",
                "check_name": "rotation",
                "check_result": {"result": "FAILED", "evaluated_keys": ["Properties/EnableKeyRotation"]},
                "file_path": "/t.yaml",
                "file_line_range": [3, 6],
                "resource": "AWS::KMS::Key.Key",
                "severity": None,
            }
        ],
        "skipped_checks": [
            {
                "check_id": "CKV_AWS_18",
                "check_result": {"result": "SKIPPED", "suppress_comment": "No comment provided"},
                "file_path": "/t.yaml",
                "file_line_range": [8, 9],
                "resource": "AWS::S3::Bucket.B",
                "severity": "LOW",
            }
        ],
        "parsing_errors": ["/broken.yaml"],
    },
    "summary": {"passed": 4, "checkov_version": "3.2.0"},
}
TRIVY = {
    "SchemaVersion": 2,
    "ArtifactName": ".",
    "Results": [
        {
            "Target": "main.tf",
            "Class": "config",
            "Type": "terraform",
            "MisconfSummary": {"Successes": 7, "Failures": 1},
            "Misconfigurations": [
                {
                    "ID": "AVD-AWS-0065",
                    "Title": "rotation",
                    "Message": "not rotated",
                    "Severity": "MEDIUM",
                    "Status": "FAIL",
                    "PrimaryURL": "https://avd.example/aws-0065",
                    "CauseMetadata": {"Resource": "aws_kms_key.k", "StartLine": 1, "EndLine": 2},
                }
            ],
            "ExperimentalModifiedFindings": [
                {
                    "Type": "misconfiguration",
                    "Status": "ignored",
                    "Statement": "public on purpose",
                    "Finding": {"ID": "AVD-AWS-0086", "Severity": "HIGH"},
                }
            ],
        },
        {"Target": "poetry.lock", "Class": "lang-pkgs", "Vulnerabilities": [{"VulnerabilityID": "CVE-2024-1"}]},
    ],
}
TFSEC = {
    "results": [
        {
            "rule_id": "AVD-AWS-0065",
            "long_id": "aws-kms-auto-rotate-keys",
            "rule_description": "rotation",
            "description": "not rotated",
            "links": ["https://aquasecurity.example/kms"],
            "severity": "MEDIUM",
            "status": status,
            "resource": "aws_kms_key.k",
            "location": {"filename": "/src/main.tf", "start_line": 1, "end_line": 2},
        }
        for status in (0, 1, 2)
    ]
}
KICS = {
    "kics_version": "v2.1.0",
    "severity_counters": {"INFO": 1},
    "queries": [
        {
            "query_name": "CMK Rotation Disabled",
            "query_id": "22fbfeac-7b5a-421a-8a27-7a2178bb910b",
            "severity": "INFO",
            "files": [
                {
                    "file_name": "infra/main.tf",
                    "line": 1,
                    "resource_type": "aws_kms_key",
                    "resource_name": "alias of the key",
                    "search_key": "aws_kms_key[k]",
                    "expected_value": "it should be rotated",
                    "actual_value": "it is not",
                }
            ],
        }
    ],
}
CFN_LINT = [
    {
        "Filename": "t.yaml",
        "Level": "Error",
        "Location": {
            "Start": {"LineNumber": 5, "ColumnNumber": 7},
            "End": {"LineNumber": 5, "ColumnNumber": 20},
            "Path": ["Resources", "Key", "Properties", "EnableKeyRotation"],
        },
        "Message": "'x' is not of type 'boolean'",
        "Rule": {"Id": "E3012", "ShortDescription": "types", "Source": "https://github.example/cfn-lint"},
    }
]
CFN_NAG = [
    {
        "filename": "t.yaml",
        "file_results": {
            "failure_count": 1,
            "violations": [
                {
                    "id": "F19",
                    "type": "FAIL",
                    "message": "EnableKeyRotation should not be false",
                    "logical_resource_ids": ["Key", "Other"],
                    "line_numbers": [3, 9],
                }
            ],
        },
    }
]
KUBE_SCORE = [
    {
        "object_name": "Deployment/apps/v1//web",
        "type_meta": {"kind": "Deployment", "apiVersion": "apps/v1"},
        "object_meta": {"name": "web", "namespace": "shop"},
        "checks": [
            {
                "check": {"id": "container-image-tag", "name": "Container Image Tag"},
                "grade": 1,
                "skipped": False,
                "comments": [{"path": "c", "summary": "Image with latest tag", "description": "Name a version"}],
            },
            {"check": {"id": "pod-networkpolicy", "name": "n"}, "grade": 10, "skipped": False, "comments": None},
            {"check": {"id": "x", "name": "x"}, "grade": 0, "skipped": True, "comments": None},
        ],
        "file_name": "d.yaml",
        "file_row": 1,
    }
]
POLARIS = {
    "PolarisOutputVersion": "1.0",
    "Results": [
        {
            "Name": "web",
            "Namespace": "",
            "Kind": "Deployment",
            "Results": {"a": {"ID": "a", "Message": "m", "Success": True, "Severity": "warning"}},
            "PodResult": {
                "Results": {"b": {"ID": "b", "Message": "m", "Success": False, "Severity": "ignore"}},
                "ContainerResults": [
                    {
                        "Name": "c",
                        "Results": {
                            "tagNotSpecified": {
                                "ID": "tagNotSpecified",
                                "Message": "Image tag should be specified",
                                "Success": False,
                                "Severity": "danger",
                            }
                        },
                    }
                ],
            },
        }
    ],
}
SNYK = {
    "infrastructureAsCodeIssues": [
        {
            "id": "SNYK-CC-TF-127",
            "title": "rotation",
            "severity": "low",
            "isIgnored": False,
            "path": ["resource", "aws_kms_key[k]", "enable_key_rotation"],
            "lineNumber": -1,
            "iacDescription": {"issue": "not rotated", "resolve": "rotate"},
        }
    ],
    "targetFile": "main.tf",
}
PROWLER_OCSF = [
    {
        "metadata": {"event_code": "kms_cmk_rotation_enabled", "product": {"name": "Prowler"}},
        "severity": severity,
        "status": status,
        "status_code": code,
        "status_detail": "not rotated",
        "finding_info": {"title": "rotation", "uid": "u"},
        "resources": [{"uid": f"arn:aws:kms:eu-west-1:111122223333:key/{number}", "region": "eu-west-1"}],
        "remediation": {"desc": "rotate"},
    }
    for number, (severity, status, code) in enumerate(
        [("Critical", "New", "FAIL"), ("Odd", "Suppressed", "FAIL"), ("Low", "New", "MANUAL"), ("Low", "New", "PASS")]
    )
]
PROWLER = [
    {"CheckID": "kms_cmk_rotation_enabled", "Status": "FAIL", "Severity": "medium", "ResourceArn": "arn:aws:kms:::k"},
    {"CheckID": "kms_cmk_rotation_enabled", "Status": "INFO", "Severity": "medium", "ResourceArn": "arn:aws:kms:::k"},
]
KUBE_LINTER = {
    "Checks": [{"name": "run-as-non-root", "remediation": "Set runAsUser."}],
    "Reports": [
        {
            "Diagnostic": {"Message": 'container "web" is not set to runAsNonRoot'},
            "Check": "run-as-non-root",
            "Remediation": "",
            "Object": {
                "Metadata": {"FilePath": "deploy/web.yaml"},
                "K8sObject": {
                    "Namespace": "shop",
                    "Name": "web",
                    "GroupVersionKind": {"Group": "apps", "Version": "v1", "Kind": "Deployment"},
                },
            },
        }
    ],
    "Summary": {"ChecksStatus": "Failed", "KubeLinterVersion": "v0.7.2"},
}
AWS_CONFIG = {
    "EvaluationResults": [
        {
            "EvaluationResultIdentifier": {
                "EvaluationResultQualifier": {
                    "ConfigRuleName": rule,
                    "ResourceType": "AWS::RDS::DBInstance",
                    "ResourceId": "db-1",
                }
            },
            "ComplianceType": compliance,
        }
        for rule, compliance in [
            ("securityhub-rds-instance-public-access-check-1a2b3c4d", "NON_COMPLIANT"),
            ("rds-storage-encrypted-conformance-pack-a1b2c3", "INSUFFICIENT_DATA"),
            ("rds-storage-encrypted", "COMPLIANT"),
            ("rds-storage-encrypted", "NOT_APPLICABLE"),
        ]
    ]
}
_HUB = "arn:aws:securityhub:eu-west-1::product/aws/securityhub"
SECURITY_HUB = {
    "Findings": [
        {
            "SchemaVersion": "2018-10-08",
            "Id": f"f{number}",
            "ProductArn": product,
            "ProductName": name,
            "GeneratorId": "arn:aws:guardduty:eu-west-1:111122223333:detector/d1",
            "Title": "t",
            "Severity": {"Label": severity},
            "Resources": [{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::logs", "Region": "eu-west-1"}],
            "RecordState": record,
            "Workflow": {"Status": workflow},
            **({"Compliance": {"Status": status, "SecurityControlId": "S3.8"}} if status else {}),
        }
        for number, (product, name, severity, status, record, workflow) in enumerate(
            [
                (_HUB, "Security Hub", "HIGH", "FAILED", "ACTIVE", "NEW"),
                (_HUB, "Security Hub", "LOW", "FAILED", "ACTIVE", "SUPPRESSED"),
                (_HUB, "Security Hub", "HIGH", "PASSED", "ACTIVE", "NEW"),
                (_HUB, "Security Hub", "HIGH", "FAILED", "ARCHIVED", "NEW"),
                ("arn:aws:securityhub:eu-west-1::product/aws/guardduty", "GuardDuty", "MEDIUM", "", "ACTIVE", "NEW"),
            ]
        )
    ]
}
AZURE_POLICY = [
    {
        "policyAssignmentId": "/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/a",
        "policyAssignmentName": "a",
        "policyDefinitionName": "d1",
        "policyDefinitionReferenceId": reference,
        "resourceId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/x",
        "resourceType": "Microsoft.Storage/storageAccounts",
        "complianceState": state,
    }
    for reference, state in [("secureTransfer", "NonCompliant"), ("", "Unknown"), ("", "Compliant"), ("", "Exempt")]
]
GOOGLE_SCC = [
    {
        "finding": {
            "category": "PUBLIC_BUCKET_ACL",
            "severity": "HIGH",
            "state": state,
            "mute": mute,
            "resourceName": "//storage.googleapis.com/b",
        },
        "resource": {"name": "//storage.googleapis.com/b"},
    }
    for state, mute in [("ACTIVE", "UNMUTED"), ("ACTIVE", "MUTED"), ("INACTIVE", "UNMUTED")]
]
EVERY = {
    "sarif": SARIF,
    "checkov": CHECKOV,
    "trivy": TRIVY,
    "tfsec": TFSEC,
    "kics": KICS,
    "cfn_lint": CFN_LINT,
    "cfn_nag": CFN_NAG,
    "kube_score": KUBE_SCORE,
    "polaris": POLARIS,
    "snyk": SNYK,
    "prowler": PROWLER_OCSF,
    "kube_linter": KUBE_LINTER,
    "config": AWS_CONFIG,
    "asff": SECURITY_HUB,
    "azure_policy": AZURE_POLICY,
    "google_scc": GOOGLE_SCC,
}
# form, what is read: check, severity, file, lines, address, suppressed, verdict
_FAIL = Verdict.FAIL
_READ = [
    (SARIF, "checkov:CKV_AWS_7", Severity.HIGH, "/src/my dir/main.tf", (3, 5), "aws_kms_key.k", None, _FAIL),
    (SARIF, "checkov:CKV_AWS_8", Severity.CRITICAL, "", (0, 0), "", "ok", _FAIL),
    (SARIF, "checkov:X", None, "", (0, 0), "", None, _FAIL),
    (SARIF, "checkov:X", Severity.MEDIUM, "", (0, 0), "", None, Verdict.UNKNOWN),
    (CHECKOV, "checkov:CKV_AWS_7", None, "/t.yaml", (3, 6), "Key", None, _FAIL),
    (CHECKOV, "checkov:CKV_AWS_18", Severity.LOW, "/t.yaml", (8, 9), "B", "", _FAIL),
    (TRIVY, "trivy:AVD-AWS-0065", Severity.MEDIUM, "main.tf", (1, 2), "aws_kms_key.k", None, _FAIL),
    (TRIVY, "trivy:AVD-AWS-0086", Severity.HIGH, "main.tf", (0, 0), "", "public on purpose", _FAIL),
    (TFSEC, "tfsec:aws-kms-auto-rotate-keys", Severity.MEDIUM, "/src/main.tf", (1, 2), "aws_kms_key.k", None, _FAIL),
    (TFSEC, "tfsec:aws-kms-auto-rotate-keys", Severity.MEDIUM, "/src/main.tf", (1, 2), "aws_kms_key.k", "", _FAIL),
    (
        KICS,
        "kics:22fbfeac-7b5a-421a-8a27-7a2178bb910b",
        Severity.LOW,
        "infra/main.tf",
        (1, 1),
        "aws_kms_key.k",
        None,
        _FAIL,
    ),
    (CFN_LINT, "cfn_lint:E3012", Severity.HIGH, "t.yaml", (5, 5), "Key", None, _FAIL),
    (CFN_NAG, "cfn_nag:F19", Severity.HIGH, "t.yaml", (3, 3), "Key", None, _FAIL),
    (CFN_NAG, "cfn_nag:F19", Severity.HIGH, "t.yaml", (9, 9), "Other", None, _FAIL),
    (KUBE_SCORE, "kube_score:container-image-tag", Severity.HIGH, "d.yaml", (1, 1), "Deployment/shop/web", None, _FAIL),
    (POLARIS, "polaris:tagNotSpecified", Severity.HIGH, "", (0, 0), "Deployment/default/web", None, _FAIL),
    (SNYK, "snyk:SNYK-CC-TF-127", Severity.LOW, "main.tf", (0, 0), "aws_kms_key.k", None, _FAIL),
    *(
        (PROWLER_OCSF, "prowler:kms_cmk_rotation_enabled", severity, "", (0, 0), f"{_KEY}{number}", suppressed, verdict)
        for _KEY in ["arn:aws:kms:eu-west-1:111122223333:key/"]
        for number, (severity, suppressed, verdict) in enumerate(
            [(Severity.CRITICAL, None, _FAIL), (None, "", _FAIL), (Severity.LOW, None, Verdict.UNKNOWN)]
        )
    ),
    (PROWLER, "prowler:kms_cmk_rotation_enabled", Severity.MEDIUM, "", (0, 0), "arn:aws:kms:::k", None, _FAIL),
    (KUBE_LINTER, "kube_linter:run-as-non-root", None, "deploy/web.yaml", (0, 0), "Deployment/shop/web", None, _FAIL),
    (AWS_CONFIG, "config:rds-instance-public-access-check", None, "", (0, 0), "db-1", None, _FAIL),
    (AWS_CONFIG, "config:rds-storage-encrypted", None, "", (0, 0), "db-1", None, Verdict.UNKNOWN),
    (SECURITY_HUB, "security_hub:S3.8", Severity.HIGH, "", (0, 0), "arn:aws:s3:::logs", None, _FAIL),
    (SECURITY_HUB, "security_hub:S3.8", Severity.LOW, "", (0, 0), "arn:aws:s3:::logs", "", _FAIL),
    (SECURITY_HUB, "guardduty:d1", Severity.MEDIUM, "", (0, 0), "arn:aws:s3:::logs", None, _FAIL),
    *(
        (AZURE_POLICY, f"azure_policy:{check}", None, "", (0, 0), _STORE, None, verdict)
        for _STORE in ["/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/x"]
        for check, verdict in [("secureTransfer", _FAIL), ("d1", Verdict.UNKNOWN)]
    ),
    *(
        (
            GOOGLE_SCC,
            "google_scc:PUBLIC_BUCKET_ACL",
            Severity.HIGH,
            "",
            (0, 0),
            "//storage.googleapis.com/b",
            muted,
            _FAIL,
        )
        for muted in [None, ""]
    ),
]


def _told(found: Finding) -> tuple[object, ...]:
    lines = (found.line, found.end_line)
    return (found.check, found.severity, found.file, lines, found.address, found.suppressed, found.verdict)


@pytest.mark.parametrize("form", [*EVERY, "native prowler"])
def test_every_finding_is_read(form: str) -> None:
    document = EVERY.get(form, PROWLER)
    reading = read_results(json.dumps(document).encode(), name="r.json")
    assert reading.form == (form if form in EVERY else "prowler")
    assert [_told(found) for found in reading.findings] == [row[1:] for row in _READ if row[0] is document]


@pytest.mark.parametrize(
    ("form", "passed", "left_out"),
    [
        ("sarif", 1, 2),
        ("checkov", 4, 0),
        ("trivy", 7, 1),
        ("tfsec", 1, 0),
        ("kube_score", 1, 1),
        ("polaris", 1, 1),
        ("prowler", 1, 0),
    ],
)
def test_what_passed_is_counted_and_not_listed(form: str, passed: int, left_out: int) -> None:
    reading = read_results(json.dumps(EVERY[form]).encode(), name="r.json")
    assert (reading.passed, reading.left_out) == (passed, left_out)


def test_what_the_tool_could_not_read_is_told() -> None:
    assert (
        read_results(json.dumps([CHECKOV, CHECKOV]).encode(), name="r.json").warnings
        == ("checkov could not read 1 files",) * 2
    )
    assert "misconfigurations are" in read_results(json.dumps(TRIVY).encode(), name="r.json").warnings[0]


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b'{"results": null}',
        b'{"results": []}',
        b'{"passed": 0, "checkov_version": "3.2.0"}',
        b'\xef\xbb\xbf{"runs": [], "version": "2.1.0"}',
    ],
)
def test_a_file_without_findings_is_read(content: bytes) -> None:
    assert read_results(content, name="r.json").findings == ()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "r.json:1:1: no JSON"),
        (b'{"runs": [', "r.json:1:1"),
        (b"[" * 5000, "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"7", "no scanner's results that we know"),
        (b"[1]", "no scanner's results that we know"),
        (b'{"results": [{"a": 1}]}', "no scanner's results that we know"),
        (b'{"runs": [], "version": "2.0.0"}', r"r.json: version \(expected 2.1.0"),
        (b'{"runs": [{}], "version": "2.1.0"}', r"runs\[0\].tool.driver.name \(expected a text that is not empty"),
        (b'{"runs": [7], "version": "2.1.0"}', r"runs\[0\] \(expected an object, found a number"),
        (b'{"check_type": "terraform", "results": {"failed_checks": {}}}', "results.failed_checks .expected a list"),
        (b'{"check_type": 7, "results": {}}', "check_type .expected a text"),
        (
            b'{"check_type": "k", "results": {"failed_checks": [{"check_id": "A", "file_line_range": ["x"]}]}}',
            r"failed_checks\[0\].file_line_range\[0\] .expected a whole number",
        ),
        (b'{"SchemaVersion": 1, "Results": []}', "SchemaVersion .expected 2"),
        (b'{"SchemaVersion": 2, "Results": [{"Misconfigurations": [{}]}]}', r"Misconfigurations\[0\].ID .expected"),
        (
            b'{"kics_version": "v2", "queries": [{"query_id": "q", "files": [{"line": 1.5}]}]}',
            r"files\[0\].line .expected a whole",
        ),
        (b'[{"Filename": "t", "Rule": {}}]', r"\[0\].Rule.Id .expected"),
        (b'[{"object_meta": {}, "checks": [{"skipped": "no"}]}]', r"checks\[0\].skipped .expected true or false"),
        (
            b'{"PolarisOutputVersion": "1", "Results": [{"Kind": "Pod", "Name": "a", "Results": []}]}',
            "expected an object",
        ),
    ],
)
def test_what_is_none_or_broken_is_refused_with_its_place(content: bytes, says: str) -> None:
    with pytest.raises(InvalidInputError, match=says):
        read_results(content, name="r.json")


def test_texts_of_strangers_are_bounded() -> None:
    broad = {**CFN_LINT[0], "Message": "x" * 100_000}
    (found,) = read_results(json.dumps([broad]).encode(), name="r.json").findings
    assert len(found.message) == 1_000
