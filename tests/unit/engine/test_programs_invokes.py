"""Function calls, plain and as outputs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stackwright.graph import Secret


def test_functions_of_aws(run: Any) -> None:
    ran = run(
        """
import pulumi_aws as aws
plain = aws.get_caller_identity()
pulumi.export("account", plain.account_id)
pulumi.export("caller", aws.get_caller_identity_output().arn)
pulumi.export("region", aws.get_region().region)
pulumi.export("partition", aws.get_partition().dns_suffix)
pulumi.export("zones", aws.get_availability_zones(state="available").names)
pulumi.export("zone_ids", aws.get_availability_zones_output(exclude_names=["eu-west-1b"]).zone_ids)
pulumi.export("zone", aws.get_availability_zone(name="eu-west-1b").zone_id)
pulumi.export("canonical", len(aws.s3.get_canonical_user_id().id))
pulumi.export("arn", aws.get_arn(arn="arn:aws:s3:::bucket/key:x").resource)
pulumi.export("principal", aws.get_service_principal(service_name="lambda").name)
pulumi.export("service", aws.get_service(service_id="s3").dns_name)
pulumi.export("ami", aws.ec2.get_ami(most_recent=True, owners=["amazon"]).id)
pulumi.export("vpc", aws.ec2.get_vpc(default=True).id)
pulumi.export("subnets", aws.ec2.get_subnets().ids)
pulumi.export("key", aws.kms.get_alias(name="alias/aws/s3").target_key_arn)
pulumi.export("regions", "eu-west-1" in aws.get_regions().names)
""",
        stack_file="config:\n  aws:region: eu-west-1\n",
    )
    outputs = ran.outputs
    assert outputs["account"] == "123456789012"
    assert outputs["caller"].startswith("arn:aws:sts::123456789012:assumed-role/")
    assert outputs["region"] == "eu-west-1"
    assert outputs["partition"] == "amazonaws.com"
    assert outputs["zones"] == ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
    assert outputs["zone_ids"] == ["euw1-az1", "euw1-az3"]
    assert outputs["zone"] == "euw1-az2"
    assert outputs["canonical"] == 64
    assert outputs["arn"] == "bucket/key:x"
    assert outputs["principal"] == "lambda.amazonaws.com"
    assert outputs["service"] == "s3.eu-west-1.amazonaws.com"
    assert outputs["ami"].startswith("ami-")
    assert outputs["vpc"].startswith("vpc-")
    assert len({s for s in outputs["subnets"] if s.startswith("subnet-")}) == 3
    assert outputs["key"].startswith("arn:aws:kms:eu-west-1:123456789012:")
    assert outputs["regions"] is True
    tokens = {i.token for i in ran.graph.invokes}
    assert "aws:ec2/getAmi:getAmi" in tokens
    assert all(i.provider.endswith("pulumi:providers:aws::default_7_51_1") for i in ran.graph.invokes)


def test_provider_parent_dependencies_and_secrets_of_calls(run: Any) -> None:
    ran = run(
        """
import pulumi_aws as aws
west = aws.Provider("west", region="us-west-2", allowed_account_ids=["444444444444"])
class Group(pulumi.ComponentResource):
    def __init__(self):
        super().__init__("my:index:Group", "g", None, pulumi.ResourceOptions(providers=[west]))
        self.queue = aws.sqs.Queue("q", opts=pulumi.ResourceOptions(parent=self))
        after = pulumi.InvokeOutputOptions(parent=self, depends_on=[self.queue])
        self.region = aws.get_region_output(opts=after).region
group = Group()
pulumi.export("inherited", group.region)
pulumi.export("given", aws.get_caller_identity(opts=pulumi.InvokeOptions(provider=west)).account_id)
pulumi.export("policy", aws.iam.get_policy_document_output(statements=[{
    "actions": ["sqs:SendMessage"], "resources": [group.queue.arn]}]).json)
pulumi.export("hidden", aws.get_arn_output(arn=pulumi.Output.secret("arn:aws:iam::1:user/x")).account)
"""
    )
    assert ran.outputs["inherited"] == "us-west-2"
    assert ran.outputs["given"] == "444444444444"
    document = json.loads(ran.outputs["policy"])
    assert document["Statement"][0]["Resource"] == ran.named("q").outputs["arn"]
    assert ":us-west-2:444444444444:" in document["Statement"][0]["Resource"]
    assert ran.outputs["hidden"] == Secret("1")


@pytest.mark.parametrize("mode", ["simulated", "unknown"])
def test_answers_that_are_made_up_are_marked(run: Any, mode: str) -> None:
    ran = run(
        """
import pulumi_aws as aws
aws.get_caller_identity()
aws.get_region()
aws.get_availability_zones()
aws.iam.get_policy_document(statements=[])
aws.ec2.get_vpc(default=True)
aws.ec2.get_ami(most_recent=True)
aws.ec2.get_subnets()
aws.s3.get_canonical_user_id()
aws.secretsmanager.get_random_password()
queue = aws.sqs.Queue("own", name="own")
aws.sqs.get_queue_output(name=queue.name)
""",
        mode=mode,
    )
    made_up = {i.token.rpartition(":")[2] for i in ran.graph.invokes if i.simulated}
    assert made_up == {"getVpc", "getAmi", "getSubnets", "getCanonicalUserId", "getRandomPassword"}
    assert {i.simulated for i in ran.graph.invokes} == {"", "no account was asked; the answer is made up"}
