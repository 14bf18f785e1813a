"""What a request says of its signature, before anything of it is believed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from stackwright.emulator.launcher.guard.request import Request
from stackwright.emulator.launcher.guard.sigv4 import ALGORITHM, Scope

_MOMENT = re.compile(r"\d{8}T\d{6}Z", re.ASCII)
_FIELDS = ((0, 4), (4, 6), (6, 8), (9, 11), (11, 13), (13, 15))
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d+", re.ASCII)
_SERVICE = re.compile(r"[a-z0-9-]+", re.ASCII)
_SIGNATURE = re.compile(r"[0-9a-f]{64}", re.ASCII)
_HEADER_NAME = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]+", re.ASCII)
# Names in a query that belong to a signature, whatever their case; AWS knows them in the first of these spellings only.
_QUERY = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Signature")
_LEGACY_QUERY = ("AWSAccessKeyId", "Signature", "Expires")
_MARKS = frozenset({"x-amz-algorithm", "x-amz-credential", "x-amz-signature", "awsaccesskeyid"})


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a request is refused: a code as MiniStack's own checks name it, and words."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A signature as the request presents it.

    Attributes:
        moment: X-Amz-Date.
        at: the same as a time.
        lifetime: X-Amz-Expires in seconds; None when it is not given.
        presigned: it is in the query.
    """

    access_key: str
    scope: Scope
    moment: str
    at: datetime
    signed: tuple[str, ...]
    signature: str
    token: str
    presigned: bool
    lifetime: int | None = None


@dataclass(frozen=True, slots=True)
class LegacyClaim:
    """A signature of version 2, which S3 still takes; the SDK for Python makes presigned URLs with it."""

    access_key: str
    signature: str
    token: str
    presigned: bool
    expires: int | None = None


def find(request: Request) -> Claim | LegacyClaim | Failure | None:
    """The signature of a request; None when it does not claim to have one.

    Raises:
        Malformed: a part of it is given more than once.
    """
    authorization = request.headers.get("authorization", "")
    in_header = authorization.startswith("AWS")
    in_query = any(name.lower() in _MARKS for name, _ in request.query)
    if in_header and in_query:
        return Failure("IncompleteSignature", "Only one way to sign a request can be used at a time.")
    if in_header:
        if authorization.startswith("AWS "):
            return _legacy_header(request, authorization)
        return _in_header(request, authorization)
    return _in_query(request) if in_query else None


def _in_header(request: Request, authorization: str) -> Claim | Failure:
    algorithm, _, rest = authorization.partition(" ")
    if algorithm != ALGORITHM:
        return Failure("UnsupportedSignature", f"The signature algorithm must be {ALGORITHM}, not {algorithm[:40]}.")
    fields: dict[str, str] = {}
    for part in rest.split(","):
        name, found, value = part.strip().partition("=")
        if not found or name in fields:
            return Failure("IncompleteSignature", "The Authorization header is malformed.")
        fields[name] = value
    if set(fields) != {"Credential", "SignedHeaders", "Signature"}:
        return Failure("IncompleteSignature", "Authorization requires Credential, SignedHeaders and Signature.")
    moment = request.headers.get("x-amz-date") or _from_date(request.headers.get("date", ""))
    token = request.headers.get("x-amz-security-token", "")
    return _claim(fields["Credential"], fields["SignedHeaders"], fields["Signature"], moment, token)


def _in_query(request: Request) -> Claim | LegacyClaim | Failure:
    if request.parameter("AWSAccessKeyId"):
        return _legacy_query(request)
    algorithm, credential, moment, signed, signature = (request.parameter(name) for name in _QUERY)
    if not all((algorithm, credential, moment, signed, signature)):
        return Failure("MissingAuthorizationParameter", f"A signed query needs {', '.join(_QUERY)}.")
    if algorithm != ALGORITHM:
        return Failure("UnsupportedSignature", f"The signature algorithm must be {ALGORITHM}, not {algorithm[:40]}.")
    lifetime = request.parameter("X-Amz-Expires")
    if lifetime and not (lifetime.isascii() and lifetime.isdigit() and len(lifetime) < 10):
        return Failure("IncompleteSignature", "X-Amz-Expires should be a number.")
    token = request.parameter("X-Amz-Security-Token")
    return _claim(credential, signed, signature, moment, token, int(lifetime) if lifetime else None, presigned=True)


def _claim(
    credential: str,
    signed_headers: str,
    signature: str,
    moment: str,
    token: str,
    lifetime: int | None = None,
    *,
    presigned: bool = False,
) -> Claim | Failure:
    parts = credential.split("/")
    signed = tuple(signed_headers.split(";"))
    if len(parts) != 5 or not all(parts) or parts[4] != "aws4_request":
        return Failure("IncompleteSignature", "Credential must be keyid/date/region/service/aws4_request.")
    if not _REGION.fullmatch(parts[2]) or not _SERVICE.fullmatch(parts[3]):
        return Failure("SignatureDoesNotMatch", "Credential should be scoped to a valid region and service.")
    if list(signed) != sorted(set(signed)) or not all(map(_HEADER_NAME.fullmatch, signed)):
        return Failure("IncompleteSignature", "SignedHeaders must be lower-case header names, sorted.")
    if not _SIGNATURE.fullmatch(signature):
        return Failure("SignatureDoesNotMatch", "The signature is not 64 hexadecimal digits.")
    at = _time(moment)
    if at is None:
        return Failure("IncompleteSignature", "The date must be in X-Amz-Date, in the form yyyyMMdd'T'HHmmss'Z'.")
    if parts[1] != moment[:8]:
        return Failure("CredentialDateMismatch", "Date in Credential scope does not match the date of the request.")
    scope = Scope(parts[1], parts[2], parts[3])
    return Claim(parts[0], scope, moment, at, signed, signature, token, presigned, lifetime)


def _legacy_header(request: Request, authorization: str) -> LegacyClaim | Failure:
    access_key, found, signature = authorization.removeprefix("AWS ").partition(":")
    if not found or not access_key:
        return Failure("IncompleteSignature", "The Authorization header is malformed.")
    return LegacyClaim(access_key, signature, request.headers.get("x-amz-security-token", ""), presigned=False)


def _legacy_query(request: Request) -> LegacyClaim | Failure:
    access_key, signature, expires = (request.parameter(name) for name in _LEGACY_QUERY)
    if not signature or not (expires.isascii() and expires.isdigit() and len(expires) < 12):
        return Failure("MissingAuthorizationParameter", f"A signed query needs {', '.join(_LEGACY_QUERY)}.")
    token = request.parameter("x-amz-security-token")
    return LegacyClaim(access_key, signature, token, presigned=True, expires=int(expires))


def _time(moment: str) -> datetime | None:
    if not _MOMENT.fullmatch(moment):
        return None
    try:
        # `strptime` takes as long as all else that is checked of a signature.
        return datetime(*(int(moment[i:j]) for i, j in _FIELDS), tzinfo=UTC)
    except ValueError:
        return None


def _from_date(header: str) -> str:
    try:
        return parsedate_to_datetime(header).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    except (ValueError, IndexError):
        return ""
