import pulumi_aws as aws


class ScoreArchive:
    def __init__(self, name):
        self.bucket = aws.s3.Bucket(name)
        aws.s3.BucketPublicAccessBlock(
            name,
            bucket=self.bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )
