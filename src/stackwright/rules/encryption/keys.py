"""KMS keys that are not turned, not used, or used for something else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from stackwright.editing.edits import Edit
from stackwright.graph import UNKNOWN, reveal
from stackwright.rules.finding import Finding, Problem
from stackwright.rules.places import described
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

if TYPE_CHECKING:
    from stackwright.editing.code import Code

_KEY: Final = "kms/key:Key"
_ALIAS: Final = "kms/alias:Alias"
_ABOUT_KEYS: Final = (_ALIAS, "kms/keyPolicy:KeyPolicy", _KEY)
_NOT_STORED: Final = ("iam/", "cloudwatch/dashboard", "kms/")
# What a key would be for.
_STORES: Final = (
    "s3/bucket:Bucket",
    "sqs/queue:Queue",
    "sns/topic:Topic",
    "dynamodb/table:Table",
    "secretsmanager/secret:Secret",
    "kinesis/stream:Stream",
    "rds/instance:Instance",
    "rds/cluster:Cluster",
    "efs/fileSystem:FileSystem",
)
# Words in the name of a key -> types that are meant.
_MEANT: Final = {
    "s3": "s3/",
    "bucket": "s3/",
    "dynamodb": "dynamodb/",
    "dynamo": "dynamodb/",
    "sqs": "sqs/",
    "queue": "sqs/",
    "sns": "sns/",
    "topic": "sns/",
    "secrets": "secretsmanager/",
    "logs": "cloudwatch/logGroup",
    "rds": "rds/",
    "kinesis": "kinesis/",
}


def _with_rotation(finding: Finding, code: Code) -> Sequence[Edit]:
    from stackwright.editing.calls import set_argument

    return set_argument(code, finding.place.line, finding.place.column, "enable_key_rotation", "True")


@graph_rule("ENC101", "exposes", "wrong-key", rows=("S0-4", "S2-19"), each=_KEY, fix=_with_rotation)
def key_without_rotation(key: Node, graph: View) -> Iterator[Problem]:
    """A KMS key whose material is never replaced.

    ## Why is this bad?
    With rotation KMS makes new material every year and keeps the old for what it has encrypted; nothing else changes,
    and nobody has to think of it. It is off by default. Asymmetric keys, HMAC keys and keys in a store of your own
    cannot be rotated so. https://docs.aws.amazon.com/kms/latest/developerguide/rotating-keys-enable.html

    ## Example
    ```python
    key = aws.kms.Key("letters", deletion_window_in_days=30)
    aws.sqs.Queue("letters", kms_master_key_id=key.arn)
    ```

    ## Use instead
    ```python
    key = aws.kms.Key("letters", deletion_window_in_days=30, enable_key_rotation=True)
    aws.sqs.Queue("letters", kms_master_key_id=key.arn)
    ```
    """
    symmetric = key.get("customerMasterKeySpec", "SYMMETRIC_DEFAULT") == "SYMMETRIC_DEFAULT"
    usage = key.get("keyUsage", "ENCRYPT_DECRYPT") == "ENCRYPT_DECRYPT"
    if symmetric and usage and not key.given("customKeyStoreId") and key.get("enableKeyRotation") is not True:
        yield key.problem(
            f"the key {key.name!r} is never rotated: enable_key_rotation is {key.given('enableKeyRotation')}",
            fix="enable_key_rotation=True",
            at="enableKeyRotation",
        )


@graph_rule("ENC102", "exposes", "wrong-key", rows=("S0-4", "S2-19", "S2-6"), each=_KEY)
def key_that_encrypts_nothing(key: Node, graph: View) -> Iterator[Problem]:
    """A KMS key that the program makes, and encrypts nothing with.

    ## Why is this bad?
    What the key is for is encrypted with a key of AWS, or not at all: nobody can take it away, limit it or see its use.
    It costs as if it were used. https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html

    ## Example
    ```python
    key = aws.kms.Key("letters", enable_key_rotation=True)
    aws.kms.Alias("letters", target_key_id=key.key_id)
    aws.sqs.Queue("letters", sqs_managed_sse_enabled=True)
    ```

    ## Use instead
    ```python
    key = aws.kms.Key("letters", enable_key_rotation=True)
    aws.kms.Alias("letters", target_key_id=key.key_id)
    aws.sqs.Queue("letters", kms_master_key_id=key.arn)
    ```
    """
    names = _names(key, graph)
    if _is_exported(names, graph):
        return
    users = [node for node in graph if _uses(node, names)]
    if any(not node.kind.startswith(_NOT_STORED) for node in users):
        return
    if key.get("keyUsage", "ENCRYPT_DECRYPT") != "ENCRYPT_DECRYPT" or not any(n.kind in _STORES for n in graph):
        return
    yield key.problem(
        f"the key {key.name!r} encrypts nothing of this program: no resource names it",
        fix="Name it where the data is: kms_master_key_id, kms_key_arn or kms_key_id.",
        related=[node.here("is about the key, and stores nothing") for node in users[:2]],
    )


@graph_rule("ENC103", "exposes", "wrong-key", rows=("S2-19",))
def key_of_another_service(graph: View) -> Iterator[Problem]:
    """A resource that is encrypted with the key of another service, while its own is there.

    ## Why is this bad?
    A program makes a key for each service, so that each can be allowed and taken away by itself. Whoever may use the
    key of the queues can then read the files as well.
    https://docs.aws.amazon.com/kms/latest/developerguide/best-practices.html

    ## Example
    ```python
    queues = aws.kms.Key("sqs", enable_key_rotation=True)
    topics = aws.kms.Key("sns", enable_key_rotation=True)
    aws.sqs.Queue("letters", kms_master_key_id=queues.arn)
    aws.sns.Topic("letters", kms_master_key_id=queues.arn)
    ```

    ## Use instead
    ```python
    queues = aws.kms.Key("sqs", enable_key_rotation=True)
    topics = aws.kms.Key("sns", enable_key_rotation=True)
    aws.sqs.Queue("letters", kms_master_key_id=queues.arn)
    aws.sns.Topic("letters", kms_master_key_id=topics.arn)
    ```
    """
    keys = {key.urn: key for key in graph.all(_KEY)}
    of_service = {urn: service for urn, key in keys.items() if (service := _service(key))}
    for urn, service in of_service.items():
        names = _names(keys[urn], graph)
        for node in graph:
            if node.kind.startswith((service, *_NOT_STORED, "lambda/")) or not _uses(node, names):
                continue
            own = next((k for k, s in of_service.items() if k != urn and node.kind.startswith(s)), None)
            path = next((p for p, v in node.resource.inputs.items() if _text(v) in names), "")
            if own is not None and path:
                yield node.problem(
                    f"{described(node)} has the key {keys[urn].name!r}, and {keys[own].name!r} is there for it",
                    fix=f"The ARN of the key {keys[own].name!r}.",
                    at=path,
                    related=[keys[own].here("the key for it")],
                )


def _service(key: Node) -> str:
    """The types that a key is for by its name; empty when it says none, or several."""
    words = re.split(r"[-_. ]+", key.name.lower())
    found = {_MEANT[word] for word in words if word in _MEANT}
    return found.pop() if len(found) == 1 else ""


def _names(key: Node, graph: View) -> set[str]:
    """What others call the key by."""
    names = {key.id, key.arn, str(key.get("keyId", ""))}
    for alias in graph.all(_ALIAS):
        if str(alias.get("targetKeyId", "")) in names:
            names |= {str(alias.get("name", "")), alias.arn, alias.id}
    return names - {""}


def _uses(node: Node, names: set[str]) -> bool:
    if node.kind in _ABOUT_KEYS:
        return False
    text = _text(node.resource.inputs)
    return any(name in text for name in names)


def _is_exported(names: set[str], graph: View) -> bool:
    text = _text(graph.graph.outputs)
    return any(name in text for name in names)


def _text(value: object) -> str:
    plain = reveal(value)
    if isinstance(plain, str):
        return plain
    return "" if plain is UNKNOWN else json.dumps(plain, default=str)
