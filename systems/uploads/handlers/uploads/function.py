"""One function for two callers: API Gateway (proxy events) and the workflow (tasks)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.idempotency.persistence.base import BasePersistenceLayer

from stackwright_handlers.cursors import CursorKey, Cursors
from stackwright_handlers.function import Handler
from stackwright_handlers.function import create_handler as handler_of
from stackwright_handlers.idempotency import Idempotent
from stackwright_handlers.values import Clock

from .announcing import Announcer
from .api import create_api
from .catalogue import Catalogue
from .ports import MetadataTable, ObjectStore, Topic
from .processing import Processor
from .settings import Settings
from .storing import UPLOAD_URL_SECONDS, Storing
from .tasks import tasks_of


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Everything outside the function."""

    files: MetadataTable
    objects: ObjectStore
    topic: Topic
    answers: Callable[[], BasePersistenceLayer]
    """Opens the idempotency table; called once, by the first request that has a key."""
    cursor_key: CursorKey
    clock: Clock


def create_handler(settings: Settings, dependencies: Dependencies, logger: Logger) -> Handler:
    """Return the Lambda handler. It answers client errors; everything else is logged and raised."""
    announcer = Announcer(dependencies.files, dependencies.topic, dependencies.clock)
    processor = Processor(
        dependencies.files, dependencies.objects, announcer, dependencies.clock, settings.expiration_days
    )
    storing = Storing(dependencies.files, dependencies.objects, dependencies.clock)
    catalogue = Catalogue(
        dependencies.files, dependencies.objects, Cursors(dependencies.cursor_key), settings.download_url_seconds
    )
    # A kept answer with signed URLs is of no use after these have expired.
    idempotent = Idempotent(dependencies.answers, kept_seconds=UPLOAD_URL_SECONDS)
    routing = create_api(settings, storing, catalogue, idempotent, logger)
    return handler_of(routing, logger, tasks=tasks_of(processor), correlated_by="execution")
