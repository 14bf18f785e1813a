import pulumi
import pulumi_aws as aws


class Recordings(pulumi.ComponentResource):
    """Recordings, of which the processed ones go."""

    def __init__(self, name: str) -> None:
        super().__init__("birds:index:Recordings", name)
        inside = pulumi.ResourceOptions(parent=self)
        bucket = aws.s3.Bucket(name, opts=inside)
        aws.s3.BucketVersioning(name, bucket=bucket.id, versioning_configuration={"status": "Enabled"}, opts=inside)
        rule = {
            "id": "delete-processed",
            "status": "Enabled",
            "filter": {"prefix": "processed/"},
            "expiration": {"days": 30},
            "noncurrent_version_expiration": {"noncurrent_days": 7},
        }
        aws.s3.BucketLifecycleConfiguration(name, bucket=bucket.id, rules=[rule], opts=inside)
        self.register_outputs({})


Recordings("songs")
