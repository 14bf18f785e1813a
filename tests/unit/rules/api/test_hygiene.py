"""APIs that answer, deploy and are addressed as they should, in other forms."""

from __future__ import annotations

import pytest
from checked_programs import Programs

API = """\
api = aws.apigateway.RestApi("lamps")
place = {"rest_api": api.id, "resource_id": api.root_resource_id, "http_method": "GET"}
method = aws.apigateway.Method("get", authorization="NONE", **place)
"""
DEPLOYED = """\
deployment = aws.apigateway.Deployment("lamps", rest_api=api.id, triggers={"v": method.id})
stage = aws.apigateway.Stage("lamps", rest_api=api.id, deployment=deployment.id, stage_name="prod")
"""


def codes(programs: Programs, program: str, code: str) -> list[str]:
    return [f.code for f in programs.check(program, code).findings]


@pytest.mark.parametrize(
    ("template", "declared", "found"),
    [
        ('{"statusCode": 200}', "200", 0),
        ("{'statusCode': 200}", "200", 0),
        ("{statusCode: 200}", "200", 0),
        ("{}", "200", 1),
        ('{"statusCode": 200}', "204", 1),
    ],
)
def test_a_mock_needs_a_status_and_the_response_of_this_status(
    programs: Programs, template: str, declared: str, found: int
) -> None:
    program = f"""{API}
aws.apigateway.Integration("get", type="MOCK", request_templates={{"application/json": {template!r}}}, **place)
aws.apigateway.MethodResponse("get", status_code="{declared}", **place)
aws.apigateway.IntegrationResponse("get", status_code="200", **place)
"""

    assert codes(programs, program, "API102") == ["API102"] * found


def test_a_proxy_needs_no_responses(programs: Programs) -> None:
    proxy = 'type="HTTP_PROXY", integration_http_method="GET", uri="https://example.com"'

    assert codes(programs, f'{API}aws.apigateway.Integration("get", {proxy}, **place)', "API102") == []


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ('pulumi.Output.concat("https://", api.id, ".execute-api.us-east-1.amazonaws.com/prod/lamps")', 0),
        ('pulumi.Output.concat("https://", api.id, ".execute-api.us-east-1.amazonaws.com/dev/lamps")', 1),
        ('pulumi.Output.concat("https://", api.id, ".execute-api.eu-west-1.amazonaws.com/prod/lamps")', 1),
        ('pulumi.Output.concat(stage.invoke_url, "/lamps")', 0),
        ('pulumi.Output.concat("https://", api.id, ".execute-api.us-east-1.amazonaws.com")', 1),
        ('"https://abc123.execute-api.eu-west-1.amazonaws.com/prod"', 0),
    ],
)
def test_an_address_has_the_region_and_the_stage_of_its_api(programs: Programs, address: str, found: int) -> None:
    region = 'pulumi.ResourceOptions(provider=aws.Provider("p", region="us-east-1"))'
    program = API.replace('RestApi("lamps")', f'RestApi("lamps", opts={region})')

    assert codes(programs, f'{program}{DEPLOYED}pulumi.export("address", {address})', "API107") == ["API107"] * found


@pytest.mark.parametrize(
    "limits",
    [
        'aws.apigateway.MethodSettings("m", rest_api=api.id, stage_name=stage.stage_name, method_path="*/*", '
        'settings={"throttling_rate_limit": 5, "throttling_burst_limit": 9})',
        'aws.apigateway.UsagePlan("u", api_stages=[{"api_id": api.id, "stage": stage.stage_name}], '
        'throttle_settings={"rate_limit": 5, "burst_limit": 9})',
    ],
)
def test_throttling_is_on_the_stage_or_in_a_plan(programs: Programs, limits: str) -> None:
    assert codes(programs, API + DEPLOYED, "API106") == ["API106"]
    assert codes(programs, API + DEPLOYED + limits, "API106") == []
