import json

import pulumi
import pulumi_aws as aws


class Hut(pulumi.ComponentResource):
    """The beds of a hut, behind a REST API."""

    def __init__(self, name: str, stage: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("alps:index:Hut", name, None, opts)
        mine = pulumi.ResourceOptions(parent=self)
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = aws.iam.Role(
            name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}), opts=mine
        )
        source = pulumi.StringAsset("def handler(event, context):\n    return {'statusCode': 200}\n")
        beds = aws.lambda_.Function(
            name,
            role=role.arn,
            runtime="python3.13",
            handler="beds.handler",
            code=pulumi.AssetArchive({"beds.py": source}),
            opts=mine,
        )
        api = aws.apigateway.RestApi(name, opts=mine)
        bed = aws.apigateway.Resource(
            name, rest_api=api.id, parent_id=api.root_resource_id, path_part="{bed}", opts=mine
        )
        get = aws.apigateway.Method(
            name, rest_api=api.id, resource_id=bed.id, http_method="GET", authorization="NONE", opts=mine
        )
        called = aws.apigateway.Integration(
            name,
            rest_api=api.id,
            resource_id=bed.id,
            http_method=get.http_method,
            integration_http_method="POST",
            type="AWS_PROXY",
            uri=beds.invoke_arn,
            opts=mine,
        )
        made = aws.apigateway.Deployment(
            name,
            rest_api=api.id,
            triggers={"routes": pulumi.Output.json_dumps([get.id, called.id, called.uri])},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[called]),
        )
        aws.apigateway.Stage(name, rest_api=api.id, deployment=made.id, stage_name=stage, opts=mine)
        aws.lambda_.Permission(
            name,
            action="lambda:InvokeFunction",
            function=beds.name,
            principal="apigateway.amazonaws.com",
            source_arn=pulumi.Output.concat(api.execution_arn, f"/{stage}/GET/*"),
            opts=mine,
        )
        self.register_outputs({})


Hut("summit", "summer")
