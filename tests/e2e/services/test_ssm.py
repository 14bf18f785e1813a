"""Parameters, seen through boto3."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from stackwright.errors import ResourceError
from stackwright.provider.aws import Aws
from stackwright.provider.services.ssm import FUNCTIONS

pytestmark = pytest.mark.e2e

PARAMETER = "ssm/parameter:Parameter"


@pytest.fixture
def path(request: pytest.FixtureRequest) -> str:
    return f"/{request.node.name}"


def found(aws: Any, name: str) -> dict[str, Any]:
    return aws.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]


def tags(aws: Any, name: str) -> dict[str, str]:
    listed = aws.client("ssm").list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"]
    return {t["Key"]: t["Value"] for t in listed}


def test_parameter_has_its_value_and_arn(aws: Any, path: str) -> None:
    made = aws.create(
        PARAMETER, "p", name=f"{path}/x", type="String", value="1", description="d", tier="Standard", tags={"a": "b"}
    )
    assert made.simulated == {}
    assert made.id == f"{path}/x"
    assert (found(aws, made.id)["Value"], found(aws, made.id)["ARN"]) == ("1", made.outputs["arn"])
    assert (made.outputs["version"], made.outputs["insecureValue"]) == (1, "1")
    assert tags(aws, made.id) == {"a": "b"}


def test_a_name_that_is_no_path_gets_its_slash_in_the_arn(aws: Any) -> None:
    made = aws.create(PARAMETER, "p", type="String", insecureValue="1")
    assert made.outputs["arn"] == found(aws, made.id)["ARN"]
    assert made.outputs["arn"].endswith(f":parameter/{made.id}")
    assert made.outputs["value"] == "1"


def test_secure_string_is_closed_without_decryption(aws: Any, path: str) -> None:
    made = aws.create(PARAMETER, "p", name=path, type="SecureString", value="secret", keyId="alias/aws/ssm")
    assert found(aws, path)["Value"] == "secret"
    assert aws.client("ssm").get_parameter(Name=path)["Parameter"]["Value"] != "secret"
    assert (made.outputs["value"], made.outputs["insecureValue"]) == ("secret", "")


def test_update_makes_a_version_and_keeps_the_tags_right(aws: Any, path: str) -> None:
    made = aws.create(PARAMETER, "p", name=path, type="String", value="1", tags={"a": "1", "b": "2"})
    made = aws.update(made, name=path, type="StringList", value="1,2", tags={"a": "3"})
    assert made.simulated == {}
    assert (found(aws, path)["Value"], made.outputs["version"]) == ("1,2", 2)
    assert tags(aws, path) == {"a": "3"}


def test_overwriting_is_asked_for(aws: Any, path: str) -> None:
    aws.client("ssm").put_parameter(Name=path, Value="old", Type="String")
    inputs = {"name": path, "type": "String", "value": "new"}
    with pytest.raises(ResourceError, match="ParameterAlreadyExists"):
        aws.create(PARAMETER, "p", **inputs)
    aws.create(PARAMETER, "p", **inputs, overwrite=True, tags={"a": "b"})
    assert found(aws, path)["Value"] == "new"
    assert tags(aws, path) == {"a": "b"}


def test_delete_twice_is_fine(aws: Any, path: str) -> None:
    made = aws.create(PARAMETER, "p", name=path, type="String", valueWo="1", valueWoVersion=1)
    assert made.outputs["hasValueWo"] is True
    aws.delete(made)
    aws.delete(made)
    with pytest.raises(ClientError, match="ParameterNotFound"):
        found(aws, path)


def test_read_and_lookups(aws: Any, path: str) -> None:
    for name, kind in (("a", "String"), ("b", "SecureString")):
        aws.create(PARAMETER, name, name=f"{path}/{name}", type=kind, value=name)
    assert aws.read(PARAMETER, f"{path}/b").outputs["value"] == "b"
    where = Aws(aws.endpoint, aws.endpoint.account, aws.endpoint.region)
    one = FUNCTIONS["aws:ssm/getParameter:getParameter"](where, {"name": f"{path}/b"})
    assert (one["value"], one["type"], one["insecureValue"]) == ("b", "SecureString", "")
    listed = FUNCTIONS["aws:ssm/getParametersByPath:getParametersByPath"](where, {"path": path})
    assert dict(zip(listed["names"], listed["values"], strict=True)) == {f"{path}/a": "a", f"{path}/b": "b"}
