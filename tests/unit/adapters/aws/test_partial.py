"""Which part of an account is asked again, and that no question is answered half by then and half by now."""

import pytest

from watchword.adapters.aws.partial import _operations, part_of, secret_operations
from watchword.adapters.aws.services import ASKED

_SERVICES = sorted({operation.partition(":")[0] for listing in ASKED for operation in _operations(listing)})


@pytest.mark.parametrize("service", _SERVICES)
def test_no_operation_is_shared_with_what_stays(service: str) -> None:
    part = part_of({service})
    assert part is not None
    stays = [listing for listing in ASKED if listing not in part.listings]
    assert not part.operations & {operation for listing in stays for operation in _operations(listing)}
    assert any(operation.startswith(f"{service}:") for operation in part.operations)


def test_what_may_hold_secrets_is_part_of_every_part() -> None:
    part = part_of(())
    assert part is not None
    assert secret_operations() <= part.operations
    assert "resourcegroupstaggingapi:GetResources" in part.operations
    assert "s3:ListBuckets" not in part.operations


def test_a_service_that_is_not_known_is_all_of_it() -> None:
    assert part_of({"quantum-ledger"}) is None


@pytest.mark.parametrize(
    ("event", "service"), [("elasticloadbalancing", "elbv2"), ("s3", "s3control"), ("es", "opensearch")]
)
def test_what_events_call_a_service(event: str, service: str) -> None:
    part = part_of({event})
    assert part is not None
    assert any(operation.startswith(f"{service}:") for operation in part.operations)
