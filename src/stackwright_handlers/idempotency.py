"""The Idempotency-Key header: the same key and body get the first answer, the same key with another body a 409.

Powertools keeps the answers, under ids that begin with `idempotency#`, which may lie beside a service's own items:
https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/
Only answers of success are kept; after an error the key is free again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cached_property
from typing import Any

from aws_lambda_powertools.utilities.idempotency import IdempotencyConfig, idempotent_function
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyInconsistentStateError,
    IdempotencyPersistenceLayerError,
    IdempotencyValidationError,
)
from aws_lambda_powertools.utilities.idempotency.persistence.base import BasePersistenceLayer
from aws_lambda_powertools.utilities.typing import LambdaContext

from .errors import InfrastructureError, RequestError, TableError

Answer = dict[str, Any]


class Idempotent:
    """Does work at most once per route and key.

    Args:
        open_store: opens where answers are kept; called once, by the first request that has a key.
        kept_seconds: how long an answer is kept.
        failure: raised when the store cannot be used.
    """

    def __init__(
        self,
        open_store: Callable[[], BasePersistenceLayer],
        *,
        kept_seconds: int = 24 * 3600,
        failure: type[InfrastructureError] = TableError,
    ) -> None:
        self._failure = failure
        self._open_store = open_store
        self._config = IdempotencyConfig(
            event_key_jmespath="key",
            payload_validation_jmespath="body",
            expires_after_seconds=kept_seconds,
            raise_on_no_idempotency_key=True,
            hash_function="sha256",
        )

    @cached_property
    def _store(self) -> BasePersistenceLayer:
        return self._open_store()

    def __call__(
        self,
        route: str,
        key: str | None,
        body: str | None,
        context: LambdaContext,
        work: Callable[[str | None], Answer],
    ) -> Answer:
        """Return the answer of `work`, or the kept one.

        Args:
            route: keys of different routes are different.
            key: without one, the work is simply done.
            body: as the client sent it.
            context: tells how long an unfinished first attempt may still be running.
            work: gets a text that is the same for all attempts of this request, and None without a key.

        Raises:
            RequestError: 409, the key was used with another body, or its first request is still running.
            InfrastructureError: of the kind `failure`; the store could not be used.
        """
        if key is None:
            return work(None)
        body_hash = hashlib.sha256((body or "").encode("utf-8", "surrogatepass")).hexdigest()
        self._config.register_lambda_context(context)

        @idempotent_function(
            data_keyword_argument="request",
            persistence_store=self._store,
            config=self._config,
            key_prefix=f"idempotency#{route}",
        )
        def first_time(*, request: dict[str, str]) -> Answer:
            return work(f"{route}\n{request['key']}\n{request['body']}")

        try:
            return first_time(request={"key": key, "body": body_hash})
        except IdempotencyValidationError:
            raise RequestError(
                409, "idempotency_key_reused", "This Idempotency-Key was used with another body."
            ) from None
        except (IdempotencyAlreadyInProgressError, IdempotencyInconsistentStateError):
            raise RequestError(
                409,
                "idempotency_in_progress",
                "The first request with this Idempotency-Key is still running; try again shortly.",
                headers={"Retry-After": "2"},
            ) from None
        except IdempotencyPersistenceLayerError as error:
            raise self._failure("the idempotency records could not be used") from error
