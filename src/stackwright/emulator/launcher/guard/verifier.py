"""Whether a request is signed by somebody that this emulator knows, and says what its signer meant it to say."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from stackwright.emulator.launcher.guard import claims, legacy, sigv4
from stackwright.emulator.launcher.guard.chunks import (
    SIGNED,
    SIGNED_WITH_TRAILER,
    UNSIGNED_WITH_TRAILER,
    ChunkedSignatures,
)
from stackwright.emulator.launcher.guard.claims import Claim, Failure, LegacyClaim
from stackwright.emulator.launcher.guard.request import Request

# https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html: seven days
LONGEST_LIFETIME = 604800
# https://docs.aws.amazon.com/IAM/latest/UserGuide/signing-elements.html: five minutes
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, RequestTimeTooSkewed: fifteen for S3
_SKEW = timedelta(minutes=5)
_S3_SKEW = timedelta(minutes=15)
_S3 = frozenset({"s3", "s3express", "s3-object-lambda", "s3-outposts"})
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)


class Credential(Protocol):
    """What belongs to an access key."""

    @property
    def secret_access_key(self) -> str: ...


Lookup = Callable[[str, str], Any]
"""From access key and session token to a `Credential` or a `Failure`."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Signed:
    """A signature that is right as far as it can be told without the body."""

    claim: Claim | LegacyClaim
    credential: Any
    chunks: ChunkedSignatures | None = None
    _payload: str = ""
    _matches: Callable[[str], bool] = field(default=lambda digest: True)

    @property
    def needs_body(self) -> bool:
        """Whether `settle` looks at the body's digest or signatures."""
        return self._payload != sigv4.UNSIGNED or self.chunks is not None

    def settle(self, digest: str) -> Failure | None:
        """What is wrong with the body, of which ``digest`` is the SHA-256; None when all is well."""
        if self.chunks is not None:
            return None if self.chunks.right() else Failure("SignatureDoesNotMatch", _MISMATCH)
        if _SHA256.fullmatch(self._payload) and not hmac.compare_digest(self._payload, digest):
            return Failure("SignatureDoesNotMatch", "x-amz-content-sha256 does not match what was computed.")
        return None if self._matches(digest) else Failure("SignatureDoesNotMatch", _MISMATCH)


class Verifier:
    """Checks signatures of version 4, and those of version 2 that S3 takes.

    Args:
        lookup: finds what belongs to an access key and session token.
        bucket: the bucket that a Host header names, or an empty text.
        now: the clock.
    """

    def __init__(
        self, lookup: Lookup, bucket: Callable[[str], str] = lambda host: "", now: Callable[[], datetime] = _now
    ) -> None:
        self._lookup = lookup
        self._bucket = bucket
        self._now = now

    def verify(self, request: Request) -> Signed | Failure | None:
        """The signature of a request, why it is refused, or None when there is none.

        Raises:
            Malformed: a part of the signature is given more than once.
        """
        claim = claims.find(request)
        if claim is None or isinstance(claim, Failure):
            return claim
        if isinstance(claim, LegacyClaim):
            credential = self._lookup(claim.access_key, claim.token)
            if isinstance(credential, Failure):
                return credential
            bucket = self._bucket(request.host)
            refused = legacy.refusal(request, claim, credential.secret_access_key, self._now(), bucket)
            return refused or Signed(claim, credential, _payload=sigv4.UNSIGNED)
        refused = self._untimely(claim) or _unsigned_header(request, claim)
        if refused is not None:
            return refused
        payload = _payload(request, claim)
        if isinstance(payload, Failure):
            return payload
        credential = self._lookup(claim.access_key, claim.token)
        if isinstance(credential, Failure):
            return credential
        return _signed(request, claim, credential, payload)

    def _untimely(self, claim: Claim) -> Failure | None:
        now, skew = self._now(), _S3_SKEW if claim.scope.service in _S3 else _SKEW
        if claim.at > now + skew:
            return Failure("RequestTimeTooSkewed", f"Signature not yet current: {claim.moment} is in the future.")
        if not claim.presigned or (claim.lifetime is None and claim.scope.service not in _S3):
            old = claim.at < now - skew
            return Failure("RequestTimeTooSkewed", f"Signature expired: {claim.moment} is too old.") if old else None
        if claim.lifetime is None or not 0 < claim.lifetime <= LONGEST_LIFETIME:
            return Failure("IncompleteSignature", f"X-Amz-Expires must be between 1 and {LONGEST_LIFETIME} seconds.")
        if now > claim.at + timedelta(seconds=claim.lifetime):
            return Failure("RequestExpired", "Request has expired")
        return None


def _unsigned_header(request: Request, claim: Claim) -> Failure | None:
    """Headers that say what is asked for must be signed; else somebody on the way could add them."""
    needed = {"host", *(name for name in request.headers if name.startswith("x-amz-"))}
    if not claim.presigned and "x-amz-date" not in request.headers:
        needed.add("date")
    missing = sorted(needed.difference(claim.signed))
    if not missing:
        return None
    return Failure("SignatureDoesNotMatch", f"There were headers in the request which were not signed: {missing[0]}")


def _payload(request: Request, claim: Claim) -> str | Failure:
    """The value that was signed for the body; empty when it is the body's own digest."""
    given = request.headers.get("x-amz-content-sha256", "")
    if claim.scope.service not in _S3:
        if given and not _SHA256.fullmatch(given):
            return Failure("SignatureDoesNotMatch", "x-amz-content-sha256 must be the SHA-256 of the body.")
        return given
    if claim.presigned:
        given = given or sigv4.UNSIGNED
    if _SHA256.fullmatch(given) or given in (sigv4.UNSIGNED, UNSIGNED_WITH_TRAILER, SIGNED, SIGNED_WITH_TRAILER):
        return given
    return Failure("SignatureDoesNotMatch", "x-amz-content-sha256 must be a valid value.")


def _signed(request: Request, claim: Claim, credential: Any, payload: str) -> Signed | Failure:
    key = sigv4.signing_key(credential.secret_access_key, claim.scope)
    query = [pair for pair in request.query if pair[0] not in _excluded(claim)]

    def matches(digest: str) -> bool:
        for path in sigv4.canonical_paths(request.raw_path, claim.scope.service):
            canonical = sigv4.canonical_request(
                request.method, path, query, request.headers, claim.signed, payload or digest
            )
            expected = sigv4.sign(key, sigv4.string_to_sign(claim.moment, claim.scope, canonical))
            if hmac.compare_digest(expected, claim.signature):
                return True
        return False

    if not payload and request.has_body:
        return Signed(claim, credential, _payload=payload, _matches=matches)
    if not matches(sigv4.EMPTY):
        return Failure("SignatureDoesNotMatch", _MISMATCH)
    if payload in (SIGNED, SIGNED_WITH_TRAILER):
        chunks = ChunkedSignatures(
            key, claim.moment, claim.scope, claim.signature, trailer=payload == SIGNED_WITH_TRAILER
        )
        return Signed(claim, credential, chunks, _payload=payload)
    if payload == UNSIGNED_WITH_TRAILER:
        payload = sigv4.UNSIGNED
    return Signed(claim, credential, _payload=payload)


def _excluded(claim: Claim) -> tuple[str, ...]:
    if not claim.presigned:
        return ()
    if claim.scope.service == "iotdevicegateway":
        # https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html: the token is added after signing.
        return "X-Amz-Signature", "X-Amz-Security-Token"
    return ("X-Amz-Signature",)
