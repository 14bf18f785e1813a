import pulumi
import pulumi_aws as aws

from stage.rights import document


class Prompter:
    def __init__(self, name: str) -> None:
        lines = aws.s3.Bucket(name)
        self.cues = aws.sns.Topic(name)
        trust = aws.iam.get_policy_document(
            statements=[
                {
                    "actions": ["sts:AssumeRole"],
                    "principals": [{"type": "Service", "identifiers": ["lambda.amazonaws.com"]}],
                }
            ]
        )
        role = aws.iam.Role(name, assume_role_policy=trust.json)
        every = [lines.arn.apply(lambda arn: f"{arn}/*")]
        policy = aws.iam.Policy(
            name,
            policy=document((["s3:GetObject"], every), (["sns:Publish"], ["*"])),  # expect: IAM112
        )
        aws.iam.RolePolicyAttachment(name, role=role.name, policy_arn=policy.arn)
        source = pulumi.StringAsset("def handler(event, context):\n    return event\n")
        aws.lambda_.Function(
            name,
            role=role.arn,
            runtime="python3.12",
            handler="cue.handler",
            code=pulumi.AssetArchive({"cue.py": source}),
        )
