from __future__ import annotations

import pytest
from uploads.settings import Settings

from stackwright_handlers.errors import SettingsError
from stackwright_handlers.settings import read

TEXTS = {
    "BUCKET_NAME": "bucket",
    "METADATA_TABLE": "metadata",
    "IDEMPOTENCY_TABLE": "idempotency",
    "SNS_TOPIC_ARN": "arn:aws:sns:us-east-1:123456789012:notifications",
    "CURSOR_SECRET_ARN": "arn:aws:secretsmanager:us-east-1:123456789012:secret:cursors",
    "KMS_KEY_ARN": "arn:aws:kms:us-east-1:123456789012:key/0",
}
COMPLETE = {
    **TEXTS,
    "MAX_BYTES": "1",
    "MAX_UPLOAD_BYTES": "2",
    "DOWNLOAD_URL_SECONDS": "3",
    "EXPIRATION_DAYS": "4",
}


def test_numbers_are_read() -> None:
    settings = read(Settings, COMPLETE)
    sizes = (settings.max_bytes, settings.max_upload_bytes)
    assert (*sizes, settings.download_url_seconds, settings.expiration_days) == (1, 2, 3, 4)


@pytest.mark.parametrize("name", COMPLETE)
def test_a_missing_variable_is_named(name: str) -> None:
    rest = {key: value for key, value in COMPLETE.items() if key != name}
    with pytest.raises(SettingsError, match=f"{name} is not set$"):
        read(Settings, rest)


@pytest.mark.parametrize("name", TEXTS)
def test_an_empty_variable_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is not set$"):
        read(Settings, COMPLETE | {name: ""})


@pytest.mark.parametrize("value", ["", "0", "-1", "1.5", "1e3", " 1", "many", "٣", "99999999999999999999"])
def test_a_number_out_of_range_is_named_with_what_is_allowed(value: str) -> None:
    with pytest.raises(SettingsError, match=r"MAX_BYTES is .*, allowed are whole numbers from 1 to 4500000$"):
        read(Settings, COMPLETE | {"MAX_BYTES": value})


def test_all_faults_come_in_one_error() -> None:
    with pytest.raises(SettingsError) as caught:
        read(Settings, {"EXPIRATION_DAYS": "0"})
    assert all(name in str(caught.value) for name in [*COMPLETE, "EXPIRATION_DAYS"])
