"""Signatures of version 4, by AWS's published examples, and what makes them worthless.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pytest

from stackwright.emulator.launcher.guard.claims import Failure
from stackwright.emulator.launcher.guard.request import Malformed, read
from stackwright.emulator.launcher.guard.verifier import Signed, Verifier

KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
NOW = datetime(2013, 5, 24, 0, 0, tzinfo=UTC)
NOTHING = hashlib.sha256(b"").hexdigest()
BUCKET = "examplebucket.s3.amazonaws.com"


@dataclass
class Sent:
    """A request, to be changed and checked."""

    method: str
    url: str
    headers: dict[str, str]

    def verify(self, now: datetime = NOW, lookup: Any = None) -> Signed | Failure | None:
        return Verifier(lookup or known, now=lambda: now).verify(read(self.scope()))

    def scope(self, *more: tuple[str, str]) -> dict[str, Any]:
        path, _, query = self.url.partition("?")
        return {
            "type": "http",
            "method": self.method,
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(n.lower().encode(), v.encode()) for n, v in [*self.headers.items(), *more]],
        }


def known(access_key: str, token: str) -> Any:
    if access_key != KEY or token:
        return Failure("UnrecognizedClientException", "unknown")
    return SimpleNamespace(secret_access_key=SECRET)


def signed(method: str, url: str, headers: Mapping[str, str], names: str, signature: str) -> Sent:
    credential = f"{KEY}/20130524/us-east-1/s3/aws4_request"
    authorization = f"AWS4-HMAC-SHA256 Credential={credential},SignedHeaders={names},Signature={signature}"
    common = {"Host": BUCKET, "x-amz-date": "20130524T000000Z", "x-amz-content-sha256": NOTHING}
    return Sent(method, url, {**common, **headers, "Authorization": authorization})


def get_object() -> Sent:
    signature = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    return signed("GET", "/test.txt", {"Range": "bytes=0-9"}, "host;range;x-amz-content-sha256;x-amz-date", signature)


def put_object() -> Sent:
    headers = {
        "Date": "Fri, 24 May 2013 00:00:00 GMT",
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
        "x-amz-content-sha256": hashlib.sha256(b"Welcome to Amazon S3.").hexdigest(),
        "Content-Length": "21",
    }
    signature = "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
    names = "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class"
    return signed("PUT", "/test%24file.text", headers, names, signature)


def presigned(**changes: str) -> Sent:
    query = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{KEY}%2F20130524%2Fus-east-1%2Fs3%2Faws4_request",
        "X-Amz-Date": "20130524T000000Z",
        "X-Amz-Expires": "86400",
        "X-Amz-SignedHeaders": "host",
        "X-Amz-Signature": "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
        **{name.replace("_", "-"): value for name, value in changes.items()},
    }
    return Sent("GET", "/test.txt?" + "&".join(f"{n}={v}" for n, v in query.items()), {"Host": BUCKET})


def listing(url: str, signature: str) -> Sent:
    return signed("GET", url, {}, "host;x-amz-content-sha256;x-amz-date", signature)


@pytest.mark.parametrize(
    "sent",
    [
        get_object(),
        put_object(),
        listing("/?lifecycle", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        listing("/?max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
        presigned(),
    ],
    ids=["get", "put", "lifecycle", "list", "presigned"],
)
def test_the_published_examples_are_right(sent: Sent) -> None:
    found = sent.verify()
    assert isinstance(found, Signed)
    body = hashlib.sha256(b"Welcome to Amazon S3.").hexdigest() if sent.method == "PUT" else NOTHING
    assert found.settle(body) is None


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
def test_the_published_example_of_a_query_service_is_right() -> None:
    names, signature = (
        "content-type;host;x-amz-date",
        "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
    )
    sent = Sent(
        "GET",
        "/?Action=ListUsers&Version=2010-05-08",
        {
            "Host": "iam.amazonaws.com",
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "X-Amz-Date": "20150830T123600Z",
            "Authorization": "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
            f"SignedHeaders={names}, Signature={signature}",
        },
    )
    secret = SimpleNamespace(secret_access_key="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    found = sent.verify(datetime(2015, 8, 30, 12, 38, tzinfo=UTC), lambda *_: secret)
    assert isinstance(found, Signed)


def chunked() -> tuple[Sent, bytes]:
    headers = {
        "Host": "s3.amazonaws.com",
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
        "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "Content-Encoding": "aws-chunked",
        "x-amz-decoded-content-length": "66560",
        "Content-Length": "66824",
    }
    names = (
        "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;"
        "x-amz-storage-class"
    )
    seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
    parts = (
        (65536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
        (1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
        (0, "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
    )
    body = b"".join(f"{size:x};chunk-signature={each}\r\n".encode() + b"a" * size + b"\r\n" for size, each in parts)
    return signed("PUT", "/examplebucket/chunkObject.txt", headers, names, seed), body


@pytest.mark.parametrize("step", [1, 1000, 65536, 100_000])
def test_the_published_example_in_chunks_is_right_however_it_arrives(step: int) -> None:
    sent, body = chunked()
    found = sent.verify()
    assert isinstance(found, Signed)
    assert found.chunks is not None
    for start in range(0, len(body), step):
        found.chunks.update(body[start : start + step])
    assert found.settle("") is None


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.replace(b"a\r\n400", b"b\r\n400"),
        lambda body: body[: body.index(b"\r\n400;") + 2] + body[body.index(b"\r\n0;") + 2 :],
        lambda body: body[:-2],
        lambda body: body + b"more",
        lambda body: body.replace(b"\r\n\r\n", b"\r\nx-amz-meta-a:1\r\n\r\n"),
        lambda body: body.replace(b";chunk-signature=0055", b";chunk-signature=0056"),
        lambda body: b"a" * 66824,
    ],
    ids=["another byte", "chunk left out", "cut off", "more behind", "trailer", "signature", "no chunks"],
)
def test_chunks_that_were_changed(change: Any) -> None:
    sent, body = chunked()
    found = sent.verify()
    assert isinstance(found, Signed)
    assert found.chunks is not None
    found.chunks.update(change(body))
    assert found.settle("") is not None


def altered(sent: Sent, method: str = "", url: str = "", **headers: str) -> Sent:
    given = {**sent.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Sent(method or sent.method, url or sent.url, given)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (altered(get_object(), url="/other.txt"), "SignatureDoesNotMatch"),
        (altered(get_object(), url="/test.txt?acl"), "SignatureDoesNotMatch"),
        (altered(get_object(), method="DELETE"), "SignatureDoesNotMatch"),
        (altered(get_object(), Host="other.s3.amazonaws.com"), "SignatureDoesNotMatch"),
        (altered(get_object(), Range="bytes=0-99"), "SignatureDoesNotMatch"),
        (altered(get_object(), x_amz_copy_source="/secret/key"), "SignatureDoesNotMatch"),
        (altered(get_object(), x_amz_security_token="x"), "SignatureDoesNotMatch"),
        (altered(put_object(), x_amz_storage_class="STANDARD"), "SignatureDoesNotMatch"),
        (altered(presigned(), x_amz_acl="public-read"), "SignatureDoesNotMatch"),
        (presigned(X_Amz_Expires="604800"), "SignatureDoesNotMatch"),
        (presigned(X_Amz_Expires="604801"), "IncompleteSignature"),
        (presigned(X_Amz_Expires="-1"), "IncompleteSignature"),
        (presigned(X_Amz_Security_Token="x"), "UnrecognizedClientException"),
        (presigned(X_Amz_Algorithm="AWS4-HMAC-SHA512"), "UnsupportedSignature"),
        (presigned(X_Amz_Signature="00"), "SignatureDoesNotMatch"),
        (presigned(X_Amz_SignedHeaders="range"), "SignatureDoesNotMatch"),
        (presigned(x_amz_credential="other"), "SignatureDoesNotMatch"),
        (Sent("GET", f"{presigned().url}", get_object().headers), "IncompleteSignature"),
        (Sent("GET", "/test.txt?X-Amz-Credential=123456789012", {"Host": BUCKET}), "MissingAuthorizationParameter"),
    ],
)
def test_a_request_that_its_signer_did_not_sign(sent: Sent, code: str) -> None:
    found = sent.verify()
    assert isinstance(found, Failure)
    assert found.code == code


def test_another_body_than_the_signed_one() -> None:
    found = put_object().verify()
    assert isinstance(found, Signed)
    assert found.settle(hashlib.sha256(b"Something else.").hexdigest()) is not None


@pytest.mark.parametrize(
    ("sent", "late", "works"),
    [
        (get_object(), timedelta(minutes=14), True),
        (get_object(), timedelta(minutes=-14), True),
        (get_object(), timedelta(minutes=16), False),
        (get_object(), timedelta(minutes=-16), False),
        (presigned(), timedelta(hours=23), True),
        (presigned(), timedelta(hours=25), False),
        (presigned(), timedelta(minutes=-16), False),
    ],
)
def test_signatures_have_their_time(sent: Sent, late: timedelta, works: bool) -> None:
    assert isinstance(sent.verify(NOW + late), Signed) is works


@pytest.mark.parametrize("name", ["host", "authorization", "x-amz-date", "origin"])
def test_a_request_that_can_be_read_in_two_ways(name: str) -> None:
    sent = altered(get_object(), origin="http://localhost")
    with pytest.raises(Malformed):
        read(sent.scope((name, "second")))


def test_no_signature_is_no_claim() -> None:
    assert Sent("GET", "/", {"Host": BUCKET, "Authorization": "Bearer x"}).verify() is None
