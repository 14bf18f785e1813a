import json

import pulumi
import pulumi_aws as aws

CODE = "def handler(event, context):\n    return {'statusCode': 200, 'body': ''}\n"
TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


class Depot(pulumi.ComponentResource):
    """An API with one function behind it."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("depot:index:Depot", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        document = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
        role = aws.iam.Role(name, assume_role_policy=document, opts=inside)
        aws.iam.RolePolicyAttachment(
            name, role=role.name, policy_arn=aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE, opts=inside
        )
        function = aws.lambda_.Function(
            name,
            role=role.arn,
            runtime="python3.13",
            handler="app.handler",
            code=pulumi.AssetArchive({"app.py": pulumi.StringAsset(CODE)}),
            opts=inside,
        )
        api = aws.apigateway.RestApi(name, opts=inside)
        method = aws.apigateway.Method(
            name,
            rest_api=api.id,
            resource_id=api.root_resource_id,
            http_method="POST",
            authorization="AWS_IAM",
            opts=inside,
        )
        integration = aws.apigateway.Integration(
            name,
            rest_api=api.id,
            resource_id=api.root_resource_id,
            http_method=method.http_method,
            type="AWS_PROXY",
            integration_http_method="POST",
            uri=function.invoke_arn,
            opts=inside,
        )
        aws.lambda_.Permission(
            name,
            action="lambda:InvokeFunction",
            function=function.name,
            principal="apigateway.amazonaws.com",
            source_arn=pulumi.Output.concat(api.execution_arn, "/*/POST/"),
            opts=inside,
        )
        deployment = aws.apigateway.Deployment(
            name,
            rest_api=api.id,
            triggers={"uri": integration.uri},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[method, integration]),
        )
        aws.apigateway.Stage(name, rest_api=api.id, deployment=deployment.id, stage_name="live", opts=inside)
        self.register_outputs({})


Depot("depot")
