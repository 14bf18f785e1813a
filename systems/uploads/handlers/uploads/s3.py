"""The objects on S3, encrypted with the system's own key."""

from __future__ import annotations

import base64
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from stackwright_handlers.aws import client, failing_as
from stackwright_handlers.errors import StorageError

from .errors import ObjectUnreadableError
from .ports import SignedRequest, StoredObject

_CHUNK_BYTES = 1024 * 1024

_CONFIG: dict[str, Any] = {
    # In us-east-1 URLs are signed with version 2 otherwise, which KMS refuses.
    "signature_version": "s3v4",
    # Otherwise botocore hashes what it reads; we do so ourselves, and once is enough for a large file.
    "response_checksum_validation": "when_required",
}


@dataclass(frozen=True, slots=True)
class _Body:
    """Implements `ports.StoredObject`."""

    size: int
    created: datetime
    stream: Any

    def chunks(self) -> Iterator[bytes]:
        with failing_as(StorageError, "s3 GetObject (body)"):
            yield from self.stream.iter_chunks(_CHUNK_BYTES)


class S3ObjectStore:
    """Implements `ports.ObjectStore`."""

    def __init__(self, bucket_name: str, kms_key_arn: str) -> None:
        self._bucket_name = bucket_name
        # `aws:kms` without a key id would mean the account's default key, not the bucket's.
        # https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
        self._encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key_arn}

    @cached_property
    def _client(self) -> Any:
        return client("s3", read_timeout=10, attempts=3, **_CONFIG)

    def put(self, key: str, content: bytes, content_type: str, sha256: str) -> None:
        """Write an object (PutObject)."""
        with failing_as(StorageError, "s3 PutObject"):
            self._client.put_object(
                **self._at(key),
                Body=content,
                ContentType=content_type,
                ChecksumSHA256=_base64(sha256),
                **self._encryption,
            )

    @contextmanager
    def open(self, key: str) -> Generator[StoredObject]:
        """Open an object for reading (GetObject)."""
        try:
            with failing_as(StorageError, "s3 GetObject"):
                answer = self._client.get_object(**self._at(key))
        except StorageError as error:
            if error.code in ("NoSuchKey", "AccessDenied"):
                raise ObjectUnreadableError(str(error), error.code) from error
            raise
        # As a context manager of its own the body would yield what it wraps.
        with closing(answer["Body"]) as stream:
            yield _Body(answer["ContentLength"], answer["LastModified"], stream)

    def delete(self, key: str) -> None:
        """Delete an object (DeleteObject)."""
        with failing_as(StorageError, "s3 DeleteObject"):
            self._client.delete_object(**self._at(key))

    def start_multipart(self, key: str, content_type: str) -> str:
        """Begin a multipart upload (CreateMultipartUpload)."""
        with failing_as(StorageError, "s3 CreateMultipartUpload"):
            answer = self._client.create_multipart_upload(**self._at(key), ContentType=content_type, **self._encryption)
        return str(answer["UploadId"])

    def abort_multipart(self, key: str, upload_id: str) -> None:
        """Give up a multipart upload (AbortMultipartUpload)."""
        try:
            with failing_as(StorageError, "s3 AbortMultipartUpload"):
                self._client.abort_multipart_upload(**self._at(key), UploadId=upload_id)
        except StorageError as error:
            if error.code != "NoSuchUpload":
                raise

    def sign_put(self, key: str, content_type: str, size: int, sha256: str | None, seconds: int) -> SignedRequest:
        """Sign a PutObject. Without encryption headers the bucket's default encryption applies.

        `If-None-Match: *` makes it good for one upload: a file that has been checked cannot be replaced.
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
        """
        checksum = {} if sha256 is None else {"ChecksumSHA256": _base64(sha256)}
        url = self._sign(
            "put_object", seconds, key, ContentType=content_type, ContentLength=size, IfNoneMatch="*", **checksum
        )
        headers = {"Content-Type": content_type, "Content-Length": str(size), "If-None-Match": "*"}
        if sha256 is not None:
            headers["x-amz-checksum-sha256"] = _base64(sha256)
        return SignedRequest("PUT", url, headers)

    def sign_part(self, key: str, upload_id: str, number: int, size: int, seconds: int) -> SignedRequest:
        """Sign an UploadPart."""
        url = self._sign("upload_part", seconds, key, UploadId=upload_id, PartNumber=number, ContentLength=size)
        return SignedRequest("PUT", url, {"Content-Length": str(size)})

    def sign_complete(self, key: str, upload_id: str, seconds: int) -> SignedRequest:
        """Sign a CompleteMultipartUpload, whose body lists the parts and their ETags."""
        url = self._sign("complete_multipart_upload", seconds, key, UploadId=upload_id, IfNoneMatch="*")
        return SignedRequest("POST", url, {"If-None-Match": "*"})

    def sign_get(self, key: str, content_disposition: str, content_type: str, seconds: int) -> str:
        """Sign a GetObject."""
        return self._sign(
            "get_object",
            seconds,
            key,
            ResponseContentDisposition=content_disposition,
            ResponseContentType=content_type,
        )

    def _sign(self, operation: str, seconds: int, key: str, **parameters: Any) -> str:
        with failing_as(StorageError, f"signing {operation}"):
            url: str = self._client.generate_presigned_url(
                operation, Params={**self._at(key), **parameters}, ExpiresIn=seconds
            )
        return url

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket_name, "Key": key}


def _base64(sha256: str) -> str:
    return base64.b64encode(bytes.fromhex(sha256)).decode()
