"""What checks of live estates share: how old something was when the estate was read, and small recorded answers.

    if age_in_days(key["created"], credentials, estate) > 90: …

    bad(FrontEnd.AWS, recorded(said("guardduty:ListDetectors", {"DetectorIds": []})))

No check reads a clock: what is old is so as of the instant at which the account was read, which its asset tells.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from watchword.evidence.posture.estate import Estate
from watchword.inventory import Asset, Reason, ReasonKind, UnknownValueError, Value

_DAY: Final = timedelta(days=1)
# Of examples: the account, when it was read, its one region, and where services of the whole account are asked.
ACCOUNT: Final = "111122223333"
AT: Final = "2026-06-30T12:00:00+00:00"
REGION: Final = "eu-west-1"
HOME: Final = "us-east-1"


def collected_at(asset: Asset, estate: Estate) -> datetime:
    """Return when the account of an asset was read. Raises as unknown where that is not told."""
    for account in estate.of("account"):
        if account.root == asset.root:
            return instant(account["collected_at"])
    reason = Reason(ReasonKind.ACCESS, "when it was read is not told", asset.place)
    raise UnknownValueError((reason,), asset.place)


def instant(value: Value) -> datetime:
    """Read an instant in ISO 8601. Raises as unknown for what is none."""
    try:
        at = datetime.fromisoformat(value.text())
    except ValueError as error:
        reason = Reason(ReasonKind.INVALID, f"{value.text()[:40]!r} is no instant", value.place)
        raise UnknownValueError((reason,), value.place) from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def age_in_days(value: Value, asset: Asset, estate: Estate) -> int:
    """Return how many whole days before the reading an instant was; negative for one that was to come."""
    return (collected_at(asset, estate) - instant(value)) // _DAY


def recorded(*answers: str, regions: tuple[str, ...] = (REGION,)) -> str:
    """Return recorded answers of an account as a text that is read; whatever is not among them was empty."""
    header = {
        "watchword": "aws-evidence",
        "version": 1,
        "account": ACCOUNT,
        "home": HOME,
        "regions": list(regions),
        "collected_at": AT,
        "rest": "empty",
    }
    return "".join(f"{line}\n" for line in (json.dumps(header), *answers))


def said(operation: str, answer: object, *, home: bool = False, parameters: Mapping[str, object] | None = None) -> str:
    """One answer. `home`: of a service of the whole account."""
    return json.dumps(
        {
            "operation": operation,
            "region": HOME if home else REGION,
            "parameters": dict(parameters or {}),
            "answer": answer,
        }
    )


def refused(operation: str, code: str, *, home: bool = False, parameters: Mapping[str, object] | None = None) -> str:
    """One error in place of an answer."""
    return json.dumps(
        {
            "operation": operation,
            "region": HOME if home else REGION,
            "parameters": dict(parameters or {}),
            "error": code,
            "message": "",
        }
    )


def users(**rows: Mapping[str, str]) -> tuple[str, ...]:
    """The answers that tell of users and what they sign in with: by name, what differs from somebody with nothing.

    `holds` is a policy of AWS's, `device` the one second factor.
    """
    nothing = {
        "password_enabled": "false",
        "password_last_used": "N/A",
        "password_last_changed": "N/A",
        "mfa_active": "false",
        "access_key_1_active": "false",
        "access_key_1_last_rotated": "N/A",
        "access_key_1_last_used_date": "N/A",
        "access_key_2_active": "false",
        "access_key_2_last_rotated": "N/A",
        "access_key_2_last_used_date": "N/A",
    }
    details = [
        {"UserName": name, "Arn": f"arn:aws:iam::{ACCOUNT}:user/{name}", "AttachedManagedPolicies": _attached(row)}
        for name, row in rows.items()
    ]
    report = [
        {"user": name, **nothing, **{n: v for n, v in row.items() if n not in {"holds", "device"}}}
        for name, row in rows.items()
    ]
    devices = [
        said(
            "iam:ListMFADevices",
            {"MFADevices": [{"SerialNumber": row["device"]}] if "device" in row else []},
            home=True,
            parameters={"UserName": name},
        )
        for name, row in rows.items()
    ]
    which = {"Filter": ["User", "Role", "Group", "LocalManagedPolicy"]}
    return (
        said("iam:GetAccountAuthorizationDetails", {"UserDetailList": details}, home=True, parameters=which),
        said("iam:GetCredentialReport", {"Rows": report}, home=True),
        *devices,
    )


def _attached(row: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"PolicyArn": f"arn:aws:iam::aws:policy/{row['holds']}"}] if "holds" in row else []
