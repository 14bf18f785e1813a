"""What can go wrong, and whose fault it is.

    RequestError                the client's: answered with its status, never raised out of the function
    InfrastructureError         raised out of the function, so that error metric, retries and alarms work
      TableError                DynamoDB did not do what was asked
      StorageError              S3 did not
        ObjectChangedError      the object was replaced while it was being read
      WorkflowStartError        Step Functions did not
      SecretError               Secrets Manager did not, or the secret is not what it should be
      ImportUnfinishedError     the function's time is up; the next attempt continues the import where this one stopped
    OrderAbandonedError         another run gave the order up: undo what this one did; do not retry
    InvalidTaskError            whoever invoked the function sent an input that is no task

Client errors, each with its own code, all in the shape `{"error": {"code", "message", "details"?, "correlationId"}}`:

    400 missing_body             no body, or only blanks
    400 invalid_json             not JSON, or not UTF-8
    400 not_an_object            JSON, but a list, a number, ...
    400 missing_field            a field that the schema requires is absent (`details.field`)
    400 invalid_field            wrong type or form, too long, unknown field (`details`)
    400 invalid_idempotency_key  empty, too long, not printable ASCII
    400 invalid_limit            not 1 to 100
    400 invalid_cursor           tampered with, invented, or of another list
    400 missing_filter           a list without email=, category=, userId= or status=, or with two of them
    400 invalid_email            GET /users?email= with something unwritable
    400 invalid_category         GET /products?category= likewise
    400 invalid_user_id          GET /orders?userId= likewise
    400 invalid_status           GET /orders?status= with an unknown one (`details.allowed`)
    404 user_not_found           no such user
    404 product_not_found        no such product
    404 order_not_found          no such order
    404 route_not_found          unknown path
    405 method_not_allowed       known path, other method (`Allow` header)
    409 email_in_use             another user has this e-mail address
    409 version_conflict         the product was changed since (`details.version`)
    409 idempotency_key_reused   same key, other body
    409 idempotency_in_progress  first request still running (`Retry-After` header)
    415 unsupported_media_type   a body that is declared as something other than JSON

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
    """The secret could not be read, or holds no usable key."""


class ImportUnfinishedError(InfrastructureError):
    """A file is larger than what one invocation can import; another attempt continues behind the last batch."""


class OrderAbandonedError(Exception):
    """The order can no longer be confirmed, because another run gave it up. A retry would not help."""


class InvalidTaskError(Exception):
    """The input is neither an API Gateway event nor a task."""
