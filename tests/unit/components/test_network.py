from __future__ import annotations

import ipaddress
import itertools
import json

import pytest

from stackwright.components import (
    Bucket,
    ComponentError,
    GlobalSecondaryIndex,
    Network,
    Queue,
    Secret,
    Table,
    TablePolicy,
    Workflow,
)
from stackwright.components.network import network_block, subnet_blocks
from stackwright.components.table_policy import DATA_ACTIONS
from stackwright.components.workflow import Definition, Invoke


def statements(registration):
    return json.loads(registration.inputs["policy"])["Statement"]


def by_name(registrations):
    return sorted(registrations, key=lambda r: r.name)


def network(env, *endpoints, **args):
    args.setdefault("zones", 2)
    return Network("net", cidr="10.0.0.0/16", endpoints=endpoints, **args, opts=env.opts)


def items(env, name="items"):
    return Table(
        name,
        attributes={"id": "S", "kind": "S"},
        hash_key="id",
        indexes={"kind-index": GlobalSecondaryIndex(hash_key="kind")},
        opts=env.opts,
    )


# ---- addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cidr", ["10.0.0.0/16", "172.16.0.0/20", "10.9.128.0/18", "192.168.7.0/24", "10.0.0.0/25"])
@pytest.mark.parametrize("zones", range(1, 7))
def test_subnets_lie_in_the_network_and_apart_from_each_other(cidr, zones):
    blocks = [ipaddress.ip_network(block) for block in subnet_blocks("net", cidr, zones)]

    assert len(blocks) == zones
    assert all(block.subnet_of(ipaddress.ip_network(cidr)) for block in blocks)
    assert not any(a.overlaps(b) for a, b in itertools.combinations(blocks, 2))
    assert all(block.prefixlen <= 28 for block in blocks)


@pytest.mark.parametrize("cidr", ["10.0.0.0/16", "10.0.0.0/22"])
def test_one_more_zone_leaves_the_other_subnets_as_they_are(cidr):
    for zones in range(1, 6):
        assert subnet_blocks("net", cidr, zones + 1)[:zones] == subnet_blocks("net", cidr, zones)


def test_subnets_have_24_bits_where_there_is_room():
    assert subnet_blocks("net", "10.0.0.0/16", 3) == ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"]
    assert subnet_blocks("net", "10.0.0.0/23", 2) == ["10.0.0.0/26", "10.0.0.64/26"]


@pytest.mark.parametrize("cidr", ["10.0.0.1/16", "10.0.0.0/15", "10.0.0.0/26", "8.8.0.0/16", "fd00::/48", "all", ""])
def test_blocks_that_amazon_or_common_sense_refuses(cidr):
    with pytest.raises(ValueError, match="IPv4 block"):
        network_block(cidr)
    with pytest.raises(ComponentError, match="cidr is"):
        subnet_blocks("net", cidr, 2)


@pytest.mark.parametrize("zones", [0, 7])
def test_a_region_has_one_to_six_zones(zones):
    with pytest.raises(ComponentError, match="zones is"):
        subnet_blocks("net", "10.0.0.0/16", zones)


# ---- network ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zones", range(1, 7))
def test_each_zone_has_a_private_subnet_with_its_own_routes(run, environment, worker, zones):
    def program():
        env = environment()
        function = worker(env, network=network(env, "dynamodb", zones=zones))
        items(env).grant(function, "dynamodb:GetItem")

    recorder = run(program)

    subnets = by_name(recorder.all("ec2/subnet:Subnet"))
    assert [s.inputs["availabilityZone"] for s in subnets] == [f"us-east-1{z}" for z in "abcdef"[:zones]]
    assert len({s.inputs["cidrBlock"] for s in subnets}) == zones
    assert {s.inputs["mapPublicIpOnLaunch"] for s in subnets} == {False}
    associations = by_name(recorder.all("ec2/routeTableAssociation:RouteTableAssociation"))
    pairs = [(a.inputs["subnetId"], a.inputs["routeTableId"]) for a in associations]
    assert pairs == [(f"net-subnet-{i}-id", f"net-routes-{i}-id") for i in range(1, zones + 1)]
    assert recorder.one("net-dynamodb-endpoint").inputs["routeTableIds"] == [table for _, table in pairs]
    assert recorder.one("worker-function").inputs["vpcConfig"]["subnetIds"] == [subnet for subnet, _ in pairs]
    assert not recorder.all("ec2/internetGateway:InternetGateway")
    assert not recorder.all("ec2/natGateway:NatGateway")
    assert not any("routes" in table.inputs for table in recorder.all("ec2/routeTable:RouteTable"))


def test_zones_are_asked_of_the_one_provider_and_need_no_opt_in(run, environment):
    recorder = run(lambda: network(environment(), excluded_zone_ids=["use1-az2"]))

    (asked,) = [i for i in recorder.invoked if i.token.endswith("getAvailabilityZones")]
    assert "shop-provider" in asked.provider
    assert asked.args == {
        "filters": [{"name": "opt-in-status", "values": ["opt-in-not-required"]}],
        "excludeZoneIds": ["use1-az2", "use1-az3"],
    }


def test_zones_without_lambda_are_left_out_unasked(run, environment):
    recorder = run(lambda: network(environment()))

    (asked,) = [i for i in recorder.invoked if i.token.endswith("getAvailabilityZones")]
    assert asked.args["excludeZoneIds"] == ["use1-az3"]


def test_a_region_with_fewer_zones_is_one_clear_error(run, environment):
    with pytest.raises(ValueError, match="zones is at least 2, us-east-1 has 1 for it"):
        run(lambda: network(environment(), zones=2), zones=1)


def test_the_network_resolves_private_names_and_its_default_group_is_closed(run, environment):
    recorder = run(lambda: network(environment()))

    vpc = recorder.one("net-vpc").inputs
    assert (vpc["enableDnsSupport"], vpc["enableDnsHostnames"], vpc["cidrBlock"]) == (True, True, "10.0.0.0/16")
    assert recorder.one("net-default-group").inputs.keys() == {"vpcId"}


# ---- endpoints -------------------------------------------------------------------------------------------------------


def test_functions_reach_the_endpoints_and_nothing_else(run, environment, worker):
    def program():
        env = environment()
        function = worker(env, network=network(env, "dynamodb", "secretsmanager", "states"))
        items(env).grant(function, "dynamodb:GetItem")
        Secret("api", values={"key": "v"}, opts=env.opts).grant_read(function)
        definition = Definition(start_at="A", steps={"A": Invoke(function, {}, "$.a")}, timeout_seconds=60)
        Workflow("flow", definition=definition, opts=env.opts).grant_start(function)

    recorder = run(program)

    https = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443}
    functions, interfaces = "net-functions-group-id", "net-interfaces-group-id"
    out = {r.name: r.inputs for r in recorder.all("vpc/securityGroupEgressRule:SecurityGroupEgressRule")}
    assert out == {
        "net-functions-to-dynamodb": {
            "securityGroupId": functions,
            "prefixListId": "pl-net-dynamodb-endpoint",
            **https,
        },
        "net-functions-to-interfaces": {
            "securityGroupId": functions,
            "referencedSecurityGroupId": interfaces,
            **https,
        },
    }
    inward = [r.inputs for r in recorder.all("vpc/securityGroupIngressRule:SecurityGroupIngressRule")]
    assert inward == [{"securityGroupId": interfaces, "referencedSecurityGroupId": functions, **https}]
    assert not any({"ingress", "egress"} & g.inputs.keys() for g in recorder.all("ec2/securityGroup:SecurityGroup"))
    assert recorder.one("worker-function").inputs["vpcConfig"]["securityGroupIds"] == [functions]
    for service in ("secretsmanager", "states"):
        endpoint = recorder.one(f"net-{service}-endpoint").inputs
        assert endpoint["serviceName"] == f"com.amazonaws.us-east-1.{service}"
        assert (endpoint["vpcEndpointType"], endpoint["privateDnsEnabled"]) == ("Interface", True)
        assert endpoint["subnetIds"] == ["net-subnet-1-id", "net-subnet-2-id"]
        assert endpoint["securityGroupIds"] == [interfaces]
        assert "routeTableIds" not in endpoint
    assert recorder.one("net-dynamodb-endpoint").inputs["vpcEndpointType"] == "Gateway"


def test_endpoints_let_through_what_was_granted_to_whom_it_was(run, environment, worker):
    def program():
        env = environment()
        function = worker(env, network=network(env, "dynamodb", "s3", "secretsmanager"))
        table = items(env)
        table.grant(function, "dynamodb:GetItem", "dynamodb:PutItem")
        table.grant_index(function, "kind-index")
        Bucket("files", opts=env.opts).grant(function, "s3:GetObject", prefix="in/")
        Secret("api", values={"key": "v"}, opts=env.opts).grant_read(function)

    recorder = run(program)

    table = "arn:aws:dynamodb:us-east-1:123456789012:table/shop-items-dev"
    only = {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/shop-worker-dev-useast1"}}
    allowed = {
        name: [(s["Action"], s["Resource"]) for s in statements(recorder.one(f"net-{name}-endpoint"))]
        for name in ("dynamodb", "s3", "secretsmanager")
    }
    assert allowed == {
        "dynamodb": [
            (["dynamodb:GetItem", "dynamodb:PutItem"], [table]),
            (["dynamodb:Query"], [f"{table}/index/kind-index"]),
        ],
        "s3": [(["s3:GetObject"], ["arn:aws:s3:::shop-files-dev-useast1/in/*"])],
        "secretsmanager": [
            (
                ["secretsmanager:GetSecretValue"],
                ["arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-api-dev-Ab12Cd"],
            )
        ],
    }
    for name in allowed:
        for statement in statements(recorder.one(f"net-{name}-endpoint")):
            assert (statement["Effect"], statement["Principal"], statement["Condition"]) == ("Allow", "*", only)


def test_a_call_that_could_not_get_out_is_refused(run, environment, worker):
    def program():
        env = environment()
        Queue("jobs", opts=env.opts).grant_send(worker(env, network=network(env, "dynamodb")))

    with pytest.raises(ComponentError, match=r'no way to sqs(.|\n)*add "sqs" to `endpoints`'):
        run(program)


def test_what_lambda_does_itself_needs_no_endpoint(run, environment, worker):
    recorder = run(lambda: worker(env := environment(), network=network(env)))

    assert not recorder.all("ec2/vpcEndpoint:VpcEndpoint")
    actions = {a for s in statements(recorder.one("worker-policy", "RolePolicy")) for a in s["Action"]}
    assert actions >= {"sqs:SendMessage", "logs:PutLogEvents", "xray:PutTraceSegments"}


def test_an_endpoint_lets_nothing_through_until_something_is_granted(run, environment):
    recorder = run(lambda: network(environment(), "dynamodb"))

    assert statements(recorder.one("net-dynamodb-endpoint")) == [
        {"Sid": "NothingIsGranted", "Effect": "Deny", "Principal": "*", "Action": ["*"], "Resource": ["*"]}
    ]


# ---- functions -------------------------------------------------------------------------------------------------------


def test_lambda_may_make_interfaces_before_the_function_exists_and_its_code_may_not(run, environment, worker):
    recorder = run(lambda: worker(env := environment(), network=network(env)))

    # Those of AWSLambdaVPCAccessExecutionRole.
    six = [
        "ec2:CreateNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:DeleteNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
    ]
    function = "arn:aws:lambda:us-east-1:123456789012:function:shop-worker-dev"
    found = [s for s in statements(recorder.one("worker-policy", "RolePolicy")) if s["Action"] == six]
    assert found == [
        {"Effect": "Allow", "Action": six, "Resource": ["*"]},
        {
            "Sid": "NotByCode",
            "Effect": "Deny",
            "Action": six,
            "Resource": ["*"],
            "Condition": {"ArnEquals": {"lambda:SourceFunctionArn": function}},
        },
    ]
    assert recorder.one("worker-function").depends_on("worker-policy")


def test_a_function_outside_of_any_network_has_nothing_of_it(run, environment, worker):
    recorder = run(lambda: worker(environment()))

    assert "vpcConfig" not in recorder.one("worker-function").inputs
    assert "ec2:" not in recorder.one("worker-policy", "RolePolicy").inputs["policy"]


# ---- table policy ----------------------------------------------------------------------------------------------------


def guarded(run, environment, worker, **args):
    def program():
        env = environment()
        net = network(env, "dynamodb")
        function, table = worker(env, network=net), items(env)
        table.grant(function, "dynamodb:GetItem")
        TablePolicy(
            "items-access", table=table, endpoint=net.endpoints["dynamodb"], functions=[function], **args, opts=env.opts
        )

    return run(program)


def test_data_is_reached_through_the_endpoint_only_and_the_table_can_still_be_managed(run, environment, worker):
    policy = guarded(run, environment, worker).one("items-access-policy")

    (statement,) = statements(policy)
    arn = "arn:aws:dynamodb:us-east-1:123456789012:table/shop-items-dev"
    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert statement["Resource"] == [arn, f"{arn}/index/*"]
    assert statement["Condition"] == {"StringNotEquals": {"aws:SourceVpce": "net-dynamodb-endpoint-id"}}
    assert tuple(statement["Action"]) == DATA_ACTIONS
    managing = ("Describe", "UpdateTable", "ResourcePolicy", "List", "Tag", "Backup", "Restore", "*")
    assert not [a for a in DATA_ACTIONS for word in managing if word in a]
    assert policy.depends_on("worker-function")


def test_a_break_glass_role_is_let_in(run, environment, worker):
    role = "arn:aws:iam::123456789012:role/break-glass"
    (statement,) = statements(guarded(run, environment, worker, break_glass_role_arn=role).one("items-access-policy"))

    assert statement["Condition"] == {
        "StringNotEquals": {"aws:SourceVpce": "net-dynamodb-endpoint-id"},
        "ArnNotEquals": {"aws:PrincipalArn": role},
    }
