"""What kind of answer a service gives is read from its description alone.

AWS: each protocol has a content type of its own.
https://smithy.io/2.0/aws/protocols/index.html
MiniStack: makes a session of botocore for every service that is called, a third of a second in all of a start, to read
one word of the service's metadata.
Here: the metadata is read from botocore's data; the model as a whole is made when more of it is asked for.
"""

from __future__ import annotations

from typing import Any

from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.service_models import Description, described
from stackwright.emulator.launcher.shared import SharedState


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    del shared
    patcher.require("ministack.core.responses", "_BOTOCORE_NAME")

    def patch(responses: Any) -> None:
        def service_model(service: str) -> Description | None:
            return described(responses._BOTOCORE_NAME.get(service, service))

        patcher.replace(responses, "_service_model", service_model, parameters="service")

    patcher.on_import("ministack.core.responses", patch)
