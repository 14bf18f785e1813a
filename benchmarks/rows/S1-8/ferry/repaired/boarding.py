import json

import pulumi
import pulumi_aws as aws

SOURCE = "def handler(event, context):\n    return {}\n"


class Boarding:
    """A function whose failed events are kept in an encrypted queue."""

    def __init__(self, name: str, key: aws.kms.Key) -> None:
        self.failed = aws.sqs.Queue(f"{name}-failed", kms_master_key_id=key.arn, message_retention_seconds=1209600)
        service = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        trust = json.dumps({"Version": "2012-10-17", "Statement": [service]})
        self.role = aws.iam.Role(name, assume_role_policy=trust)
        statements = [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": self.failed.arn}]
        use = {"Effect": "Allow", "Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": key.arn}
        statements += [use]
        allowed = aws.iam.RolePolicy(
            name,
            role=self.role.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements}),
        )
        self.function = aws.lambda_.Function(
            name,
            role=self.role.arn,
            runtime="python3.13",
            handler="boarding.handler",
            code=pulumi.AssetArchive({"boarding.py": pulumi.StringAsset(SOURCE)}),
            dead_letter_config={
                "target_arn": self.failed.arn,
            },
            opts=pulumi.ResourceOptions(depends_on=[allowed]),
        )
