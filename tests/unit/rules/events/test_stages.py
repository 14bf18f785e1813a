"""A permission that names the stage of an HTTP API."""

from __future__ import annotations

import pytest

PROGRAM = """\
trust = {{"Effect": "Allow", "Principal": {{"Service": "lambda.amazonaws.com"}}, "Action": "sts:AssumeRole"}}
role = aws.iam.Role("tides", assume_role_policy=json.dumps({{"Version": "2012-10-17", "Statement": [trust]}}))
function = aws.lambda_.Function("tides", role=role.arn, package_type="Image", image_uri="tides")
api = aws.apigatewayv2.Api("tides", protocol_type="HTTP")
for name in ("test", "live"):
    aws.apigatewayv2.Stage(name, api_id=api.id, name=name, auto_deploy=True)
integration = aws.apigatewayv2.Integration("tides", api_id=api.id, integration_type="AWS_PROXY",
    integration_uri=function.invoke_arn, payload_format_version="2.0")
target = pulumi.Output.concat("integrations/", integration.id)
aws.apigatewayv2.Route("tides", api_id=api.id, route_key="GET /tides/{{port}}", target=target)
aws.lambda_.Permission("tides", action="lambda:InvokeFunction", function=function.name,
    principal="apigateway.amazonaws.com", source_arn=pulumi.Output.concat(api.execution_arn, "/{stage}/GET/*"))
"""


@pytest.mark.parametrize("stage", ["live", "test", "*"])
def test_a_permission_may_name_a_stage(programs, stage):
    assert programs.check(PROGRAM.format(stage=stage), "EVT102", "EVT103").findings == ()


def test_it_does_not_name_another_one(programs):
    assert [f.code for f in programs.check(PROGRAM.format(stage="prod"), "EVT102").findings] == ["EVT102"]
