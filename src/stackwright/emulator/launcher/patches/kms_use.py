"""Using something that a customer key encrypts needs permission for the key.

AWS: S3, DynamoDB, SQS, SNS, Secrets Manager and Parameter Store call KMS as their caller, so the caller needs
``kms:Decrypt`` or ``kms:GenerateDataKey``, and a key that is disabled or about to be deleted stops them.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
MiniStack: the key is stored and never asked.
Here: the same principal is evaluated for the key before the call; everything else is MiniStack's. CloudFront reads with
its origin access control by itself, so for it the key's policy counts.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from stackwright.emulator.launcher.keys import DECRYPT, GENERATE, Refusal
from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState

Response = tuple[int, dict[str, str], bytes]
# What a call needs: the key's reference, the actions, and the encryption context as condition keys.
Need = tuple[str | None, Sequence[str], Mapping[str, str]]

_ERROR_CODES = {
    "s3": ("AccessDenied", "KMS.DisabledException"),
    "dynamodb": ("AccessDeniedException", "AccessDeniedException"),
    "sqs": ("KMS.AccessDeniedException", "KMS.DisabledException"),
    "sns": ("KMSAccessDenied", "KMSDisabled"),
    "secretsmanager": ("AccessDeniedException", "DecryptionFailure"),
    "ssm": ("AccessDeniedException", "InvalidKeyId"),
}
_CLOUDFRONT = "cloudfront.amazonaws.com"
_ITEM_ACTIONS = frozenset(
    (
        "GetItem",
        "PutItem",
        "UpdateItem",
        "DeleteItem",
        "Query",
        "Scan",
        "BatchGetItem",
        "BatchWriteItem",
        "TransactGetItems",
        "TransactWriteItems",
    )
)


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    patcher.require("ministack.services.s3", "_error")
    patcher.require("ministack.services.sns", "_topic_by_arn_any_scope")
    patcher.require("ministack.services.secretsmanager", "_resolve")
    patcher.require("ministack.services.sqs", "_queues")
    patcher.require("ministack.services.dynamodb", "_tables")
    patcher.require("ministack.services.ssm", "_parameters")
    patcher.require("ministack.core.router", "extract_access_key_id")
    use = _KeyUse(patcher, shared)
    patcher.on_import("ministack.services.s3", use.patch_s3)
    for service, needs in (
        ("dynamodb", use.of_tables),
        ("sqs", use.of_queue),
        ("sns", use.of_topic),
        ("secretsmanager", use.of_secret),
        ("ssm", use.of_parameters),
    ):
        patcher.on_import(f"ministack.services.{service}", use.wrapping(service, needs))


class _KeyUse:
    def __init__(self, patcher: Patcher, shared: SharedState) -> None:
        self._patcher = patcher
        self._shared = shared

    def wrapping(
        self, service: str, needs: Callable[[Any, str, dict[str, Any]], Iterator[Need]]
    ) -> Callable[[Any], None]:
        """A patch of the service's request handler that checks what the request needs."""

        def patch(module: Any) -> None:
            async def handle(
                method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, list[str]]
            ) -> Response:
                action, data = _request(headers, body, query_params)
                for reference, actions, context in needs(module, action, data):
                    refused = self._refused(service, headers, query_params, reference, actions, context)
                    if refused is not None:
                        return refused
                return await original(method, path, headers, body, query_params)

            original: Callable[..., Awaitable[Response]] = self._patcher.replace(
                module, "handle_request", handle, parameters="method path headers body query_params"
            )

        return patch

    def patch_s3(self, s3: Any) -> None:
        def written(headers: dict[str, str], bucket_name: str) -> tuple[Any, Any]:
            stored, error = original_write(headers, bucket_name)
            key = (stored or {}).get("x-amz-server-side-encryption-aws-kms-key-id")
            if error is None and key:
                context = _bucket_context(bucket_name)
                error = self._refused("s3", headers, {}, key, (GENERATE,), context)
            return (None, error) if error is not None else (stored, None)

        def read(
            bucket_name: str, key: str, headers: dict[str, str], query_params: dict[str, list[str]] | None = None
        ) -> Response:
            response = original_read(bucket_name, key, headers, query_params)
            reference = response[1].get("x-amz-server-side-encryption-aws-kms-key-id") if response[0] < 300 else None
            context = _bucket_context(bucket_name)
            return self._refused("s3", headers, query_params or {}, reference, (DECRYPT,), context) or response

        def fetched(
            bucket_name: str, key: str, method: str, headers: Any, source_arn: str = "", oai_id: str = ""
        ) -> Response:
            response = original_fetch(bucket_name, key, method, headers, source_arn, oai_id)
            used = self._shared.keys.find(response[1].get("x-amz-server-side-encryption-aws-kms-key-id"))
            if used is None or self._shared.keys.service_may_use(_CLOUDFRONT, used, (DECRYPT,), source_arn):
                return response
            return s3._error("AccessDenied", "Access Denied", 403, f"/{bucket_name}/{key}")

        original_write = self._patcher.replace(
            s3, "_resolve_sse_write_headers", written, parameters="headers bucket_name"
        )
        original_read = self._patcher.replace(
            s3, "_get_object", read, parameters="bucket_name key headers query_params"
        )
        original_fetch = self._patcher.replace(
            s3,
            "serve_cloudfront_origin_fetch",
            fetched,
            parameters="bucket_name key method headers source_arn oai_id",
        )

    def of_tables(self, dynamodb: Any, action: str, data: dict[str, Any]) -> Iterator[Need]:
        if action not in _ITEM_ACTIONS:
            return
        names = {data["TableName"]} if "TableName" in data else set[str](data.get("RequestItems") or {})
        for item in data.get("TransactItems") or ():
            names |= {operation["TableName"] for operation in item.values()}
        for name in sorted(names):
            table = dynamodb._tables.get(name.rpartition("/")[2]) or {}
            encryption = table.get("SSEDescription") or {}
            if encryption.get("Status") == "ENABLED":
                context = {"kms:encryptioncontext:aws:dynamodb:tablename": name}
                yield encryption.get("KMSMasterKeyArn"), (DECRYPT,), context

    def of_queue(self, sqs: Any, action: str, data: dict[str, Any]) -> Iterator[Need]:
        actions = {
            "SendMessage": (GENERATE, DECRYPT),
            "SendMessageBatch": (GENERATE, DECRYPT),
            "ReceiveMessage": (DECRYPT,),
        }.get(action)
        url = str(data.get("QueueUrl", ""))
        if actions and url:
            for candidate in sqs._queues.values():
                if candidate["attributes"]["QueueArn"].rpartition(":")[2] == url.rpartition("/")[2]:
                    yield candidate["attributes"].get("KmsMasterKeyId"), actions, {}

    def of_topic(self, sns: Any, action: str, data: dict[str, Any]) -> Iterator[Need]:
        if action in ("Publish", "PublishBatch"):
            topic = sns._topic_by_arn_any_scope(str(data.get("TopicArn") or data.get("TargetArn") or ""))
            if topic:
                yield topic["attributes"].get("KmsMasterKeyId"), (GENERATE, DECRYPT), {}

    def of_secret(self, secretsmanager: Any, action: str, data: dict[str, Any]) -> Iterator[Need]:
        actions = {"GetSecretValue": (DECRYPT,), "PutSecretValue": (GENERATE, DECRYPT)}.get(action)
        if action in ("CreateSecret", "UpdateSecret") and ("SecretString" in data or "SecretBinary" in data):
            actions = (GENERATE, DECRYPT)
        if actions:
            _, secret = secretsmanager._resolve(data.get("SecretId"))
            context = {"kms:encryptioncontext:secretarn": secret["ARN"]} if secret else {}
            yield data.get("KmsKeyId") or (secret or {}).get("KmsKeyId"), actions, context

    def of_parameters(self, ssm: Any, action: str, data: dict[str, Any]) -> Iterator[Need]:
        if action in ("GetParameter", "GetParameters") and data.get("WithDecryption"):
            for name in data.get("Names") or [data.get("Name", "")]:
                parameter = ssm._parameters.get(name) or {}
                if parameter.get("Type") == "SecureString":
                    yield parameter.get("KeyId"), (DECRYPT,), {}

    def _refused(
        self,
        service: str,
        headers: dict[str, str],
        query_params: Mapping[str, list[str]],
        reference: str | None,
        actions: Sequence[str],
        context: Mapping[str, str],
    ) -> Response | None:
        """The error response, or None. A request without a signer comes from inside the emulator."""
        key = self._shared.keys.find(reference)
        signer = self._patcher.module("ministack.core.router").extract_access_key_id(headers, query_params)
        if key is None or not signer:
            return None
        refusal = self._shared.keys.caller_refusal(signer, key, actions, service, context)
        return None if refusal is None else self._response(service, headers, refusal)

    def _response(self, service: str, headers: dict[str, str], refusal: Refusal) -> Response:
        denied_code, state_code = _ERROR_CODES[service]
        if refusal.state:
            code, message = state_code, f"{refusal.key_arn} is {_state_words(refusal.state)}."
        else:
            code = denied_code
            message = (
                f"User: {refusal.principal} is not authorized to perform: {refusal.action} on resource: "
                f"{refusal.key_arn} because no identity-based policy or key policy allows the {refusal.action} action"
            )
        actions = self._patcher.module("ministack.core.iam_actions")
        status, response_headers, body = actions.access_denied_response(
            service, refusal.action, refusal.principal, str(uuid.uuid4()), error_code=code, message=message,
            headers=headers,
        )  # fmt: skip
        return (status if service in ("s3", "sns") and not refusal.state else 400), response_headers, body


def _state_words(state: str) -> str:
    return {"PendingDeletion": "pending deletion", "Disabled": "disabled"}.get(state, state)


def _bucket_context(bucket_name: str) -> dict[str, str]:
    return {"kms:encryptioncontext:aws:s3:arn": f"arn:aws:s3:::{bucket_name}"}


def _request(
    headers: Mapping[str, str], body: bytes, query_params: Mapping[str, list[str]]
) -> tuple[str, dict[str, Any]]:
    """(action, parameters) of a JSON or query request."""
    target = headers.get("x-amz-target", "")
    if target:
        try:
            data = json.loads(body or b"{}")
        except ValueError:
            return "", {}  # MiniStack answers for bad JSON
        return target.rpartition(".")[2], data if isinstance(data, dict) else {}
    merged = {**query_params, **parse_qs(body.decode("utf-8", "replace"))}
    flat = {name: values[0] for name, values in merged.items()}
    return str(flat.get("Action", "")), dict(flat)
