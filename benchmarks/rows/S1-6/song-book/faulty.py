# profile: stackwright
import pulumi_aws as aws

songs = aws.s3.BucketV2("songs")
aws.s3.BucketPublicAccessBlock(
    "songs",
    bucket=songs.id,
    block_public_acls=True,
    block_public_policy=True,
    ignore_public_acls=True,
    restrict_public_buckets=True,
)
aws.s3.BucketServerSideEncryptionConfigurationV2(
    "songs",
    bucket=songs.id,
    rules=[
        {"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}},  # expect: ENC122
    ],
)
