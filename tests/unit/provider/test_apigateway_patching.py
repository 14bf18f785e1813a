"""Changes are written as API Gateway takes them."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest

from stackwright.provider.parameters.limits import limits_of
from stackwright.provider.parameters.model import Model
from stackwright.provider.services.apigateway.patching import changes, method_pointer

SERVICE = botocore.session.get_session().get_service_model("apigateway")


@pytest.mark.parametrize(
    ("attribute", "before", "after", "expected"),
    [
        ("name", "a", "b", [("replace", "/name", "b")]),
        ("description", "a", None, [("replace", "/description", "")]),
        ("requestValidatorId", "a", None, [("replace", "/requestValidatorId", None)]),
        ("minimumCompressionSize", 10, None, [("replace", "/minimumCompressionSize", None)]),
        ("timeoutInMillis", 29000.0, 1000.0, [("replace", "/timeoutInMillis", "1000")]),
        ("tracingEnabled", None, True, [("replace", "/tracingEnabled", "true")]),
        ("apiKeyRequired", True, False, [("replace", "/apiKeyRequired", "false")]),
        (
            "binaryMediaTypes",
            ["image/png", "a/b"],
            ["a/b", "*/*"],
            [("add", "/binaryMediaTypes/*~1*", None), ("remove", "/binaryMediaTypes/image~1png", None)],
        ),
        ("binaryMediaTypes", ["a/b"], None, [("remove", "/binaryMediaTypes/a~1b", None)]),
        ("cacheKeyParameters", None, ["x"], [("add", "/cacheKeyParameters/x", None)]),
        (
            "authorizationScopes",
            ["a", "b"],
            ["b", "c/d"],
            [("add", "/authorizationScopes", "c/d"), ("remove", "/authorizationScopes", "a")],
        ),
        ("providerARNs", ["a"], ["b"], [("add", "/providerARNs", "b"), ("remove", "/providerARNs", "a")]),
        (
            "requestParameters",
            {"method.request.path.a": True, "method.request.path.b": True},
            {"method.request.path.b": False, "method.request.path.c": True},
            [
                ("remove", "/requestParameters/method.request.path.a", None),
                ("replace", "/requestParameters/method.request.path.b", "false"),
                ("add", "/requestParameters/method.request.path.c", "true"),
            ],
        ),
        ("requestTemplates", {"a/b~c": "x", "d": "y"}, {"d": "y"}, [("remove", "/requestTemplates/a~1b~0c", None)]),
        ("requestModels", None, {"a/b": "M"}, [("add", "/requestModels/a~1b", "M")]),
        ("variables", {"a": "1"}, {"b": "2"}, [("remove", "/variables/a", None), ("replace", "/variables/b", "2")]),
        ("quota", None, {"limit": 5}, [("replace", "/quota/limit", "5")]),
        (
            "quota",
            {"limit": 5, "offset": 1},
            {"limit": 5},
            [("remove", "/quota", None), ("replace", "/quota/limit", "5")],
        ),
        ("throttle", {"rateLimit": 1.5}, {"rateLimit": 2.5}, [("replace", "/throttle/rateLimit", "2.5")]),
        ("accessLogSettings", {"format": "a"}, None, [("remove", "/accessLogSettings", None)]),
    ],
)
def test_a_change_is_made_of_texts_and_paths(
    attribute: str, before: Any, after: Any, expected: list[tuple[str, str, str | None]]
) -> None:
    found = changes(attribute, before, after)
    assert [(operation["op"], operation["path"], operation.get("value")) for operation in found] == expected
    shape = SERVICE.operation_model("UpdateStage").input_shape
    parameters = {"restApiId": "a", "stageName": "b", "patchOperations": found}
    assert Model(limits_of("apigateway").dropped).faults(shape, parameters) == []


def test_the_path_of_a_method_is_two_names() -> None:
    assert [method_pointer(path) for path in ("*/*", "files/{id}/GET", "/files/GET")] == [
        "*/*",
        "files~1{id}/GET",
        "~1files/GET",
    ]
