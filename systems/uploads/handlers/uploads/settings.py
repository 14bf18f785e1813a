"""The function's environment variables, read once and typed.

Every fault is reported in one error, so that a wrong deployment is repaired in one round.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MIB = 1024 * 1024
GIB = 1024 * MIB

MAX_BYTES_LIMIT = 4_500_000
"""Lambda takes a request of 6 MB; a file of this size fills it in base64, with the event around it.
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

MAX_UPLOAD_BYTES_LIMIT = 5 * GIB
"""One PUT takes no larger object, and one invocation must be able to hash the whole file.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html"""

PRESIGN_SECONDS_LIMIT = 7 * 24 * 3600
"""A SigV4 URL lives no longer.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html"""


class SettingsError(Exception):
    """The environment of the function is incomplete or out of range; the message names every bad variable."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the deployment tells the function. Sizes are in bytes, times in seconds unless the name says otherwise."""

    bucket_name: str
    metadata_table: str
    idempotency_table: str
    topic_arn: str
    environment: str
    kms_key_arn: str
    max_bytes: int
    """Largest file, decoded, that POST /upload takes."""
    max_upload_bytes: int
    """Largest file that POST /uploads takes."""
    download_url_seconds: int
    expiration_days: int
    """Days until the bucket's lifecycle rule expires an object; its row expires with it."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read and check all variables.

        Raises:
            SettingsError: variables are missing, empty, not whole numbers or out of range.
        """
        faults: list[str] = []

        def text(name: str) -> str:
            value = environment.get(name, "")
            if not value:
                faults.append(f"{name} is not set")
            return value

        def number(name: str, default: int, highest: int) -> int:
            raw = environment.get(name)
            if raw is None:
                return default
            if raw.isascii() and raw.isdigit() and 1 <= int(raw) <= highest:
                return int(raw)
            faults.append(f"{name} is {raw!r}, allowed are whole numbers from 1 to {highest}")
            return default

        settings = cls(
            bucket_name=text("BUCKET_NAME"),
            metadata_table=text("METADATA_TABLE"),
            idempotency_table=text("IDEMPOTENCY_TABLE"),
            topic_arn=text("SNS_TOPIC_ARN"),
            environment=text("ENVIRONMENT"),
            kms_key_arn=text("KMS_KEY_ARN"),
            max_bytes=number("MAX_BYTES", MAX_BYTES_LIMIT, MAX_BYTES_LIMIT),
            max_upload_bytes=number("MAX_UPLOAD_BYTES", GIB, MAX_UPLOAD_BYTES_LIMIT),
            download_url_seconds=number("DOWNLOAD_URL_SECONDS", 900, PRESIGN_SECONDS_LIMIT),
            expiration_days=number("EXPIRATION_DAYS", 90, 36_500),
        )
        if faults:
            raise SettingsError("the function's environment is wrong: " + "; ".join(faults))
        return settings
