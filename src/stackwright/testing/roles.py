"""The permissions of deployed roles, and taking some of them away for a while."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from stackwright.emulator.observations import Decision
from stackwright.verify import Verification

Grant = tuple[str, str]
"""An action and the name of what it is granted on; for a key also the service through which it is used."""

Document = list[dict[str, Any]]
"""The statements of a policy."""

WORKFLOW_NOT_EXERCISED = {
    **dict.fromkeys(
        (
            "logs:CreateLogDelivery",
            "logs:GetLogDelivery",
            "logs:UpdateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:DescribeResourcePolicies",
            "logs:DescribeLogGroups",
        ),
        "the emulator delivers no logs of executions",
    ),
    **dict.fromkeys(
        (
            "xray:PutTraceSegments",
            "xray:PutTelemetryRecords",
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
        ),
        "the emulator has no X-Ray",
    ),
}
"""Actions of a workflow's role that no test can see, and why."""


@dataclass(frozen=True)
class Role:
    """A deployed role with its one inline policy."""

    stack: Verification
    arn: str
    resources: Mapping[str, str]
    """What the tests call the resources, by the ARNs that policies name."""

    @property
    def name(self) -> str:
        return self.arn.rpartition("/")[2]

    def grants(self) -> set[Grant]:
        """Everything that the deployed policy allows."""
        return set(self.counted())

    def counted(self) -> Counter[Grant]:
        """How many statements allow each."""
        statements = self._policy()[1]
        return Counter(
            (action, self._name(statement, resource))
            for statement in statements
            if statement["Effect"] == "Allow"
            for action in statement["Action"]
            for resource in statement["Resource"]
        )

    def used(self, decisions: Sequence[Decision]) -> set[Grant]:
        """The grants that the role made use of, or would have needed, by what was decided."""
        return {
            (decision.action, self._named(decision))
            for decision in decisions
            if f":assumed-role/{self.name}/" in decision.principal
        }

    @contextmanager
    def without(self, *taken: Grant, denied: Sequence[Mapping[str, Any]] = ()) -> Generator[None]:
        """Take grants out of the policy, or deny something more, and put it back afterwards."""
        missing = set(taken) - self.grants()
        assert not missing, f"{self.name} does not have {missing}"
        name, statements = self._policy()
        left = [part for statement in statements for part in self._split(statement, set(taken))]
        self._put(name, [*left, *denied])
        try:
            yield
        finally:
            self._put(name, statements)

    def _split(self, statement: Mapping[str, Any], taken: set[Grant]) -> Iterator[Mapping[str, Any]]:
        """The statement, one resource at a time, without what is taken."""
        if statement["Effect"] == "Deny":
            yield statement
            return
        for resource in statement["Resource"]:
            name = self._name(statement, resource)
            actions = [action for action in statement["Action"] if (action, name) not in taken]
            if actions:
                yield {**statement, "Action": actions, "Resource": [resource]}

    def _name(self, statement: Mapping[str, Any], resource: str) -> str:
        name = self.resources.get(resource, resource)
        via = statement.get("Condition", {}).get("StringEquals", {}).get("kms:ViaService")
        return name if via is None else f"{name} through {via.partition('.')[0]}"

    def _named(self, decision: Decision) -> str:
        """The name of what was asked for, as `_name` would give it."""
        matching = [name for arn, name in self.resources.items() if fnmatchcase(decision.resource, arn)]
        name = matching[0] if matching else decision.resource
        return f"{name} through {decision.via}" if decision.action.startswith("kms:") else name

    def _policy(self) -> tuple[str, Document]:
        iam = self.stack.client("iam")
        (name,) = iam.list_role_policies(RoleName=self.name)["PolicyNames"]
        assert iam.list_attached_role_policies(RoleName=self.name)["AttachedPolicies"] == []
        document = iam.get_role_policy(RoleName=self.name, PolicyName=name)["PolicyDocument"]
        parsed = json.loads(document) if isinstance(document, str) else document
        return name, parsed["Statement"]

    def _put(self, name: str, statements: Sequence[Mapping[str, Any]]) -> None:
        # A policy needs a statement.
        nothing = {"Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*"}
        document = {"Version": "2012-10-17", "Statement": statements or [nothing]}
        self.stack.client("iam").put_role_policy(
            RoleName=self.name, PolicyName=name, PolicyDocument=json.dumps(document)
        )
