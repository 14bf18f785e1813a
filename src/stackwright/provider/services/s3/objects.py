"""Objects that a program puts into a bucket. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from stackwright.errors import ResourceError
from stackwright.graph import Archive, Asset, Resource
from stackwright.provider.archives import asset_bytes, zip_bytes
from stackwright.provider.aws import Aws, Client, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import present, tag_list
from stackwright.provider.services.s3.bucket import empty

# Input -> argument of PutObject and CopyObject.
_ARGUMENTS: Final = {
    "acl": "ACL",
    "bucketKeyEnabled": "BucketKeyEnabled",
    "cacheControl": "CacheControl",
    "checksumAlgorithm": "ChecksumAlgorithm",
    "contentDisposition": "ContentDisposition",
    "contentEncoding": "ContentEncoding",
    "contentLanguage": "ContentLanguage",
    "contentType": "ContentType",
    "kmsKeyId": "SSEKMSKeyId",
    "metadata": "Metadata",
    "objectLockLegalHoldStatus": "ObjectLockLegalHoldStatus",
    "objectLockMode": "ObjectLockMode",
    "objectLockRetainUntilDate": "ObjectLockRetainUntilDate",
    "serverSideEncryption": "ServerSideEncryption",
    "storageClass": "StorageClass",
    "websiteRedirect": "WebsiteRedirectLocation",
}
_COPY_ARGUMENTS: Final = {
    "copyIfMatch": "CopySourceIfMatch",
    "copyIfModifiedSince": "CopySourceIfModifiedSince",
    "copyIfNoneMatch": "CopySourceIfNoneMatch",
    "copyIfUnmodifiedSince": "CopySourceIfUnmodifiedSince",
    "expires": "Expires",
    "kmsEncryptionContext": "SSEKMSEncryptionContext",
    "metadataDirective": "MetadataDirective",
    "taggingDirective": "TaggingDirective",
}
_CHECKSUMS: Final = {
    "checksumCrc32": "ChecksumCRC32",
    "checksumCrc32c": "ChecksumCRC32C",
    "checksumCrc64nvme": "ChecksumCRC64NVME",
    "checksumSha1": "ChecksumSHA1",
    "checksumSha256": "ChecksumSHA256",
}
_GONE: Final = ("NoSuchBucket", "NoSuchKey", "404")


class BucketObject(Provisioner):
    """Its id is its key."""

    type = "s3/bucketObject:BucketObject"
    replace_on = frozenset({"bucket", "key"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("s3").put_object(
            Bucket=new["bucket"], Key=new["key"], Body=_content(new), **_arguments(aws, new)
        )
        return Created(outputs=_outputs(answer))

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        if _without_tags(new.resource) != _without_tags(old):
            return self.create(aws, new).outputs
        # Only the tags changed: a new version of the object would be one too many.
        tags = {"TagSet": tag_list(aws.tags(new.get("tags")))}
        aws.client("s3").put_object_tagging(Bucket=new["bucket"], Key=new["key"], Tagging=tags)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(_GONE, lambda: _delete(aws.client("s3"), old))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        bucket = wanted.inputs.get("bucket")
        if not bucket:
            what = f"cannot find {wanted.type} with the id {id_of(wanted)!r}: a key is looked up in a bucket"
            raise ResourceError(what, fix="Give `bucket` to `get` as well.")
        answer = aws.client("s3").head_object(Bucket=bucket, Key=id_of(wanted))
        known = present(contentType=answer.get("ContentType"), metadata=answer.get("Metadata"))
        return Created(outputs={**_outputs(answer), **known, "key": id_of(wanted)})


class BucketObjectV2(BucketObject):
    """The same with checksums."""

    type = "s3/bucketObjectv2:BucketObjectv2"


class ObjectCopy(BucketObject):
    """An object made from another one of this endpoint."""

    type = "s3/objectCopy:ObjectCopy"

    def create(self, aws: Aws, new: Inputs) -> Created:
        extra = {theirs: new.get(ours) for ours, theirs in _COPY_ARGUMENTS.items()}
        answer = aws.client("s3").copy_object(
            Bucket=new["bucket"],
            Key=new["key"],
            CopySource=new["source"].lstrip("/"),
            **_arguments(aws, new),
            **present(**extra),
        )
        return Created(outputs=_outputs({**answer, **answer.get("CopyObjectResult", {})}))


def _without_tags(resource: Resource) -> dict[str, Any]:
    return {k: v for k, v in resource.inputs.items() if k != "tags"}


def _content(new: Inputs) -> bytes:
    source = new.get("source")
    if isinstance(source, Asset):
        return asset_bytes(source, new.root)
    if isinstance(source, Archive):
        return zip_bytes(source, new.root)
    encoded, text = new.get("contentBase64"), new.get("content")
    return base64.b64decode(encoded) if encoded is not None else (text or "").encode()


def _arguments(aws: Aws, new: Inputs) -> dict[str, Any]:
    for noticed_by_the_engine in ("etag", "sourceHash"):
        new.get(noticed_by_the_engine)
    given = {theirs: new.get(ours) for ours, theirs in _ARGUMENTS.items()}
    if given["SSEKMSKeyId"] and not given["ServerSideEncryption"]:
        given["ServerSideEncryption"] = "aws:kms"
    own, override = new.get("tags") or {}, (new.get("overrideProvider") or {}).get("defaultTags")
    tags = aws.tags(own) if override is None else {**(override.get("tags") or {}), **own}
    return present(**given, Tagging=urlencode(tags) if tags else None)


def _outputs(answer: Mapping[str, Any]) -> dict[str, Any]:
    sums = {ours: answer.get(theirs) for ours, theirs in _CHECKSUMS.items()}
    return present(
        etag=str(answer.get("ETag", "")).strip('"'),
        versionId=answer.get("VersionId") or "",
        serverSideEncryption=answer.get("ServerSideEncryption"),
        kmsKeyId=answer.get("SSEKMSKeyId"),
        **sums,
    )


def _delete(s3: Client, old: Resource) -> None:
    bucket, key = old.inputs["bucket"], old.outputs["key"]
    if old.outputs.get("versionId"):
        # As the provider: every version goes, otherwise the bucket could not be deleted after it.
        empty(s3, bucket, key)
    else:
        s3.delete_object(Bucket=bucket, Key=key)


PROVISIONERS: Final = (BucketObject, BucketObjectV2, ObjectCopy)
