"""The environment variables a handler sees: those AWS sets, those the function declares, and the endpoint."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
_RESERVED = frozenset(
    {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_DEFAULT_REGION",
        "AWS_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_TASK_ROOT",
        "LAMBDA_RUNTIME_DIR",
    }
)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one execution environment lives."""

    code: Path
    sdk: Path
    temporary: Path
    log_stream: str
    endpoint: str
    region: str


def handler_environment(
    config: Mapping[str, Any], credentials: Mapping[str, str], placement: Placement
) -> dict[str, str]:
    """Everything the handler's process gets; nothing of this machine's own environment is in it.

    ``AWS_ENDPOINT_URL`` is not set by AWS; a function that sets it keeps its own. ``TMPDIR`` is not either; it keeps
    the temporary files of environments apart, as AWS does with a ``/tmp`` each.
    """
    declared = (config.get("Environment") or {}).get("Variables") or {}
    logging = config.get("LoggingConfig") or {}
    name = str(config["FunctionName"])
    environment = {
        "AWS_ENDPOINT_URL": placement.endpoint,
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "PATH": os.defpath,
        "TMPDIR": str(placement.temporary),
        **{key: str(value) for key, value in declared.items() if key not in _RESERVED},
        "_HANDLER": str(config["Handler"]),
        "AWS_DEFAULT_REGION": placement.region,
        "AWS_REGION": placement.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{config['Runtime']}",
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
        "AWS_LAMBDA_FUNCTION_VERSION": str(config.get("Version", "$LATEST")),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": str(logging.get("LogGroup") or f"/aws/lambda/{name}"),
        "AWS_LAMBDA_LOG_STREAM_NAME": placement.log_stream,
        "LAMBDA_TASK_ROOT": str(placement.code),
        "LAMBDA_RUNTIME_DIR": str(placement.sdk),
        # Nothing listens there, and the X-Ray SDK sends over UDP, so traces vanish without an error.
        "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        **{key: value for key, value in credentials.items() if value},
    }
    if logging.get("LogFormat") == "JSON":
        environment["AWS_LAMBDA_LOG_FORMAT"] = "JSON"
        environment["AWS_LAMBDA_LOG_LEVEL"] = str(logging.get("ApplicationLogLevel") or "INFO")
    return environment
