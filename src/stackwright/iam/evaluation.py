"""Whether policies allow a request. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from stackwright.iam.conditions import met
from stackwright.iam.document import Policy, Statement
from stackwright.iam.patterns import matches
from stackwright.iam.request import Caller, Request
from stackwright.iam.truth import Truth, Unsure, every, negated, some, unsure
from stackwright.iam.variables import substituted

_ACCOUNT: Final = re.compile(r"\d{12}|arn:aws[a-z-]*:iam::(\d{12}):root")


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer.

    Attributes:
        statement: the one that allowed, or that denied explicitly.
        policy: the policy of that statement.
        because: for a refusal without statement, what has no statement that allows it.
        unknown: for an unknown answer, the values that were missing.
    """

    outcome: Literal["allowed", "denied", "unknown"]
    statement: Statement | None = None
    policy: Policy | None = None
    because: str = ""
    unknown: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        return self.outcome == "allowed"

    @property
    def explicit(self) -> bool:
        """Whether a statement denies it."""
        return self.outcome == "denied" and self.statement is not None


@dataclass(frozen=True, slots=True)
class ResourceSide:
    """The policy that a resource has, and whose it is.

    Attributes:
        policy: None when it has none.
        decides_alone: as a KMS key's: what it does not let in, no policy of a role lets in.
    """

    policy: Policy | None
    account: str = ""
    decides_alone: bool = False


NOBODY: Final = ResourceSide(None)


def decide(
    request: Request, identity: Iterable[Policy], *, boundary: Policy | None = None, resource: ResourceSide = NOBODY
) -> Decision:
    """The decision of AWS for one request, without session and organization policies."""
    own = tuple(identity)
    limits = (boundary,) if boundary else ()
    asked = (resource.policy,) if resource.policy else ()
    denied = _first(request, (*own, *limits), "Deny")
    denied_there = _first(request, asked, "Deny", principals=True)
    for found in (denied, denied_there):
        if found.truth is True:
            return Decision("denied", found.statement, found.policy)
    answer, reason, decisive = _allowed(request, own, limits, resource)
    if answer is False:
        return Decision("denied", because=reason)
    truth = every((answer, negated(denied.truth), negated(denied_there.truth)))
    if isinstance(truth, Unsure):
        return Decision("unknown", decisive.statement, decisive.policy, reason, truth.why)
    return Decision("allowed", decisive.statement, decisive.policy)


@dataclass(frozen=True, slots=True)
class _Found:
    truth: Truth
    statement: Statement | None = None
    policy: Policy | None = None


def _allowed(
    request: Request, own: Sequence[Policy], limits: Sequence[Policy], resource: ResourceSide
) -> tuple[Truth, str, _Found]:
    by_identity = _first(request, own, "Allow")
    within = every(_first(request, (limit,), "Allow").truth for limit in limits)
    policies = (resource.policy,) if resource.policy else ()
    by_resource = _first(request, policies, "Allow", principals=True)
    if request.caller.service:
        return by_resource.truth, "the resource's policy", by_resource
    granted = every((by_identity.truth, within))
    same_account = resource.account in ("", request.caller.account)
    if not same_account:
        reason = "the resource's policy" if by_resource.truth is False else "the policies of the role"
        return every((granted, by_resource.truth)), reason, by_identity
    # A statement that names the caller, and not only its account, is enough in the account. The boundary narrows it,
    # unless the statement names the session or the user itself:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-eval-logic
    named = _first(request, policies, "Allow", principals=True, named=True)
    direct = _first(request, policies, "Allow", principals=True, named=True, direct=True)
    by_name = every((named.truth, some((within, direct.truth))))
    through = every((granted, by_resource.truth)) if resource.decides_alone else granted
    if by_name is True:
        return True, "", named
    reason = _missing(by_identity.truth, within, by_resource.truth, resource)
    return some((by_name, through)), reason, by_identity if by_identity.truth is not False else named


def _missing(by_identity: Truth, within: Truth, by_resource: Truth, resource: ResourceSide) -> str:
    if by_identity is False:
        return "the policies of the role"
    if resource.decides_alone and by_resource is False:
        return "the key's policy"
    return "the permissions boundary" if within is False else "the policies of the role"


def _first(
    request: Request,
    policies: Iterable[Policy],
    effect: Literal["Allow", "Deny"],
    *,
    principals: bool = False,
    named: bool = False,
    direct: bool = False,
) -> _Found:
    """The first statement of an effect that is about the request, or else the first that may be."""
    best = _Found(False)
    for policy in policies:
        if policy.opaque and (effect == "Allow" or policy.may_deny):
            best = _worse(best, _Found(unsure(policy.opaque), None, policy))
        for statement in policy:
            if statement.effect != effect:
                continue
            truth = _applies(request, policy, statement)
            if principals and truth is not False:
                truth = every((truth, _speaks_of(request.caller, statement, named=named, direct=direct)))
            if truth is True:
                return _Found(True, statement, policy)
            if isinstance(truth, Unsure):
                best = _worse(best, _Found(truth, statement, policy))
    return best


def _worse(best: _Found, other: _Found) -> _Found:
    truth = some((best.truth, other.truth))
    return _Found(truth, best.statement or other.statement, best.policy or other.policy)


def _applies(request: Request, policy: Policy, statement: Statement) -> Truth:
    if not covers_action(statement, request.action):
        return False
    resource = _covers_resource(request, policy, statement)
    if resource is False:
        return False
    conditions = (met(c, request, variables=policy.variables) for c in statement.conditions)
    return every((resource, *conditions))


def covers_action(statement: Statement, action: str) -> bool:
    """Whether the statement is about the action."""
    if statement.not_actions:
        return not any(matches(action, p, ignore_case=True) is True for p in statement.not_actions)
    return any(matches(action, p, ignore_case=True) is True for p in statement.actions)


def _covers_resource(request: Request, policy: Policy, statement: Statement) -> Truth:
    def is_one_of(patterns: Sequence[str]) -> Truth:
        return some(_is(request, policy, p) for p in patterns)

    if statement.not_resources:
        return negated(is_one_of(statement.not_resources))
    # Trust policies have no Resource: the role itself is meant.
    return is_one_of(statement.resources) if statement.resources else True


def _is(request: Request, policy: Policy, pattern: str) -> Truth:
    if pattern == "*":
        return True
    replaced = substituted(pattern, request) if policy.variables else pattern
    return False if replaced is None else matches(request.resource, replaced, arn=True)


def _speaks_of(caller: Caller, statement: Statement, *, named: bool, direct: bool) -> Truth:
    if statement.not_principals:
        return False if named else not any(_is_caller(caller, k, n) for k, n in statement.not_principals)
    if direct:
        itself = caller.session or (caller.arn if ":user/" in caller.arn else "")
        return bool(itself) and ("AWS", itself) in statement.principals
    return any(
        _is_caller(caller, kind, name) and not (named and kind == "AWS" and _ACCOUNT.fullmatch(name))
        for kind, name in statement.principals
    )


def _is_caller(caller: Caller, kind: str, name: str) -> bool:
    if kind == "Service":
        return name.lower() == caller.service.lower()
    if kind != "AWS":
        return False
    if name == "*":
        return True
    if caller.service:
        return False
    if account := _ACCOUNT.fullmatch(name):
        return (account[1] or name) == caller.account
    return name in (caller.arn, caller.session)
