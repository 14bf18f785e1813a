"""Signature Version 2, which S3 takes and boto3 still makes presigned URLs with.

https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
"""

from __future__ import annotations

import base64
import hmac
import tomllib
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from stackwright.emulator.launcher.guard.claims import Failure, LegacyClaim
from stackwright.emulator.launcher.guard.request import Request

_SKEW_SECONDS = 15 * 60
_PARAMETERS = tomllib.loads(Path(__file__).with_name("legacy.toml").read_text())
_RESOURCE, _FREE = frozenset(_PARAMETERS["signed"]), frozenset(_PARAMETERS["free"])


def refusal(request: Request, claim: LegacyClaim, secret: str, now: datetime, bucket: str) -> Failure | None:
    """Why the signature does not count; None when it does. ``bucket`` is the one that the host names, if it does."""
    for name, _ in request.query:
        if name not in _RESOURCE and name not in _FREE and not name.lower().startswith("x-amz-"):
            return Failure("SignatureDoesNotMatch", f"Signature Version 2 does not cover {name[:40]}; use version 4.")
    if claim.presigned:
        if claim.expires is None or now.timestamp() > claim.expires:
            return Failure("RequestExpired", "Request has expired")
        moment = str(claim.expires)
    else:
        moment = request.headers.get("x-amz-date") or request.headers.get("date", "")
        try:
            skew = abs(parsedate_to_datetime(moment).timestamp() - now.timestamp())
        except (ValueError, IndexError):
            return Failure("IncompleteSignature", "The Date header is missing or malformed.")
        if skew > _SKEW_SECONDS:
            return Failure("RequestTimeTooSkewed", f"Signature expired: {moment} is too old.")
    path = f"/{bucket}{request.raw_path}" if bucket else request.raw_path
    text = "\n".join(
        (request.method, *_content(request), _date(request, claim, moment), _amz(request) + path + _part(request))
    )
    expected = base64.b64encode(hmac.digest(secret.encode(), text.encode(), "sha1"))
    if hmac.compare_digest(expected, claim.signature.encode()):
        return None
    return Failure("SignatureDoesNotMatch", "The request signature we calculated does not match the one you provided.")


def _content(request: Request) -> tuple[str, str]:
    return request.headers.get("content-md5", "").strip(), request.headers.get("content-type", "").strip()


def _date(request: Request, claim: LegacyClaim, moment: str) -> str:
    """Empty when the date stands among the x-amz- headers."""
    return moment if claim.presigned or "x-amz-date" not in request.headers else ""


def _amz(request: Request) -> str:
    headers = {name: " ".join(value.split()) for name, value in request.headers.items() if name.startswith("x-amz-")}
    headers |= {name.lower(): value for name, value in request.query if name.lower().startswith("x-amz-")}
    return "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))


def _part(request: Request) -> str:
    parts = sorted((name, value) for name, value in request.query if name in _RESOURCE)
    query = "&".join(f"{name}={value}" if value else name for name, value in parts)
    return f"?{query}" if query else ""
