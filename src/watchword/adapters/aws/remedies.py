"""The only place that changes anything in an account: the calls of remedies, each on the list, and no other.

    client = RemedyClient(profile="remedy")
    before = client.look(step.look)
    for call in step.calls: client.do(call)

Apart from the client that collects (`session`), which can only read: another profile may be named for this one, with a
policy of its own. Nothing is tried again by itself beyond the SDK's own few attempts: whoever applies looks first.
"""

from typing import Any, Final

from watchword.adapters.aws.session import CallFailed, as_json
from watchword.kernel.errors import DefectError, InvalidInputError, NotFoundError, UnavailableError
from watchword.response.remediation import LOOKS, WRITES, Call
from watchword.response.remediation.model import Json

_ATTEMPTS: Final = 3
# Answers that say that nothing is set: nothing was found, which is an answer.
_NONE: Final = frozenset({"NoSuchPublicAccessBlockConfiguration"})


class RemedyClient:
    """An account, by a profile of the SDK's (empty: the environment's credentials)."""

    def __init__(self, profile: str = "") -> None:
        try:
            import boto3
            from botocore.exceptions import BotoCoreError, ProfileNotFound
        except ImportError as error:
            raise NotFoundError(
                "to mend anything in AWS, its SDK is needed, and is not installed",
                code="aws.no_sdk",
                hint="pip install 'watchword[aws]'",
            ) from error
        try:
            self._session: Any = boto3.session.Session(profile_name=profile or None)
        except ProfileNotFound as error:
            raise InvalidInputError(f"{error}", code="aws.no_profile", hint="`aws configure list-profiles`") from error
        except BotoCoreError as error:
            raise InvalidInputError(f"{error}", code="aws.profile") from error
        self._clients: dict[tuple[str, str], Any] = {}

    def account(self) -> str:
        """The account's number. Raises `UnavailableError` where AWS does not say."""
        try:
            identity = self._client("sts", self._session.region_name or "us-east-1").get_caller_identity()
        except Exception as error:
            failed = self._failed(error)
            raise UnavailableError(
                f"AWS does not say whose credentials these are: {failed.words}", code="aws.no_identity"
            ) from error
        return str(identity["Account"])

    def look(self, call: Call) -> Json:
        """What is there; None where nothing is set. Raises `CallFailed`."""
        if call.operation not in LOOKS:
            raise DefectError(f"{call.operation} is no call that looks", code="aws.not_allowed")
        try:
            return self._call(call)
        except CallFailed as failed:
            if failed.code in _NONE:
                return None
            raise

    def do(self, call: Call) -> None:
        """Make a change. Raises `CallFailed`."""
        if call.operation not in WRITES:
            raise DefectError(f"{call.operation} is no call of a remedy", code="aws.not_allowed")
        own = self._session.get_credentials()
        if own is not None and call.parameters.get("AccessKeyId") == own.access_key:
            # Whoever switches off the key that is in their hand can never switch it on again.
            raise CallFailed("OwnKey", "this is the access key that these calls are made with")
        self._call(call)

    def _call(self, call: Call) -> Json:
        service, _, operation = call.operation.partition(":")
        client = self._client(service, call.region)
        method = next(m for m, api in client.meta.method_to_api_mapping.items() if api == operation)
        try:
            answer = getattr(client, method)(**call.parameters)
        except Exception as error:
            raise self._failed(error) from error
        answer.pop("ResponseMetadata", None)
        return as_json(answer)

    def _failed(self, error: Exception) -> CallFailed:
        from botocore.exceptions import BotoCoreError, ClientError

        if isinstance(error, ClientError):
            told = error.response.get("Error", {})
            return CallFailed(str(told.get("Code", "Unknown")), str(told.get("Message", "")))
        if isinstance(error, BotoCoreError):
            return CallFailed(type(error).__name__, str(error))
        raise error

    def _client(self, service: str, region: str) -> Any:
        from botocore.config import Config

        client = self._clients.get((service, region))
        if client is None:
            client = self._clients[service, region] = self._session.client(
                service,
                region_name=region,
                config=Config(
                    retries={"mode": "standard", "total_max_attempts": _ATTEMPTS}, user_agent_extra="watchword-remedy"
                ),
            )
        return client
