"""Clients that work as another role, such as one in another account.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
"""

# boto3 comes without types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Final

import boto3

from .aws import client, failing_as
from .errors import RoleError
from .values import Clock

RENEWED_BEFORE: Final = timedelta(minutes=5)
"""How long before their end credentials are renewed: longer than any invocation still works with them."""


class AssumedRole:
    """A role that is assumed when it is first needed, and again before its credentials expire.

    A role that was itself assumed, as a function's is, gets credentials for an hour at most.
    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html

    Args:
        role_arn: the role.
        external_id: that its trust policy asks for.
        session_name: by which CloudTrail knows who it was.
        region: of the clients.
        clock: tells the time.
    """

    def __init__(
        self,
        role_arn: str,
        *,
        external_id: str,
        session_name: str,
        region: str,
        clock: Clock = lambda: datetime.now(UTC),
    ) -> None:
        self._role_arn = role_arn
        self._external_id = external_id
        self._session_name = session_name
        self._region = region
        self._clock = clock
        self._clients: dict[str, Any] = {}
        self._expires: datetime | None = None

    @cached_property
    def _sts(self) -> Any:
        return client("sts", read_timeout=5, attempts=2)

    def client(self, service: str, *, read_timeout: int, attempts: int) -> Any:
        """Return a client of a service with credentials that still last for a while (AssumeRole)."""
        if self._expires is None or self._clock() >= self._expires - RENEWED_BEFORE:
            self._assume()
        if service not in self._clients:
            self._clients[service] = client(
                service, read_timeout=read_timeout, attempts=attempts, session=self._session
            )
        return self._clients[service]

    def forget(self) -> None:
        """Assume the role anew at the next call, because AWS has refused the credentials."""
        self._expires = None

    def _assume(self) -> None:
        with failing_as(RoleError, "sts AssumeRole"):
            answer = self._sts.assume_role(
                RoleArn=self._role_arn, RoleSessionName=self._session_name, ExternalId=self._external_id
            )
        credentials: Mapping[str, Any] = answer["Credentials"]
        self._session = boto3.Session(
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
            region_name=self._region,
        )
        self._clients.clear()
        self._expires = credentials["Expiration"]
