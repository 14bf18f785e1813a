"""boto3 clients for one provider: its account, its region, its credentials, the emulator's endpoint."""

from __future__ import annotations

import dataclasses
import functools
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias, TypeVar, cast

import boto3
import botocore.loaders
import botocore.session
from botocore.config import Config
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import BotoCoreError, ClientError

from stackwright.accounts import AssumedRole
from stackwright.credentials import Credentials as Credentials
from stackwright.errors import EnvironmentFailed, UsageError
from stackwright.provider import roles
from stackwright.provider.client import Client as Client
from stackwright.provider.parameters.check import Checks

_T = TypeVar("_T")

AwsError: Final = ClientError

SESSION_SECONDS = roles.LONGEST_SESSION


Identity: TypeAlias = str | tuple[AssumedRole, ...]
"""Who deploys: the deployer of an account, or the last of some roles, each of which assumes the next."""


class Emulator(Protocol):
    """An emulator that runs."""

    @property
    def endpoint(self) -> str: ...

    @property
    def account(self) -> str: ...

    @property
    def region(self) -> str: ...

    @property
    def log_path(self) -> Path: ...

    def root(self, account: str = "") -> Credentials:
        """The key of an account's root."""
        ...


def _nobody(account: str) -> Credentials:
    raise UsageError(f"there is no key for the root of account {account}", fix="Use the keys of the environment.")


def _keys_for(url: str, account: str) -> Credentials:
    """See `Endpoint.at`."""
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    key, secret, token = (os.environ.get(name, "") for name in names)
    if key and secret and os.environ.get("AWS_ENDPOINT_URL", "").rstrip("/") == url:
        return Credentials(key, secret, token)
    return Credentials(account, "test")


@dataclass
class Endpoint:
    """An AWS endpoint: the embedded emulator, or another one that the user named.

    Deploying happens as a role, never as root, so that what a deployment may do is decided as on AWS. Root is used once
    per account, to make that role.

    Attributes:
        log: the emulator's own log; empty where the endpoint is not ours.
        root: gives the key of an account's root.
    """

    url: str
    account: str
    region: str
    root: Callable[[str], Credentials] = _nobody
    log: str = ""
    _sessions: dict[Identity, boto3.Session] = field(default_factory=dict[Identity, boto3.Session])
    _clients: dict[tuple[str, str, Identity], Client] = field(default_factory=dict[tuple[str, str, Identity], Client])
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _checks: Checks = field(default_factory=Checks)
    # One for all sessions: parsing endpoint data and service models takes 40 to 200 ms per client.
    _loader: Any = field(default_factory=botocore.loaders.create_loader)

    @staticmethod
    def of(emulator: Emulator) -> Endpoint:
        """An emulator that runs."""
        return Endpoint(emulator.endpoint, emulator.account, emulator.region, emulator.root, str(emulator.log_path))

    @staticmethod
    def at(url: str, account: str, region: str) -> Endpoint:
        """An endpoint of somebody else's, with the keys of the environment if it was made for this endpoint.

        That is, if AWS_ENDPOINT_URL names it, as after `eval "$(stackwright env)"`. Otherwise the account's id is the
        key, which the emulators that check no keys take for the account's root; keys that may belong to AWS are sent
        to nobody else.
        """
        return Endpoint(url, account, region, functools.partial(_keys_for, url))

    @staticmethod
    def on_aws() -> Endpoint:
        """AWS itself, with the credentials of the environment.

        Raises:
            UsageError: there are none, or no region is set.
        """
        session = boto3.Session()  # pyright: ignore[reportUnknownMemberType]
        if session.get_credentials() is None or not session.region_name:
            raise UsageError(
                "there are no AWS credentials or no region in the environment", fix="Set AWS_PROFILE and AWS_REGION."
            )
        endpoint = Endpoint("", "", session.region_name)
        endpoint._sessions[""] = session
        return endpoint

    def within(self, account: str, region: str) -> Endpoint:
        """The same endpoint, with another account and region where none is named."""
        return dataclasses.replace(self, account=account, region=region)

    def client(self, service: str, region: str = "", who: Identity = "") -> Client:
        """A client of the deployer of an account, this endpoint's unless another is named, or of assumed roles.

        It is made once and shared between threads.

        Raises:
            ResourceError: a role cannot be assumed.
        """
        key = (service, region or self.region, who or self.account)
        found = self._clients.get(key)
        if found is None:
            # Making a client loads its model from disk and is not thread-safe.
            with self._lock:
                found = self._clients.get(key)
                if found is None:
                    found = self._clients[key] = self._make(service, key[1], self._session(key[2]))
        return found

    def client_as(self, credentials: Credentials, service: str, region: str = "") -> Client:
        """A client with other credentials, such as a function's role in a test or a verification."""
        with self._lock:
            return self._make(service, region or self.region, self._without_credentials, credentials)

    def assume(self, role_arn: str, session: str = roles.SESSION, **more: str) -> Credentials:
        """Credentials of a role, asked for as the deployer of the role's account."""
        answer = self.client("sts", who=role_arn.split(":")[4]).assume_role(
            RoleArn=role_arn, RoleSessionName=session, **more
        )
        return _credentials(answer)

    def stand_in(self, role: AssumedRole, before: tuple[AssumedRole, ...] = ()) -> bool:
        """Make a role that a provider assumes, where there is none; whether it was made.

        Args:
            before: the roles that it is assumed by; without any, the deployer of this endpoint's account does it.
        """
        arn = before[-1].arn if before else roles.deployer_arn(self.account)
        return roles.ensure_stand_in(self.client("iam", who=role.account), role, arn)

    def deployer(self, account: str = "") -> Credentials:
        """Credentials of the deployer of an account, for other tools."""
        with self._lock:
            found = self._session(account or self.account).get_credentials()
        assert found is not None
        frozen = found.get_frozen_credentials()
        return Credentials(str(frozen.access_key), str(frozen.secret_key), str(frozen.token or ""))

    def _session(self, who: Identity) -> boto3.Session:
        """A session that assumes its role anew before its credentials expire."""
        if who not in self._sessions:
            assume = self._assuming(who) if isinstance(who, tuple) else self._assuming_deployer(who)

            def renewed() -> dict[str, str]:
                given = _reach(self.url, assume)
                credentials = vars(_credentials(given))
                return {**credentials, "expiry_time": given["Credentials"]["Expiration"].isoformat()}

            refreshed = RefreshableCredentials.create_from_metadata(renewed(), renewed, "assume-role")
            self._sessions[who] = self._isolated(refreshed)
        return self._sessions[who]

    def _assuming_deployer(self, account: str) -> Callable[[], Mapping[str, Any]]:
        root = self.root(account)
        iam = self._make("iam", self.region, self._without_credentials, root)
        arn = _reach(self.url, lambda: roles.ensure_deployer(iam, account))
        sts = self._make("sts", self.region, self._without_credentials, root)
        return lambda: sts.assume_role(RoleArn=arn, RoleSessionName=roles.SESSION, DurationSeconds=SESSION_SECONDS)

    def _assuming(self, chain: tuple[AssumedRole, ...]) -> Callable[[], Mapping[str, Any]]:
        sts = self._make("sts", self.region, self._session(chain[:-1] or self.account))
        return lambda: roles.assume(sts, chain[-1])

    @functools.cached_property
    def _without_credentials(self) -> boto3.Session:
        """For clients that bring their own."""
        return self._isolated()

    def _isolated(self, credentials: RefreshableCredentials | None = None) -> boto3.Session:
        """A session that the AWS settings of this machine (profiles, files) cannot change."""
        nowhere = (None, None, os.devnull, None)
        session = botocore.session.Session(
            {"profile": (None, None, None, None), "config_file": nowhere, "credentials_file": nowhere}
        )
        session.register_component("data_loader", self._loader)
        # botocore has no other way to give a session credentials that renew themselves.
        session._credentials = credentials  # pyright: ignore[reportPrivateUsage]
        return boto3.Session(botocore_session=session)

    def _make(
        self, service: str, region: str, session: boto3.Session, credentials: Credentials | None = None
    ) -> Client:
        make = cast("Callable[..., Client]", session.client)
        given = credentials or Credentials("", "", "")
        client = make(
            service,
            region_name=region,
            endpoint_url=self.url or None,
            aws_access_key_id=given.access_key or None,
            aws_secret_access_key=given.secret_key or None,
            aws_session_token=given.token or None,
            config=Config(
                retries={"total_max_attempts": 2, "mode": "standard"},
                connect_timeout=5,
                read_timeout=60,
                max_pool_connections=32,
                parameter_validation=False,  # ours looks at more
                s3={"addressing_style": "path"},
                inject_host_prefix=False,
                proxies={} if self.url else None,  # the emulator is on this machine, whatever HTTP_PROXY says
            ),
        )
        self._checks.watch(service, client)
        return client


@dataclass(frozen=True)
class Aws:
    """What a provisioner works with: clients of the provider in effect, and where it deploys."""

    endpoint: Endpoint
    account: str
    region: str
    default_tags: Mapping[str, str] = field(default_factory=dict[str, str])
    assumed: tuple[AssumedRole, ...] = ()

    @property
    def partition(self) -> str:
        """The emulator has one."""
        return "aws"

    def client(self, service: str, region: str = "") -> Client:
        """A client in the provider's region, or another one."""
        return self.endpoint.client(service, region or self.region, self.assumed or self.account)

    def tags(self, given: Mapping[str, str] | None) -> dict[str, str]:
        """A resource's tags over the provider's default tags."""
        return {**self.default_tags, **(given or {})}


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


def _reach(url: str, call: Callable[[], _T]) -> _T:
    try:
        return call()
    except BotoCoreError as error:
        raise EnvironmentFailed(f"no AWS endpoint answers at {url}: {error}", fix="Check --endpoint.") from error


def _credentials(answer: Mapping[str, Any]) -> Credentials:
    given = answer["Credentials"]
    return Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
