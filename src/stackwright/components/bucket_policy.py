"""What a bucket's policy refuses."""

from __future__ import annotations

import pulumi

from .policy import Statement


def refuse_other_encryption(bucket_arn: pulumi.Input[str], key_arn: pulumi.Input[str]) -> tuple[Statement, ...]:
    """Deny uploads that ask for another encryption than the bucket's key.

    A condition on a header that is absent matches `StringNotEquals`, so each Deny also asks with `Null` whether the
    header is there: a request without headers passes and gets the bucket's default encryption.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    """
    objects = [pulumi.Output.concat(bucket_arn, "/*")]
    encryption, key = "s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id"
    customer_algorithm = "s3:x-amz-server-side-encryption-customer-algorithm"
    return (
        Statement(
            ["s3:PutObject"],
            objects,
            effect="Deny",
            principal="*",
            condition={"StringNotEquals": {encryption: "aws:kms"}, "Null": {encryption: "false"}},
            sid="DenyUnencryptedObjectUploads",
        ),
        # `aws:kms` without a key id means the AWS-managed key, not the bucket's.
        Statement(
            ["s3:PutObject"],
            objects,
            effect="Deny",
            principal="*",
            condition={"StringEquals": {encryption: "aws:kms"}, "Null": {key: "true"}},
            sid="DenyKmsWithoutKeyId",
        ),
        Statement(
            ["s3:PutObject"],
            objects,
            effect="Deny",
            principal="*",
            condition={"ArnNotEquals": {key: key_arn}, "Null": {key: "false"}},
            sid="DenyOtherKeys",
        ),
        Statement(
            ["s3:PutObject"],
            objects,
            effect="Deny",
            principal="*",
            condition={"Null": {customer_algorithm: "false"}},
            sid="DenyCustomerProvidedKeys",
        ),
    )
