"""Tracing: where it breaks off, and where it is the same everywhere."""

from __future__ import annotations

import pytest
from checked_programs import Programs

PROGRAM = """
role = aws.iam.Role("role", assume_role_policy="{}")
code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
function = aws.lambda_.Function(
    "function", role=role.arn, runtime="python3.13", handler="app.handler", code=code, tracing_config=MODE
)
api = aws.apigateway.RestApi("api")
aws.apigateway.Integration("get", rest_api=api.id, resource_id=api.root_resource_id, http_method="GET",
    type="AWS_PROXY", integration_http_method="POST", uri=function.invoke_arn)
deployment = aws.apigateway.Deployment("api", rest_api=api.id)
aws.apigateway.Stage("stage", rest_api=api.id, deployment=deployment.id, stage_name="live",
    xray_tracing_enabled=STAGE)
aws.sfn.StateMachine("machine", role_arn=role.arn, tracing_configuration={"enabled": MACHINE},
    definition=pulumi.Output.json_dumps({"StartAt": "Do", "States": {"Do": {"Type": "Task", "End": True,
        "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": function.arn}}}}))
"""


@pytest.mark.parametrize(
    ("mode", "stage", "machine", "expected"),
    [
        ("Active", True, True, []),
        ("PassThrough", False, False, []),
        ("Active", False, True, ["stage"]),
        ("Active", True, False, ["machine"]),
        ("PassThrough", True, True, ["function", "function"]),
    ],
)
def test_neighbours_are_traced_alike(
    mode: str, stage: bool, machine: bool, expected: list[str], programs: Programs
) -> None:
    before = f'MODE = {{"mode": "{mode}"}}\nSTAGE = {stage}\nMACHINE = {machine}\n'

    report = programs.check(before + PROGRAM, "TRC")

    assert [f.place.urn.rpartition("::")[2] for f in report.findings] == expected
    assert report.not_checked == ()
