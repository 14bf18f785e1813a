"""Every permission of the services is needed, and its absence is seen, leaves a trace, and is healed.

One test per granted action and resource takes it out of the deployed role, makes the request that needs it, sees
AccessDenied name the action in the service's log and the error metric rise, looks at what was left behind, puts the
action back and makes the same request again. Here are the permissions that all three services have; those of their own
are in the modules imported below. The last test reads the deployed policies, so that a new grant without a test is a
failure.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
import test_least_privilege_orders
import test_least_privilege_products
import test_least_privilege_users
from botocore.exceptions import ClientError
from storefront_refusals import (
    assert_failed,
    covered,
    dead_letter,
    end_attempts,
    ended,
    invoke_asynchronously,
    log,
    metric,
    new_environments,
    refused,
    resumed,
    take_message,
)
from storefront_roles import SERVICES, function_name, last_decision, service_role
from storefront_stack import DEADLINE, Storefront, error_code, unique

from stackwright.testing.roles import Grant

pytestmark = pytest.mark.e2e

NOT_EXERCISED = {
    ("xray:PutTraceSegments", "*"): "the emulator has no X-Ray",
    ("xray:PutTelemetryRecords", "*"): "the emulator has no X-Ray",
    ("ec2:DescribeSubnets", "*"): "the emulator's Lambda does not look at subnets",
    ("ec2:AssignPrivateIpAddresses", "*"): "the emulator's interfaces have one address",
    ("ec2:UnassignPrivateIpAddresses", "*"): "the emulator's interfaces have one address",
}
COVERED_IN = (test_least_privilege_users, test_least_privilege_products, test_least_privilege_orders)

TABLES = {"user-service": "users", "order-service": "orders", "product-service": "products"}
KEYS = {"users": "userId", "orders": "orderId", "products": "productId"}

each_service = pytest.mark.parametrize("service", SERVICES)


def all_need(*grants: Grant) -> Any:
    """Parametrize a test by grants that all services have; `{table}` stands for the service's own."""
    own = [(service, (action, name.format(table=TABLES[service]))) for service in SERVICES for action, name in grants]
    for service, grant in own:
        covered.setdefault(service, set()).add(grant)
    ids = [f"{service} {action} on {name}" for service, (action, name) in own]
    return pytest.mark.parametrize(("service", "grant"), own, ids=ids)


def body_of(storefront: Storefront, service: str) -> Mapping[str, Any]:
    """Something new for the service to create."""
    if service == "user-service":
        return {"email": f"{unique('user')}@example.com", "name": "Ada"}
    if service == "product-service":
        return {"name": unique("product"), "category": unique("rights"), "price": "19.99", "stock": 5}
    return {"userId": storefront.new_user(), "productId": storefront.new_product(5), "quantity": 2}


def made(storefront: Storefront, service: str, body: Mapping[str, Any]) -> list[str]:
    """Ids of what was created from a body; every body has a value that no other has."""
    table = TABLES[service]
    attribute = {"users": "email", "products": "name", "orders": "userId"}[table]
    return [item[KEYS[table]]["S"] for item in storefront.rows_with(table, attribute, body[attribute])]


def completed(storefront: Storefront, service: str, body: Mapping[str, Any], key: Mapping[str, str]) -> str:
    """The id of what a repeated request creates, of which there is one; for an order when it is decided."""
    table = TABLES[service]
    answer = storefront.call("POST", f"/{table}", body, key)
    assert answer.status == (202 if table == "orders" else 201), answer.body
    found = answer.json()[KEYS[table]]
    assert made(storefront, service, body) == [found]
    if table == "orders":
        assert storefront.decided(found)["status"] == "confirmed"
        assert storefront.stock(str(body["productId"])) == 3
    return found


# ---- creating --------------------------------------------------------------------------------------------------------


@all_need(("dynamodb:PutItem", "{table}-table"))
def test_creating_needs_to_write(storefront: Storefront, service: str, grant: Grant) -> None:
    body, key = body_of(storefront, service), {"Idempotency-Key": unique("key")}
    with refused(storefront, service, grant):
        assert_failed(storefront.call("POST", f"/{TABLES[service]}", body))
        assert_failed(storefront.call("POST", f"/{TABLES[service]}", body, key))
        assert made(storefront, service, body) == []

    completed(storefront, service, body, key)


@all_need(("dynamodb:UpdateItem", "{table}-table"))
def test_repeatable_requests_need_to_end(storefront: Storefront, service: str, grant: Grant) -> None:
    table = TABLES[service]
    body, key = body_of(storefront, service), {"Idempotency-Key": unique("key")}
    with refused(storefront, service, grant):
        assert_failed(storefront.call("POST", f"/{table}", body, key))
        (left,) = made(storefront, service, body)
        # It is created, and nobody knows; until the first attempt must have ended, the client is told to wait.
        assert error_code(storefront.call("POST", f"/{table}", body, key), 409) == "idempotency_in_progress"
        if table == "orders":
            # Its workflow cannot change it either.
            assert ended(storefront, left)["error"] == "WorkflowFailed"

    end_attempts(storefront, table, KEYS[table])
    if table == "orders":
        resumed(storefront, left)
    assert completed(storefront, service, body, key) == left


@all_need(("dynamodb:DeleteItem", "{table}-table"))
def test_repeatable_requests_need_to_fail(storefront: Storefront, service: str, grant: Grant) -> None:
    table = TABLES[service]
    body, key = body_of(storefront, service), {"Idempotency-Key": unique("key")}
    # The request may begin, but not do its work.
    only_records = {
        "Effect": "Deny",
        "Action": "dynamodb:PutItem",
        "Resource": "*",
        "Condition": {"ForAnyValue:StringNotLike": {"dynamodb:LeadingKeys": "idempotency#*"}},
    }
    with refused(storefront, service, grant, denied=[only_records]):
        assert_failed(storefront.call("POST", f"/{table}", body, key))
        assert made(storefront, service, body) == []
    assert error_code(storefront.call("POST", f"/{table}", body, key), 409) == "idempotency_in_progress"

    end_attempts(storefront, table, KEYS[table])
    completed(storefront, service, body, key)
    # With the permission, the key is free at once.
    other = {"Idempotency-Key": unique("key")}
    body = body_of(storefront, service)
    with refused(storefront, service, denied=[only_records]):
        assert_failed(storefront.call("POST", f"/{table}", body, other))
    completed(storefront, service, body, other)


# ---- reading ---------------------------------------------------------------------------------------------------------


@all_need(("kms:Decrypt", "data-key through dynamodb"))
def test_reading_needs_the_key_of_the_table(storefront: Storefront, service: str, grant: Grant) -> None:
    path = f"/{TABLES[service]}/{uuid.uuid4()}"
    with refused(storefront, service, grant):
        assert_failed(storefront.call("GET", path))

    assert storefront.call("GET", path).status == 404


@all_need(("secretsmanager:GetSecretValue", "api-secret"), ("kms:Decrypt", "data-key through secretsmanager"))
def test_cursors_need_their_secret(storefront: Storefront, service: str, grant: Grant) -> None:
    filters = {
        "user-service": "email=ada%40example.com",
        "order-service": f"userId={uuid.uuid4()}",
        "product-service": f"category={unique('rights')}",
    }
    path = f"/{TABLES[service]}?{filters[service]}"
    # What is read once is remembered.
    new_environments(storefront, service)
    with refused(storefront, service, grant):
        assert storefront.call("GET", path).status == 200
        assert_failed(storefront.call("GET", f"{path}&cursor=forged"))

    assert error_code(storefront.call("GET", f"{path}&cursor=forged"), 400) == "invalid_cursor"


# ---- what Lambda does in the service's name --------------------------------------------------------------------------


@all_need(
    ("sqs:SendMessage", "dlq"),
    ("kms:GenerateDataKey", "data-key through sqs"),
    ("kms:Decrypt", "data-key through sqs"),
)
def test_keeping_failed_events_needs(storefront: Storefront, service: str, grant: Grant) -> None:
    url = storefront.outputs[f"{service.replace('-', '_')}_dlq_url"]
    lost, errors = metric(storefront, service, "DeadLetterErrors"), metric(storefront, service, "Errors")
    marker, since, role = unique("event"), last_decision(storefront), service_role(storefront, service)

    with role.without(grant):
        invoke_asynchronously(storefront, service, {"marker": marker})
        # Lambda has no log to say it in; its metric does.
        storefront.eventually(
            "the event is lost", lambda: metric(storefront, service, "DeadLetterErrors") > lost, DEADLINE
        )
        denied = [
            decision
            for decision in storefront.emulator.decisions(since)
            if decision.decision != "Allow" and role.name in decision.principal
        ]
        assert {(decision.action, decision.via) for decision in denied} == {(grant[0], "lambda")}
        assert take_message(storefront, url, marker) == []
    assert metric(storefront, service, "Errors") == errors + 3

    invoke_asynchronously(storefront, service, {"marker": marker})
    assert dead_letter(storefront, service, marker) == {"marker": marker}


@all_need(("logs:PutLogEvents", "log"), ("logs:CreateLogStream", "log"))
def test_logging_needs(storefront: Storefront, service: str, grant: Grant) -> None:
    """The service itself does not fail: AWS loses the lines of an environment that may not write them."""
    path, given, since = f"/{TABLES[service]}/unknown", {"X-Correlation-Id": unique("correlation")}, time.time()
    role = service_role(storefront, service)

    def is_logged() -> bool:
        return any(given["X-Correlation-Id"] in line for line in log(storefront, service, since))

    # A new execution environment needs a new log stream.
    new_environments(storefront, service)
    with role.without(grant):
        before = last_decision(storefront)
        assert storefront.call("GET", path, headers=given).status == 404
        denied = [each for each in storefront.emulator.decisions(before) if each.decision != "Allow"]
        assert {each.action for each in denied if role.name in each.principal} == {grant[0]}
        assert not is_logged()

    assert storefront.call("GET", path, headers=given).status == 404
    assert is_logged()


@all_need(
    ("ec2:CreateNetworkInterface", "*"),
    ("ec2:DescribeNetworkInterfaces", "*"),
    ("ec2:DeleteNetworkInterface", "*"),
)
def test_a_place_in_the_network_needs(storefront: Storefront, service: str, grant: Grant) -> None:
    functions, name = storefront.client("lambda"), function_name(storefront, service)
    config = functions.get_function_configuration(FunctionName=name)["VpcConfig"]
    place = {"SubnetIds": config["SubnetIds"], "SecurityGroupIds": config["SecurityGroupIds"]}
    call = grant[0].partition(":")[2]

    with (
        service_role(storefront, service).without(grant),
        pytest.raises(ClientError, match=f"does not have permissions to call {call} on EC2"),
    ):
        functions.update_function_configuration(FunctionName=name, VpcConfig=place)

    functions.update_function_configuration(FunctionName=name, VpcConfig=place)


# ---- all of them -----------------------------------------------------------------------------------------------------


@each_service
def test_every_deployed_grant_is_exercised(storefront: Storefront, service: str) -> None:
    assert service_role(storefront, service).grants() == covered[service] | NOT_EXERCISED.keys()


@each_service
def test_nothing_is_granted_twice(storefront: Storefront, service: str) -> None:
    granted = service_role(storefront, service).counted()

    assert {grant: count for grant, count in granted.items() if count > 1} == {}


def test_the_log_names_what_the_client_was_told(storefront: Storefront) -> None:
    since, given = time.time(), unique("correlation")
    with refused(storefront, "product-service", ("dynamodb:Query", "products-category-index")):
        answer = storefront.call("GET", "/products?category=x", headers={"X-Correlation-Id": given})
    assert_failed(answer)

    (line,) = [line for line in log(storefront, "product-service", since) if '"invocation failed"' in line]
    assert answer.json()["error"]["correlationId"] in line
    assert f'"correlation_id":"{given}"' in line
