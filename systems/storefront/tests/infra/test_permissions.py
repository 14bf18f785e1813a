from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from storefront_program import SERVICES

HANDLERS = Path(__file__).resolve().parents[2] / "handlers"
PERMISSIONS = json.loads((HANDLERS / "permissions.json").read_text(encoding="utf-8"))
INTERFACES = (
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
)


@pytest.fixture
def arns(program):
    """ARNs by the names that handlers/permissions.json uses."""
    table = {name: program.outputs(f"{name}-table")["arn"] for name in ("users", "orders", "products")}
    bucket = program.outputs("data-bucket")["arn"]
    return {
        **{f"{name}-table": arn for name, arn in table.items()},
        "users-email-index": f"{table['users']}/index/email-index",
        "orders-userId-index": f"{table['orders']}/index/userId-index",
        "orders-status-index": f"{table['orders']}/index/status-index",
        "products-category-index": f"{table['products']}/index/category-index",
        "data-bucket": bucket,
        **{f"data-bucket-{folder}": f"{bucket}/{folder}/*" for folder in ("incoming", "processed", "rejected")},
        "api-secret": program.outputs("api-secret-secret")["arn"],
        "data-key": program.outputs("data-key-key")["arn"],
        "order-workflow": program.outputs("order-workflow-machine")["arn"],
    }


def pairs(statements):
    return {(action, resource) for s in statements for action in s["Action"] for resource in s["Resource"]}


def allowed(program, policy, kind=""):
    return [s for s in program.statements(policy, kind) if s["Effect"] == "Allow"]


# ---- roles -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_do_what_its_code_calls_and_no_more(program, arns, service):
    called = {(p["action"], arns[p["resource"]]) for p in PERMISSIONS[service]}
    log = program.outputs(f"{service}-logs")["arn"] + ":*"
    # What Lambda does in the function's name.
    by_lambda = {
        ("logs:CreateLogStream", log),
        ("logs:PutLogEvents", log),
        ("xray:PutTraceSegments", "*"),
        ("xray:PutTelemetryRecords", "*"),
        ("sqs:SendMessage", program.outputs(f"{service}-dlq-queue")["arn"]),
        ("kms:GenerateDataKey", arns["data-key"]),
        ("kms:Decrypt", arns["data-key"]),
        *((action, "*") for action in INTERFACES),
    }

    assert pairs(allowed(program, f"{service}-policy", "RolePolicy")) == called | by_lambda


@pytest.mark.parametrize("service", SERVICES)
def test_keys_are_used_through_the_services_that_the_code_calls(program, service):
    through = {
        (action, s["Condition"]["StringEquals"]["kms:ViaService"].split(".")[0])
        for s in allowed(program, f"{service}-policy", "RolePolicy")
        for action in s["Action"]
        if action.startswith("kms:")
    }
    calls = {
        (p["action"], use["through"])
        for p in PERMISSIONS[service]
        if p["action"].startswith("kms:")
        for use in p["used_by"]
    }

    # S3 decrypts the data key again for each part; a copy reads as well.
    assert through == calls | {("kms:GenerateDataKey", "sqs"), ("kms:Decrypt", "sqs")}


def test_only_the_index_that_holds_products_alone_is_scanned(program, arns):
    scanned = {
        resource
        for service in SERVICES
        for action, resource in pairs(allowed(program, f"{service}-policy", "RolePolicy"))
        if action == "dynamodb:Scan"
    }

    assert scanned == {arns["products-category-index"]}


def test_every_allow_names_actions_and_resources_except_the_listed_ones(program):
    from stackwright.components import WILDCARD_ACTIONS

    for policy in program.all("iam/rolePolicy:RolePolicy"):
        for statement in allowed(program, policy.name, "RolePolicy"):
            assert not any("*" in action for action in statement["Action"])
            for resource in statement["Resource"]:
                if resource == "*":
                    assert set(statement["Action"]) <= WILDCARD_ACTIONS.keys()
                else:
                    assert re.fullmatch(r"arn:aws:[a-z0-9]+:[a-z0-9-]*:(\d{12})?:\S+", resource), resource


@pytest.mark.parametrize("service", SERVICES)
def test_the_code_of_a_service_may_not_make_network_interfaces(program, service):
    (denied,) = [s for s in program.statements(f"{service}-policy", "RolePolicy") if s["Effect"] == "Deny"]

    assert set(denied["Action"]) == set(INTERFACES)
    assert denied["Condition"] == {
        "ArnEquals": {"lambda:SourceFunctionArn": program.outputs(f"{service}-function")["arn"]}
    }


def test_the_workflow_may_invoke_the_three_services(program):
    invoked = {
        resource
        for action, resource in pairs(program.statements("order-workflow-policy"))
        if action == "lambda:InvokeFunction"
    }

    assert invoked == {program.outputs(f"{service}-function")["arn"] for service in SERVICES}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_exists_only_after_its_permissions_and_its_log(program, service):
    function = program.one(f"{service}-function")

    assert program.depends(function, f"{service}-policy")
    assert program.depends(function, f"{service}-logs")
    assert program.depends(program.one(f"{service}-events"), f"{service}-policy")


def test_the_gateway_may_write_logs_and_no_more(program):
    (attached,) = [program.inputs(a.name) for a in program.all("iam/rolePolicyAttachment:RolePolicyAttachment")]
    role = program.one("api-account-role")

    assert attached["role"] == program.outputs(role.name)["name"]
    assert attached["policyArn"] == "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    (trust,) = json.loads(program.inputs(role.name)["assumeRolePolicy"])["Statement"]
    assert (trust["Principal"], trust["Action"]) == ({"Service": "apigateway.amazonaws.com"}, "sts:AssumeRole")
    assert not [p for p in program.all("iam/rolePolicy:RolePolicy") if program.inputs(p.name)["role"] == role.id]


# ---- who may invoke --------------------------------------------------------------------------------------------------


def test_each_trigger_has_its_own_permission(program):
    api, stage = program.outputs("api-api")["executionArn"], "dev"
    functions = {program.outputs(f"{service}-function")["name"]: service for service in SERVICES}
    found = {
        (functions[i["function"]], i["principal"], i["sourceArn"], i.get("sourceAccount"))
        for p in program.all("lambda/permission:Permission")
        for i in [program.inputs(p.name)]
    }

    gateway = "apigateway.amazonaws.com"
    assert found == {
        ("user-service", gateway, f"{api}/{stage}/POST/users", None),
        ("user-service", gateway, f"{api}/{stage}/GET/users", None),
        ("user-service", gateway, f"{api}/{stage}/GET/users/*", None),
        ("product-service", gateway, f"{api}/{stage}/POST/products", None),
        ("product-service", gateway, f"{api}/{stage}/GET/products", None),
        ("product-service", gateway, f"{api}/{stage}/GET/products/*", None),
        ("product-service", gateway, f"{api}/{stage}/PATCH/products/*", None),
        ("order-service", gateway, f"{api}/{stage}/POST/orders", None),
        ("order-service", gateway, f"{api}/{stage}/GET/orders", None),
        ("order-service", gateway, f"{api}/{stage}/GET/orders/*", None),
        ("order-service", "events.amazonaws.com", program.outputs("resume-orders-rule")["arn"], None),
        ("product-service", "s3.amazonaws.com", program.outputs("data-bucket")["arn"], "123456789012"),
    }


# ---- keys: the matrix of requirements.md, section 6.1 ----------------------------------------------------------------


def test_each_key_admits_the_services_that_need_it_and_no_other(program):
    here = "arn:aws:{}:us-east-1:123456789012:{}"
    groups = [
        *(f"/aws/lambda/storefront-{service}-dev" for service in SERVICES),
        "/aws/apigateway/storefront-api-dev",
        "/aws/vendedlogs/states/storefront-order-workflow-dev",
    ]
    logs = ("Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext")
    logs = {f"kms:{action}" for action in (*logs, "DescribeKey")}
    send = {"kms:Decrypt", "kms:GenerateDataKey"}

    def admitted(key):
        return [
            (s["Principal"]["Service"], set(s["Action"]), s["Condition"])
            for s in program.statements(f"{key}-key-policy")
            if "Service" in s["Principal"]
        ]

    data = admitted("data")
    context = "kms:EncryptionContext:aws:logs:arn"
    for group in groups:
        condition = {"ArnEquals": {context: here.format("logs", f"log-group:{group}")}}
        assert ("logs.us-east-1.amazonaws.com", logs, condition) in data
    account = {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    assert ("events.amazonaws.com", send, account) in data
    alarms = {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": here.format("cloudwatch", "alarm:*")},
    }
    assert ("cloudwatch.amazonaws.com", send, alarms) in data
    assert len(data) == len(groups) + 2

    distribution = program.outputs("content-cdn-distribution")["arn"]
    reader = {"StringEquals": {"AWS:SourceArn": distribution}}
    assert admitted("content") == [("cloudfront.amazonaws.com", {"kms:Decrypt"}, reader)]


def test_keys_are_administered_by_the_account_and_rotate(program):
    for key in ("data", "content"):
        (account,) = [s for s in program.statements(f"{key}-key-policy") if "AWS" in s["Principal"]]
        assert account["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}
        assert account["Action"] == ["kms:*"]
        assert program.inputs(f"{key}-key-key")["enableKeyRotation"] is True


def test_the_policy_of_the_content_key_waits_for_the_distribution_and_the_key_does_not(program):
    assert program.depends(program.one("content-key-policy"), "content-cdn-distribution")
    seen, pending = set(), ["content-key-key"]
    while pending:
        name = pending.pop()
        seen.add(name)
        pending += [urn.rpartition("::")[2] for urn in program.one(name).dependencies]
    assert seen == {"content-key-key"}


def test_logs_queues_topics_and_rules_wait_for_the_policy_of_their_key(program):
    for group in program.all("cloudwatch/logGroup:LogGroup"):
        assert program.depends(group, "data-key-policy")
    assert program.depends(program.one("resume-orders-target"), "data-key-policy")
    for alarm in program.all("cloudwatch/metricAlarm:MetricAlarm"):
        assert program.depends(alarm, "data-key-policy")
        assert program.depends(alarm, "alarm-notifications-policy")


# ---- content ---------------------------------------------------------------------------------------------------------


def test_the_content_is_read_by_this_distribution_only(program):
    reads = allowed(program, "content-policy")

    assert reads == [
        {
            "Sid": "ReadByDistribution",
            "Effect": "Allow",
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Action": ["s3:GetObject"],
            "Resource": [program.outputs("content-bucket")["arn"] + "/*"],
            "Condition": {"StringEquals": {"AWS:SourceArn": program.outputs("content-cdn-distribution")["arn"]}},
        }
    ]
