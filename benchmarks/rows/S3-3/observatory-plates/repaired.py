import json

import pulumi
import pulumi_aws as aws

plates = aws.s3.Bucket("plates")
aws.s3.BucketPublicAccessBlock(
    "plates",
    bucket=plates.id,
    block_public_acls=True,
    block_public_policy=True,
    ignore_public_acls=True,
    restrict_public_buckets=True,
)
aws.s3.BucketNotification("plates", bucket=plates.id, eventbridge=True)
rule = aws.cloudwatch.EventRule(
    "scanned",
    event_pattern=plates.bucket.apply(
        lambda name: json.dumps(
            {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": {"bucket": {"name": [name]}}}
        )
    ),
)
pulumi.export("rule", rule.name)
