import pulumi_aws as aws

keys = {name: aws.kms.Key(f"marathon-{name}", enable_key_rotation=True) for name in ("sqs", "sns")}
aws.sqs.Queue("finishers", kms_master_key_id=keys["sqs"].arn)
aws.sns.Topic(
    "starters",
    kms_master_key_id=keys["sqs"].arn,  # expect: ENC103
)
aws.sns.Topic("sponsors", kms_master_key_id=keys["sns"].arn)
