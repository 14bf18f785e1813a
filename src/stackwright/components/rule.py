"""An EventBridge rule with the permissions that its target needs, and a dead-letter queue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

import pulumi
from pulumi_aws import cloudwatch

from . import limits, names
from .component import Component, Transform
from .errors import ComponentError
from .function import Function
from .identity import Identity
from .key import Key
from .queue import DEAD_LETTER_RETENTION_SECONDS, VISIBILITY_SECONDS, Queue
from .schedule import check_triggers
from .workflow import Workflow

Target: TypeAlias = Workflow | Function | Queue


class Rule(Component):
    """A rule on the default bus with one target, for events that match a pattern or by the clock.

    A state machine is started with a role of the rule's own; a function and a queue allow the rule in their policies.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html

    Args:
        target: what gets the events.
        pattern: event pattern in JSON, such as `bucket.object_created()`. Either this or `schedule`.
        schedule: `rate(5 minutes)`, or `cron(…)` with six fields in UTC.
        input: the target's input: key by JSON path into the event, such as `$.detail.object.key`; the whole event
            without.
        constant_input: the target's input, always the same, in place of the event.
        description: what the rule is for.
        retry_attempts: deliveries that are tried again, 0..185.
        event_age_seconds: oldest event that is still tried, 60..86,400 s.
        dead_letter_key: customer-managed key of the queue for events that could not be delivered.
        dead_letter_retention_seconds: how long such an event is kept, 60..1,209,600 s.
        dead_letter_visibility_seconds: how long such an event is hidden once received, 0..43,200 s.
        transform: changes to inner resources by role, see `Component`.

    Raises:
        ComponentError: pattern and schedule, or both inputs, exclude each other; the schedule is malformed; a number is
            out of its range.
    """

    arn: pulumi.Output[str]
    rule_name: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        target: Target,
        pattern: pulumi.Input[str] | None = None,
        schedule: str | None = None,
        input: Mapping[str, str] | None = None,
        constant_input: Mapping[str, Any] | None = None,
        description: str | None = None,
        retry_attempts: int = 185,
        event_age_seconds: int = 86_400,
        dead_letter_key: Key | None = None,
        dead_letter_retention_seconds: int = DEAD_LETTER_RETENTION_SECONDS,
        dead_letter_visibility_seconds: int = VISIBILITY_SECONDS,
        transform: Mapping[str, Transform] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        limits.RULE_RETRIES.check(name, "retry_attempts", retry_attempts)
        limits.RULE_EVENT_AGE.check(name, "event_age_seconds", event_age_seconds)
        check_triggers(name, pattern, schedule)
        if input is not None and constant_input is not None:
            raise ComponentError(f"{name} has input and constant_input", fix="keep one")
        super().__init__("Rule", name, transform=transform, opts=opts)

        physical = self.environment.physical_name(name, names.RULE)
        # Queue and key policies name the rule; they exist before it delivers, so the ARN is computed from the name.
        self._arn_by_name = self.environment.arn("events", f"rule/{physical}")
        self.dead_letters = Queue(
            f"{name}-dlq",
            key=dead_letter_key,
            retention_seconds=dead_letter_retention_seconds,
            visibility_timeout_seconds=dead_letter_visibility_seconds,
            opts=self.inside(),
        )
        self.dead_letters.accept("events.amazonaws.com", self._arn_by_name, name)
        self.rule = cloudwatch.EventRule(
            f"{name}-rule",
            name=physical,
            description=description,
            event_pattern=pattern,
            schedule_expression=schedule,
            opts=self.inside(),
        )
        role_arn, prerequisites = self._authorize(target)
        cloudwatch.EventTarget(
            f"{name}-target",
            rule=self.rule.name,
            arn=target.arn,
            role_arn=role_arn,
            input=json.dumps(constant_input) if constant_input is not None else None,
            input_transformer=_transformer(input),
            retry_policy=cloudwatch.EventTargetRetryPolicyArgs(
                maximum_retry_attempts=retry_attempts,
                maximum_event_age_in_seconds=event_age_seconds,
            ),
            dead_letter_config=cloudwatch.EventTargetDeadLetterConfigArgs(arn=self.dead_letters.arn),
            opts=self.inside(depends_on=[*prerequisites, *self.dead_letters.policies]),
        )
        self.arn = self.rule.arn
        self.rule_name = self.rule.name
        self.finish(arn=self.arn, rule_name=self.rule_name, dead_letter_queue_url=self.dead_letters.url)

    def _authorize(self, target: Target) -> tuple[pulumi.Output[str] | None, list[pulumi.Resource]]:
        match target:
            case Workflow():
                self.identity = Identity(self, "events.amazonaws.com", only_this_account=True)
                target.grant_start(self)
                return self.identity.role.arn, [self.identity.policy]
            case Function():
                return None, [target.accept(self, "permission", "events.amazonaws.com", self.rule.arn)]
            case Queue():
                target.accept("events.amazonaws.com", self._arn_by_name, self.label)
                return None, target.policies


def _transformer(fields: Mapping[str, str] | None) -> cloudwatch.EventTargetInputTransformerArgs | None:
    if fields is None:
        return None
    # EventBridge writes a value as JSON, with its quotes, where the placeholder stands outside of quotes.
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
    template = ", ".join(f'"{name}": <{name}>' for name in fields)
    return cloudwatch.EventTargetInputTransformerArgs(input_paths=dict(fields), input_template=f"{{{template}}}")
