"""The HTTP routes: each reads its request, asks the domain, and shapes the answer."""

# The functions are called by the resolver that they are registered with.
# pyright: reportUnusedFunction=false

from __future__ import annotations

import re
from datetime import UTC, datetime

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler.api_gateway import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from . import http, requests
from .catalogue import Catalogue
from .errors import RequestError
from .idempotency import Answer, Once
from .records import FileRecord
from .settings import Settings
from .storing import UPLOAD_URL_SECONDS, Storing

_METHODS = (
    (re.compile(r"/uploads?"), "OPTIONS, POST"),
    (re.compile(r"/files"), "GET, OPTIONS"),
    (re.compile(r"/files/[^/]+"), "DELETE, GET, OPTIONS"),
)


def create_api(
    settings: Settings, storing: Storing, catalogue: Catalogue, once: Once, logger: Logger
) -> APIGatewayRestResolver:
    """Return the resolver of all routes; `resolve(event, context)` answers client errors and raises all others."""
    app = APIGatewayRestResolver()

    def correlation() -> str:
        return http.correlation_id(app.current_event, app.lambda_context.aws_request_id)

    @app.post("/upload")
    def upload() -> Response[str]:
        event, context = app.current_event, app.lambda_context
        key, body = http.idempotency_key(event), http.body_text(event)
        file = requests.inline_upload(body, settings.max_bytes)

        def work(scope: str | None) -> Answer:
            record = storing.store(file, context.aws_request_id, scope)
            logger.info("file stored", file_id=record.file_id, file_size=record.file_size)
            return {
                "message": "File uploaded successfully",
                "file_id": record.file_id,
                "file_url": http.file_url(event, record.file_id),
            }

        return http.answer(200, once("POST /upload", key, body, context, work), correlation())

    @app.post("/uploads")
    def reserve() -> Response[str]:
        event, context = app.current_event, app.lambda_context
        key, body = http.idempotency_key(event), http.body_text(event)
        file = requests.reserved_upload(body, settings.max_upload_bytes)

        def work(scope: str | None) -> Answer:
            reservation = storing.reserve(file, context.aws_request_id, scope)
            file_id = reservation.record.file_id
            logger.info("upload reserved", file_id=file_id, file_size=file.size)
            return {
                "message": "Send the file as `upload` says, with exactly these headers",
                "file_id": file_id,
                "file_url": http.file_url(event, file_id),
                "upload": http.reservation_body(reservation, UPLOAD_URL_SECONDS),
            }

        return http.answer(201, once("POST /uploads", key, body, context, work), correlation())

    @app.get("/files")
    def newest() -> Response[str]:
        parameters = app.current_event.query_string_parameters
        page = catalogue.newest(parameters.get("limit"), parameters.get("cursor"))
        items = [_public(record) for record in page.items]
        return http.answer(200, {"items": items, "nextCursor": page.next_cursor}, correlation())

    @app.get("/files/<file_id>")
    def get(file_id: str) -> Response[str]:
        record = catalogue.get(file_id)
        url = catalogue.download_url(record)
        download = {"download_url": url, "download_url_expires_in": settings.download_url_seconds} if url else {}
        return http.answer(200, _public(record) | download, correlation())

    @app.delete("/files/<file_id>")
    def delete(file_id: str) -> Response[str]:
        catalogue.delete(file_id)
        logger.info("file deleted", file_id=file_id)
        return http.answer(204, None, correlation())

    @app.exception_handler(RequestError)
    def rejected(error: RequestError) -> Response[str]:
        return reject(error)

    @app.exception_handler(NotFoundError)
    def no_route(_: NotFoundError) -> Response[str]:
        return reject(_no_route(app.current_event.http_method, app.current_event.path))

    def reject(error: RequestError) -> Response[str]:
        logger.warning("request rejected", status=error.status, code=error.code, resource=app.current_event.resource)
        return http.error_answer(error, correlation())

    return app


def _no_route(method: str, path: str) -> RequestError:
    for known, methods in _METHODS:
        # A known method ends here if its path holds characters that the resolver takes for no parameter.
        if known.fullmatch(path) and method not in methods.split(", "):
            return RequestError(405, "method_not_allowed", f"This route knows {methods}.", headers={"Allow": methods})
    return RequestError(404, "route_not_found", "There is no such route.")


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
