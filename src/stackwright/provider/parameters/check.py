"""Hangs the checks on boto3's clients."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ParamValidationError

from stackwright.provider.parameters.limits import limits_of
from stackwright.provider.parameters.model import Model


class Checks:
    """The checks of all services, shared by all clients of an endpoint."""

    def __init__(self) -> None:
        self._models: dict[str, Model] = {}
        self._lock = threading.Lock()

    def watch(self, service: str, client: Any) -> None:
        """Refuse what AWS would refuse, before a client sends it."""
        with self._lock:
            model = self._models.setdefault(service, Model(limits_of(service).dropped))
        limits = limits_of(service).of

        def check(params: Mapping[str, Any], model: Any, **_: Any) -> None:
            shape, operation = model.input_shape, str(model.name)
            if shape is None:
                return
            faults = of_service.faults(shape, params)
            for limit in limits.get(operation, ()):
                faults.extend(limit.faults(params))
            if faults:
                raise ParametersRefusedError(operation, faults)

        of_service = model
        # The last: botocore's own handlers fill in tokens and put some values into the form that is sent.
        client.meta.events.register_last("before-parameter-build", check)


class ParametersRefusedError(ParamValidationError):
    """AWS would refuse the parameters of a call."""

    fmt = "AWS would refuse {operation}: {report}"

    def __init__(self, operation: str, faults: list[str]) -> None:
        super().__init__(operation=operation, report="; ".join(faults))
        self.faults = tuple(faults)
