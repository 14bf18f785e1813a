import pulumi_aws as aws

key = aws.kms.Key("passports", enable_key_rotation=True)
passports = aws.s3.Bucket("passports")
aws.s3.BucketServerSideEncryptionConfiguration(
    "passports",
    bucket=passports.id,
    rules=[
        {
            "apply_server_side_encryption_by_default": {
                "sse_algorithm": "aws:kms",
                "kms_master_key_id": key.arn,
            },
        }
    ],
)
