import pulumi_aws as aws
from keys import Keys


def bones(keys: Keys) -> None:
    """Where the bones are."""
    bucket = aws.s3.Bucket("bones")
    aws.s3.BucketServerSideEncryptionConfiguration(
        "bones",
        bucket=bucket.id,
        rules=[
            {
                "apply_server_side_encryption_by_default": {
                    "sse_algorithm": "aws:kms",
                    "kms_master_key_id": keys.s3.arn,
                },
                "bucket_key_enabled": True,
            }
        ],
    )
    aws.dynamodb.Table(
        "bones",
        billing_mode="PAY_PER_REQUEST",
        hash_key="bone",
        attributes=[{"name": "bone", "type": "S"}],
        server_side_encryption={"enabled": True, "kms_key_arn": keys.dynamodb.arn},
    )
