"""One function for several callers: API Gateway (proxy events), workflows and schedules (tasks), and AWS services."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

from . import http
from .routing import Routing
from .tasks import Report, T, Task, run_task

Event = dict[str, Any]
Handler = Callable[[Event, LambdaContext], dict[str, Any]]
Notified = Callable[[Event, LambdaContext], dict[str, Any]]


def new_logger() -> Logger:
    """Return the function's logger; `Function` sets the service's name and the least severity.

    The text of an exception holds its stack already, so that it is not written a second time.
    """
    return Logger(serialize_stacktrace=False)


def create_handler(
    routing: Routing | None,
    logger: Logger,
    *,
    tasks: Mapping[str, Callable[[T], Report]] | None = None,
    task_type: Callable[[Mapping[str, Any], LambdaContext], T] = Task,
    notified: Notified | None = None,
    delivered: Notified | None = None,
    correlated_by: str = "",
) -> Handler:
    """Return the Lambda handler. It answers client errors; everything else is logged and raised.

    Args:
        routing: answers proxy events; None for a function without an API.
        logger: of the function. Each line has the variable ENVIRONMENT, if it is set.
        tasks: by their names.
        task_type: what reads the input of a task.
        notified: takes events with `Records`, such as notifications of S3.
        delivered: takes everything else that is no task, such as events that a rule of EventBridge delivers.
        correlated_by: field of a task by which its lines are found together with those of others.
    """

    @logger.inject_lambda_context(clear_state=True)
    def handler(event: Event, context: LambdaContext) -> dict[str, Any]:
        logger.append_keys(environment=os.environ.get("ENVIRONMENT"))
        try:
            if routing is not None and "httpMethod" in event:
                request = APIGatewayProxyEvent(event)
                logger.set_correlation_id(http.correlation_id(request, context.aws_request_id))
                # The errors that API Gateway answers by itself carry this id, even when the client sent one.
                logger.append_keys(api_request_id=http.gateway_request_id(request))
                return routing.app.resolve(event, context)
            logger.set_correlation_id(str(event.get(correlated_by) or context.aws_request_id))
            if notified is not None and "Records" in event:
                return notified(event, context)
            if delivered is not None and "task" not in event:
                return delivered(event, context)
            return run_task(tasks or {}, task_type(event, context), logger)
        except Exception:
            # Raised so that the error metric, retries, dead-letter queues and alarms see it.
            logger.exception("invocation failed")
            raise

    return handler
