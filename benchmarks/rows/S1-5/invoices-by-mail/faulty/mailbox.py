import pulumi
import pulumi_aws as aws


class Mailbox:
    """Mails that are read, and then moved."""

    def __init__(self, name: str, place: str) -> None:
        self.bucket = aws.s3.Bucket(name)
        trust = '{"Version": "2012-10-17", "Statement": []}'
        self.reader = aws.iam.Role(name, assume_role_policy=trust)
        aws.iam.RolePolicy(
            name,
            role=self.reader.id,
            policy=pulumi.Output.json_dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": "s3:PutObject",
                            "Resource": pulumi.Output.concat(self.bucket.arn, "/processed/*"),
                        }
                    ],
                }
            ),
        )
        rule = {"id": "delete", "status": "Enabled", "filter": {"prefix": place}, "expiration": {"days": 30}}
        aws.s3.BucketLifecycleConfiguration(name, bucket=self.bucket.id, rules=[rule])  # expect: LIF111
