"""Made-up ids, names and ARNs."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest

from stackwright.engine.schema import sdk
from stackwright.engine.schema.shapes import Kind, Shape
from stackwright.engine.simulated import identity
from stackwright.engine.simulated.fake_values import FakeValues
from stackwright.engine.simulated.identity import identify
from stackwright.engine.simulated.scope import Scope, scope_of
from stackwright.graph import Resource


def resource(type_token: str, name: str = "thing", seed: str = "", **inputs: Any) -> Resource:
    urn = f"urn:pulumi:s::p::{type_token}::{name}"
    return Resource(urn=urn, type=type_token, name=name, inputs=inputs, seed=seed or urn)


ALL_TYPES = sorted(
    token
    for token in set(sdk.tokens("aws"))
    if token.count(":") == 2 and not token.rpartition(":")[2].startswith("get")
)


def with_inputs(type_token: str) -> Resource:
    """A resource that has the inputs its templates ask for."""
    table = identity._tables(identity._module(type_token)).get(type_token.removeprefix("aws:"), {})
    asked = re.findall(r"\{inputs\.(\w+)\}", str(table))
    arn = "arn:aws-cn:svc:cn-north-1:999999999999:x"
    return resource(type_token, **{name: arn if name.lower().endswith("arn") else "given" for name in asked})


def test_every_type_has_an_id_and_every_output_it_declares() -> None:
    for type_token in ALL_TYPES:
        made = identify(with_inputs(type_token), {"region": "eu-west-1"})
        assert made.id, type_token
        missing = [k for k in sdk.resource_type(type_token).computed if made.outputs.get(k) is None]
        assert not missing, (type_token, missing)


def test_every_arn_names_account_region_and_partition_or_is_global() -> None:
    for type_token in ALL_TYPES:
        if type_token == "aws:cognito/userPoolDomain:UserPoolDomain":
            continue  # its cloudfrontDistributionArn is a domain name, in AWS, too
        made = identify(with_inputs(type_token), {"region": "cn-north-1", "allowedAccountIds": ["999999999999"]})
        for key, value in made.outputs.items():
            if (key.endswith("Arn") or key == "arn") and not str(value).startswith("given"):
                assert isinstance(value, str), (type_token, key)
                assert "us-east-1" not in value, (type_token, key, value)
                assert not value or value.startswith("arn:aws-cn:"), (type_token, key, value)


def test_objects_that_aws_computes_can_be_reached_into() -> None:
    cluster = identify(resource("aws:eks/cluster:Cluster"), {}).outputs
    assert cluster["identities"][0]["oidcs"][0]["issuer"].startswith("https://")
    assert cluster["certificateAuthority"]["data"]
    api = identify(resource("aws:appsync/graphQLApi:GraphQLApi"), {"region": "eu-west-1"})
    assert api.outputs["uris"]["GRAPHQL"] == f"https://{api.id}.appsync-api.eu-west-1.amazonaws.com/graphql"


def test_names_are_generated_as_pulumi_does() -> None:
    queue = identify(resource("aws:sqs/queue:Queue", "orders"), {})
    assert queue.outputs["name"].startswith("orders-")
    assert len(queue.outputs["name"]) == len("orders-") + 7
    assert queue.id == queue.outputs["url"]
    assert identify(resource("aws:sqs/queue:Queue", "orders", fifoQueue=True), {}).outputs["name"].endswith(".fifo")
    long = identify(resource("aws:sqs/queue:Queue", "x" * 200), {}).outputs["name"]
    assert len(long) == 80
    assert identify(resource("aws:sqs/queue:Queue", namePrefix="pre"), {}).outputs["name"].startswith("pre")


def test_given_values_win() -> None:
    made = identify(
        Resource("urn", "aws:sqs/queue:Queue", "q", inputs={"name": "given", "delaySeconds": 9}, seed="s"), {}
    )
    assert made.outputs["arn"] == "arn:aws:sqs:us-east-1:123456789012:given"
    assert (made.outputs["delaySeconds"], made.outputs["visibilityTimeoutSeconds"]) == (9, 30)


def test_what_a_provider_fills_in_is_made_up_where_its_name_says_how() -> None:
    outputs = identify(resource("aws:ec2/subnet:Subnet", cidrBlock="10.0.0.0/24"), {"region": "eu-west-1"}).outputs
    assert outputs["availabilityZone"] == "eu-west-1a"
    assert outputs["region"] == "eu-west-1"
    assert "namePrefix" not in identify(resource("aws:ec2/securityGroup:SecurityGroup"), {}).outputs


def test_a_certificate_has_its_validation_record() -> None:
    made = identify(resource("aws:acm/certificate:Certificate", domainName="example.com"), {})
    (option,) = made.outputs["domainValidationOptions"]
    assert {"domainName", "resourceRecordName", "resourceRecordType", "resourceRecordValue"} <= set(option)
    assert made.id == made.outputs["arn"]


def test_tags_are_merged_with_the_providers() -> None:
    config = {"defaultTags": {"tags": {"a": "1", "b": "1"}}}
    assert identify(resource("aws:sqs/queue:Queue", tags={"b": "2"}), config).outputs["tagsAll"] == {"a": "1", "b": "2"}
    assert identify(resource("aws:sqs/queue:Queue"), config).outputs["tagsAll"] == {"a": "1", "b": "1"}


def test_the_seed_decides() -> None:
    first = identify(resource("aws:sqs/queue:Queue"), {})
    assert identify(resource("aws:sqs/queue:Queue"), {}) == first
    other = identify(resource("aws:sqs/queue:Queue", seed="seed::replacement#1"), {})
    assert other.outputs["name"] != first.outputs["name"]


def test_the_same_on_every_machine() -> None:
    program = (
        "from stackwright.engine.simulated.identity import identify\nfrom stackwright.graph import Resource\n"
        "print(identify(Resource('u', 'aws:sqs/queue:Queue', 'q', seed='u'), {}).id)"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert found == {"https://sqs.us-east-1.amazonaws.com/123456789012/q-e47dc19\n"}


def test_a_resource_that_is_looked_up_keeps_its_id() -> None:
    made = identify(resource("aws:sqs/queue:Queue"), {}, given_id="https://sqs/q")
    assert made.id == "https://sqs/q"
    by_form = identify(resource("aws:gamelift/fleet:Fleet"), {}, given_id="fleet-1")
    assert by_form.id == "fleet-1"


@pytest.mark.parametrize(
    ("config", "account", "region", "partition"),
    [
        ({}, "123456789012", "us-east-1", "aws"),
        ({"region": "us-gov-west-1"}, "123456789012", "us-gov-west-1", "aws-us-gov"),
        ({"allowedAccountIds": ["1" * 12]}, "1" * 12, "us-east-1", "aws"),
        ({"allowedAccountIds": ["1" * 12, "2" * 12]}, "1" * 12, "us-east-1", "aws"),
        ({"allowedAccountIds": ["1" * 12, "123456789012"]}, "123456789012", "us-east-1", "aws"),
        ({"assumeRoles": [{"roleArn": "arn:aws:iam::222222222222:role/x"}]}, "2" * 12, "us-east-1", "aws"),
        (
            {
                "assumeRoles": [
                    {"roleArn": "arn:aws:iam::222222222222:role/x"},
                    {"roleArn": "arn:aws:iam::333333333333:role/y"},
                ],
                "allowedAccountIds": ["4" * 12],
            },
            "3" * 12,
            "us-east-1",
            "aws",
        ),
    ],
)
def test_where_a_provider_leads(config: dict[str, Any], account: str, region: str, partition: str) -> None:
    scope = scope_of(config)
    assert (scope.account, scope.region, scope.partition) == (account, region, partition)


TEXT = Shape("str")


def test_fake_values() -> None:
    fake = FakeValues("seed", Scope(region="eu-west-1"), "svc", "label")
    assert fake.value("vpcId", TEXT).startswith("vpc-")
    assert len(fake.value("vpcId", TEXT)) == len("vpc-") + 17
    assert fake.value("defaultSecurityGroupId", TEXT).startswith("sg-")
    assert fake.value("ownerId", TEXT) == "123456789012"
    assert fake.value("invokeUrl", TEXT).startswith("https://label-")
    assert fake.value("dnsName", TEXT).endswith(".svc.eu-west-1.amazonaws.com")
    assert fake.value("createdDate", TEXT) == "2030-01-01T00:00:00Z"
    assert fake.value("somethingElse", TEXT).startswith("label-")
    assert fake.value("issuer", TEXT).startswith("https://")
    kinds: tuple[Kind, ...] = ("int", "float", "bool", "list", "map", "object", "resource")
    assert [fake.value("x", Shape(kind)) for kind in kinds] == [0, 0.0, False, [], {}, {}, None]
    objects = Shape("list", Shape("object", members="Vpc"))
    ((vpc,),) = [fake.value("x", objects, lambda _: {"vpcId": TEXT, "cidrs": Shape("list", TEXT)})]
    assert vpc["vpcId"].startswith("vpc-")
    assert vpc["cidrs"] == []
    assert fake.known("somethingElse") is None
    assert len(fake.hex("x", 100)) == 100


def test_templates_are_filled_at_every_depth() -> None:
    templates = identity._Templates(
        resource("aws:x/y:Z", "n", a="A"),
        Scope(),
        {"name": "name", "outputs": {"o": [{"k": "{inputs.a}-{account}-{digits:3}-{alnum:4}", "n": 1}]}},
        sdk.Declared(),
    )
    ((found,),) = [templates.output("o")]
    head, account, digits, alnum = found["k"].split("-")
    assert (head, account, found["n"]) == ("A", "123456789012", 1)
    assert digits.isdigit()
    assert (len(digits), len(alnum)) == (3, 4)


def collides(type_token: str, old: dict[str, Any], new: dict[str, Any]) -> bool:
    before = Resource(f"urn:{type_token}::x", type_token, "x", inputs=old, seed="u")
    after = Resource(f"urn:{type_token}::x", type_token, "x", inputs=new, seed="u#1")
    return identity.collides(after, before, {})


def test_a_replacement_collides_where_it_would_have_the_same_name_or_id() -> None:
    assert collides("aws:sqs/queue:Queue", {"name": "a"}, {"name": "a", "fifoQueue": True})
    assert collides("aws:ec2/securityGroup:SecurityGroup", {"name": "web"}, {"name": "web", "vpcId": "v"})
    assert collides("aws:s3/bucketPolicy:BucketPolicy", {"bucket": "b"}, {"bucket": "b", "policy": "{}"})


def test_a_replacement_stands_beside_the_old_one_where_aws_or_we_make_the_id_up() -> None:
    assert not collides("aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"}, {"cidrBlock": "10.1.0.0/16"})
    assert not collides("aws:apigateway/deployment:Deployment", {"triggers": {"a": "1"}}, {"triggers": {"a": "2"}})
    assert not collides("aws:sqs/queue:Queue", {}, {"fifoQueue": True})
    assert not collides("aws:sqs/queue:Queue", {"name": "a"}, {"name": "b"})


def test_a_list_of_tags_is_no_mapping() -> None:
    group = Resource("u", "aws:autoscaling/group:Group", "g", inputs={"tags": [{"key": "a", "value": "b"}]})
    assert identity.identify(group, {"defaultTags": {"tags": {"Team": "x"}}}).outputs["tagsAll"] == {"Team": "x"}
