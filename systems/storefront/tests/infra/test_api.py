"""Routes, models and CORS."""

from __future__ import annotations

import json

from storefront_program import PROJECT


def test_routes_lead_to_their_services(program):
    uris = {
        i.name.removeprefix("api-").removesuffix("-integration"): program.inputs(i.name)["uri"]
        for i in program.all("apigateway/integration:Integration")
        if program.inputs(i.name)["type"] == "AWS_PROXY"
    }
    routes = {
        "user-service": ("post-users", "get-users", "get-users-userId"),
        "product-service": ("post-products", "get-products", "get-products-productId", "patch-products-productId"),
        "order-service": ("post-orders", "get-orders", "get-orders-orderId"),
    }

    assert uris == {
        route: "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
        + program.outputs(f"{service}-function")["arn"]
        + "/invocations"
        for service, names in routes.items()
        for route in names
    }


def test_browsers_may_use_every_method(program):
    answers = [
        program.inputs(r.name)["responseParameters"]
        for r in program.all("apigateway/integrationResponse:IntegrationResponse")
        if r.name.startswith("api-options-")
    ]

    assert {a["method.response.header.Access-Control-Allow-Methods"] for a in answers} == {"'GET,POST,PATCH,OPTIONS'"}
    assert len(answers) == 7


def test_the_gateway_and_the_handlers_check_the_same_schemas(program):
    schemas = json.loads((PROJECT / "handlers" / "schemas.json").read_text(encoding="utf-8"))
    models = {m.inputs["name"]: json.loads(m.inputs["schema"]) for m in program.all("apigateway/model:Model")}

    assert models == {
        "User": schemas["user"],
        "Product": schemas["product"],
        "ProductChange": schemas["product_change"],
        "Order": schemas["order"],
    }


def test_lists_without_their_filter_do_not_reach_a_function(program):
    needed = {
        name.removeprefix("api-").removesuffix("-method"): parameters
        for m in program.all("apigateway/method:Method")
        for name, parameters in [(m.name, program.inputs(m.name).get("requestParameters", {}))]
    }

    assert needed["get-users"]["method.request.querystring.email"] is True
    assert needed["get-products"]["method.request.querystring.category"] is False
    assert needed["get-orders"]["method.request.querystring.userId"] is False
