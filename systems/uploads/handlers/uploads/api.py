"""The HTTP routes: each reads its request, asks the domain, and shapes the answer."""

# The functions are called by the resolver that they are registered with.
# pyright: reportUnusedFunction=false

from __future__ import annotations

from datetime import UTC, datetime

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler.api_gateway import Response

from stackwright_handlers.http import url_of
from stackwright_handlers.idempotency import Answer, Idempotent
from stackwright_handlers.routing import Routing

from . import presenting, requests
from .catalogue import Catalogue
from .records import FileRecord
from .settings import Settings
from .storing import UPLOAD_URL_SECONDS, Storing


def create_api(
    settings: Settings, storing: Storing, catalogue: Catalogue, idempotent: Idempotent, logger: Logger
) -> Routing:
    """Return the routes."""
    routing = Routing(logger, idempotent)

    @routing.post("/upload")
    def upload() -> Response[str]:
        file = requests.inline_upload(routing.body, settings.max_bytes)

        def work(scope: str | None) -> Answer:
            record = storing.store(file, routing.request_id, scope)
            logger.info("file stored", file_id=record.file_id, file_size=record.file_size)
            return {
                "message": "File uploaded successfully",
                "file_id": record.file_id,
                "file_url": url_of(routing.app.current_event, f"files/{record.file_id}"),
            }

        return routing.answer_once(200, "POST /upload", work)

    @routing.post("/uploads")
    def reserve() -> Response[str]:
        file = requests.reserved_upload(routing.body, settings.max_upload_bytes)

        def work(scope: str | None) -> Answer:
            reservation = storing.reserve(file, routing.request_id, scope)
            file_id = reservation.record.file_id
            logger.info("upload reserved", file_id=file_id, file_size=file.size)
            return {
                "message": "Send the file as `upload` says, with exactly these headers",
                "file_id": file_id,
                "file_url": url_of(routing.app.current_event, f"files/{file_id}"),
                "upload": presenting.reservation_body(reservation, UPLOAD_URL_SECONDS),
            }

        return routing.answer_once(201, "POST /uploads", work)

    @routing.get("/files")
    def newest() -> Response[str]:
        return routing.answer_page(catalogue.newest(routing.page), _public)

    @routing.get("/files/<file_id>")
    def get(file_id: str) -> Response[str]:
        record = catalogue.get(file_id)
        url = catalogue.download_url(record)
        download = {"download_url": url, "download_url_expires_in": settings.download_url_seconds} if url else {}
        return routing.answer(200, _public(record) | download)

    @routing.delete("/files/<file_id>")
    def delete(file_id: str) -> Response[str]:
        catalogue.delete(file_id)
        logger.info("file deleted", file_id=file_id)
        return routing.answer(204)

    return routing


def _public(record: FileRecord) -> dict[str, object]:
    """Return what clients may know of a file. Sizes are whole numbers, so nothing travels as a float."""
    public = {
        "file_id": record.file_id,
        "file_name": record.file_name,
        "content_type": record.content_type,
        "file_size": record.file_size,
        "sha256": record.sha256,
        "s3_key": record.s3_key,
        "status": record.status,
        "reason": record.reason,
        "announcement": record.announcement,
        "announcement_reason": record.announcement_reason,
        "announced_at": record.announced_at,
        "upload_time": record.upload_time,
        "expires_at": datetime.fromtimestamp(record.expires_at, UTC).isoformat().replace("+00:00", "Z"),
    }
    return {name: value for name, value in public.items() if value is not None}
