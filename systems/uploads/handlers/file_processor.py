"""Entry point of the function `file-processor`: API Gateway proxy events and the workflow's tasks.

Client errors, each with its own code, all in the shape `{"error": {"code", "message", "details"?, "correlationId"}}`:

    400 missing_body             no body, or only blanks
        The request has no body; send a JSON object.
    400 invalid_json             not JSON, or not UTF-8
        The body is not valid JSON.
    400 not_an_object            JSON, but a list, a number, ...
        The body is valid JSON, but not an object.
    400 missing_file_content     absent or null
        The field file_content is missing.
    400 missing_file_name        absent, null or empty
        The field file_name is missing.
    400 missing_content_type     POST /uploads: absent, null or empty
        The field content_type is missing.
    400 missing_size             POST /uploads: absent or null
        The field size is missing.
    400 invalid_field            wrong type, too long, unknown field (`details`)
        The body does not match the schema of this request.
    400 empty_file               file_content is ""
        The file is empty: file_content holds no bytes.
    400 invalid_base64           not strict base64
        file_content is not valid base64 (standard alphabet, padded, no line breaks).
    400 invalid_file_name        nothing left after normalisation
        Nothing is left of file_name without path, control characters and outer dots.
    400 invalid_content_type     not a media type
        content_type is not a media type such as text/plain.
    400 invalid_idempotency_key  empty, too long, not printable ASCII
        Idempotency-Key is 1 to 255 printable ASCII characters without spaces.
    400 invalid_limit            not 1 to 100
        limit is a whole number from 1 to 100.
    400 invalid_cursor           tampered with or invented
        cursor is not a nextCursor of this list.
    404 file_not_found           no such file
        There is no file with this id.
    404 route_not_found          unknown path
        There is no such route.
    405 method_not_allowed       known path, other method (`Allow` header)
        This route knows {methods}.
    409 idempotency_key_reused   same key, other body
        This Idempotency-Key was used with another body.
    409 idempotency_in_progress  first request still running (`Retry-After` header)
        The first request with this Idempotency-Key is still running; try again shortly.
    413 file_too_large           POST /upload over MAX_BYTES (`details.use`)
        The file is larger than {n} bytes; ask POST /uploads for a place to send it to.
    413 file_too_large           POST /uploads over MAX_UPLOAD_BYTES
        The file is larger than {n} bytes.
    415 unsupported_media_type   a body that is declared as something other than JSON
        Send the body as application/json in UTF-8.

Every other failure is raised; API Gateway answers it with 502. Powertools' Metrics are left out: the alarms use the
metrics that Lambda itself writes, and each import costs every cold start.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer
from uploads.dynamodb import FILE_ID, DynamoDbMetadataTable
from uploads.function import Dependencies, create_handler
from uploads.s3 import S3ObjectStore
from uploads.settings import Settings
from uploads.sns import SnsTopic

from stackwright_handlers.function import new_logger
from stackwright_handlers.secret import SecretValue
from stackwright_handlers.settings import read
from stackwright_handlers.table.dynamodb import DynamoDbTable

settings = read(Settings, os.environ)

handler = create_handler(
    settings,
    Dependencies(
        files=DynamoDbMetadataTable(DynamoDbTable(settings.metadata_table, FILE_ID)),
        objects=S3ObjectStore(settings.bucket_name, settings.kms_key_arn),
        topic=SnsTopic(settings.topic_arn),
        answers=lambda: DynamoDBPersistenceLayer(settings.idempotency_table, key_attr="idempotency_key"),
        cursor_key=SecretValue(settings.cursor_secret_arn, "cursor_key"),
        clock=lambda: datetime.now(UTC),
    ),
    new_logger(),
)
