import json

import pulumi
import pulumi_aws as aws

from crossword.settings import Settings


class Clues:
    def __init__(self, name: str, settings: Settings) -> None:
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = aws.iam.Role(name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
        traces = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"
        sent = aws.iam.RolePolicyAttachment(name, role=role.name, policy_arn=traces)
        source = pulumi.StringAsset("def handler(event, context):\n    return {'statusCode': 200}\n")
        clue = aws.lambda_.Function(
            name,
            role=role.arn,
            runtime="python3.12",
            handler="clue.handler",
            code=pulumi.AssetArchive({"clue.py": source}),
            tracing_config=aws.lambda_.FunctionTracingConfigArgs(mode="Active" if settings.tracing else "PassThrough"),
            opts=pulumi.ResourceOptions(depends_on=[sent]),
        )
        api = aws.apigateway.RestApi(name)
        method = aws.apigateway.Method(
            name, rest_api=api.id, resource_id=api.root_resource_id, http_method="GET", authorization="NONE"
        )
        called = aws.apigateway.Integration(
            name,
            rest_api=api.id,
            resource_id=api.root_resource_id,
            http_method=method.http_method,
            integration_http_method="POST",
            type="AWS_PROXY",
            uri=clue.invoke_arn,
        )
        aws.lambda_.Permission(
            name,
            action="lambda:InvokeFunction",
            function=clue.name,
            principal="apigateway.amazonaws.com",
            source_arn=pulumi.Output.concat(api.execution_arn, "/*/GET/"),
        )
        made = aws.apigateway.Deployment(
            name,
            rest_api=api.id,
            triggers={"uri": called.uri},
            opts=pulumi.ResourceOptions(depends_on=[called]),
        )
        aws.apigateway.Stage(
            name,
            rest_api=api.id,
            deployment=made.id,
            stage_name=settings.stage,
            xray_tracing_enabled=False,  # expect: TRC101
        )
