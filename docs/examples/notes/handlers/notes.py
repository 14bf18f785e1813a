"""The function: its routes, and where notes are kept."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from aws_lambda_powertools.event_handler.api_gateway import Response

from stackwright_handlers.bodies import Body, read_schemas
from stackwright_handlers.errors import RequestError
from stackwright_handlers.function import Handler, create_handler, new_logger
from stackwright_handlers.idempotency import Answer, Idempotent
from stackwright_handlers.routing import Routing
from stackwright_handlers.table.dynamodb import DynamoDbTable
from stackwright_handlers.table.items import Put, Table, absent

BODY = Body(read_schemas(Path(__file__).with_name("schemas.json"))["note"])


def create(notes: Table, idempotent: Idempotent) -> Handler:
    """Return the Lambda handler."""
    logger = new_logger()
    routing = Routing(logger, idempotent)

    @routing.post("/notes")
    def add() -> Response[str]:
        text = BODY.read(routing.body)["text"]

        def work(scope: str | None) -> Answer:
            # The same id for every attempt of the same request.
            note_id = str(uuid.uuid5(uuid.NAMESPACE_OID, scope) if scope else uuid.uuid4())
            notes.write(Put({"id": note_id, "text": text}, absent("id")))
            return {"id": note_id, "text": text}

        return routing.answer_once(201, "POST /notes", work)

    @routing.get("/notes/<note_id>")
    def get(note_id: str) -> Response[str]:
        note = notes.get(note_id)
        if note is None or "text" not in note:
            raise RequestError(404, "note_not_found", "There is no note with this id.")
        return routing.answer(200, {"id": note_id, "text": note["text"]})

    return create_handler(routing, logger)


table = DynamoDbTable(os.environ["NOTES_TABLE_NAME"], "id")
handler = create(table, Idempotent(table.idempotency_records))
