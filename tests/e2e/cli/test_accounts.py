"""Stacks of one project in accounts of their own, deployed by assumed roles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
import pytest

pytestmark = pytest.mark.e2e

DEV, STAGING = "111111111111", "222222222222"
PROGRAM = """
    import json
    import pulumi
    import pulumi_aws as aws

    config, stack = pulumi.Config(), pulumi.get_stack()


    def provider(name, account):
        role = aws.ProviderAssumeRoleArgs(
            role_arn=f"arn:aws:iam::{account}:role/ci/deploy",
            session_name=f"pulumi-{stack}-deployment",
            external_id=config.get("external_id") or "tell-nobody",
        )
        allowed = [config.get("expected") or account]
        return aws.Provider(name, region="eu-west-1", assume_roles=[role], allowed_account_ids=allowed)


    account = config.get("account")
    own = provider("own", account) if account else aws.Provider("own", region="eu-west-1")
    opts = pulumi.ResourceOptions(provider=own)
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    role = aws.iam.Role("who", name="who", assume_role_policy=json.dumps({"Statement": [trust]}), opts=opts)
    logs = aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE
    aws.iam.RolePolicyAttachment("logs", role=role.name, policy_arn=logs, opts=opts)
    function = aws.lambda_.Function(
        "who",
        name="who",
        runtime="python3.12",
        handler="index.handler",
        role=role.arn,
        code=pulumi.FileArchive("./who"),
        opts=opts,
    )
    pulumi.export("function", function.arn)
    me = aws.get_caller_identity_output(opts=pulumi.InvokeOutputOptions(provider=own))
    pulumi.export("me", me.arn)
    if config.get("writes_to"):
        others = provider("others", config.require("writes_to"))
        queue = aws.sqs.Queue("written", name="written", opts=pulumi.ResourceOptions(provider=others))
        pulumi.export("written", queue.arn)
        reference = pulumi.StackReference("organization/shop/staging")
        pulumi.export("theirs", reference.require_output("function"))
    if config.get("bucket"):
        aws.s3.Bucket("data", bucket=config.require("bucket"), opts=opts)
"""
WHO = """
    import boto3

    def handler(event, context):
        print("asked")
        return boto3.client("sts").get_caller_identity()["Arn"]
"""


VERIFY = """
    def check_both(v):
        'Staging is where prod writes to.'
        theirs = v.stack("staging")
        assert theirs.outputs["function"] == v.outputs["theirs"]
        return theirs.client("sts").get_caller_identity()["Account"]
"""


@pytest.fixture
def shop(project: Any) -> Path:
    return project(
        PROGRAM,
        {
            "who/index.py": WHO,
            "verify.py": VERIFY,
            "Pulumi.dev.yaml": f'config:\n  shop:account: "{DEV}"\n',
            "Pulumi.staging.yaml": f'config:\n  shop:account: "{STAGING}"\n',
            "Pulumi.prod.yaml": f'config:\n  shop:writes_to: "{STAGING}"\n',
        },
    )


def test_each_stack_is_in_its_account(stackwright: Any, shop: Path) -> None:
    documents = stackwright.up(shop, "-s", "dev", "-s", "prod", "-s", "staging")
    assert [d["stack"] for d in documents] == ["dev", "staging", "prod"]  # prod refers to staging
    outputs = {d["stack"]: d["outputs"] for d in documents}
    accounts = {d["stack"]: d["account"] for d in documents}
    assert len({d["pid"] for d in documents}) == 1
    assert accounts["dev"] == DEV
    assert accounts["staging"] == STAGING
    assert accounts["prod"] not in (DEV, STAGING)

    for stack in ("dev", "staging"):
        assert outputs[stack]["me"] == f"arn:aws:sts::{accounts[stack]}:assumed-role/deploy/pulumi-{stack}-deployment"
    assert outputs["prod"]["theirs"] == outputs["staging"]["function"]
    assert outputs["prod"]["written"] == f"arn:aws:sqs:eu-west-1:{STAGING}:written"
    for stack, account in accounts.items():
        assert outputs[stack]["function"] == f"arn:aws:lambda:eu-west-1:{account}:function:who"
        who = stackwright("invoke", "who", "-s", stack).json()
        assert who == f"arn:aws:sts::{account}:assumed-role/who/who"
        assert "asked" in stackwright("logs", "who", "-s", stack).out
        environment = stackwright("env", "-s", stack, "--json").json()
        assert (identity(environment)["Account"], environment["AWS_REGION"]) == (account, "eu-west-1")
    assert "several" in stackwright("env").err
    assert stackwright("status", "--json").json()[0]["accounts"] == accounts
    only = stackwright("status", "-s", "staging", "--json").json()[0]
    assert only["accounts"] == {"staging": STAGING}

    (step,) = stackwright("verify", shop, "-s", "prod", "--json").json()
    assert (step["problem"], step["saw"]) == ("", STAGING)

    again = stackwright.up(shop, "-s", "prod", "-s", "dev")
    assert [d["account"] for d in again] == [accounts["prod"], DEV]
    assert {d["resources"]["created"] for d in again} == {0}

    assert "cannot stop alone" in stackwright("down", "-s", "dev").err
    assert stackwright("down", "-s", "dev", "--purge").code == 0
    (status,) = stackwright("status", "--json").json()
    assert set(status["accounts"]) == {"prod", "staging"}
    assert stackwright("invoke", "who", "-s", "staging").json() == f"arn:aws:sts::{STAGING}:assumed-role/who/who"
    (dev,) = [stackwright.up(shop, "-s", "dev")]
    assert dev["resources"]["created"] == 3


def identity(environment: dict[str, str]) -> dict[str, Any]:
    sts = boto3.client(
        "sts",
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name=environment["AWS_REGION"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=environment["AWS_SESSION_TOKEN"],
    )
    return sts.get_caller_identity()


def test_what_is_wrong_is_refused_and_the_others_come_up(stackwright: Any, shop: Path) -> None:
    (shop / "Pulumi.staging.yaml").write_text(
        f'config:\n  shop:account: "{STAGING}"\n  shop:expected: "{DEV}"\n  shop:bucket: one-of-a-kind\n'
    )
    stacks = ("-s", "staging", "-s", "dev")
    finished = stackwright("up", shop, *stacks, "-c", "bucket=one-of-a-kind", "--detach")
    assert finished.code == 2
    assert f"would deploy to account {STAGING}" in finished.err
    assert f"allows only {DEV}" in finished.err
    (status,) = stackwright("status", "--json").json()
    assert status["stacks"]["staging"] == 0
    assert status["stacks"]["dev"] > 2

    wrong = stackwright("up", shop, "-s", "dev", "-c", "external_id=guessed", "--detach")
    assert wrong.code == 2
    assert "cannot assume arn:aws:iam::111111111111:role/ci/deploy with the external id 'guessed'" in wrong.err

    taken = stackwright("up", shop, *stacks, "-c", f"expected={STAGING}", "-c", "bucket=one-of-a-kind", "--detach")
    assert taken.code == 2
    assert "names of buckets are shared by all accounts" in taken.err
