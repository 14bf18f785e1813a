import json
from pathlib import Path

import pulumi
import pulumi_aws as aws


def trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def document(*statements: object) -> pulumi.Output[str]:
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)})


beds = aws.dynamodb.Table(
    "beds",
    billing_mode="PAY_PER_REQUEST",
    hash_key="bed",
    attributes=[{"name": "bed", "type": "S"}, {"name": "gardener", "type": "S"}],
    global_secondary_indexes=[{"name": "by-gardener", "hash_key": "gardener", "projection_type": "ALL"}],
)
role = aws.iam.Role("beds", assume_role_policy=trust("lambda"))
index = pulumi.Output.concat(beds.arn, "/index/by-gardener")
aws.iam.RolePolicy(
    "beds",
    role=role.name,
    policy=document({"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:Query"], "Resource": [beds.arn]}),
)
aws.lambda_.Function(
    "beds",
    runtime="python3.13",
    handler="beds.handler",
    code=pulumi.AssetArchive({"beds.py": pulumi.FileAsset(str(Path(__file__).parent / "handlers/beds.py"))}),
    environment={"variables": {"BEDS": beds.name}},
    role=role.arn,  # expect: IAM121
)
