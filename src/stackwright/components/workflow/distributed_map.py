"""A Distributed Map over the rows of a CSV file: the part of a state machine that grows past one function.

https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi

from ..bucket import Bucket, ObjectAction
from ..environment import Environment
from ..identity import Grantee
from ..policy import Statement
from .steps import Branch, Catch, Retry, handlers_as_asl, next_as_asl

MAX_BATCH_BYTES: Final = 262_144
"""Input of one state. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html"""

# Results are written in parts when they are many.
# https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
_WRITER: Final[tuple[ObjectAction, ...]] = (
    "s3:PutObject",
    "s3:GetObject",
    "s3:ListMultipartUploadParts",
    "s3:AbortMultipartUpload",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class DistributedMap:
    """Run a branch for batches of rows of a CSV file with a header, each in an execution of its own, many at once.

    The branch's input is `{"Items": […]}`. Its results go into files of the bucket, and the state's own result names
    their manifest. The machine's role may read files under `reads`, write files under `results`, and start executions
    of the machine itself, which is what the branches run as.

    Attributes:
        bucket: where the file is, and where results go.
        reads: prefix of the keys of all such files; without a slash at its end S3 would match more.
        key_path: path to the key of the file in the state's input, such as `$.key`.
        item: what the branch gets for each row; `$$.Map.Item.Value` is the row by column, `$$.Map.Item.Index` its
            number from 0, and other paths are into the state's input.
        branch: what is done with a batch.
        results: prefix of the files with the results.
        result_path: where the manifest's place is put.
        max_items: rows of a batch at most.
        max_bytes: bytes of a batch at most, as JSON.
        max_concurrency: batches at once.
        tolerated_failure_percent: share of batches that may fail while the state still succeeds.
        next: next state; None ends the execution.
    """

    bucket: Bucket
    reads: str
    key_path: str
    item: Mapping[str, Any]
    branch: Branch
    results: str
    result_path: str
    max_items: int
    max_concurrency: int
    max_bytes: int = MAX_BATCH_BYTES
    tolerated_failure_percent: float = 0
    next: str | None = None
    retry: Sequence[Retry] = ()
    catch: Sequence[Catch] = field(default=())

    def as_asl(self) -> dict[str, Any]:
        """The state; names and ARNs stay Outputs."""
        environment = self.bucket.environment
        state: dict[str, Any] = {
            "Type": "Map",
            "ItemReader": {
                "Resource": _integration(environment, "s3:getObject"),
                "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
                "Parameters": {"Bucket": self.bucket.bucket_name, "Key.$": self.key_path},
            },
            "ItemSelector": dict(self.item),
            "ItemBatcher": {"MaxItemsPerBatch": self.max_items, "MaxInputBytesPerBatch": self.max_bytes},
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                **self.branch.as_asl(),
            },
            "MaxConcurrency": self.max_concurrency,
            "ToleratedFailurePercentage": self.tolerated_failure_percent,
            "ResultWriter": {
                "Resource": _integration(environment, "s3:putObject"),
                "Parameters": {"Bucket": self.bucket.bucket_name, "Prefix": self.results.rstrip("/")},
            },
            "ResultPath": self.result_path,
        }
        return {**state, **handlers_as_asl(self.retry, self.catch), **next_as_asl(self.next)}

    def grant(self, machine: Grantee, machine_arn: pulumi.Output[str]) -> None:
        """Let the machine's role read the file, write the results, and run the branches.

        https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
        """
        self.bucket.grant(machine, "s3:GetObject", prefix=self.reads)
        self.bucket.grant(machine, *_WRITER, prefix=self.results)
        executions = machine_arn.apply(lambda arn: f"{arn.replace(':stateMachine:', ':execution:')}:*")
        machine.identity.allow(
            Statement(["states:StartExecution"], [machine_arn]),
            Statement(["states:DescribeExecution", "states:StopExecution"], [executions]),
        )

    def problems(self, name: str) -> list[str]:
        """What Step Functions would refuse, or accept to fail later."""
        problems: list[str] = []
        for prefix in (self.reads, self.results):
            if not prefix.endswith("/"):
                problems.append(f"{name!r} has the prefix {prefix!r}, which does not end in a slash")
        if self.max_items < 1 or self.max_concurrency < 1:
            problems.append(f"{name!r} has batches or a concurrency below 1")
        if not 1 <= self.max_bytes <= MAX_BATCH_BYTES:
            problems.append(f"{name!r} has batches of {self.max_bytes} bytes; a state takes 1 to {MAX_BATCH_BYTES}")
        if not 0 <= self.tolerated_failure_percent <= 100:
            problems.append(f"{name!r} tolerates {self.tolerated_failure_percent} % failures")
        return problems


def _integration(environment: Environment, action: str) -> pulumi.Output[str]:
    return pulumi.Output.concat("arn:", environment.partition, f":states:::{action}")
