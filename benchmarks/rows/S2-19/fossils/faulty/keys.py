import pulumi_aws as aws


class Keys:
    """A key for each service."""

    def __init__(self, name: str) -> None:
        self.s3 = self._key(f"{name}-s3")
        self.dynamodb = self._key(f"{name}-dynamodb")

    def _key(self, name: str) -> aws.kms.Key:
        return aws.kms.Key(name, deletion_window_in_days=30)  # expect: ENC101
