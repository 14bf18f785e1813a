"""Notifications of S3 about new files: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from stackwright_handlers.errors import InvalidTaskError

from .importing import INCOMING, Importer


class Notifications:
    """Imports the files that S3 tells of."""

    def __init__(self, importer: Importer, bucket_name: str, logger: Logger) -> None:
        self._importer = importer
        self._bucket_name = bucket_name
        self._logger = logger

    def run(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, object]:
        """Import the files of a notification. One that fails does not stop the others, but fails the invocation.

        Raises:
            InvalidTaskError: the event is no notification about this bucket.
            InfrastructureError: not everything is imported; another attempt does no harm.
        """
        files: list[dict[str, object]] = []
        failure: Exception | None = None
        for key in self._keys(event):
            try:
                files.append(self._import(key, context))
            except Exception as error:
                self._logger.exception("import failed", file=key)
                failure = failure or error
        if failure is not None:
            raise failure
        return {"files": files}

    def _import(self, key: str, context: LambdaContext) -> dict[str, object]:
        # The notification's filter says the same. Without it our own reports would come back to us.
        if not key.startswith(INCOMING):
            self._logger.warning("file ignored", file=key)
            return {"file": key, "outcome": "ignored"}
        report = self._importer.run(key, lambda: context.get_remaining_time_in_millis() / 1000)
        if report is None:
            self._logger.info("file is not there any more", file=key)
            return {"file": key, "outcome": "gone"}
        done: dict[str, object] = {
            "outcome": "imported",
            "accepted": report.accepted,
            "rejected": report.rejected,
            "written": report.written,
        }
        self._logger.info("file imported", extra={"file": key, **done})
        return {"file": key, **done}

    def _keys(self, event: Mapping[str, Any]) -> Iterator[str]:
        for record in event["Records"]:
            try:
                bucket, key = record["s3"]["bucket"]["name"], record["s3"]["object"]["key"]
            except (KeyError, TypeError):
                raise InvalidTaskError("a record is no notification of S3") from None
            if bucket != self._bucket_name:
                raise InvalidTaskError("a record is about another bucket")
            # Blanks come as plus signs, plus signs and other letters percent-encoded.
            yield unquote_plus(str(key))
