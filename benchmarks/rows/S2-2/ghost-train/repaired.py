import json

import pulumi
import pulumi_aws as aws

REGION = "eu-west-3"


class Ride(pulumi.ComponentResource):
    """A ride whose gate is opened by a request."""

    def __init__(self, name: str, api: aws.apigateway.RestApi, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fair:index:Ride", name, None, opts)
        mine = pulumi.ResourceOptions(parent=self)
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = aws.iam.Role(
            name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}), opts=mine
        )
        code = pulumi.StringAsset("def handler(event, context):\n    return {'statusCode': 200}\n")
        gate = aws.lambda_.Function(
            name,
            role=role.arn,
            runtime="python3.13",
            handler="gate.handler",
            code=pulumi.AssetArchive({"gate.py": code}),
            opts=mine,
        )
        resource = aws.apigateway.Resource(
            name, rest_api=api.id, parent_id=api.root_resource_id, path_part=name, opts=mine
        )
        method = aws.apigateway.Method(
            name, rest_api=api.id, resource_id=resource.id, http_method="POST", authorization="NONE", opts=mine
        )
        path = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/"
        self.integration = aws.apigateway.Integration(
            name,
            rest_api=api.id,
            resource_id=resource.id,
            http_method=method.http_method,
            integration_http_method="POST",
            type="AWS_PROXY",
            uri=gate.arn.apply(lambda arn: path + arn + "/invocations"),
            opts=mine,
        )
        aws.lambda_.Permission(
            name,
            action="lambda:InvokeFunction",
            function=gate.name,
            principal="apigateway.amazonaws.com",
            source_arn=pulumi.Output.concat(api.execution_arn, "/*/POST/", name),
            opts=mine,
        )
        self.register_outputs({})


fair = aws.apigateway.RestApi("fair")
train = Ride("ghosts", fair)
opened = aws.apigateway.Deployment(
    "fair", rest_api=fair.id, triggers={"uri": train.integration.uri}, opts=pulumi.ResourceOptions(depends_on=[train])
)
aws.apigateway.Stage("fair", rest_api=fair.id, deployment=opened.id, stage_name="night")
