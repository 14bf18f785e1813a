"""What can go wrong, and whose fault it is.

    InfrastructureError                 see `stackwright_handlers.errors`, as for all that is common to functions
      StorageError
        ObjectUnreadableError           the object is absent, or may not be read
      AnnouncementError                 SNS did not take the message; nothing is claimed any more
      AnnouncementInProgressError       another run is announcing the file right now
      AnnouncementUnrecordedError       SNS took the message, but that could not be written down: do not retry

The class name is the `errorType` that Step Functions compares with ErrorEquals in Retry and Catch:
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

from stackwright_handlers.errors import InfrastructureError, StorageError


class ObjectUnreadableError(StorageError):
    """The object is absent or may not be read.

    The two look alike on purpose: without s3:ListBucket, which the function does not need otherwise, S3 answers 403 for
    an absent key. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """


class AnnouncementError(InfrastructureError):
    """The message could not be published; the claim on it is released."""


class AnnouncementInProgressError(InfrastructureError):
    """Another run holds the claim on the message; a later retry finds it published, or the claim expired."""


class AnnouncementUnrecordedError(InfrastructureError):
    """The message was published, but the row still says `claimed`. A retry would publish a second one."""
