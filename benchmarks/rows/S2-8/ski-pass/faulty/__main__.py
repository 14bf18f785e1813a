import json
from pathlib import Path

import pulumi
import pulumi_aws as aws


class Counter(pulumi.ComponentResource):
    """Counts who passes, in an encrypted table."""

    def __init__(self, name: str, key: aws.kms.Key, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ski:index:Counter", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        passes = aws.dynamodb.Table(
            f"{name}-passes",
            billing_mode="PAY_PER_REQUEST",
            hash_key="pass",
            attributes=[{"name": "pass", "type": "S"}],
            server_side_encryption={"enabled": True, "kms_key_arn": key.arn},
            opts=inside,
        )
        service = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        trust = json.dumps({"Version": "2012-10-17", "Statement": [service]})
        role = aws.iam.Role(f"{name}-role", assume_role_policy=trust, opts=inside)
        count = {"Effect": "Allow", "Action": "dynamodb:UpdateItem", "Resource": passes.arn}
        aws.iam.RolePolicy(
            f"{name}-policy",
            role=role.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [count]}),
            opts=inside,
        )
        aws.lambda_.Function(
            f"{name}-function",
            runtime="python3.13",
            handler="counter.handler",
            code=pulumi.AssetArchive({"counter.py": pulumi.FileAsset(str(Path(__file__).parent / "counter.py"))}),
            environment={"variables": {"PASSES": passes.name}},
            role=role.arn,  # expect: IAM121
            opts=inside,
        )
        self.register_outputs({})


Counter("lift", aws.kms.Key("passes", enable_key_rotation=True, deletion_window_in_days=7))
