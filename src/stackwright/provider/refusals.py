"""What went wrong when AWS was asked: who refused, or who was silent, and whose fault it is."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar, cast

from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from stackwright.errors import Defect, EnvironmentFailed, Refused, ResourceError, StackwrightError, UsageError
from stackwright.provider.order_rules import order_rules

_T = TypeVar("_T")

_RESTART: Final = "See `stackwright status`; start again with `stackwright up`."
_SILENT: Final = (exceptions.ConnectionError, exceptions.HTTPClientError, exceptions.IncompleteReadError)
_CREDENTIALS: Final = (
    exceptions.NoCredentialsError,
    exceptions.PartialCredentialsError,
    exceptions.CredentialRetrievalError,
    exceptions.NoAuthTokenError,
    exceptions.TokenRetrievalError,
    exceptions.ProfileNotFound,
    exceptions.SSOError,
    exceptions.LoginError,
    exceptions.NoRegionError,
)
_TAKEN: Final = (
    "The names of buckets are shared by all accounts, here as on AWS, and another stack or account has this one; "
    "let it contain the environment's name."
)
_FIXES: Final = {"BucketAlreadyExists": _TAKEN, "BucketAlreadyOwnedByYou": _TAKEN}
# What botocore refuses to send because of a value that the program gave.
_VALUES: Final = (
    exceptions.ParamValidationError,
    exceptions.ValidationError,
    exceptions.InvalidDNSNameError,
    exceptions.InvalidHostLabelError,
    exceptions.UnsupportedS3ArnError,
    exceptions.UnsupportedS3AccesspointConfigurationError,
    exceptions.EndpointResolutionError,
    exceptions.WaiterError,
)


def explained(what: str, call: Callable[[], _T], *, log: str = "") -> _T:
    """Make a call to AWS; what it raises says what happened to whom.

    Args:
        log: the emulator's log; empty when the endpoint is not ours.

    Raises:
        ResourceError: AWS refused, or would refuse; `Refused` when that may change.
        UsageError: there are no credentials.
        EnvironmentFailed: the endpoint is silent, or AWS has failed.
        Defect: the emulator has failed, or the call was made wrong. Other exceptions pass: they are ours, too.
    """
    try:
        return call()
    except ClientError as error:
        raise _answered(what, error, log) from error
    except BotoCoreError as error:
        raise _unanswered(what, error, log) from error
    except ResponseParserError as error:
        raise _unreadable(what, error, log) from error


def _answered(what: str, error: ClientError, log: str) -> StackwrightError:
    response = cast("Mapping[str, Any]", error.response)
    details = response.get("Error", {})
    said = f"{details.get('Code')}: {details.get('Message')}"
    if int(response.get("ResponseMetadata", {}).get("HTTPStatusCode") or 0) < 500:
        says = f"{what}: {error.operation_name} was refused with {said}"
        known = order_rules().refusal(str(error.operation_name), str(details.get("Code")), str(details.get("Message")))
        fix = _FIXES.get(str(details.get("Code")), "")
        return Refused(says, fix=fix, is_contention=known.contention) if known else ResourceError(says, fix=fix)
    if not log:
        return EnvironmentFailed(f"{what}: AWS failed at {error.operation_name} with {said}", fix="Try again.")
    return _emulator_failed(f"{what}: the emulator failed at {error.operation_name} with {said}", error, log)


def _unanswered(what: str, error: BotoCoreError, log: str) -> StackwrightError:
    where = log
    if isinstance(error, exceptions.ReadTimeoutError):
        return EnvironmentFailed(f"{what}: the AWS endpoint takes too long: {error}", where=where, fix=_RESTART)
    if isinstance(error, _SILENT):
        return EnvironmentFailed(f"{what}: the AWS endpoint does not answer: {error}", where=where, fix=_RESTART)
    if isinstance(error, _CREDENTIALS):
        return UsageError(f"{what}: no valid AWS credentials: {error}", fix="Set AWS_PROFILE and AWS_REGION.")
    if isinstance(error, _VALUES):
        return ResourceError(f"{what}: {error}")
    return Defect.of(error, what)


def _unreadable(what: str, error: ResponseParserError, log: str) -> StackwrightError:
    if not log:
        return EnvironmentFailed(f"{what}: the endpoint's answer cannot be read: {error}", fix="Check --endpoint.")
    return _emulator_failed(f"{what}: the emulator's answer cannot be read: {error}", error, log)


def _emulator_failed(what: str, error: BaseException, log: str) -> Defect:
    text = "".join(traceback.format_exception(error))
    return Defect(what, fix=f"This is a fault of the emulator; its log has the cause: {log}", traceback=text)
