"""The function's environment variables, typed."""

from __future__ import annotations

from dataclasses import dataclass

from stackwright_handlers.settings import number, text

GIB = 1024**3

MAX_BYTES_LIMIT = 4_500_000
"""Lambda takes a request of 6 MB; a file of this size fills it in base64, with the event around it.
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

MAX_UPLOAD_BYTES_LIMIT = 5 * GIB
"""One PUT takes no larger object. What one invocation can check is a rule of config.py.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html"""

PRESIGN_SECONDS_LIMIT = 7 * 24 * 3600
"""A SigV4 URL lives no longer.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html"""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the deployment tells the function. Sizes are in bytes, times in seconds unless the name says otherwise."""

    bucket_name: str = text("BUCKET_NAME")
    metadata_table: str = text("METADATA_TABLE")
    idempotency_table: str = text("IDEMPOTENCY_TABLE")
    topic_arn: str = text("SNS_TOPIC_ARN")
    kms_key_arn: str = text("KMS_KEY_ARN")
    cursor_secret_arn: str = text("CURSOR_SECRET_ARN")
    max_bytes: int = number("MAX_BYTES", maximum=MAX_BYTES_LIMIT)
    """Largest file, decoded, that POST /upload takes."""
    max_upload_bytes: int = number("MAX_UPLOAD_BYTES", maximum=MAX_UPLOAD_BYTES_LIMIT)
    """Largest file that POST /uploads takes."""
    download_url_seconds: int = number("DOWNLOAD_URL_SECONDS", maximum=PRESIGN_SECONDS_LIMIT)
    """How long a download URL is valid."""
    expiration_days: int = number("EXPIRATION_DAYS", maximum=36_500)
    """Days until the bucket's lifecycle rule expires an object; its row expires with it."""
