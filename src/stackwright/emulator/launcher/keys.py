"""Who may use the customer key that encrypts a resource.

A service that stores something encrypted calls KMS with the caller's permissions, or with its own when it acts by
itself; ``kms:ViaService`` says through which service.
https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stackwright.emulator.launcher.authorizer import Authorizer
from stackwright.emulator.launcher.patching import Patcher

DECRYPT = "kms:Decrypt"
GENERATE = "kms:GenerateDataKey"
_SEND = (GENERATE, DECRYPT)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a key cannot be used: the key's state, or who may not do what."""

    key_arn: str
    state: str = ""
    action: str = ""
    principal: str = ""


class Keys:
    """Answers for keys that customers made; AWS managed and AWS owned keys need no permission."""

    def __init__(self, patcher: Patcher, authorizer: Authorizer) -> None:
        self._patcher = patcher
        patcher.require("ministack.services.kms", "_resolve_key")
        patcher.require("ministack.services.sqs", "_queue_by_arn")
        patcher.require("ministack.services.sns", "_topic_by_arn_any_scope")
        patcher.require("ministack.core.iam_evaluator", "enforce")
        patcher.require("ministack.core.responses", "get_region")
        self._authorizer = authorizer

    def find(self, reference: str | None) -> dict[str, Any] | None:
        """The record of a customer key by id, ARN or alias; None for AWS's own keys and for no key."""
        if not reference or "alias/aws/" in reference:
            return None
        return self._kms._resolve_key(reference)

    def of_target(self, arn: str) -> dict[str, Any] | None:
        """The customer key of a queue or topic."""
        service = arn.split(":")[2]
        if service == "sqs":
            record = self._patcher.module("ministack.services.sqs")._queue_by_arn(arn)
        elif service == "sns":
            record = self._patcher.module("ministack.services.sns")._topic_by_arn_any_scope(arn)
        else:
            return None
        return self.find((record or {}).get("attributes", {}).get("KmsMasterKeyId"))

    def role_may_send(self, role_arn: str, target: str, *, via: str) -> bool:
        """Whether a service working as the role may send to the queue or topic, as far as its key goes."""
        key = self.of_target(target)
        if key is None:
            return True
        context = {"kms:ViaService": self._via(target.split(":")[2])}
        return key["KeyState"] == "Enabled" and all(
            self._authorizer.role_may(role_arn, action, key["Arn"], via=via, context=context) for action in _SEND
        )

    def service_may_send(self, service: str, target: str, source_arn: str) -> bool:
        """Whether a service by itself may send to the queue or topic, as far as its key goes.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
        """
        key = self.of_target(target)
        return key is None or self.service_may_use(service, key, _SEND, source_arn)

    def service_may_use(
        self,
        service: str,
        key: Mapping[str, Any],
        actions: Sequence[str],
        source_arn: str,
        context: Mapping[str, str] | None = None,
    ) -> bool:
        """Whether the key's policy lets a service by itself do ``actions`` for ``source_arn``."""
        account = source_arn.split(":")[4] if source_arn else ""
        return key["KeyState"] == "Enabled" and all(
            self._authorizer.service_may(
                service,
                action,
                key["Arn"],
                key.get("Policy"),
                source_arn=source_arn,
                source_account=account or key["Arn"].split(":")[4],
                context=context,
            )
            for action in actions
        )

    def caller_refusal(
        self,
        access_key: str,
        key: Mapping[str, Any],
        actions: Sequence[str],
        service: str,
        context: Mapping[str, str] | None = None,
    ) -> Refusal | None:
        """Why the signer of the current request may not use ``key`` through ``service``; None when it may."""
        if key["KeyState"] != "Enabled":
            return Refusal(key["Arn"], state=key["KeyState"])
        evaluator = self._patcher.module("ministack.core.iam_evaluator")
        region = self._responses.get_region()
        conditions = {"kms:viaservice": self._via(service), **(context or {})}
        for action in actions:
            denied = evaluator.enforce(access_key, action, "kms", region, key["Arn"], conditions)
            if denied is not None:
                return Refusal(key["Arn"], action=action, principal=getattr(denied, "principal_arn", ""))
        return None

    def _via(self, service: str) -> str:
        return f"{service}.{self._responses.get_region()}.amazonaws.com"

    @property
    def _kms(self) -> Any:
        return self._patcher.module("ministack.services.kms")

    @property
    def _responses(self) -> Any:
        return self._patcher.module("ministack.core.responses")
