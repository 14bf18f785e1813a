import json

import pulumi
import pulumi_aws as aws


def trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def document(*statements: object) -> pulumi.Output[str]:
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)})


labels = aws.s3.Bucket("labels")
role = aws.iam.Role("guide", assume_role_policy=trust("lambda"))
aws.iam.RolePolicy(
    "labels",
    role=role.name,
    policy=document(  # expect: IAM101
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": pulumi.Output.concat(labels.bucket, "/*")}
    ),
)
