import pulumi
import pulumi_aws as aws


class Plays(pulumi.ComponentResource):
    """Recordings with two sets of rules."""

    def __init__(self, name: str) -> None:
        super().__init__("radio:index:Plays", name)
        inside = pulumi.ResourceOptions(parent=self)
        bucket = aws.s3.Bucket(name, opts=inside)
        colder = {
            "id": "colder",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "transitions": [{"days": 30, "storage_class": "STANDARD_IA"}],
        }
        gone = {"id": "gone", "status": "Enabled", "filter": {"prefix": "drafts/"}, "expiration": {"days": 90}}
        aws.s3.BucketLifecycleConfiguration(f"{name}-colder", bucket=bucket.id, rules=[colder], opts=inside)
        aws.s3.BucketLifecycleConfiguration(  # expect: LIF104
            f"{name}-gone", bucket=bucket.id, rules=[gone], opts=inside
        )
        self.register_outputs({})


Plays("plays")
