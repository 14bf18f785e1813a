"""What can go wrong, and whose fault it is.

    RequestError                        the client's: answered with its status, never raised out of the function
    InfrastructureError                 raised out of the function, so that error metric, retries and alarms work
      StorageError                      S3 did not do what was asked
        ObjectUnreadableError           the object is absent, or may not be read
      MetadataError                     DynamoDB did not
      AnnouncementError                 SNS did not take the message; nothing is claimed any more
      AnnouncementInProgressError       another run is announcing the file right now
      AnnouncementUnrecordedError       SNS took the message, but that could not be written down: do not retry
    InvalidTaskError                    the workflow (or whoever invoked) sent an input that is no task

The class name is the `errorType` that Step Functions compares with ErrorEquals in Retry and Catch:
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

from collections.abc import Mapping


class RequestError(Exception):
    """The request cannot be served as it is.

    Args:
        status: HTTP status code, 400 to 499.
        code: stable identifier for programs.
        message: one sentence for people; holds nothing that the client sent.
        details: further facts for programs.
        headers: further response headers, such as Allow.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        details: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.headers: Mapping[str, str] = headers or {}


class InfrastructureError(Exception):
    """An AWS call failed.

    Args:
        message: names the call and the error code; the cause carries the rest.
        code: the service's error code, if it gave one.
    """

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class StorageError(InfrastructureError):
    """A call to S3 failed."""


class ObjectUnreadableError(StorageError):
    """The object is absent or may not be read.

    The two look alike on purpose: without s3:ListBucket, which the function does not need otherwise, S3 answers 403 for
    an absent key. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """


class MetadataError(InfrastructureError):
    """A call to DynamoDB failed."""


class AnnouncementError(InfrastructureError):
    """The message could not be published; the claim on it is released."""


class AnnouncementInProgressError(InfrastructureError):
    """Another run holds the claim on the message; a later retry finds it published, or the claim expired."""


class AnnouncementUnrecordedError(InfrastructureError):
    """The message was published, but the row still says `claimed`. A retry would publish a second one."""


class InvalidTaskError(Exception):
    """The input is neither an API Gateway event nor a task of the workflow."""
