"""boto3 clients for one provider: its account, its region, its credentials, the emulator's endpoint."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, cast

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from stackwright.errors import EnvironmentFailed, ResourceError, UsageError

AwsError: Final = ClientError

DEPLOYER_ROLE: Final = "stackwright-deployer"
_SESSION: Final = "stackwright"


class Client(Protocol):
    """A boto3 client: every operation takes keyword arguments and gives a response dict."""

    def __getattr__(self, operation: str) -> Callable[..., dict[str, Any]]: ...


@dataclass(frozen=True)
class Credentials:
    """Temporary credentials of a role."""

    access_key: str
    secret_key: str
    token: str


@dataclass
class Endpoint:
    """An AWS endpoint: the embedded emulator, or another one that the user named.

    Deploying happens as a role, never as root, so that what a deployment may do is decided as on AWS. Root is used once
    per account, to make that role.
    """

    url: str
    account: str
    region: str
    _sessions: dict[str, Credentials] = field(default_factory=dict[str, Credentials])
    _clients: dict[tuple[str, str, str], Client] = field(default_factory=dict[tuple[str, str, str], Client])
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _session: boto3.Session = field(init=False)

    def __post_init__(self) -> None:
        # One for all clients: each session parses endpoint data and service models anew, 40 to 200 ms per client.
        self._session = boto3.Session(botocore_session=_isolated_session() if self.url else None)

    @staticmethod
    def on_aws() -> Endpoint:
        """AWS itself, with the credentials of the environment.

        Raises:
            UsageError: there are none, or no region is set.
        """
        session = boto3.Session()  # pyright: ignore[reportUnknownMemberType]
        credentials = session.get_credentials()
        if credentials is None or not session.region_name:
            raise UsageError(
                "there are no AWS credentials or no region in the environment", fix="Set AWS_PROFILE and AWS_REGION."
            )
        frozen = credentials.get_frozen_credentials()
        own = Credentials(str(frozen.access_key), str(frozen.secret_key), str(frozen.token or ""))
        endpoint = Endpoint("", "", session.region_name)
        endpoint._sessions[""] = own
        return endpoint

    def client(self, service: str, region: str = "", account: str = "") -> Client:
        """A client of the deployer role; made once and shared between threads."""
        key = (service, region or self.region, account or self.account)
        found = self._clients.get(key)
        if found is None:
            # Making a client loads its model from disk and is not thread-safe.
            with self._lock:
                found = self._clients.get(key)
                if found is None:
                    found = self._clients[key] = self._make(service, key[1], self._deployer(key[2]))
        return found

    def client_as(self, credentials: Credentials, service: str, region: str = "") -> Client:
        """A client with other credentials, such as a function's role in a test or a verification."""
        with self._lock:
            return self._make(service, region or self.region, credentials)

    def assume(self, role_arn: str, session: str = _SESSION, **more: str) -> Credentials:
        """Credentials of a role, asked for as the deployer of the role's account."""
        answer = self.client("sts", account=role_arn.split(":")[4]).assume_role(
            RoleArn=role_arn, RoleSessionName=session, **more
        )
        return _credentials(answer)

    def _deployer(self, account: str) -> Credentials:
        if account not in self._sessions:
            root = Credentials(account, "root", "")
            arn = _ensure_deployer(self._make("iam", self.region, root), account)
            sts = self._make("sts", self.region, root)
            answer = _reach(self.url, lambda: sts.assume_role(RoleArn=arn, RoleSessionName=_SESSION))
            self._sessions[account] = _credentials(answer)
        return self._sessions[account]

    def _make(self, service: str, region: str, credentials: Credentials) -> Client:
        make = cast("Callable[..., Client]", self._session.client)
        return make(
            service,
            region_name=region,
            endpoint_url=self.url or None,
            aws_access_key_id=credentials.access_key,
            aws_secret_access_key=credentials.secret_key,
            aws_session_token=credentials.token or None,
            config=Config(
                retries={"total_max_attempts": 2, "mode": "standard"},
                connect_timeout=5,
                read_timeout=60,
                max_pool_connections=32,
                parameter_validation=False,  # the emulator validates; saves a third of the client's time
                s3={"addressing_style": "path"},
                inject_host_prefix=False,
                proxies={} if self.url else None,  # the emulator is on this machine, whatever HTTP_PROXY says
            ),
        )


@dataclass(frozen=True)
class Aws:
    """What a provisioner works with: clients of the provider in effect, and where it deploys."""

    endpoint: Endpoint
    account: str
    region: str
    default_tags: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def partition(self) -> str:
        """The emulator has one."""
        return "aws"

    def client(self, service: str, region: str = "") -> Client:
        """A client in the provider's region, or another one."""
        return self.endpoint.client(service, region or self.region, self.account)

    def tags(self, given: Mapping[str, str] | None) -> dict[str, str]:
        """A resource's tags over the provider's default tags."""
        return {**self.default_tags, **(given or {})}


def _isolated_session() -> Any:
    """A session that the AWS settings of this machine (profiles, files) cannot change."""
    nowhere = (None, None, os.devnull, None)
    return botocore.session.Session(
        {"profile": (None, None, None, None), "config_file": nowhere, "credentials_file": nowhere}
    )


def error_code(error: BaseException) -> str:
    """The AWS error code of a `ClientError`, otherwise an empty string."""
    if not isinstance(error, ClientError):
        return ""
    return str(cast("dict[str, Any]", error.response).get("Error", {}).get("Code", ""))


def ignoring(codes: tuple[str, ...], call: Callable[[], Any]) -> None:
    """Make a call for which some refusals are fine, such as deleting what is gone."""
    try:
        call()
    except ClientError as error:
        if error_code(error) not in codes:
            raise


def explained(what: str, call: Callable[[], Any]) -> Any:
    """Make a call; AWS's refusal becomes a `ResourceError`, a silent endpoint an `EnvironmentFailed`."""
    try:
        return call()
    except ClientError as error:
        details = cast("dict[str, Any]", error.response).get("Error", {})
        raise ResourceError(
            f"{what}: {error.operation_name} was refused with {details.get('Code')}: {details.get('Message')}"
        ) from error
    except KeyError as error:
        # The SDK types let a nested property be left out, or be written as a dict with a misspelt key.
        raise ResourceError(f"{what}: a property it needs is missing: {error}") from error
    except BotoCoreError as error:
        raise EnvironmentFailed(
            f"{what}: the AWS endpoint does not answer: {error}",
            fix="See `stackwright status`; start again with `stackwright up`.",
        ) from error


def _reach(url: str, call: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return call()
    except BotoCoreError as error:
        raise EnvironmentFailed(f"no AWS endpoint answers at {url}: {error}", fix="Check --endpoint.") from error


def _credentials(answer: Mapping[str, Any]) -> Credentials:
    given = answer["Credentials"]
    return Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])


def _ensure_deployer(iam: Client, account: str) -> str:
    """The deployer may do everything, like most deployment roles; it is no root, so Denies and boundaries bind it."""
    trust = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",'
        f'"Principal":{{"AWS":"arn:aws:iam::{account}:root"}}}}]}}'
    )
    everything = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
    ignoring(("EntityAlreadyExists",), lambda: iam.create_role(RoleName=DEPLOYER_ROLE, AssumeRolePolicyDocument=trust))
    iam.put_role_policy(RoleName=DEPLOYER_ROLE, PolicyName="deploy", PolicyDocument=everything)
    return f"arn:aws:iam::{account}:role/{DEPLOYER_ROLE}"
