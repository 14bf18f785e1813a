"""Functions of the s3 module that ask the endpoint."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Properties
from stackwright.provider.aws import Aws, Client
from stackwright.provider.lookups import Lookup
from stackwright.provider.services._shapes import present
from stackwright.provider.services.s3.bucket import hosted_zone, region_of

_TEXT: Final = ("text/", "application/json", "application/xml", "application/javascript", "application/x-yaml")


def get_bucket(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html"""
    name = args["bucket"]
    region = region_of(_s3(aws, args), name)
    return present(
        id=name,
        bucket=name,
        arn=f"arn:{aws.partition}:s3:::{name}",
        region=region,
        bucketRegion=region,
        bucketDomainName=f"{name}.s3.amazonaws.com",
        bucketRegionalDomainName=f"{name}.s3.{region}.amazonaws.com",
        hostedZoneId=hosted_zone(region),
    )


def get_bucket_policy(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html"""
    name = args["bucket"]
    return {"id": name, "bucket": name, "policy": _s3(aws, args).get_bucket_policy(Bucket=name)["Policy"]}


def get_canonical_user_id(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html"""
    owner = aws.client("s3").list_buckets()["Owner"]
    return {"id": owner["ID"], "displayName": owner.get("DisplayName", "")}


def get_object(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html"""
    bucket, key = args["bucket"], args["key"]
    answer = _s3(aws, args).get_object(
        Bucket=bucket, Key=key, **present(VersionId=args.get("versionId"), Range=args.get("range"))
    )
    content: bytes = answer["Body"].read()
    kind = str(answer.get("ContentType", ""))
    # The provider gives the body of readable types only.
    body = content.decode(errors="replace") if kind.startswith(_TEXT) else ""
    return {
        **args,
        "id": f"{bucket}/{key}",
        "arn": f"arn:{aws.partition}:s3:::{bucket}/{key}",
        "body": body,
        "bodyBase64": base64.b64encode(content).decode() if args.get("downloadBody") else "",
        "contentLength": answer.get("ContentLength", len(content)),
        "contentType": kind,
        "etag": str(answer.get("ETag", "")).strip('"'),
        "lastModified": str(answer.get("LastModified", "")),
        "metadata": answer.get("Metadata", {}),
        "serverSideEncryption": answer.get("ServerSideEncryption", ""),
        "sseKmsKeyId": answer.get("SSEKMSKeyId", ""),
        "storageClass": answer.get("StorageClass", "STANDARD"),
        "versionId": answer.get("VersionId", ""),
    }


def get_objects(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html"""
    most = int(args.get("maxKeys") or 1000)
    wanted = present(Prefix=args.get("prefix"), Delimiter=args.get("delimiter"), StartAfter=args.get("startAfter"))
    keys: list[str] = []
    prefixes: list[str] = []
    start: dict[str, str] = {}
    while len(keys) < most:
        page = _s3(aws, args).list_objects_v2(Bucket=args["bucket"], **wanted, **start)
        keys += [found["Key"] for found in page.get("Contents", [])]
        prefixes += [found["Prefix"] for found in page.get("CommonPrefixes", [])]
        if not page.get("IsTruncated"):
            break
        start = {"ContinuationToken": page["NextContinuationToken"]}
    return {**args, "id": args["bucket"], "keys": keys[:most], "commonPrefixes": prefixes, "owners": []}


def _s3(aws: Aws, args: Properties) -> Client:
    return aws.client("s3", args.get("region") or "")


FUNCTIONS: Final[Mapping[str, Lookup]] = {
    "aws:s3/getBucket:getBucket": get_bucket,
    "aws:s3/getBucketPolicy:getBucketPolicy": get_bucket_policy,
    "aws:s3/getCanonicalUserId:getCanonicalUserId": get_canonical_user_id,
    "aws:s3/getObject:getObject": get_object,
    "aws:s3/getBucketObject:getBucketObject": get_object,
    "aws:s3/getObjects:getObjects": get_objects,
    "aws:s3/getBucketObjects:getBucketObjects": get_objects,
}
