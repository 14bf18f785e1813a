import json

import pulumi
import pulumi_aws as aws

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
        ],
    }
)


class Scores(pulumi.ComponentResource):
    """A shelf of scores, and who may read it."""

    def __init__(self, name: str, readers: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("choir:index:Scores", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        self.bucket = aws.s3.Bucket(f"{name}-shelf", opts=inside)
        self.policy = aws.iam.RolePolicy(
            f"{name}-readers",
            role=readers,
            policy=self._document(),
            opts=inside,
        )
        self.register_outputs({"shelf": self.bucket.bucket})

    def _document(self) -> pulumi.Input[str]:
        objects = pulumi.Output.concat(self.bucket.arn, "/*")
        return pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": [objects]}],
            }
        )


singers = aws.iam.Role("singers", assume_role_policy=TRUST)
Scores("evensong", singers.name)
