import json
from pathlib import Path

import pulumi
import pulumi_aws as aws


class Press:
    """Prints what lies in a bucket, and says so."""

    def __init__(self, name: str) -> None:
        self.jobs = aws.s3.Bucket(f"{name}-jobs")
        self.done = aws.sns.Topic(f"{name}-done")
        self.role = self._role(name)
        self.function = aws.lambda_.Function(
            name,
            runtime="python3.13",
            handler="app.main.handler",
            code=pulumi.AssetArchive({"app": pulumi.FileArchive(str(Path(__file__).parent / "handlers"))}),
            environment={"variables": {"JOBS": self.jobs.bucket, "DONE": self.done.arn}},
            role=self.role.arn,  # expect: IAM121
        )

    def _role(self, name: str) -> aws.iam.Role:
        service = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = aws.iam.Role(name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [service]}))
        objects = pulumi.Output.concat(self.jobs.arn, "/*")
        statements = [
            {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": objects},
            {"Effect": "Allow", "Action": "sns:Publish", "Resource": self.done.arn},
        ]
        statements += []
        aws.iam.RolePolicy(
            name,
            role=role.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements}),
        )
        return role
