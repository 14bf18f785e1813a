"""Right, although others say otherwise: `invoke_arn` as URI, the function by ARN and by name, all methods and paths in
one source ARN, X-Ray on `*`."""

import json

import pulumi
import pulumi_aws as aws

region = aws.get_region_output().region
account = aws.get_caller_identity_output().account_id
trust = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
NAME = "library-loans"
group = aws.cloudwatch.LogGroup("loans", name=f"/aws/lambda/{NAME}", retention_in_days=30)
role = aws.iam.Role("loans", assume_role_policy=trust)
policy = aws.iam.RolePolicy(
    "loans",
    role=role.id,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                    "Resource": pulumi.Output.concat(group.arn, ":*"),
                },
                {
                    "Effect": "Allow",
                    "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
                    "Resource": "*",
                },
            ],
        }
    ),
)
function = aws.lambda_.Function(
    "loans",
    name=NAME,
    role=role.arn,
    runtime="python3.13",
    handler="loans.handler",
    timeout=20,
    tracing_config={"mode": "Active"},
    code=pulumi.AssetArchive(
        {"loans.py": pulumi.StringAsset("def handler(event, context):\n    return {'statusCode': 200, 'body': ''}\n")}
    ),
    opts=pulumi.ResourceOptions(depends_on=[policy, group]),
)
api = aws.apigateway.RestApi("library")
loans = aws.apigateway.Resource("loans", rest_api=api.id, parent_id=api.root_resource_id, path_part="loans")
loan = aws.apigateway.Resource("loan", rest_api=api.id, parent_id=loans.id, path_part="{loanId}")
integrations = []
for verb in ("GET", "DELETE"):
    method = aws.apigateway.Method(
        f"loan-{verb}", rest_api=api.id, resource_id=loan.id, http_method=verb, authorization="AWS_IAM"
    )
    integrations.append(
        aws.apigateway.Integration(
            f"loan-{verb}",
            rest_api=api.id,
            resource_id=loan.id,
            http_method=method.http_method,
            type="AWS_PROXY",
            integration_http_method="POST",
            uri=function.invoke_arn,
        )
    )
aws.lambda_.Permission(
    "by-arn",
    action="lambda:InvokeFunction",
    function=function.arn,
    principal="apigateway.amazonaws.com",
    source_arn=pulumi.Output.concat(api.execution_arn, "/*/*"),
)
aws.lambda_.Permission(
    "by-name",
    action="lambda:InvokeFunction",
    function=function.name,
    principal="apigateway.amazonaws.com",
    source_arn=pulumi.Output.concat(api.execution_arn, "/*/*/loans/*"),
)
deployment = aws.apigateway.Deployment(
    "library",
    rest_api=api.id,
    triggers={"integrations": pulumi.Output.json_dumps([i.id for i in integrations])},
    opts=pulumi.ResourceOptions(depends_on=integrations),
)
stage = aws.apigateway.Stage(
    "live", rest_api=api.id, deployment=deployment.id, stage_name="live", xray_tracing_enabled=True
)
aws.apigateway.MethodSettings(
    "live",
    rest_api=api.id,
    stage_name=stage.stage_name,
    method_path="*/*",
    settings={"throttling_rate_limit": 50, "throttling_burst_limit": 100},
)
pulumi.export("url", stage.invoke_url)
pulumi.export("place", pulumi.Output.concat(account, " ", region))
