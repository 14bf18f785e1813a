"""The permissions of the deployed roles, and taking some of them away for a while."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from storefront_stack import Storefront

from stackwright.local.observations import Decision

Grant = tuple[str, str]
"""An action and the name of what it is granted on; for a key also the service through which it is used."""

Document = list[dict[str, Any]]
"""The statements of a policy."""

TABLES = {
    "users": ("email-index",),
    "orders": ("userId-index", "status-index"),
    "products": ("category-index",),
}
SERVICES = ("user-service", "order-service", "product-service")


@dataclass(frozen=True)
class Role:
    """A deployed role with its one inline policy."""

    storefront: Storefront
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
    def without(self, *taken: Grant, denied: Sequence[Mapping[str, Any]] = ()) -> Iterator[None]:
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
        iam = self.storefront.client("iam")
        (name,) = iam.list_role_policies(RoleName=self.name)["PolicyNames"]
        assert iam.list_attached_role_policies(RoleName=self.name)["AttachedPolicies"] == []
        document = iam.get_role_policy(RoleName=self.name, PolicyName=name)["PolicyDocument"]
        parsed = json.loads(document) if isinstance(document, str) else document
        return name, parsed["Statement"]

    def _put(self, name: str, statements: Sequence[Mapping[str, Any]]) -> None:
        document = {"Version": "2012-10-17", "Statement": statements}
        self.storefront.client("iam").put_role_policy(
            RoleName=self.name, PolicyName=name, PolicyDocument=json.dumps(document)
        )


def service_role(storefront: Storefront, service: str) -> Role:
    """The role of a service; `log` and `dlq` are the service's own."""
    config = storefront.client("lambda").get_function_configuration(FunctionName=function_name(storefront, service))
    own = {
        f"{arn(storefront, 'logs', 'log-group')}:/aws/lambda/{config['FunctionName']}:*": "log",
        config["DeadLetterConfig"]["TargetArn"]: "dlq",
    }
    return Role(storefront, config["Role"], {**resource_names(storefront), **own, "*": "*"})


def workflow_role(storefront: Storefront) -> Role:
    """The role of order-workflow."""
    machine = storefront.client("stepfunctions").describe_state_machine(
        stateMachineArn=storefront.outputs["order_workflow_arn"]
    )
    return Role(storefront, machine["roleArn"], {**resource_names(storefront), "*": "*"})


def resource_names(storefront: Storefront) -> dict[str, str]:
    """What the tests, as handlers/permissions.json, call the resources of the stack, by ARN."""
    outputs = storefront.outputs
    tables = {name: arn(storefront, "dynamodb", f"table/{outputs[f'{name}_table_name']}") for name in TABLES}
    bucket = f"arn:aws:s3:::{outputs['data_bucket_name']}"
    return {
        **{tables[table]: f"{table}-table" for table in TABLES},
        **{f"{tables[table]}/index/{index}": f"{table}-{index}" for table in TABLES for index in TABLES[table]},
        bucket: "data-bucket",
        **{f"{bucket}/{folder}/*": f"data-bucket-{folder}" for folder in ("incoming", "processed", "rejected")},
        outputs["api_secret_arn"]: "api-secret",
        outputs["kms_key_arn"]: "data-key",
        outputs["order_workflow_arn"]: "order-workflow",
        **{arn(storefront, "lambda", f"function:{function_name(storefront, one)}"): one for one in SERVICES},
    }


def arn(storefront: Storefront, service: str, resource: str) -> str:
    """An ARN of this account and region."""
    region, account = storefront.outputs["order_workflow_arn"].split(":")[3:5]
    return f"arn:aws:{service}:{region}:{account}:{resource}"


def function_name(storefront: Storefront, service: str) -> str:
    return storefront.outputs[f"{service.replace('-', '_')}_function_name"]


def last_decision(storefront: Storefront) -> int:
    """The number of the latest authorization."""
    found = storefront.emulator.decisions()
    return found[-1].number if found else 0
