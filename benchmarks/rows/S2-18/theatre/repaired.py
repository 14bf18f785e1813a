import pulumi
import pulumi_aws as aws


class Programme(pulumi.ComponentResource):
    """What the ticket machine says, encrypted."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("stage:index:Programme", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        root = pulumi.Output.concat("arn:aws:iam::", aws.get_caller_identity_output().account_id, ":root")
        owner = {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"}
        logs = {
            "Effect": "Allow",
            "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
            "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
            "Resource": "*",
        }
        key = aws.kms.Key(
            f"{name}-key",
            enable_key_rotation=True,
            deletion_window_in_days=7,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [owner, logs]}),
            opts=inside,
        )
        aws.cloudwatch.LogGroup(
            f"{name}-log",
            retention_in_days=30,
            kms_key_id=key.arn,
            opts=inside,
        )
        self.register_outputs({})


Programme("tickets", opts=pulumi.ResourceOptions(providers=[aws.Provider("stage", region="us-east-1")]))
