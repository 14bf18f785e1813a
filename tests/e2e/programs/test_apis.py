"""Programs that answer over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def test_an_http_api(programs: Any) -> None:
    result = programs.up("http-api")
    outputs = programs.outputs(result)
    answer = programs.http("GET", f"{outputs['url'].rstrip('/')}/hello/you")
    assert (answer.status, answer.json()) == (200, {"hello": "you", "method": "GET"})
    assert programs.http("GET", f"{outputs['url'].rstrip('/')}/goodbye").status == 404
    assert result.simulated_types() == []


def test_a_rest_api_that_keeps_notes(programs: Any) -> None:
    result = programs.up("rest-api")
    url = programs.outputs(result)["url"]
    assert programs.http("GET", f"{url}/notes/1").status == 404
    assert programs.http("PUT", f"{url}/notes/1", {"text": "milk"}).json() == {"id": "1"}
    assert programs.http("GET", f"{url}/notes/1").json() == {"id": "1", "text": "milk"}
    assert result.simulated_types() == []

    # The function may do what its role says, and no more.
    iam = programs.client("iam")
    (role,) = [r["RoleName"] for r in iam.list_roles()["Roles"] if r["RoleName"].startswith("notes-")]
    (policy,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    iam.delete_role_policy(RoleName=role, PolicyName=policy)
    assert programs.http("GET", f"{url}/notes/1").status == 502


def test_an_api_for_members_only(programs: Any) -> None:
    result = programs.up("members-api")
    outputs = programs.outputs(result)
    assert result.simulated_types() == []
    assert programs.http("GET", outputs["url"]).status == 401
    assert programs.http("GET", outputs["url"], headers={"Authorization": "Bearer x.y.z"}).status == 401

    cognito = programs.client("cognito-idp")
    member = {"UserPoolId": outputs["pool_id"], "Username": "ada"}
    cognito.admin_create_user(**member, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(**member, Password="Correct-Horse-1", Permanent=True)
    tokens = cognito.initiate_auth(
        ClientId=outputs["client_id"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": "Correct-Horse-1"},
    )["AuthenticationResult"]
    answer = programs.http("GET", outputs["url"], headers={"Authorization": tokens["IdToken"]})
    assert (answer.status, answer.text) == (200, "welcome")


def test_the_example_of_the_documentation(programs: Any) -> None:
    result = programs.up(str(Path(__file__).parents[3] / "docs" / "examples" / "notes"))
    url = programs.outputs(result)["url"]
    json = {"Content-Type": "application/json"}
    made = programs.http("POST", f"{url}/notes", {"text": "milk"}, json)
    assert made.status == 201
    assert programs.http("GET", f"{url}/notes/{made.json()['id']}").json()["text"] == "milk"
    assert programs.http("GET", f"{url}/notes/none").json()["error"]["code"] == "note_not_found"
    assert programs.http("POST", f"{url}/notes", {}, json).json()["error"]["code"] == "invalid_body"
    assert result.simulated_types() == []
