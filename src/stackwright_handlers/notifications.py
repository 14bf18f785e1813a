"""Notifications of S3 about new files: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from .errors import InvalidTaskError
from .files import Remaining
from .tasks import Report


class Notifications:
    """Takes the files that S3 tells of.

    Args:
        work: takes the file with a key and says what became of it.
        prefix: of the keys that are meant; others are ignored.
        bucket_name: of the files; notifications about others are refused.
        logger: of the function.
    """

    def __init__(self, work: Callable[[str, Remaining], Report], prefix: str, bucket_name: str, logger: Logger) -> None:
        self._work = work
        self._prefix = prefix
        self._bucket_name = bucket_name
        self._logger = logger

    def run(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Take the files of a notification. One that fails does not stop the others, but fails the invocation.

        Raises:
            InvalidTaskError: the event is no notification about this bucket.
            InfrastructureError: not everything is done; another attempt does no harm.
        """
        files: list[Report] = []
        failure: Exception | None = None
        for key in self._keys(event):
            try:
                files.append({"file": key, **self._take(key, context)})
            except Exception as error:
                self._logger.exception("file failed", file=key)
                failure = failure or error
        if failure is not None:
            raise failure
        return {"files": files}

    def _take(self, key: str, context: LambdaContext) -> Report:
        # The notification's filter says the same. Without it our own reports would come back to us.
        if not key.startswith(self._prefix):
            self._logger.warning("file ignored", file=key)
            return {"outcome": "ignored"}
        report = self._work(key, lambda: context.get_remaining_time_in_millis() / 1000)
        self._logger.info("file taken", extra={"file": key, **report})
        return report

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
