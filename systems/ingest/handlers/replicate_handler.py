"""Entry point of the function `replicate`: the stream of the table, and the task `Redrive`."""

from __future__ import annotations

import os

from stackwright_handlers.function import new_logger
from stackwright_handlers.replication.function import replication_function, world_of

lambda_handler = replication_function(world_of(os.environ), new_logger())
