import pulumi_aws as aws

boxes = aws.s3.Bucket("boxes")
aws.s3.BucketVersioning(
    "boxes",
    bucket="boxes",  # expect: NAM103
    versioning_configuration={"status": "Enabled"},
)
