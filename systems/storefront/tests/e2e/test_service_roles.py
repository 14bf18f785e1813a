"""What AWS services may do in the system: each right taken away in turn, seen to be missing, and healed."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from storefront_policies import fired_by_events, permissions, rule_dead_letters, without_permission
from storefront_refusals import LONG_AGO, ended, order_of_a_new_product, order_row, resumed, take_message
from storefront_roles import SERVICES, last_decision, service_role, workflow_role
from storefront_stack import DEADLINE, Storefront, error_code, unique

from stackwright.provider.roles import DEPLOYER_ROLE
from stackwright.testing.roles import WORKFLOW_NOT_EXERCISED

pytestmark = pytest.mark.e2e

GATEWAY_ROLE = "api-account-role-"
"""Writes the access logs, which the emulator does not deliver; tests/infra/test_permissions.py looks at it."""


# ---- the workflow ----------------------------------------------------------------------------------------------------

LEFT = {
    # What is left of an order that the workflow cannot bring to this service, and what becomes of it.
    "user-service": ("failed", "failed"),
    "order-service": ("pending", "confirmed"),
    "product-service": ("failing", "failed"),
}


@pytest.mark.parametrize("service", SERVICES)
def test_the_workflow_needs_to_invoke(storefront: Storefront, service: str) -> None:
    with workflow_role(storefront).without(("lambda:InvokeFunction", service)):
        order_id, product_id = order_of_a_new_product(storefront, stock=5, quantity=2)
        execution = ended(storefront, order_id)
        assert (execution["status"], execution["error"]) == ("FAILED", "WorkflowFailed")
        assert order_row(storefront, order_id)["status"] == LEFT[service][0]
        assert storefront.stock(product_id) == 5
    history = storefront.client("stepfunctions").get_execution_history(executionArn=execution["executionArn"])
    assert "is not authorized to perform: lambda:InvokeFunction" in json.dumps(history["events"], default=str)

    final = resumed(storefront, order_id)["status"]
    assert final == LEFT[service][1]
    assert storefront.stock(product_id) == (3 if final == "confirmed" else 5)


def test_every_role_has_its_tests(storefront: Storefront) -> None:
    roles = {role["RoleName"] for role in storefront.client("iam").list_roles()["Roles"]} - {DEPLOYER_ROLE}
    tested = {workflow_role(storefront).name, *(service_role(storefront, service).name for service in SERVICES)}

    (other,) = roles - tested
    assert other.startswith(GATEWAY_ROLE)
    assert roles == tested | {other}


def test_the_workflow_may_do_nothing_else(storefront: Storefront) -> None:
    assert workflow_role(storefront).grants() == {
        *(("lambda:InvokeFunction", service) for service in SERVICES),
        *((action, "*") for action in WORKFLOW_NOT_EXERCISED),
    }


# ---- who may invoke the services -------------------------------------------------------------------------------------


def routes() -> Mapping[tuple[str, str], tuple[str, str, Any, int]]:
    """A request to each route, by service and route: method, path, body, and the status of its answer."""
    new, nobody = unique("route"), uuid.uuid4()
    product = {"name": new, "category": new, "price": "1.00", "stock": 1}
    order = {"userId": str(nobody), "productId": str(nobody), "quantity": 1}
    user = {"email": f"{new}@example.com", "name": "Ada"}
    return {
        ("user-service", "POST/users"): ("POST", "/users", user, 201),
        ("user-service", "GET/users"): ("GET", "/users?email=ada%40example.com", None, 200),
        ("user-service", "GET/users/*"): ("GET", f"/users/{nobody}", None, 404),
        ("product-service", "POST/products"): ("POST", "/products", product, 201),
        ("product-service", "GET/products"): ("GET", f"/products?category={new}", None, 200),
        ("product-service", "GET/products/*"): ("GET", f"/products/{nobody}", None, 404),
        ("product-service", "PATCH/products/*"): ("PATCH", f"/products/{nobody}", {"version": 1, "stock": 2}, 404),
        ("order-service", "POST/orders"): ("POST", "/orders", order, 202),
        ("order-service", "GET/orders"): ("GET", f"/orders?userId={nobody}", None, 200),
        ("order-service", "GET/orders/*"): ("GET", f"/orders/{nobody}", None, 404),
    }


@pytest.mark.parametrize(("service", "route"), routes(), ids=[route for _, route in routes()])
def test_the_gateway_needs_to_invoke(storefront: Storefront, service: str, route: str) -> None:
    method, path, body, status = routes()[service, route]
    with without_permission(storefront, service, ("apigateway", route)):
        refused = storefront.call(method, path, body)
    assert error_code(refused, 500) == "internal_error"

    answer = storefront.call(method, path, body)
    assert answer.status == status, answer.body
    if status == 202:
        assert storefront.decided(answer.json()["orderId"])["reason"] == "unknown_user"


def test_s3_needs_to_invoke_the_import(storefront: Storefront) -> None:
    category, name = unique("rights"), f"{unique('import')}.csv"
    content, since = f"name,category,price,stock\nChair,{category},19.99,5\n".encode(), last_decision(storefront)

    def is_refused() -> bool:
        found = storefront.emulator.decisions(since)
        return any((each.principal, each.decision) == ("s3.amazonaws.com", "ImplicitDeny") for each in found)

    with without_permission(storefront, "product-service", ("s3", "")):
        storefront.put_file(f"incoming/{name}", content)
        storefront.eventually("it is refused", is_refused, DEADLINE)
    assert storefront.keys(f"incoming/{name}") != []
    assert storefront.get("/products", category=category)["items"] == []

    # The file waits; S3 tells of it again when it is put again.
    storefront.put_file(f"incoming/{name}", content)
    storefront.eventually("the file is moved", lambda: not storefront.keys(f"incoming/{name}"), DEADLINE)
    (product,) = storefront.get("/products", category=category)["items"]
    assert (product["stock"], product["version"]) == (5, 1)


def test_the_schedule_needs_to_invoke(storefront: Storefront) -> None:
    order_id, product_id = str(uuid.uuid4()), storefront.new_product(5)
    created = (datetime.now(UTC) - LONG_AGO).isoformat(timespec="microseconds").replace("+00:00", "Z")
    attributes = {
        "orderId": order_id,
        "userId": storefront.new_user(),
        "productId": product_id,
        "status": "pending",
        "createdAt": created,
        "updatedAt": created,
    }
    queue, marker = rule_dead_letters(storefront), unique("event")

    with fired_by_events(storefront) as fire:
        with without_permission(storefront, "order-service", ("events", "")):
            # As if its service had ended between writing the order and starting the workflow.
            storefront.client("dynamodb").put_item(
                TableName=storefront.outputs["orders_table_name"],
                Item={**{name: {"S": value} for name, value in attributes.items()}, "quantity": {"N": "2"}},
            )
            fire(marker)
            (lost,) = storefront.eventually(
                "the event is kept", lambda: take_message(storefront, queue, marker), DEADLINE
            )
            assert lost["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_PERMISSIONS"
            assert order_row(storefront, order_id)["status"] == "pending"
        fire(marker)
    assert storefront.decided(order_id)["status"] == "confirmed"
    assert storefront.stock(product_id) == 3
    # The clock may have struck meanwhile.
    storefront.client("sqs").purge_queue(QueueUrl=queue)


def test_every_deployed_permission_is_exercised(storefront: Storefront) -> None:
    deployed = {(service, *permission) for service in SERVICES for permission in permissions(storefront, service)}

    assert deployed == {
        *((service, "apigateway", route) for service, route in routes()),
        ("product-service", "s3", ""),
        ("order-service", "events", ""),
    }
