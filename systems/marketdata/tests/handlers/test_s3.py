"""The bucket's adapter: what is signed, and how keys are listed."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from botocore.stub import Stubber
from marketdata.s3 import S3DataFiles

from stackwright_handlers.errors import StorageError

KEY = "incoming/0f8fad5b-d9cb-469f-a165-70867728950e/my quotes.csv"


@pytest.fixture
def files() -> S3DataFiles:
    return S3DataFiles("data")


def query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


@pytest.mark.parametrize("size", [None, 8])
def test_an_upload_is_bound_to_its_headers_and_takes_no_second_file(files: S3DataFiles, size: int | None) -> None:
    upload = files.sign_put(KEY, size, 900)

    found = query(upload.url)
    assert found["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
    assert found["X-Amz-Expires"] == "900"
    # Whoever leaves a header out, or changes it, has another signature.
    assert set(found["X-Amz-SignedHeaders"].split(";")) == {"host"} | {name.lower() for name in upload.headers}
    assert upload.headers["If-None-Match"] == "*"
    assert upload.headers["Content-Type"] == "text/csv"
    assert upload.headers.get("Content-Length") == (None if size is None else str(size))
    assert unquote(urlsplit(upload.url).path).endswith(KEY)


def test_a_report_is_signed_for_reading(files: S3DataFiles) -> None:
    url = files.sign_get("rejected/job.json", 900)

    assert query(url)["X-Amz-Expires"] == "900"
    assert query(url)["X-Amz-SignedHeaders"] == "host"
    assert urlsplit(url).path.endswith("/rejected/job.json")


def test_another_method_has_another_signature(files: S3DataFiles) -> None:
    assert (
        query(files.sign_get(KEY, 900))["X-Amz-Signature"]
        != query(files.sign_put(KEY, None, 900).url)["X-Amz-Signature"]
    )


def test_without_credentials_nothing_can_be_signed(files: S3DataFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    for sign in (lambda: files.sign_get(KEY, 900), lambda: files.sign_put(KEY, None, 900)):
        with pytest.raises(StorageError, match="NoCredentialsError"):
            sign()


def test_keys_come_page_by_page(files: S3DataFiles) -> None:
    with Stubber(files._client) as stubber:  # pyright: ignore[reportPrivateUsage]
        asked = {"Bucket": "data", "Prefix": "rejected/parts/job/"}
        first = {"IsTruncated": True, "NextContinuationToken": "more", "Contents": [{"Key": "a"}, {"Key": "b"}]}
        stubber.add_response("list_objects_v2", first, asked)
        second = {"IsTruncated": False, "Contents": [{"Key": "c"}]}
        stubber.add_response("list_objects_v2", second, {**asked, "ContinuationToken": "more"})
        assert list(files.names("rejected/parts/job/")) == ["a", "b", "c"]
        stubber.add_response("list_objects_v2", {"IsTruncated": False}, asked)
        assert list(files.names("rejected/parts/job/")) == []
        stubber.add_client_error("list_objects_v2", "AccessDenied")
        with pytest.raises(StorageError, match="s3 ListObjectsV2 failed: AccessDenied"):
            list(files.names("rejected/parts/job/"))
