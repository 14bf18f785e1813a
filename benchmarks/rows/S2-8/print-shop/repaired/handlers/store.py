import os

import boto3


class Jobs:
    def __init__(self, client, bucket):
        self._client = client
        self._bucket = bucket

    def waiting(self):
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix="waiting/"):
            yield from (item["Key"] for item in page.get("Contents", []))

    def read(self, key):
        return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()


def jobs():
    return Jobs(boto3.client("s3"), os.environ["JOBS"])
