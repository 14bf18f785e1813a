"""Patch ``rest_paths``: REST APIs route by the path as it was sent."""

from __future__ import annotations

from typing import Any

import pytest
from gateway_apis import Api

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def api(account: Any) -> Api:
    """Each route has the permission that deployment tools grant: exactly its method and path."""
    made = Api(account)
    made.lambda_route("/files/{id}")
    made.lambda_route("/all/{proxy+}")
    for source in ("POST/fn", "POST/files/*", "POST/all/*"):
        made.permit(f"{made.arn}/v1/{source}")
    made.deploy()
    return made


@pytest.mark.parametrize(
    ("sent", "seen", "in_context"),
    [
        ("/fn", "/fn", "/fn"),
        ("/fn/", "/fn/", "/fn/"),
        ("//fn", "/fn", "//fn"),
        ("///fn//", "/fn//", "///fn//"),
    ],
)
def test_slashes_around_the_path_lead_to_the_same_route(api: Api, sent: str, seen: str, in_context: str) -> None:
    status, event, _ = api.call("event", path=sent)

    assert status == 200
    assert (event["resource"], event["path"]) == ("/fn", seen)
    assert event["requestContext"]["path"].endswith(f"/v1{in_context}")
    assert event["pathParameters"] is None


@pytest.mark.parametrize(
    "value", ["my-id%2F100", "a%0d%0ab", "%0a", "test%2Balias@example.com", "a+b", "%41", "%zz", ".."]
)
def test_a_parameter_comes_as_it_was_sent(api: Api, value: str) -> None:
    status, event, _ = api.call("event", path=f"/files/{value}/")

    assert (status, event["resource"]) == (200, "/files/{id}")
    assert event["pathParameters"] == {"id": value}
    assert event["path"] == f"/files/{value}/"


@pytest.mark.parametrize(("sent", "proxy"), [("/all/a//b", "a//b"), ("/all//b", "/b"), ("/all/a%2Fb/c/", "a%2Fb/c")])
def test_a_greedy_parameter_keeps_what_is_inside(api: Api, sent: str, proxy: str) -> None:
    status, event, _ = api.call("event", path=sent)

    assert (status, event["pathParameters"]) == (200, {"proxy": proxy})
    assert event["path"] == sent


@pytest.mark.parametrize("path", ["/files//", "/files//x", "/f%6e", "/fn%2f", "/files%2Fx", "/./fn", "/fn/..", "/all"])
def test_other_paths_are_no_routes(api: Api, path: str) -> None:
    status, body, _ = api.call("event", path=path)

    assert (status, body) == (403, {"message": "Missing Authentication Token"})


def test_the_permission_is_for_the_path_of_the_resource(account: Any) -> None:
    api = Api(account)
    api.lambda_route("/files/{id}")
    api.deploy()

    assert api.call("x", path="/files/7")[0] == 500
    api.permit(f"{api.arn}/*/POST/files/7")
    assert api.call("x", path="/files/7")[0] == 500
    api.permit(f"{api.arn}/*/POST/files/{{id}}")
    assert api.call("x", path="/files/7")[0] == 200
    assert api.call("x", path="/fn")[0] == 500


def test_the_last_value_of_a_name_in_the_query_counts(api: Api) -> None:
    _, event, _ = api.call("event", path="/fn?a=1&a=2&b=%2B+c")

    assert event["queryStringParameters"] == {"a": "2", "b": "+ c"}
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"], "b": ["+ c"]}
