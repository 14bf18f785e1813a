"""Whose fault it is when AWS was asked in vain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore import exceptions
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from stackwright.errors import Defect, EnvironmentFailed, ResourceError, StackwrightError, UsageError
from stackwright.graph import Resource
from stackwright.provider.provisioner import Inputs, Settings
from stackwright.provider.refusals import explained

LOG = "/state/emulator.log"


def refusal(status: int, code: str = "Oops") -> ClientError:
    details: Any = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(details, "CreateQueue")


def raised_for(error: Exception, log: str = LOG) -> StackwrightError:
    def call() -> None:
        raise error

    with pytest.raises(StackwrightError) as raised:
        explained("cannot create x", call, log=log)
    assert raised.value.__cause__ is error
    assert raised.value.what.startswith("cannot create x: ")
    return raised.value


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (refusal(400), ResourceError, "CreateQueue was refused with Oops: no"),
        (refusal(500, "InternalError"), Defect, "the emulator failed at CreateQueue with InternalError: no"),
        (exceptions.EndpointConnectionError(endpoint_url="u"), EnvironmentFailed, "does not answer"),
        (exceptions.ConnectTimeoutError(endpoint_url="u"), EnvironmentFailed, "does not answer"),
        (exceptions.ConnectionClosedError(endpoint_url="u"), EnvironmentFailed, "does not answer"),
        (exceptions.SSLError(endpoint_url="u", error="e"), EnvironmentFailed, "does not answer"),
        (exceptions.ReadTimeoutError(endpoint_url="u"), EnvironmentFailed, "takes too long"),
        (exceptions.ParamValidationError(report="Invalid bucket name"), ResourceError, "Invalid bucket name"),
        (exceptions.NoCredentialsError(), UsageError, "no valid AWS credentials"),
        (exceptions.UnauthorizedSSOTokenError(), UsageError, "no valid AWS credentials"),
        (exceptions.WaiterError(name="n", reason="r", last_response={}), ResourceError, "Waiter n failed"),
        (ResponseParserError("not XML"), Defect, "answer cannot be read"),
        (exceptions.UnknownServiceError(service_name="x", known_service_names="y"), Defect, "Unknown service"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_each_kind_is_told_apart(error: Exception, kind: type[StackwrightError], text: str) -> None:
    raised = raised_for(error)
    assert type(raised) is kind
    assert text in raised.what


def test_a_failure_of_the_emulator_names_its_log_and_has_a_traceback() -> None:
    raised = raised_for(refusal(500))
    assert isinstance(raised, Defect)
    assert LOG in raised.fix
    assert "in call" in raised.traceback


def test_a_failure_of_aws_itself_is_no_defect() -> None:
    assert type(raised_for(refusal(503), log="")) is EnvironmentFailed


def test_a_fault_of_ours_stays_what_it_is() -> None:
    answer = {"QueueUrl": "http://…"}
    with pytest.raises(KeyError, match="QueueURL"):
        explained("cannot create x", lambda: answer["QueueURL"], log=LOG)


def test_a_nested_property_that_the_program_left_out_is_the_users() -> None:
    inputs = {"rules": [{"id": "a"}, {"id": "b", "filter": {"prefixx": "x/"}}]}
    new = Inputs(Resource(urn="u", type="aws:s3/bucket:Bucket", name="files", inputs=inputs), Path())
    assert new["rules"][0]["id"] == "a"
    with pytest.raises(ResourceError) as raised:
        new.get("rules")[1]["filter"]["prefix"]
    assert raised.value.what == (
        "aws:s3/bucket:Bucket 'files' needs 'rules[1].filter.prefix'; rules[1].filter has 'prefixx'"
    )
    assert new.get("rules") == inputs["rules"]


def test_an_argument_that_a_call_left_out_is_the_users() -> None:
    with pytest.raises(ResourceError, match="the function f needs 'name'; it has nothing"):
        Settings({}, "the function f needs ")["name"]
