"""Amazon S3. https://docs.aws.amazon.com/AmazonS3/latest/API/"""

from __future__ import annotations

from typing import Final

from stackwright.provider.provisioner import Provisioner
from stackwright.provider.services.s3 import bucket, companions, objects
from stackwright.provider.services.s3.lookups import FUNCTIONS

PROVISIONERS: Final[tuple[type[Provisioner], ...]] = (
    bucket.Bucket,
    bucket.BucketV2,
    *companions.PROVISIONERS,
    *objects.PROVISIONERS,
)

__all__ = ["FUNCTIONS", "PROVISIONERS"]
