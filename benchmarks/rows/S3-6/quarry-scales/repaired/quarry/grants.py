import pulumi
import pulumi_aws as aws


def readers(name: str, tables: list[pulumi.Input[str]]) -> aws.iam.Policy:
    def document(arns: list[str]) -> pulumi.Output[str]:
        resources = [arn for arn in arns]
        statement = {"Effect": "Allow", "Action": ["dynamodb:Query"], "Resource": resources}
        return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]})

    return aws.iam.Policy(name, policy=pulumi.Output.all(*tables).apply(document))
