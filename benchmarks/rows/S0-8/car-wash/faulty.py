import json

import pulumi
import pulumi_aws as aws


def trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def document(*statements: object) -> pulumi.Output[str]:
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)})


visits = aws.dynamodb.Table(
    "visits",
    billing_mode="PAY_PER_REQUEST",
    hash_key="plate",
    attributes=[{"name": "plate", "type": "S"}],
)
terminal = aws.secretsmanager.Secret("card-terminal")
role = aws.iam.Role("washer", assume_role_policy=trust("lambda"))
aws.iam.RolePolicy(
    "visits",
    role=role.name,
    policy=document({"Effect": "Allow", "Action": "dynamodb:*", "Resource": visits.arn}),  # expect: IAM111
)
aws.iam.RolePolicy(
    "terminal",
    role=role.name,
    policy=document({"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}),  # expect: IAM112
)
aws.lambda_.Function(
    "washer",
    role=role.arn,
    runtime="python3.13",
    handler="washer.handler",
    code=pulumi.AssetArchive({"washer.py": pulumi.StringAsset("def handler(event, context):\n    return {}\n")}),
)
