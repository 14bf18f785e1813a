"""Files on S3."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from .aws import client, failing_as
from .errors import ObjectChangedError, StorageError
from .files import StoredFile

_CHUNK_BYTES: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class _Body:
    """Implements `files.StoredFile`."""

    size: int
    etag: str
    stream: Any

    def chunks(self) -> Iterator[bytes]:
        with failing_as(StorageError, "s3 GetObject (body)"):
            yield from self.stream.iter_chunks(_CHUNK_BYTES)


class S3Files:
    """Implements `files.FileStore`.

    The function may list the bucket: without that, S3 answers 403 for an absent key, as if a permission were missing.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html

    Args:
        bucket_name: where they lie.
        kms_key_arn: the key of the system's own; None where the bucket's default encryption counts.
    """

    def __init__(self, bucket_name: str, kms_key_arn: str | None) -> None:
        self._bucket_name = bucket_name
        # `aws:kms` without a key id would mean the account's default key, not the bucket's.
        # https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
        self._encryption: Mapping[str, str] = (
            {} if kms_key_arn is None else {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key_arn}
        )

    @cached_property
    def _client(self) -> Any:
        return client("s3", read_timeout=10, attempts=3, signature_version="s3v4")

    @contextmanager
    def open(self, key: str, etag: str | None = None) -> Generator[StoredFile | None]:
        """Open an object for reading (GetObject)."""
        try:
            with _storage("s3 GetObject"):
                condition = {} if etag is None else {"IfMatch": etag}
                answer = self._client.get_object(Bucket=self._bucket_name, Key=key, **condition)
        except StorageError as error:
            if error.code != "NoSuchKey":
                raise
            yield None
            return
        # As a context manager of its own the body would yield what it wraps.
        with closing(answer["Body"]) as stream:
            yield _Body(answer["ContentLength"], answer["ETag"], stream)

    def put(self, key: str, content: bytes, content_type: str) -> None:
        """Write an object (PutObject)."""
        with _storage("s3 PutObject"):
            self._client.put_object(
                Bucket=self._bucket_name, Key=key, Body=content, ContentType=content_type, **self._encryption
            )

    def move(self, source: str, target: str, etag: str) -> None:
        """Copy an object (CopyObject), then delete it (DeleteObject), both only if it is the one with this ETag.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
        """
        try:
            with _storage("s3 CopyObject"):
                self._client.copy_object(
                    Bucket=self._bucket_name,
                    Key=target,
                    CopySource={"Bucket": self._bucket_name, "Key": source},
                    CopySourceIfMatch=etag,
                    # Copying tags would need permission to read and write them.
                    TaggingDirective="REPLACE",
                    **self._encryption,
                )
            with _storage("s3 DeleteObject"):
                self._client.delete_object(Bucket=self._bucket_name, Key=source, IfMatch=etag)
        except StorageError as error:
            # Another run moved it.
            if error.code != "NoSuchKey":
                raise


@contextmanager
def _storage(call: str) -> Generator[None]:
    try:
        with failing_as(StorageError, call):
            yield
    except StorageError as error:
        if error.code in ("PreconditionFailed", "412"):
            raise ObjectChangedError(str(error), error.code) from error
        raise
