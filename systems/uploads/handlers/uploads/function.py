"""One function for two callers: API Gateway (proxy events) and the workflow (tasks)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from aws_lambda_powertools.utilities.idempotency.persistence.base import BasePersistenceLayer
from aws_lambda_powertools.utilities.typing import LambdaContext

from . import http
from .announcing import Announcer
from .api import create_api
from .catalogue import Catalogue
from .idempotency import Once
from .ports import Clock, MetadataTable, ObjectStore, Topic
from .processing import Processor
from .settings import Settings
from .storing import Storing
from .tasks import Tasks

Event = dict[str, Any]
Handler = Callable[[Event, LambdaContext], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class World:
    """Everything outside the function."""

    files: MetadataTable
    objects: ObjectStore
    topic: Topic
    answers: Callable[[], BasePersistenceLayer]
    """Opens the idempotency table; called once, by the first request that has a key."""
    clock: Clock


def create_handler(settings: Settings, world: World, logger: Logger) -> Handler:
    """Return the Lambda handler. It answers client errors; everything else is logged and raised."""
    announcer = Announcer(world.files, world.topic, world.clock)
    processor = Processor(world.files, world.objects, announcer, world.clock, settings.expiration_days)
    storing = Storing(world.files, world.objects, world.clock)
    catalogue = Catalogue(world.files, world.objects, settings.download_url_seconds)
    api = create_api(settings, storing, catalogue, Once(world.answers), logger)
    tasks = Tasks(processor, logger)

    @logger.inject_lambda_context(clear_state=True)
    def handler(event: Event, context: LambdaContext) -> dict[str, Any]:
        logger.append_keys(environment=settings.environment)
        try:
            if "httpMethod" in event:
                request = APIGatewayProxyEvent(event)
                logger.set_correlation_id(http.correlation_id(request, context.aws_request_id))
                # The errors that API Gateway answers by itself carry this id, even when the client sent one.
                logger.append_keys(api_request_id=http.gateway_request_id(request))
                return api.resolve(event, context)
            logger.set_correlation_id(str(event.get("execution") or context.aws_request_id))
            return tasks.run(event, context)
        except Exception:
            # Raised so that the error metric, retries, dead-letter queues and alarms see it.
            logger.exception("invocation failed")
            raise

    return handler
