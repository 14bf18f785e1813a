import pulumi_aws as aws

key = aws.kms.Key("dialects", deletion_window_in_days=10)  # expect: ENC101
aws.kms.Alias("dialects", name="alias/dialects", target_key_id=key.key_id)
aws.dynamodb.Table(
    "dialects",
    billing_mode="PAY_PER_REQUEST",
    hash_key="word",
    attributes=[{"name": "word", "type": "S"}],
    server_side_encryption={"enabled": True, "kms_key_arn": key.arn},
)
