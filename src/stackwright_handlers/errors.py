"""What can go wrong, and whose fault it is.

    RequestError            the client's: answered with its status, never raised out of the function
    InfrastructureError     raised out of the function, so that error metric, retries and alarms work
      TableError            DynamoDB did not do what was asked
      StorageError          S3 did not
        ObjectChangedError  the object was replaced while it was being read
      WorkflowStartError    Step Functions did not start an execution
      SecretError           Secrets Manager did not, or the secret is not what it should be
      RoleError             STS did not give credentials of a role
      QueueError            SQS did not do what was asked
    InvalidTaskError        whoever invoked the function sent an input that is no task
    InvalidRecordError      a record is not one of a DynamoDB stream with new images
    SettingsError           the function's environment is incomplete or out of range

Client errors, each with its own code, all in the shape `{"error": {"code", "message", "details"?, "correlationId"}}`:

    400 missing_body             no body, or only blanks
    400 invalid_json             not JSON, or not UTF-8
    400 not_an_object            JSON, but a list, a number, ...
    400 missing_field            a field that the schema requires is absent (`details.field`)
    400 invalid_field            wrong type or form, too long, unknown field (`details`)
    400 invalid_idempotency_key  empty, too long, not printable ASCII
    400 invalid_limit            not 1 to 100
    400 invalid_cursor           tampered with, invented, or of another list
    404 route_not_found          unknown path
    405 method_not_allowed       known path, other method (`Allow` header)
    409 idempotency_key_reused   same key, other body
    409 idempotency_in_progress  first request still running (`Retry-After` header)
    415 unsupported_media_type   a body that is declared as something other than JSON

A class name is the `errorType` that Step Functions compares with ErrorEquals in Retry and Catch:
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
    """Something outside the function did not work.

    Args:
        message: names the call and the error code; the cause carries the rest.
        code: the service's error code, if it gave one.
    """

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class TableError(InfrastructureError):
    """A call to DynamoDB failed."""


class StorageError(InfrastructureError):
    """A call to S3 failed."""


class ObjectChangedError(StorageError):
    """The object is not the one that was opened before; the event of its new version brings it up again."""


class WorkflowStartError(InfrastructureError):
    """A call to Step Functions failed."""


class SecretError(InfrastructureError):
    """The secret could not be read, or holds no usable value."""


class RoleError(InfrastructureError):
    """A role could not be assumed."""


class QueueError(InfrastructureError):
    """A call to SQS failed."""


class InvalidTaskError(Exception):
    """The input is neither an API Gateway event nor a task."""


class InvalidRecordError(Exception):
    """What should be a record of a DynamoDB stream is none, or lacks the new image."""


class SettingsError(Exception):
    """The environment of the function is incomplete or out of range; the message names every bad variable."""
