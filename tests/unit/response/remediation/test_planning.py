"""The belts: what goes into a set, what does not, and whether a set may be applied."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from support.passes import NOON, at
from watchword.evidence.posture import built_in
from watchword.evidence.posture.model import Severity
from watchword.kernel.errors import ConflictError, InvalidInputError, RefusedError
from watchword.response.remediation import (
    LOOKS,
    REMEDIES,
    WRITES,
    Belts,
    Candidate,
    Kept,
    RemedySet,
    Status,
    add_approval,
    digest_of,
    may_apply,
    needed_approvals,
    plan_set,
    read_kept,
    write_kept,
)

_KEY = "arn:aws:kms:eu-west-1:123456789012:key/{}"
_OFF = {"KeyRotationEnabled": False}


def _candidate(number: int = 0, **changes: object) -> Candidate:
    one = Candidate(
        check="kms-key-rotation",
        severity=Severity.MEDIUM,
        address=_KEY.format(number),
        fingerprint=f"f{number}",
        before=dict(_OFF),
    )
    return replace(one, **changes)  # type: ignore[arg-type]


def _plan(*candidates: Candidate, belts: Belts | None = None, total: int = 1000) -> RemedySet:
    return plan_set(
        candidates,
        id_="rem_x",
        estate="payroll",
        account="123456789012",
        profile="",
        made=NOON,
        made_by="operator",
        pass_id="p",
        belts=belts or Belts(),
        total=total,
    )


def _kept(*candidates: Candidate) -> Kept:
    planned = _plan(*(candidates or (_candidate(),)))
    return Kept(set=planned, digest=digest_of(planned))


def _approved(kept: Kept, *people: str, hours: float = 0) -> Kept:
    for person in people:
        kept = add_approval(kept, digest=kept.digest, by=person, at=at(hours))
    return kept


class TestPlanning:
    def test_a_step_says_exactly_what_is_called_and_what_undoes_it(self) -> None:
        (step,) = _plan(_candidate()).steps
        assert [(c.operation, c.region, dict(c.parameters)) for c in (*step.calls, *step.undo)] == [
            ("kms:EnableKeyRotation", "eu-west-1", {"KeyId": _KEY.format(0)}),
            ("kms:DisableKeyRotation", "eu-west-1", {"KeyId": _KEY.format(0)}),
        ]

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"check": "s3-versioning"}, "no remedy is known for this check"),
            ({"address": "arn:aws:kms:eu-west-1:123456789012:alias/x"}, "does not speak about such a resource"),
            (
                {"managed": "aws_kms_key.a in terraform.tfstate"},
                "code declares it (aws_kms_key.a in terraform.tfstate)",
            ),
            ({"untold": "no state"}, "cannot be told whether code declares it: no state"),
            ({"look_failed": "AccessDenied: no"}, "could not be looked at: AccessDenied"),
            ({"before": {"KeyRotationEnabled": True}}, "as it should be by now"),
        ],
    )
    def test_what_is_refused(self, changes: dict[str, object], why: str) -> None:
        planned = _plan(replace(_candidate(), **changes))  # type: ignore[arg-type]
        assert planned.steps == ()
        assert why in planned.refused[0].why

    def test_an_answer_that_says_nothing_is_not_as_it_should_be(self) -> None:
        assert len(_plan(_candidate(before=None)).steps) == 1

    def test_at_most_ten_the_worst_first(self) -> None:
        many = [_candidate(n) for n in range(30)]
        worst = replace(_candidate(99), severity=Severity.CRITICAL)
        planned = _plan(*many, worst)
        assert len(planned.resources) == 10
        assert planned.steps[0].address == worst.address
        assert {"the set is full: at most 10 of 1000 resources; plan the next one when this is verified"} == {
            refused.why for refused in planned.refused
        }

    @pytest.mark.parametrize(("total", "most"), [(0, 1), (19, 1), (40, 2), (199, 9), (200, 10), (100_000, 10)])
    def test_at_most_a_twentieth_of_the_estate(self, total: int, most: int) -> None:
        assert len(_plan(*(_candidate(n) for n in range(20)), total=total).resources) == most

    def test_two_findings_of_one_group_are_one_step(self) -> None:
        group = "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-1/IpPermissions[{}]"
        rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        before = {"SecurityGroups": [{"GroupId": "sg-1", "IpPermissions": [rule]}]}
        found = [_candidate(check="sg-admin-ports-open", address=group.format(n), before=before) for n in range(2)]
        assert len(_plan(*found).steps) == 1


class TestApproval:
    def test_one_is_enough_and_none_is_not(self) -> None:
        kept = _kept()
        assert may_apply(kept, now=NOON) == "somebody has to approve it: 0 of 1"
        assert may_apply(_approved(kept, "a@example.com"), now=NOON) == ""

    def test_what_is_critical_needs_two_different_people(self) -> None:
        kept = _kept(_candidate(0), _candidate(1, critical=True))
        assert needed_approvals(kept.set) == 2
        once = _approved(kept, "a@example.com", "A@example.com ", "a@example.com")
        assert "two different people have to approve it" in may_apply(once, now=NOON)
        assert may_apply(_approved(once, "b@example.com"), now=NOON) == ""

    def test_approvals_expire(self) -> None:
        kept = _approved(_kept(), "a@example.com")
        assert may_apply(kept, now=at(23)) == ""
        assert "what a@example.com said has expired" in may_apply(kept, now=at(24))
        assert may_apply(_approved(kept, "a@example.com", hours=24), now=at(25)) == ""

    def test_an_approval_of_the_future_is_none(self) -> None:
        assert may_apply(_approved(_kept(), "a@example.com", hours=2), now=NOON)

    def test_it_is_of_exactly_that_set(self) -> None:
        with pytest.raises(RefusedError, match="not the digest of this set"):
            add_approval(_kept(), digest="0" * 64, by="a@example.com", at=NOON)
        other = replace(_approved(_kept(), "a@example.com"), digest="0" * 64)
        assert may_apply(other, now=NOON) == "somebody has to approve it: 0 of 1"

    def test_of_nothing_and_by_nobody(self) -> None:
        empty = _kept(_candidate(managed="main.tf"))
        with pytest.raises(InvalidInputError, match="nothing in this set"):
            add_approval(empty, digest=empty.digest, by="a@example.com", at=NOON)
        assert may_apply(empty, now=NOON) == "there is nothing in it"
        with pytest.raises(InvalidInputError, match="who approves"):
            add_approval(_kept(), digest=_kept().digest, by="  ", at=NOON)

    @pytest.mark.parametrize("status", [s for s in Status if s is not Status.PLANNED])
    def test_only_once(self, status: Status) -> None:
        kept = replace(_approved(_kept(), "a@example.com"), status=status)
        assert may_apply(kept, now=NOON) == f"it is {status.value}"
        with pytest.raises(ConflictError):
            add_approval(kept, digest=kept.digest, by="b@example.com", at=NOON)


class TestRecords:
    def test_a_set_comes_back(self) -> None:
        kept = _approved(_kept(_candidate(0), _candidate(1, managed="x")), "a@example.com")
        assert read_kept(write_kept(kept), name="x") == kept

    def test_one_that_was_altered_is_not_read(self) -> None:
        altered = write_kept(_kept()).replace(b"kms:EnableKeyRotation", b"kms:ScheduleKeyDeletion")
        with pytest.raises(InvalidInputError, match="altered after it was planned"):
            read_kept(altered, name="x")

    @pytest.mark.parametrize("damaged", [b"", b"[]", b'{"form": "watchword-remediation", "version": 1}', b"[" * 99_999])
    def test_what_is_no_set(self, damaged: bytes) -> None:
        with pytest.raises(InvalidInputError, match="no remediation set"):
            read_kept(damaged, name="x")


class TestRemedies:
    def test_every_remedy_is_of_a_check(self) -> None:
        # The last one is a check of credential reports, which are read live alone.
        assert set(REMEDIES) <= {check.id for check in built_in()}

    def test_nothing_is_deleted_that_somebody_made(self) -> None:
        assert {op for op in WRITES if "Delete" in op} == {"s3:DeletePublicAccessBlock"}
        assert not {op for op in WRITES if "Terminate" in op or "Schedule" in op}
        assert not LOOKS & WRITES

    def test_a_look_is_a_read(self) -> None:
        assert all(op.partition(":")[2].startswith(("Get", "Describe", "List")) for op in LOOKS)

    @pytest.mark.parametrize("check", sorted(REMEDIES))
    def test_calls_are_those_of_the_list(self, check: str) -> None:
        remedy = REMEDIES[check]
        addresses = {
            "s3-public-access-block": "arn:aws:s3:::logs",
            "ebs-default-encryption": "arn:aws:ec2:eu-west-1:1:ebs-defaults",
            "rds-public": "arn:aws:rds:eu-west-1:1:db:payroll",
            "kms-key-rotation": _KEY.format(0),
            "ec2-imdsv2": "arn:aws:ec2:eu-west-1:1:instance/i-1",
            "cloudtrail-validation": "arn:aws:cloudtrail:eu-west-1:1:trail/main",
            "iam-access-key-age": "arn:aws:iam::1:user/ops/ci/credentials",
        }
        address = addresses.get(check, "arn:aws:ec2:eu-west-1:1:security-group/sg-1/IpPermissions[0]")
        look = remedy.look(address)
        assert look is not None
        assert look.operation == remedy.operations[0]
        called = {call.operation for call in (*remedy.calls(address, None, NOON), *remedy.undo(address, None, NOON))}
        assert called <= set(remedy.operations[1:])
        assert not remedy.mended(None, NOON)
        assert remedy.look("arn:aws:sns:eu-west-1:1:topic") is None
        assert remedy.look("aws_s3_bucket.logs") is None

    def test_only_the_ranges_that_are_the_whole_internet_are_revoked(self) -> None:
        remedy = REMEDIES["sg-admin-ports-open"]
        rules = [
            {
                "IpProtocol": "tcp",
                "FromPort": 20,
                "ToPort": 23,
                "IpRanges": [{"CidrIp": "10.0.0.0/8"}, {"CidrIp": "0.0.0.0/0", "Description": "all"}],
                "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
                "UserIdGroupPairs": [{"GroupId": "sg-2"}],
            },
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
            {"IpProtocol": "udp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
        ]
        before = {"SecurityGroups": [{"GroupId": "sg-1", "IpPermissions": rules}]}
        (call,) = remedy.calls("arn:aws:ec2:eu-west-1:1:security-group/sg-1", json.loads(json.dumps(before)), NOON)
        assert call.parameters["IpPermissions"] == [
            {
                "IpProtocol": "tcp",
                "FromPort": 20,
                "ToPort": 23,
                "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "all"}],
                "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
            }
        ]

    def test_old_keys_are_switched_off_and_never_deleted(self) -> None:
        remedy = REMEDIES["iam-access-key-age"]
        address = "arn:aws:iam::1:user/ops/ci/credentials"
        look = remedy.look(address)
        assert look is not None
        assert look.parameters == {"UserName": "ci"}
        keys = [
            {"UserName": "ci", "AccessKeyId": "OLD", "Status": "Active", "CreateDate": at(-24 * 91).isoformat()},
            {"UserName": "ci", "AccessKeyId": "NEW", "Status": "Active", "CreateDate": at(-24).isoformat()},
            {"UserName": "ci", "AccessKeyId": "OFF", "Status": "Inactive", "CreateDate": at(-24 * 900).isoformat()},
            {"UserName": "ci", "AccessKeyId": "ODD", "Status": "Active", "CreateDate": "long ago"},
        ]
        before = json.loads(json.dumps({"AccessKeyMetadata": keys}))
        told = [(c.parameters["AccessKeyId"], c.parameters["Status"]) for c in remedy.calls(address, before, NOON)]
        assert told == [("OLD", "Inactive"), ("ODD", "Inactive")]
        assert [c.parameters["Status"] for c in remedy.undo(address, before, NOON)] == ["Active", "Active"]
        assert not remedy.mended(before, NOON)
        assert remedy.mended({"AccessKeyMetadata": [keys[1], keys[2]]}, NOON)  # type: ignore[list-item]

    def test_what_changes_without_meaning_is_not_a_change(self) -> None:
        remedy = REMEDIES["rds-public"]
        one = {"DBInstances": [{"PubliclyAccessible": True, "LatestRestorableTime": "1"}], "Marker": "x"}
        other = {"DBInstances": [{"PubliclyAccessible": True, "LatestRestorableTime": "2"}]}
        assert remedy.relevant(json.loads(json.dumps(one))) == remedy.relevant(json.loads(json.dumps(other)))


def test_belts_of_an_hour(  # the configuration may tighten them
) -> None:
    kept = replace(_kept(), set=_plan(_candidate(), belts=Belts(lifetime=timedelta(hours=1))))
    kept = replace(kept, digest=digest_of(kept.set))
    assert may_apply(_approved(kept, "a@example.com"), now=at(1))
