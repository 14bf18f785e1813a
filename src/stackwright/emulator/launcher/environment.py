"""The environment variables of the emulator's process."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stackwright.emulator.settings import EmulatorSettings

HOST = "127.0.0.1"


def child_environment(settings: EmulatorSettings, directory: Path, port: int) -> dict[str, str]:
    """The whole environment of the emulator's process.

    Of the host's it has PATH only (CloudFront Functions need node), and whether Python may keep bytecode.
    """
    bytecode = os.environ.get("PYTHONDONTWRITEBYTECODE")
    return {
        **({"PYTHONDONTWRITEBYTECODE": bytecode} if bytecode else {}),
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(directory / "tmp"),
        "LANG": "C.UTF-8",
        "TMPDIR": str(directory / "tmp"),
        "PYTHONPATH": str(Path(__file__).parents[3]),
        "PYTHONUNBUFFERED": "1",
        "GATEWAY_PORT": str(port),
        "BIND_HOST": HOST,
        "AUTH": "true",
        "MINISTACK_ACCOUNT_ID": settings.account,
        "MINISTACK_REGION": settings.region,
        "STATE_DIR": str(directory / "state"),
        "S3_DATA_DIR": str(directory / "s3"),
        "PERSIST_STATE": "1" if settings.persist else "0",
        "S3_PERSIST": "1" if settings.persist else "0",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "CLOUDTRAIL_RECORDING": "1" if settings.cloudtrail else "0",
        "LAMBDA_ACCOUNT_CONCURRENCY": str(settings.lambda_concurrency),
        "LAMBDA_ASYNC_RETRY_BASE_SECONDS": str(settings.lambda_async_retry_base_seconds),
        "LAMBDA_ASYNC_RETRY_MAX_SECONDS": str(settings.lambda_async_retry_max_seconds),
        "SFN_WAIT_SCALE": str(settings.step_functions_wait_scale),
        "LOG_LEVEL": settings.log_level,
        # No Docker daemon takes part: a stale socket would only delay the start.
        "DOCKER_HOST": "unix:///nonexistent/docker.sock",
        **settings.extra,
    }
