import json

import pulumi
import pulumi_aws as aws


def trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def document(*statements: object) -> pulumi.Output[str]:
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)})


lectures = aws.s3.Bucket("lectures")
copies = aws.s3.Bucket("copies")
versions = [
    aws.s3.BucketVersioning(name, bucket=bucket.bucket, versioning_configuration={"status": "Enabled"})
    for name, bucket in (("lectures", lectures), ("copies", copies))
]
role = aws.iam.Role("copier", assume_role_policy=trust("s3"))
allowed = aws.iam.RolePolicy(
    "copier",
    role=role.name,
    policy=document(
        {
            "Effect": "Allow",
            "Action": ["s3:GetReplicationConfiguration", "s3:ListBucket"],
            "Resource": lectures.arn,
        },
        {
            "Effect": "Allow",
            "Action": ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"],
            "Resource": pulumi.Output.concat(lectures.arn, "/*"),
        },
        {
            "Effect": "Allow",
            "Action": ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"],
            "Resource": pulumi.Output.concat(lectures.arn, "/*"),
        },
    ),
)
aws.s3.BucketReplicationConfig(
    "lectures",
    bucket=lectures.bucket,
    role=role.arn,
    rules=[
        {
            "id": "all",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "delete_marker_replication": {"status": "Disabled"},
            "destination": {"bucket": copies.arn},  # expect: IAM131
        }
    ],
    opts=pulumi.ResourceOptions(depends_on=[*versions, allowed]),
)
