import json

import pulumi
import pulumi_aws as aws

CODE = "def handler(event, context):\n    return [r['s3']['object']['key'] for r in event['Records']]\n"


def statement(**more: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **more}]})


class Printer:
    def __init__(self, name: str) -> None:
        self.name = name
        failed = aws.sqs.Queue(f"{name}-failed", sqs_managed_sse_enabled=True)
        trust = statement(Principal={"Service": "lambda.amazonaws.com"}, Action="sts:AssumeRole")
        role = aws.iam.Role(name, assume_role_policy=trust)
        aws.iam.RolePolicyAttachment(
            name, role=role.name, policy_arn=aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE
        )
        send = aws.iam.RolePolicy(
            name,
            role=role.name,
            policy=failed.arn.apply(lambda arn: statement(Action="sqs:SendMessage", Resource=arn)),
        )
        self.function = aws.lambda_.Function(
            name,
            role=role.arn,
            runtime="python3.12",
            handler="index.handler",
            code=pulumi.AssetArchive({"index.py": pulumi.StringAsset(CODE)}),
            dead_letter_config=aws.lambda_.FunctionDeadLetterConfigArgs(target_arn=failed.arn),
            opts=pulumi.ResourceOptions(depends_on=[send]),
        )

    def listen(self, bucket: aws.s3.Bucket) -> None:
        aws.s3.BucketNotification(
            self.name,
            bucket=bucket.bucket,
            lambda_functions=[
                aws.s3.BucketNotificationLambdaFunctionArgs(
                    lambda_function_arn=self.function.arn,  # expect: EVT103
                    events=["s3:ObjectCreated:Put"],
                )
            ],
        )
