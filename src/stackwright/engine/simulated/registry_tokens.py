"""Tokens with which Docker logs in to a registry of ECR; programs decode them while they run."""

from __future__ import annotations

import base64
from typing import Any, Final

from stackwright.engine.simulated.fake_values import A_TIME, FakeValues
from stackwright.engine.simulated.scope import Scope
from stackwright.graph import Properties

# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_AuthorizationData.html
_USER: Final = "AWS"


def authorization(args: Properties, scope: Scope, fake: FakeValues) -> dict[str, Any]:
    """What getCredentials and getAuthorizationToken have in common."""
    registry = str(args.get("registryId") or scope.account)
    return {
        **args,
        "id": scope.region,
        "region": scope.region,
        "registryId": registry,
        "authorizationToken": base64.b64encode(f"{_USER}:{_password(fake)}".encode()).decode(),
        "expiresAt": A_TIME,
        "proxyEndpoint": f"https://{registry}.dkr.ecr.{scope.region}.{scope.suffix}",
    }


def with_login(args: Properties, scope: Scope, fake: FakeValues) -> dict[str, Any]:
    """The token, and its two parts."""
    return {**authorization(args, scope, fake), "userName": _USER, "password": _password(fake)}


def public(args: Properties, scope: Scope, fake: FakeValues) -> dict[str, Any]:
    """A token of public.ecr.aws, which belongs to no registry."""
    private = with_login(args, scope, fake)
    return {key: value for key, value in private.items() if key not in ("registryId", "proxyEndpoint")}


def _password(fake: FakeValues) -> str:
    return fake.hex("password", 64)
