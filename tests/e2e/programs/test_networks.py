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
    assert (seen["vpc_id"], seen["subnet_count"]) == (outputs["vpc_id"], 2)
    assert "missing" not in seen
    group = ec2.describe_security_groups(GroupIds=[seen["group_id"]])["SecurityGroups"][0]
    assert group["VpcId"] == outputs["vpc_id"]


def test_a_reference_to_a_stack_that_is_not_up(programs: Any) -> None:
    with pytest.raises(ResourceError, match="acme/network/dev") as raised:
        programs.up("network-user")
    assert "stackwright up" in raised.value.fix


def test_containers_and_databases_are_declared(programs: Any) -> None:
    result = programs.up("web-service")
    outputs = programs.outputs(result)
    assert result.simulated_types() == []
    made = {r.type.rpartition(":")[2]: r.outputs for r in result.graph.resources}
    ecs = programs.client("ecs")
    (service,) = ecs.describe_services(cluster=made["Cluster"]["arn"], services=[made["Service"]["name"]])["services"]
    assert service["desiredCount"] == 2
    identifier = made["Instance"]["identifier"]
    (database,) = programs.client("rds").describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"]
    assert outputs["database"].endswith(f":{database['Endpoint']['Port']}")


def test_what_no_emulator_has_is_simulated_and_said_so(programs: Any) -> None:
    with pytest.raises(ResourceError, match="is not covered by the local provider"):
        programs.up("guarded", strict=True)
    result = programs.up("guarded")
    outputs = programs.outputs(result)
    assert result.simulated_types() == [
        "aws:codedeploy/application:Application",
        "aws:guardduty/detector:Detector",
        "aws:xray/samplingRule:SamplingRule",
    ]
    account = programs.endpoint.account
    assert outputs["detector_arn"].startswith(f"arn:aws:guardduty:us-east-1:{account}:")
    (detector,) = result.graph.of_type("aws:guardduty/detector:Detector")
    tags = programs.client("sqs").list_queue_tags(QueueUrl=outputs["queue_url"])["Tags"]
    assert tags == {"detector": detector.id}
