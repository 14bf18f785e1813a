import json

import pulumi
import pulumi_aws as aws

CODE = "def handler(event, context):\n    return {'statusCode': 200, 'body': ''}\n"
TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


class Huts:
    def __init__(self, name: str) -> None:
        self.api = aws.apigateway.RestApi(name)
        role = aws.iam.Role(name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [TRUST]}))
        aws.iam.RolePolicyAttachment(
            name, role=role.name, policy_arn=aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE
        )
        self.function = aws.lambda_.Function(
            name,
            role=role.arn,
            runtime="python3.12",
            handler="huts.handler",
            code=pulumi.AssetArchive({"huts.py": pulumi.StringAsset(CODE)}),
        )

    def serve(self) -> None:
        huts = aws.apigateway.Resource(
            "huts", rest_api=self.api.id, parent_id=self.api.root_resource_id, path_part="huts"
        )
        hut = aws.apigateway.Resource("hut", rest_api=self.api.id, parent_id=huts.id, path_part="{number}")
        method = aws.apigateway.Method(
            "hut", rest_api=self.api.id, resource_id=hut.id, http_method="GET", authorization="AWS_IAM"
        )
        integration = aws.apigateway.Integration(
            "hut",
            rest_api=self.api.id,
            resource_id=hut.id,
            http_method=method.http_method,
            type="AWS_PROXY",
            integration_http_method="GET",  # expect: API101
            uri=self.function.invoke_arn,
        )
        aws.lambda_.Permission(
            "hut",
            action="lambda:InvokeFunction",
            function=self.function.name,
            principal="apigateway.amazonaws.com",
            source_arn=pulumi.Output.concat(self.api.execution_arn, "/*/GET", hut.path),  # expect: EVT102
        )
        deployment = aws.apigateway.Deployment(
            "huts",
            rest_api=self.api.id,
            triggers={"methods": pulumi.Output.json_dumps([method.id, integration.id])},
            opts=pulumi.ResourceOptions(depends_on=[method, integration]),
        )
        aws.apigateway.Stage("summer", rest_api=self.api.id, deployment=deployment.id, stage_name="summer")
