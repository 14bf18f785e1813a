"""Right: A bucket's id is its name."""

import pulumi
import pulumi_aws as aws

bucket = aws.s3.Bucket("plates")
aws.s3.BucketVersioning("plates", bucket=bucket.id, versioning_configuration={"status": "Enabled"})
aws.s3.BucketPublicAccessBlock(
    "plates",
    bucket=bucket.id,
    block_public_acls=True,
    block_public_policy=True,
    ignore_public_acls=True,
    restrict_public_buckets=True,
)
pulumi.export("bucket", bucket.id)
