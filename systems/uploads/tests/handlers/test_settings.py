from __future__ import annotations

import pytest
from uploads.settings import Settings

from stackwright_handlers.errors import SettingsError
from stackwright_handlers.settings import read

COMPLETE = {
    "BUCKET_NAME": "bucket",
    "METADATA_TABLE": "metadata",
    "IDEMPOTENCY_TABLE": "idempotency",
    "SNS_TOPIC_ARN": "arn:aws:sns:us-east-1:123456789012:notifications",
    "CURSOR_SECRET_ARN": "arn:aws:secretsmanager:us-east-1:123456789012:secret:cursors",
    "KMS_KEY_ARN": "arn:aws:kms:us-east-1:123456789012:key/0",
}


def test_defaults() -> None:
    settings = read(Settings, COMPLETE)
    assert settings.max_bytes == 4_500_000
    assert settings.max_upload_bytes == 536_870_912
    assert settings.download_url_seconds == 900
    assert settings.expiration_days == 90


def test_numbers_are_read() -> None:
    assert read(Settings, COMPLETE | {"MAX_BYTES": "1"}).max_bytes == 1


@pytest.mark.parametrize("name", COMPLETE)
@pytest.mark.parametrize("present", [True, False])
def test_a_missing_or_empty_variable_is_named(name: str, present: bool) -> None:
    rest = {key: value for key, value in COMPLETE.items() if key != name}
    with pytest.raises(SettingsError, match=f"{name} is not set$"):
        read(Settings, rest | ({name: ""} if present else {}))


@pytest.mark.parametrize("value", ["", "0", "-1", "1.5", "1e3", " 1", "many", "٣", "99999999999999999999"])
def test_a_number_out_of_range_is_named_with_what_is_allowed(value: str) -> None:
    with pytest.raises(SettingsError, match=r"MAX_BYTES is .*, allowed are whole numbers from 1 to 4500000$"):
        read(Settings, COMPLETE | {"MAX_BYTES": value})


def test_all_faults_come_in_one_error() -> None:
    with pytest.raises(SettingsError) as caught:
        read(Settings, {"EXPIRATION_DAYS": "0"})
    assert all(name in str(caught.value) for name in [*COMPLETE, "EXPIRATION_DAYS"])
