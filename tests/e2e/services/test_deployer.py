"""The deployer's sessions: they last longer than their credentials, and other tools may use them."""

from __future__ import annotations

import time

import pytest
from botocore.exceptions import ClientError

from stackwright.emulator.process import Emulator
from stackwright.provider import aws, roles
from stackwright.provider.aws import Endpoint
from stackwright.provider.parameters.check import Checks

pytestmark = pytest.mark.e2e


def test_a_client_outlives_the_credentials_it_was_made_with(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aws, "SESSION_SECONDS", 2)
    monkeypatch.setattr(Checks, "watch", lambda *_: None)  # AWS allows no session this short
    endpoint = Endpoint.of(emulator)
    client = endpoint.client("sts")
    client.get_caller_identity()
    first = endpoint.client_as(endpoint.deployer(), "sts")
    end = time.monotonic() + 60
    with pytest.raises(ClientError, match="ExpiredToken"):  # noqa: PT012 - polled
        while time.monotonic() < end:
            first.get_caller_identity()

    assert client.get_caller_identity()["Arn"].endswith(f"assumed-role/{roles.DEPLOYER_ROLE}/stackwright")
