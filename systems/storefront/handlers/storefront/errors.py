"""What can go wrong, and whose fault it is.

    InfrastructureError         see `stackwright_handlers.errors`, as for all that is common to functions
      ImportUnfinishedError     the function's time is up; the next attempt continues the import where this one stopped
    OrderAbandonedError         another run gave the order up: undo what this one did; do not retry

Client errors beside the common ones:

    400 missing_filter           a list without email=, category=, userId= or status=, or with two of them
    400 invalid_email            GET /users?email= with something unwritable
    400 invalid_category         GET /products?category= likewise
    400 invalid_user_id          GET /orders?userId= likewise
    400 invalid_status           GET /orders?status= with an unknown one (`details.allowed`)
    404 user_not_found           no such user
    404 product_not_found        no such product
    404 order_not_found          no such order
    409 email_in_use             another user has this e-mail address
    409 version_conflict         the product was changed since (`details.version`)

The class name is the `errorType` that Step Functions compares with ErrorEquals in Retry and Catch:
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

from stackwright_handlers.errors import InfrastructureError


class ImportUnfinishedError(InfrastructureError):
    """A file is larger than what one invocation can import; another attempt continues behind the last batch."""


class OrderAbandonedError(Exception):
    """The order can no longer be confirmed, because another run gave it up. A retry would not help."""
