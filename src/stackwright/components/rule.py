"""An EventBridge rule whose target it may really reach, and a queue for events that it could not deliver."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NotRequired, TypeAlias

import pulumi
from pulumi_aws import cloudwatch

from . import limits, names
from .component import Component, ComponentArgs
from .errors import ComponentError
from .function import Function
from .identity import Identity
from .key import Key
from .queue import Queue
from .schedule import check_triggers
from .workflow import Workflow

Target: TypeAlias = Workflow | Function | Queue


class RuleArgs(ComponentArgs):
    """Arguments of a Rule."""

    pattern: NotRequired[pulumi.Input[str]]
    """Event pattern in JSON, such as `bucket.object_created()`. Either this or `schedule`."""
    schedule: NotRequired[str]
    """`rate(5 minutes)`, or `cron(…)` with six fields in UTC."""
    target: Target
    """What gets the events."""
    input: NotRequired[Mapping[str, str]]
    """The target's input: key by JSON path into the event, such as `$.detail.object.key`; the whole event without."""
    constant_input: NotRequired[Mapping[str, Any]]
    """The target's input, always the same, in place of the event."""
    description: NotRequired[str]
    """What the rule is for."""
    retry_attempts: NotRequired[int]
    """Deliveries that are tried again, 0..185; default 185."""
    event_age_seconds: NotRequired[int]
    """Oldest event that is still tried, 60..86,400 s; default 86,400."""
    dead_letter_key: NotRequired[Key | None]
    """Customer-managed key of the queue for events that could not be delivered."""
    dead_letter_retention_seconds: NotRequired[int]
    """How long such an event is kept; default 1,209,600 (14 days)."""
    dead_letter_visibility_seconds: NotRequired[int]
    """How long such an event is hidden once received, 0..43,200 s; default 30."""


class Rule(Component):
    """A rule on the default bus with one target, for events that match a pattern or by the clock.

    A state machine is started with a role of the rule's own; a function and a queue allow the rule in their policies.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    """

    arn: pulumi.Output[str]
    rule_name: pulumi.Output[str]

    def __init__(self, name: str, args: RuleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        limits.RULE_RETRIES.check(name, "retry_attempts", args.get("retry_attempts"))
        limits.RULE_EVENT_AGE.check(name, "event_age_seconds", args.get("event_age_seconds"))
        check_triggers(name, args.get("pattern"), args.get("schedule"))
        if "input" in args and "constant_input" in args:
            raise ComponentError(f"{name} has input and constant_input", fix="keep one")
        super().__init__("Rule", name, args, opts)

        physical = self.environment.physical_name(name, names.RULE)
        # Queue and key policies name the rule; they exist before it delivers, so the ARN is computed from the name.
        self._arn_by_name = self.environment.arn("events", f"rule/{physical}")
        self.dead_letters = self._dead_letter_queue(args)
        self.rule = cloudwatch.EventRule(
            f"{name}-rule",
            name=physical,
            description=args.get("description"),
            event_pattern=args.get("pattern"),
            schedule_expression=args.get("schedule"),
            opts=self.inside(),
        )
        role_arn, prerequisites = self._admit(args["target"])
        cloudwatch.EventTarget(
            f"{name}-target",
            rule=self.rule.name,
            arn=args["target"].arn,
            role_arn=role_arn,
            input=json.dumps(args["constant_input"]) if "constant_input" in args else None,
            input_transformer=_transformer(args.get("input")),
            retry_policy=cloudwatch.EventTargetRetryPolicyArgs(
                maximum_retry_attempts=args.get("retry_attempts", 185),
                maximum_event_age_in_seconds=args.get("event_age_seconds", 86_400),
            ),
            dead_letter_config=cloudwatch.EventTargetDeadLetterConfigArgs(arn=self.dead_letters.arn),
            opts=self.inside(depends_on=[*prerequisites, *self.dead_letters.policies]),
        )
        self.arn = self.rule.arn
        self.rule_name = self.rule.name
        self.finish(arn=self.arn, rule_name=self.rule_name, dead_letter_queue_url=self.dead_letters.url)

    def _dead_letter_queue(self, args: RuleArgs) -> Queue:
        queue = Queue(
            f"{self.label}-dlq",
            {
                "key": args.get("dead_letter_key"),
                "retention_seconds": args.get("dead_letter_retention_seconds", 1_209_600),
                "visibility_timeout_seconds": args.get("dead_letter_visibility_seconds", 30),
            },
            opts=self.inside(),
        )
        queue.accept("events.amazonaws.com", self._arn_by_name, self.label)
        return queue

    def _admit(self, target: Target) -> tuple[pulumi.Output[str] | None, list[pulumi.Resource]]:
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
