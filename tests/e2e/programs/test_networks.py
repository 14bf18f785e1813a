"""Programs that lay networks, and what is built on them."""

from __future__ import annotations

from typing import Any

import pytest

from stackwright.errors import ResourceError


def test_a_network_and_a_project_that_refers_to_it(programs: Any) -> None:
    network = programs.up("network")
    outputs = programs.outputs(network)
    assert network.simulated_types() == []
    ec2 = programs.client("ec2")
    subnets = ec2.describe_subnets(SubnetIds=outputs["public_subnet_ids"])["Subnets"]
    assert {s["AvailabilityZone"] for s in subnets} == {"us-east-1a", "us-east-1b"}
    table = ec2.describe_route_tables(RouteTableIds=[outputs["private_route_table_id"]])["RouteTables"][0]
    assert any(route.get("NatGatewayId", "").startswith("nat-") for route in table["Routes"])
    assert {a["SubnetId"] for a in table["Associations"]} == set(outputs["private_subnet_ids"])
    groups = ec2.describe_security_groups(GroupIds=[outputs["database_group_id"]])["SecurityGroups"]
    (rule,) = groups[0]["IpPermissions"]
    assert (rule["FromPort"], rule["UserIdGroupPairs"][0]["GroupId"]) == (5432, outputs["web_group_id"])

    user = programs.up("network-user")
    seen = programs.outputs(user)
    assert (seen["vpc_id"], seen["subnet_count"], seen["missing"]) == (outputs["vpc_id"], 2, None)
    group = ec2.describe_security_groups(GroupIds=[seen["group_id"]])["SecurityGroups"][0]
    assert group["VpcId"] == outputs["vpc_id"]


def test_a_reference_to_a_stack_that_is_not_up(programs: Any) -> None:
    with pytest.raises(ResourceError, match="acme/network/dev") as raised:
        programs.up("network-user")
    assert "stackwright up" in raised.value.fix


def test_containers_and_databases_say_what_is_simulated(programs: Any) -> None:
    result = programs.up("web-service")
    outputs = programs.outputs(result)
    assert outputs["url"].startswith("http://web-")
    assert ":5432" in outputs["database"]
    assert result.simulated_types() == SIMULATED
    kept = [r for r in result.graph.resources if r.type.startswith("aws:ec2/")]
    assert kept
    assert not any("" in r.simulated for r in kept)


SIMULATED = [
    "aws:ecr/repository:Repository",
    "aws:ecs/cluster:Cluster",
    "aws:ecs/service:Service",
    "aws:ecs/taskDefinition:TaskDefinition",
    "aws:lb/listener:Listener",
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:lb/targetGroup:TargetGroup",
    "aws:rds/instance:Instance",
    "aws:rds/subnetGroup:SubnetGroup",
]


def test_strict_refuses_them(programs: Any) -> None:
    with pytest.raises(ResourceError, match="is not covered by the local provider"):
        programs.up("web-service", strict=True)
