"""Which account the settings of an AWS provider lead to, and by which roles.

https://www.pulumi.com/registry/packages/aws/api-docs/provider/
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from stackwright.errors import ResourceError

_ROLE: Final = re.compile(r"arn:[\w-]+:iam::(\d{12}):role/(?:.*/)?([\w+=,.@-]+)")
_SECONDS: Final = {"h": 3600.0, "m": 60.0, "s": 1.0}


@dataclass(frozen=True, slots=True)
class AssumedRole:
    """A role that a provider assumes; an empty value was not given.

    Attributes:
        duration: of the session, in seconds.
    """

    arn: str
    account: str
    name: str
    session_name: str = ""
    external_id: str = ""
    duration: int = 0
    policy: str = ""
    policy_arns: tuple[str, ...] = ()
    source_identity: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    transitive_tag_keys: tuple[str, ...] = ()


def assumed_roles(settings: Mapping[str, Any]) -> tuple[AssumedRole, ...]:
    """The roles of a provider's settings, each assumed with the credentials of the one before.

    Raises:
        ResourceError: an ARN is not that of a role, or a duration is none.
    """
    return tuple(map(_assumed, _stated(settings)))


def account_of(settings: Mapping[str, Any], home: str) -> str:
    """The account that a provider works in: the last role's, or the one that it allows, or else `home`.

    On AWS the credentials decide without a role. Here they can be those of whichever account the program expects.
    """
    stated = [str(role["roleArn"]) for role in _stated(settings)]
    match = _ROLE.fullmatch(stated[-1]) if stated else None
    if match:
        return match.group(1)
    allowed = _ids(settings, "allowedAccountIds")
    return home if home in allowed or not allowed else allowed[0]


def check_account(settings: Mapping[str, Any], home: str) -> None:
    """Do what the provider does before it makes anything: look whether it is in an account that it may work in.

    Raises:
        ResourceError: it is not.
    """
    account = account_of(settings, home)
    allowed, forbidden = _ids(settings, "allowedAccountIds"), _ids(settings, "forbiddenAccountIds")
    roles = [str(role["roleArn"]) for role in _stated(settings)]
    by = f" by assuming {roles[-1]}" if roles else ""
    if allowed and account not in allowed:
        raise ResourceError(
            f"the provider would deploy to account {account}{by}, but allows only {', '.join(allowed)}",
            fix="Correct the role's ARN or allowedAccountIds; in a Stackwright system: deploy_role_arn or "
            "expected_account_id.",
        )
    if account in forbidden:
        raise ResourceError(
            f"the provider would deploy to account {account}{by}, but forbids {', '.join(forbidden)}",
            fix="Correct the role's ARN or forbiddenAccountIds.",
        )


def made_up_account(project: str, stack: str) -> str:
    """Twelve digits that are always the same for a stack whose program names no account."""
    number = int.from_bytes(hashlib.sha256(f"{project}\0{stack}".encode()).digest()[:8], "big")
    return str(10**11 + number % (9 * 10**11))


def _stated(settings: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """`assumeRoles`, or the `assumeRole` of version 6; one without an ARN is none."""
    roles: Sequence[Mapping[str, Any]] = settings.get("assumeRoles") or [settings.get("assumeRole") or {}]
    return [role for role in roles if role.get("roleArn")]


def _assumed(role: Mapping[str, Any]) -> AssumedRole:
    arn = str(role["roleArn"])
    match = _ROLE.fullmatch(arn)
    if match is None:
        raise ResourceError(f"the provider is to assume {arn!r}, which is not the ARN of a role")
    tags: Mapping[str, Any] = role.get("tags") or {}
    return AssumedRole(
        arn=arn,
        account=match.group(1),
        name=match.group(2),
        session_name=str(role.get("sessionName") or ""),
        external_id=str(role.get("externalId") or ""),
        duration=_seconds(str(role.get("duration") or "")),
        policy=str(role.get("policy") or ""),
        policy_arns=tuple(map(str, role.get("policyArns") or ())),
        source_identity=str(role.get("sourceIdentity") or ""),
        tags=tuple(sorted((key, str(value)) for key, value in tags.items())),
        transitive_tag_keys=tuple(map(str, role.get("transitiveTagKeys") or ())),
    )


def _seconds(text: str) -> int:
    """A duration such as `1h30m`; hours, minutes and seconds are what a session's can consist of."""
    parts = re.findall(r"([\d.]+)(h|m|s)", text)
    if "".join(map("".join, parts)) != text:
        raise ResourceError(f"the provider is to assume a role for {text!r}, which is no duration such as 1h30m")
    return int(sum(float(number) * _SECONDS[unit] for number, unit in parts))


def _ids(settings: Mapping[str, Any], key: str) -> list[str]:
    given: Sequence[object] = settings.get(key) or ()
    return [str(account) for account in given]
