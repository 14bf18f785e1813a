from dataclasses import dataclass

import pulumi_aws as aws


@dataclass(frozen=True)
class Ages:
    """Days until files get colder, and until they go."""

    colder: int
    gone: int


class Archive:
    """Files that get colder."""

    def __init__(self, name: str, ages: Ages) -> None:
        bucket = aws.s3.Bucket(name)
        aws.s3.BucketLifecycleConfiguration(
            name,
            bucket=bucket.id,
            rules=[
                {
                    "id": "transition-old-files",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "transitions": [{"days": ages.colder, "storage_class": "STANDARD_IA"}],
                    "expiration": {"days": ages.gone},
                }
            ],
        )
