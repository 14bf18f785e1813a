"""Objects that a program uploads, and the functions that look things up."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stackwright.graph import Asset
from stackwright.provider.aws import Aws
from stackwright.provider.services.s3 import FUNCTIONS

pytestmark = pytest.mark.e2e

KINDS = ("s3/bucketObject:BucketObject", "s3/bucketObjectv2:BucketObjectv2")


@pytest.fixture
def bucket(aws: Any) -> str:
    return aws.create("s3/bucket:Bucket", "data").id


def body(aws: Any, bucket: str, key: str) -> bytes:
    return aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()


@pytest.mark.parametrize("kind", KINDS)
def test_object_from_text(aws: Any, bucket: str, kind: str) -> None:
    made = aws.create(
        kind, "page.html", bucket=bucket, content="hello", contentType="text/html", metadata={"a": "b"}, tags={"t": "1"}
    )
    found = aws.client("s3").head_object(Bucket=bucket, Key="page.html")
    assert made.id == "page.html"
    assert body(aws, bucket, "page.html") == b"hello"
    assert (found["ContentType"], found["Metadata"]) == ("text/html", {"a": "b"})
    assert made.outputs["etag"] == found["ETag"].strip('"')
    assert made.simulated == {}


def test_object_from_a_file_and_from_base64(aws: Any, bucket: str, tmp_path: Path) -> None:
    (tmp_path / "logo.bin").write_bytes(b"\x00\xff")
    kind = KINDS[0]
    aws.create(kind, "a", bucket=bucket, key="in/logo", source=Asset("file", "logo.bin"))
    aws.create(kind, "b", bucket=bucket, contentBase64=base64.b64encode(b"\x01").decode())
    assert body(aws, bucket, "in/logo") == b"\x00\xff"
    assert body(aws, bucket, "b") == b"\x01"


def test_new_content_overwrites_and_new_tags_alone_make_no_version(aws: Any) -> None:
    bucket = aws.create("s3/bucket:Bucket", "data", versioning={"enabled": True}).id
    s3 = aws.client("s3")
    first = aws.create(KINDS[0], "k", bucket=bucket, content="1")
    second = aws.update(first, bucket=bucket, content="2")
    assert second.outputs["versionId"] != first.outputs["versionId"]
    third = aws.update(second, bucket=bucket, content="2", tags={"a": "b"})
    assert len(s3.list_object_versions(Bucket=bucket)["Versions"]) == 2
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == [{"Key": "a", "Value": "b"}]
    s3.put_object(Bucket=bucket, Key="k-neighbour", Body=b"")
    aws.delete(third)
    aws.delete(third)
    assert [v["Key"] for v in s3.list_object_versions(Bucket=bucket)["Versions"]] == ["k-neighbour"]


def test_copy(aws: Any, bucket: str) -> None:
    aws.create(KINDS[0], "one", bucket=bucket, content="x")
    made = aws.create("s3/objectCopy:ObjectCopy", "copy", bucket=bucket, key="two", source=f"{bucket}/one")
    assert body(aws, bucket, "two") == b"x"
    assert made.simulated == {}
    aws.delete(made)
    with pytest.raises(ClientError, match="NoSuchKey"):
        body(aws, bucket, "two")


def ask(aws: Any, name: str, /, **args: Any) -> dict[str, Any]:
    where = Aws(aws.endpoint, aws.endpoint.account, aws.endpoint.region)
    return FUNCTIONS[f"aws:s3/{name}:{name}"](where, args)


def test_lookups(aws: Any, bucket: str) -> None:
    aws.create(KINDS[0], "in/a.txt", bucket=bucket, content="x", contentType="text/plain")
    assert ask(aws, "getBucket", bucket=bucket)["arn"] == f"arn:aws:s3:::{bucket}"
    assert ask(aws, "getObject", bucket=bucket, key="in/a.txt")["body"] == "x"
    assert ask(aws, "getObjects", bucket=bucket, prefix="in/")["keys"] == ["in/a.txt"]
    assert len(ask(aws, "getCanonicalUserId")["id"]) == 64
