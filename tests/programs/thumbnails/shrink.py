import os
import urllib.parse

import boto3

S3 = boto3.client("s3")


def handler(event, context):
    for record in event["Records"]:
        key = urllib.parse.unquote_plus(record["s3"]["object"]["key"])
        body = S3.get_object(Bucket=record["s3"]["bucket"]["name"], Key=key)["Body"].read()
        S3.put_object(Bucket=os.environ["OUTBOX"], Key=key, Body=body[:4])
