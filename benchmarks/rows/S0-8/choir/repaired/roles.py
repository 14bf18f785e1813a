import json

import pulumi
import pulumi_aws as aws


class ServiceRole:
    """What a function may do: read scores, and write its log."""

    def __init__(self, name: str, function: str, scores: aws.s3.Bucket) -> None:
        service = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        trust = json.dumps({"Version": "2012-10-17", "Statement": [service]})
        self._role = aws.iam.Role(name, assume_role_policy=trust)
        self._allow(f"{name}-log", ["logs:CreateLogStream", "logs:PutLogEvents"], self._log(function))
        self._allow(f"{name}-scores", ["s3:GetObject"], pulumi.Output.concat(scores.arn, "/*"))
        self.arn = self._role.arn

    def _log(self, function: str) -> pulumi.Input[str]:
        account = aws.get_caller_identity_output().account_id
        group = f"/aws/lambda/{function}:*"
        return pulumi.Output.concat("arn:aws:logs:us-east-1:", account, ":log-group:", group)

    def _allow(self, name: str, actions: list[str], resource: pulumi.Input[str]) -> None:
        statement = {"Effect": "Allow", "Action": actions, "Resource": resource}
        document = pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]})
        aws.iam.RolePolicy(
            name,
            role=self._role.name,
            policy=document,
        )
