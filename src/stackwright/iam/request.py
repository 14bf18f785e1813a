"""What is asked: who, which action, on what, under which circumstances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

ContextValue: TypeAlias = str | tuple[str, ...] | None
"""A value of the request's context; None when the request has no such key."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a role's session, a user, or an AWS service.

    Attributes:
        arn: of the role or user; empty for a service.
        session: ARN of the role's session, where one is known.
        service: such as `events.amazonaws.com`; empty for anybody else.
    """

    arn: str = ""
    account: str = ""
    session: str = ""
    service: str = ""

    @property
    def shown(self) -> str:
        return self.service or self.arn or self.session

    @staticmethod
    def role(arn: str, session: str = "") -> Caller:
        """A role; the account is that of its ARN."""
        return Caller(arn, arn.split(":")[4] if arn.count(":") >= 5 else "", session)


@dataclass(frozen=True, slots=True)
class Request:
    """One call.

    Attributes:
        resource: its ARN, in which `HOLE` stands for what is not known; `*` for calls that name none.
        context: condition keys in lower case.
        complete: no other key has a value. Otherwise a key that is not in the context is not known.
    """

    action: str
    resource: str
    caller: Caller
    context: Mapping[str, ContextValue] = field(default_factory=dict[str, ContextValue])
    complete: bool = False

    def value(self, key: str) -> tuple[bool, ContextValue]:
        """Whether the key's value is known, and the value."""
        name = key.lower()
        if name in self.context:
            return True, self.context[name]
        match name:
            case "aws:principalarn" if self.caller.arn:
                return True, self.caller.arn
            case "aws:principalaccount" if self.caller.account:
                return True, self.caller.account
            case "aws:principalisawsservice":
                return True, "true" if self.caller.service else "false"
            case "aws:principalservicename" if self.caller.service:
                return True, self.caller.service
            case _:
                return self.complete, None
