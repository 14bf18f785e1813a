import pulumi
import pulumi_aws as aws

CODE = "def handler(event, context):\n    return [r['s3']['object']['key'] for r in event['Records']]\n"


class Intake(pulumi.ComponentResource):
    """A bucket whose new objects a function reads."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("meters:index:Intake", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        bucket = aws.s3.Bucket(name, opts=inside)
        failed = aws.sqs.Queue(f"{name}-failed", sqs_managed_sse_enabled=True, opts=inside)
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = aws.iam.Role(name, assume_role_policy={"Version": "2012-10-17", "Statement": [trust]}, opts=inside)
        aws.iam.RolePolicyAttachment(
            name, role=role.name, policy_arn=aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE, opts=inside
        )
        keep = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": failed.arn}
        policy = aws.iam.RolePolicy(
            name,
            role=role.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [keep]}),
            opts=inside,
        )
        function = aws.lambda_.Function(
            name,
            role=role.arn,
            runtime="python3.13",
            handler="app.handler",
            code=pulumi.AssetArchive({"app.py": pulumi.StringAsset(CODE)}),
            dead_letter_config={"target_arn": failed.arn},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        permission = aws.lambda_.Permission(
            name,
            action="lambda:InvokeFunction",
            function=function.name,
            principal="s3.amazonaws.com",
            source_arn=bucket.arn,
            source_account=aws.get_caller_identity_output().account_id,
            opts=inside,
        )
        aws.s3.BucketNotification(
            name,
            bucket=bucket.id,
            lambda_functions=[
                {
                    "lambda_function_arn": function.arn,
                    "events": ["s3:ObjectCreated:*"],
                }
            ],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permission]),
        )
        self.register_outputs({"bucket": bucket.id, "permission": permission.id})


Intake("readings")
