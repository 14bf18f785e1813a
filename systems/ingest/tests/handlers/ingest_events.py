"""Events and settings of tests."""

from __future__ import annotations

import copy
from typing import Any

from ingest.settings import Settings

BUCKET = "ingest-data-test-useast1"
SETTINGS = Settings("test", BUCKET, "items", "id", "timestamp")


def object_created(key: str = "reports/2026.csv", **of_object: Any) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html"""
    told = {"key": key, "size": 5, "etag": "b1946ac9", "version-id": "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e"}
    return copy.deepcopy(
        {
            "version": "0",
            "id": "17793124-05d4-b198-2fde-7ededc63b103",
            "detail-type": "Object Created",
            "source": "aws.s3",
            "account": "111122223333",
            "time": "2026-11-12T00:00:00Z",
            "region": "us-east-1",
            "resources": [f"arn:aws:s3:::{BUCKET}"],
            "detail": {
                "version": "0",
                "bucket": {"name": BUCKET},
                "object": {**told, "sequencer": "617f08299329d189", **of_object},
                "request-id": "N4N7GDK58NMKJ12R",
                "requester": "123456789012",
                "source-ip-address": "1.2.3.4",
                "reason": "PutObject",
            },
        }
    )
