"""Signature Version 4: what was signed, and the signature that it must have.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import functools
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

ALGORITHM = "AWS4-HMAC-SHA256"
EMPTY = hashlib.sha256(b"").hexdigest()
UNSIGNED = "UNSIGNED-PAYLOAD"
# Services whose path is signed as it is sent; all others sign the normalized path, encoded once more.
_PLAIN_PATHS = frozenset({"s3", "s3express", "s3-object-lambda", "s3-outposts"})


@dataclass(frozen=True, slots=True)
class Scope:
    """The credential scope: what a signing key is good for."""

    date: str
    region: str
    service: str

    def __str__(self) -> str:
        return f"{self.date}/{self.region}/{self.service}/aws4_request"


@functools.lru_cache(maxsize=512)
def signing_key(secret: str, scope: Scope) -> bytes:
    """The key that a secret gives for a day, a region and a service."""
    key = f"AWS4{secret}".encode()
    for part in (scope.date, scope.region, scope.service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def sign(key: bytes, string_to_sign: str) -> str:
    """The signature, in lower-case hexadecimal."""
    return hmac.digest(key, string_to_sign.encode(), "sha256").hex()


def string_to_sign(moment: str, scope: Scope, canonical: str) -> str:
    """What is signed for a canonical request; ``moment`` is its X-Amz-Date."""
    return f"{ALGORITHM}\n{moment}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"


def canonical_request(
    method: str,
    path: str,
    query: Iterable[tuple[str, str]],
    headers: Mapping[str, str],
    signed: Iterable[str],
    payload: str,
) -> str:
    """The canonical form; ``path`` is canonical already, ``payload`` is the value that was signed for the body."""
    names = list(signed)
    lines = "".join(f"{name}:{' '.join(headers.get(name, '').split())}\n" for name in names)
    pairs = sorted((_encoded(name), _encoded(value)) for name, value in query)
    return "\n".join(
        (method, path, "&".join(f"{name}={value}" for name, value in pairs), lines, ";".join(names), payload)
    )


def canonical_paths(raw_path: str, service: str) -> tuple[str, ...]:
    """The forms in which a client may have signed the path it sent.

    S3 takes a path that a browser or a proxy has encoded otherwise than the signer for the same path.
    """
    if service not in _PLAIN_PATHS:
        return (quote(_normalized(raw_path), safe="-_.~/"),)
    encoded = quote(unquote(raw_path), safe="-_.~/")
    return (raw_path,) if encoded == raw_path else (raw_path, encoded)


def _normalized(path: str) -> str:
    """Without `.`, `..` and doubled slashes."""
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del kept[-1:]
        elif part not in ("", "."):
            kept.append(part)
    return "/" + "/".join(kept) + ("/" if kept and path.endswith("/") else "")


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")
