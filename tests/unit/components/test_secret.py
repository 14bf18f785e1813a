from __future__ import annotations

import json

import pytest
from pulumi.runtime import rpc

from stackwright.components import ComponentError, Key, Secret


def value_of(recorder, name):
    secret = recorder.one(name).inputs["secretString"]
    assert rpc.is_rpc_secret(secret)
    return json.loads(rpc.unwrap_rpc_secret(secret))


def test_a_value_is_kept_as_a_secret(run, environment):
    def program():
        env = environment()
        Secret("api", values={"token": "t0k3n", "other": None}, key=Key("data", opts=env.opts), opts=env.opts)

    recorder = run(program)

    assert value_of(recorder, "api-value") == {"token": "t0k3n", "other": "cmFuZG9t"}
    secret = recorder.one("api-secret").inputs
    assert secret["kmsKeyId"] == "arn:aws:kms:us-east-1:123456789012:key/data-key"
    assert (secret["name"], secret["recoveryWindowInDays"]) == ("shop-api-dev", 30)
    drawn = [r for r in recorder.registered if r.type == "random:index/randomBytes:RandomBytes"]
    assert [(r.name, r.inputs["length"]) for r in drawn] == [("api-other", 32)]


def test_reading_needs_the_key_as_well(run, environment, worker):
    def program():
        env = environment()
        Secret("api", values={"k": "v"}, key=Key("data", opts=env.opts), opts=env.opts).grant_read(worker(env))

    policy = json.loads(run(program).one("worker-policy", "RolePolicy").inputs["policy"])["Statement"]

    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-api-dev-Ab12Cd"
    assert {"Effect": "Allow", "Action": ["secretsmanager:GetSecretValue"], "Resource": [arn]} in policy
    assert {
        "Effect": "Allow",
        "Action": ["kms:Decrypt"],
        "Resource": ["arn:aws:kms:us-east-1:123456789012:key/data-key"],
        "Condition": {"StringEquals": {"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"}},
    } in policy


@pytest.mark.parametrize("days", [-1, 1, 6, 31])
def test_recovery_windows_that_secrets_manager_refuses(run, environment, days):
    with pytest.raises(ComponentError, match="recovery_window_days is"):
        run(lambda: Secret("api", values={"k": "v"}, recovery_window_days=days, opts=environment().opts))


def test_a_secret_without_a_value_is_refused(run, environment):
    with pytest.raises(ComponentError, match="api holds nothing"):
        run(lambda: Secret("api", values={}, opts=environment().opts))
