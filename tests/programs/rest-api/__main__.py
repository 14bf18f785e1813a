"""A REST API whose function keeps notes in a table."""

import json

import pulumi
import pulumi_aws as aws

table = aws.dynamodb.Table(
    "notes", attributes=[{"name": "id", "type": "S"}], hash_key="id", billing_mode="PAY_PER_REQUEST"
)
role = aws.iam.Role(
    "notes",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
            ],
        }
    ),
    managed_policy_arns=[aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE],
)
access = aws.iam.RolePolicy(
    "notes",
    role=role.name,
    policy=table.arn.apply(
        lambda arn: json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:PutItem"], "Resource": arn}],
            }
        )
    ),
)
function = aws.lambda_.Function(
    "notes",
    runtime="python3.12",
    handler="notes.handler",
    role=role.arn,
    timeout=10,
    environment={"variables": {"TABLE": table.name}},
    code=pulumi.AssetArchive({".": pulumi.FileArchive("./app")}),
    opts=pulumi.ResourceOptions(depends_on=[access]),
)

api = aws.apigateway.RestApi("notes", endpoint_configuration={"types": "REGIONAL"})
notes = aws.apigateway.Resource("notes", rest_api=api.id, parent_id=api.root_resource_id, path_part="notes")
note = aws.apigateway.Resource("note", rest_api=api.id, parent_id=notes.id, path_part="{id}")
integrations = []
for verb in ("GET", "PUT"):
    method = aws.apigateway.Method(
        f"note-{verb}", rest_api=api.id, resource_id=note.id, http_method=verb, authorization="NONE"
    )
    integrations.append(
        aws.apigateway.Integration(
            f"note-{verb}",
            rest_api=api.id,
            resource_id=note.id,
            http_method=method.http_method,
            type="AWS_PROXY",
            integration_http_method="POST",
            uri=function.invoke_arn,
        )
    )
aws.lambda_.Permission(
    "api",
    action="lambda:InvokeFunction",
    principal="apigateway.amazonaws.com",
    function=function.name,
    source_arn=pulumi.Output.concat(api.execution_arn, "/*/*/*"),
)
deployment = aws.apigateway.Deployment("notes", rest_api=api.id, opts=pulumi.ResourceOptions(depends_on=integrations))
stage = aws.apigateway.Stage("v1", rest_api=api.id, deployment=deployment.id, stage_name="v1")
pulumi.export("url", stage.invoke_url)
pulumi.export("table", table.name)
pulumi.export("function", function.name)
