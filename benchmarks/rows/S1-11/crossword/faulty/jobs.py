import pulumi
import pulumi_aws as aws
from permissions import trust, writing

CODE = "def handler(event, context):\n    return 1\n"


def job(name: str) -> aws.lambda_.Function:
    group = aws.cloudwatch.LogGroup(name, name=f"/aws/lambda/{name}", retention_in_days=7)
    role = aws.iam.Role(name, assume_role_policy=trust())
    policy = aws.iam.Policy(name, policy=writing(group))  # expect: IAM111
    attached = aws.iam.RolePolicyAttachment(name, role=role.name, policy_arn=policy.arn)
    return aws.lambda_.Function(
        name,
        name=name,
        role=role.arn,
        runtime="python3.12",
        handler="index.handler",
        code=pulumi.AssetArchive({"index.py": pulumi.StringAsset(CODE)}),
        opts=pulumi.ResourceOptions(depends_on=[attached, group]),
    )
