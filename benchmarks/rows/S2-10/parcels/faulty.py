import pulumi
import pulumi_aws as aws

role = aws.iam.Role("parcels", assume_role_policy='{"Version": "2012-10-17", "Statement": []}')
code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context):\n    return {}\n")})
group = aws.cloudwatch.LogGroup(
    "parcels",
    name="/aws/lambda/parcels",  # expect: LOG103
    retention_in_days=7,
)
write = {
    "Effect": "Allow",
    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
    "Resource": [group.arn, pulumi.Output.concat(group.arn, ":*")],
}
policy = aws.iam.RolePolicy(
    "parcels", role=role.id, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [write]})
)
parcels = aws.lambda_.Function(
    "parcels",
    role=role.arn,
    runtime="python3.13",
    handler="app.handler",
    code=code,
    opts=pulumi.ResourceOptions(depends_on=[group, policy]),
)
