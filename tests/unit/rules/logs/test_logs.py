"""Logs: what is a fault in which spelling, and what is none."""

from __future__ import annotations

from checked_programs import Programs

BEFORE = """
role = aws.iam.Role("role", assume_role_policy="{}")
code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})


def function(label, **more):
    return aws.lambda_.Function(
        label, role=role.arn, runtime="python3.13", handler="app.handler", code=code, **more
    )


def group(label, physical=None, **more):
    return aws.cloudwatch.LogGroup(label, name=physical, **{"retention_in_days": 7, **more})
"""


def found(programs: Programs, program: str) -> list[str]:
    report = programs.check(BEFORE + program, "LOG")
    assert report.not_checked == ()
    return sorted(f"{f.code} {f.place.urn.rpartition('::')[2]}" for f in report.findings)


def test_faults_of_log_groups(programs: Programs) -> None:
    program = """
group("for-ever", retention_in_days=None)
group("never-ends", retention_in_days=0)
group("long", retention_in_days=365)
function("mills")
group("short-name", "/aws/lambda/mills")
function("dams", name="water-dams-prod")
group("without-stage", "/aws/lambda/water-dams")
function("locks")
group("locks-logs")
bridges = function("bridges")
group("after", bridges.name.apply(lambda name: f"/aws/lambda/{name}"))
aws.sfn.StateMachine("machine", role_arn=role.arn, definition="{}", logging_configuration={"level": "ALL"})
"""

    assert found(programs, program) == [
        "LOG101 for-ever",
        "LOG101 never-ends",
        "LOG102 long",
        "LOG103 locks-logs",
        "LOG103 short-name",
        "LOG103 without-stage",
        "LOG104 after",
        "LOG111 machine",
    ]


def test_log_groups_that_are_fine(programs: Programs) -> None:
    program = """
own = group("own", "/aws/lambda/mills")
function("mills", name="mills", opts=pulumi.ResourceOptions(depends_on=[own]))
free = group("locks")
function("locks", logging_config={"log_group": free.name, "log_format": "JSON"})
group("elsewhere", "/aws/lambda/of-another-stack")
group("shared", "/water/shared")
logged = group("bridges")
function("bridges")
api = aws.apigateway.RestApi("bridges")
deployment = aws.apigateway.Deployment("bridges", rest_api=api.id)
account = aws.apigateway.Account("logs", cloudwatch_role_arn=role.arn)
aws.apigateway.Stage("bridges", rest_api=api.id, deployment=deployment.id, stage_name="live",
    access_log_settings={"destination_arn": logged.arn, "format": "$context.requestId"},
    opts=pulumi.ResourceOptions(depends_on=[account]))
aws.sfn.StateMachine("machine", role_arn=role.arn, definition="{}", logging_configuration={"level": "OFF"})
"""

    assert found(programs, program) == []
