from __future__ import annotations

import ipaddress
import itertools

import pytest
from storefront_program import SERVICES, TABLES

from stackwright.components import network_block
from stackwright.components.table_policy import DATA_ACTIONS
from stackwright.graph import reveal


def ids(program, kind):
    return [r.id for r in sorted(program.all(kind), key=lambda r: r.name)]


def subnets(program):
    return [ipaddress.ip_network(program.inputs(s.name)["cidrBlock"]) for s in program.all("ec2/subnet:Subnet")]


def test_the_services_are_in_the_private_subnets(program):
    for service in SERVICES:
        config = program.inputs(f"{service}-function")["vpcConfig"]
        assert config["subnetIds"] == ids(program, "ec2/subnet:Subnet")
        assert config["securityGroupIds"] == [program.one("network-functions-group").id]


def test_the_dynamodb_endpoint_is_in_all_route_tables_and_names_the_three_tables_only(program):
    endpoint = program.inputs("network-dynamodb-endpoint")
    assert (endpoint["vpcEndpointType"], endpoint["serviceName"]) == ("Gateway", "com.amazonaws.us-east-1.dynamodb")
    assert endpoint["routeTableIds"] == ids(program, "ec2/routeTable:RouteTable")
    associated = {
        program.inputs(a.name)["subnetId"] for a in program.all("ec2/routeTableAssociation:RouteTableAssociation")
    }
    assert associated == set(ids(program, "ec2/subnet:Subnet"))

    statements = program.statements("network-dynamodb-endpoint")
    arns = {program.outputs(f"{name}-table")["arn"] for name in TABLES}
    assert {r.partition("/index/")[0] for s in statements for r in s["Resource"]} == arns
    assert not any("*" in resource for s in statements for resource in s["Resource"])
    assert not any("*" in action for s in statements for action in s["Action"])


@pytest.mark.parametrize(
    ("endpoint", "resources"),
    [
        ("secretsmanager", {"api-secret-secret"}),
        ("states", {"order-workflow-machine"}),
        ("s3", {"data-bucket"}),
    ],
)
def test_other_endpoints_lead_to_what_the_services_use_only(program, endpoint, resources):
    arns = {program.outputs(name)["arn"] for name in resources}
    found = {r for s in program.statements(f"network-{endpoint}-endpoint") for r in s["Resource"]}

    # Objects lie below their bucket.
    assert {r.split("/")[0] for r in found} == arns


def test_each_role_passes_an_endpoint_for_its_own_statements_only(program):
    roles = {program.outputs(f"{service}-role")["arn"]: service for service in SERVICES}
    for service in ("dynamodb", "s3", "secretsmanager", "states"):
        for statement in program.statements(f"network-{service}-endpoint"):
            role = roles[statement["Condition"]["ArnEquals"]["aws:PrincipalArn"]]
            own = program.statements(f"{role}-policy", "RolePolicy")
            assert (statement["Action"], statement["Resource"]) in [(s["Action"], s["Resource"]) for s in own]


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_role_may_do_passes_its_endpoint(program, service):
    endpoints = ("dynamodb", "s3", "secretsmanager", "states")
    passing = {
        name: [
            (s["Action"], s["Resource"])
            for s in program.statements(f"network-{name}-endpoint")
            if s["Condition"]["ArnEquals"]["aws:PrincipalArn"] == program.outputs(f"{service}-role")["arn"]
        ]
        for name in endpoints
    }
    for statement in program.statements(f"{service}-policy", "RolePolicy"):
        (called,) = {action.partition(":")[0] for action in statement["Action"]}
        if called in endpoints:
            assert (statement["Action"], statement["Resource"]) in passing[called]


@pytest.mark.parametrize("name", TABLES)
def test_table_policies_deny_data_outside_of_the_endpoint_and_leave_management_open(program, name):
    policy = program.one(f"{name}-access-policy")
    (statement,) = program.statements(policy.name)
    arn = program.outputs(f"{name}-table")["arn"]

    assert policy.inputs["resourceArn"] == arn
    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert statement["Resource"] == [arn, f"{arn}/index/*"]
    assert tuple(statement["Action"]) == DATA_ACTIONS
    assert statement["Condition"] == {
        "StringNotEquals": {"aws:SourceVpce": program.one("network-dynamodb-endpoint").id}
    }
    for service in SERVICES:
        assert program.depends(policy, f"{service}-function")


@pytest.mark.parametrize(("cidr", "zones"), [("10.0.0.0/16", 1), ("192.168.128.0/22", 2), ("10.0.0.0/16", 5)])
def test_subnets_are_computed_from_the_configured_block(variant, cidr, zones):
    program = variant(vpc_cidr=cidr, vpc_availability_zones=str(zones))
    found = subnets(program)

    assert len(found) == zones
    assert all(subnet.subnet_of(network_block(cidr)) for subnet in found)
    assert not any(a.overlaps(b) for a, b in itertools.combinations(found, 2))
    assert program.inputs("network-vpc")["cidrBlock"] == cidr


def test_no_subnet_is_in_a_zone_where_lambda_runs_no_functions(variant):
    program = variant(vpc_availability_zones="5")
    (zones,) = [reveal(i.result) for i in program.graph.invokes if i.token.endswith("getAvailabilityZones")]

    assert "use1-az3" not in zones["zoneIds"]
    assert {program.inputs(s.name)["availabilityZone"] for s in program.all("ec2/subnet:Subnet")} == set(zones["names"])


def test_more_zones_than_the_region_has_end_in_one_clear_error(variant):
    with pytest.raises(Exception, match="eu-west-1 has 3 for it"):
        variant(vpc_availability_zones="6", primary_region="eu-west-1")


def test_without_a_network_there_is_none_of_it(variant):
    program = variant(network="none")

    assert not [r.type for r in program.resources if r.type.startswith(("aws:ec2/", "aws:vpc/"))]
    assert not program.all("dynamodb/resourcePolicy:ResourcePolicy")
    for service in SERVICES:
        assert "vpcConfig" not in program.inputs(f"{service}-function")
        assert "ec2:" not in program.inputs(f"{service}-policy", "RolePolicy")["policy"]
    assert not program.graph.outputs.keys() & {"vpc_id", "dynamodb_endpoint_id"}


def test_a_break_glass_role_reaches_the_tables_from_elsewhere(variant):
    role = "arn:aws:iam::123456789012:role/break-glass"
    program = variant(break_glass_role_arn=role)

    for name in TABLES:
        (statement,) = program.statements(f"{name}-access-policy")
        assert statement["Condition"]["ArnNotEquals"] == {"aws:PrincipalArn": role}
