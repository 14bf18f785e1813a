"""What a program that is only looked at gets of this process's environment: nothing that opens anything."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Final

# Credentials by their usual names. What else a program reads, such as ENVIRONMENT, decides what it registers.
_SECRET: Final = re.compile(
    r"^AWS_|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY|_KEY$|^KUBECONFIG$"
    r"|^SSH_|^GPG_|^DOCKER_|^(?:GITHUB|GITLAB|GOOGLE|GCP|AZURE|ARM|VAULT|TF|PULUMI|NPM|PYPI|TWINE|UV|PIP)_"
)
_KEPT: Final = frozenset({"AWS_REGION", "AWS_DEFAULT_REGION"})
_NOTHING: Final[Mapping[str, str]] = {
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "GRPC_VERBOSITY": "ERROR",
}
# Commands that a program runs: a check installs nothing, and a package manager without a network tries for a minute.
_OFFLINE: Final[Mapping[str, str]] = {
    "PIP_NO_INDEX": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "UV_OFFLINE": "1",
    "NPM_CONFIG_OFFLINE": "true",
}


def harmless(environment: Mapping[str, str], *, network: bool = True) -> dict[str, str]:
    """An environment without credentials, and without the places where they lie.

    Args:
        network: whether the commands that the program runs may use it.
    """
    kept = {k: v for k, v in environment.items() if k in _KEPT or not _SECRET.search(k.upper())}
    return {**kept, **_NOTHING, **({} if network else _OFFLINE)}
