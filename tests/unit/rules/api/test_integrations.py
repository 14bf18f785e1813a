"""What API Gateway calls: URIs that no integration resource holds, and what is fine."""

from __future__ import annotations

_FUNCTION = """\
role = aws.iam.Role("role", assume_role_policy="{}")
code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
function = aws.lambda_.Function("seats", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
"""
_OTHERS = """\
web = aws.apigatewayv2.Api("web", protocol_type="HTTP")
aws.apigatewayv2.Integration(
    "web", api_id=web.id, integration_type="AWS_PROXY", integration_uri=function.arn, integration_method="POST"
)
socket = aws.apigatewayv2.Api("socket", protocol_type="WEBSOCKET", route_selection_expression="$request.body.action")
aws.apigatewayv2.Integration(
    "socket", api_id=socket.id, integration_type="AWS_PROXY", integration_uri=function.invoke_arn
)
aws.apigatewayv2.Authorizer(
    "web", api_id=web.id, name="web", authorizer_type="REQUEST", authorizer_uri=function.invoke_arn
)
rest = aws.apigateway.RestApi("rest")
aws.apigateway.Authorizer("rest", rest_api=rest.id, type="TOKEN", authorizer_uri=function.invoke_arn)
"""
_DESCRIBED = """\
call = {"type": "aws_proxy", "httpMethod": "POST", "uri": function.invoke_arn}
operation = {"responses": {}, "x-amazon-apigateway-integration": call}
paths = {"/seats/{row}": {"get": operation, "parameters": []}}
aws.apigateway.RestApi("described", body=pulumi.Output.json_dumps({"openapi": "3.0.1", "paths": paths}))
"""


def _messages(programs, text):
    return [f.message for f in programs.check(_FUNCTION + text, "API101").findings]


def test_a_uri_and_a_method_stand_in_other_resources_too(programs):
    assert _messages(programs, _OTHERS) == []
    plain = _messages(programs, _OTHERS.replace("function.invoke_arn", "function.arn"))
    assert sorted(" ".join(m.split()[1:3]) for m in plain) == [
        "authorizer 'rest'",
        "authorizer 'web'",
        "integration 'socket'",
    ]
    assert "by GET" in _messages(programs, _OTHERS.replace('"POST"', '"GET"'))[0]


def test_an_open_api_document_has_integrations(programs):
    assert _messages(programs, _DESCRIBED) == []
    assert len(_messages(programs, _DESCRIBED.replace("invoke_arn", "arn"))) == 1
    assert "GET /seats/{row}" in _messages(programs, _DESCRIBED.replace('"POST"', '"GET"'))[0]


def test_what_an_open_api_document_calls_must_be_allowed_to(programs):
    assert len(programs.check(_FUNCTION + _DESCRIBED, "EVT103").findings) == 1
    allowed = _DESCRIBED.replace("aws.apigateway.RestApi(", "api = aws.apigateway.RestApi(") + (
        'aws.lambda_.Permission("p", action="lambda:InvokeFunction", function=function.name,'
        ' principal="apigateway.amazonaws.com", source_arn=pulumi.Output.concat(api.execution_arn, "/*/GET/seats/*"))\n'
    )
    assert programs.check(_FUNCTION + allowed, "EVT101", "EVT102", "EVT103").findings == ()


def test_an_authorizer_calls_as_an_authorizer(programs):
    text = (
        _FUNCTION
        + _OTHERS
        + (
            'aws.lambda_.Permission("p", action="lambda:InvokeFunction", function=function.name,'
            ' principal="apigateway.amazonaws.com",'
            ' source_arn=pulumi.Output.concat(rest.execution_arn, "/authorizers/*"))\n'
        )
    )
    assert programs.check(text, "EVT102").findings == ()
    assert [f.message for f in programs.check(text, "EVT103").findings if "'rest'" in f.message] == []
    assert len([f for f in programs.check(text, "EVT103").findings if "authorizer 'web'" in f.message]) == 1
