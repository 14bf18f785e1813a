"""The bucket on S3, whose default encryption counts."""

from __future__ import annotations

from collections.abc import Iterator

from stackwright_handlers.aws import failing_as
from stackwright_handlers.errors import StorageError
from stackwright_handlers.s3 import S3Files

from .ports import SignedUpload

_CSV = "text/csv"


class S3DataFiles(S3Files):
    """Implements `ports.DataFiles`."""

    def __init__(self, bucket_name: str) -> None:
        super().__init__(bucket_name, None)

    def sign_put(self, key: str, size: int | None, seconds: int) -> SignedUpload:
        """Sign a PutObject.

        `If-None-Match: *` makes it good for one file: one that is being processed cannot be replaced.
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
        """
        given = {} if size is None else {"ContentLength": size}
        with failing_as(StorageError, "signing put_object"):
            url: str = self._client.generate_presigned_url(
                "put_object",
                Params={"Bucket": self._bucket_name, "Key": key, "ContentType": _CSV, "IfNoneMatch": "*", **given},
                ExpiresIn=seconds,
            )
        headers = {"Content-Type": _CSV, "If-None-Match": "*"}
        return SignedUpload(url, headers if size is None else {**headers, "Content-Length": str(size)})

    def sign_get(self, key: str, seconds: int) -> str:
        """Sign a GetObject."""
        with failing_as(StorageError, "signing get_object"):
            url: str = self._client.generate_presigned_url(
                "get_object", Params={"Bucket": self._bucket_name, "Key": key}, ExpiresIn=seconds
            )
        return url

    def names(self, prefix: str) -> Iterator[str]:
        """Return the keys that begin so, in order (ListObjectsV2)."""
        token: dict[str, str] = {}
        while True:
            with failing_as(StorageError, "s3 ListObjectsV2"):
                answer = self._client.list_objects_v2(Bucket=self._bucket_name, Prefix=prefix, **token)
            yield from (str(each["Key"]) for each in answer.get("Contents", []))
            if not answer.get("IsTruncated"):
                return
            token = {"ContinuationToken": answer["NextContinuationToken"]}
