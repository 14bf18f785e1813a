"""Random policies: our decision is the emulator's, which enforces them.

Where the two differ on purpose, because AWS's documentation says otherwise, stands in `test_as_documented.py`; the
random policies keep clear of these forms.
"""

import random
from typing import Any

import pytest
from ministack.core import iam_evaluator as emulator

from stackwright.iam.document import parse
from stackwright.iam.evaluation import ResourceSide, decide
from stackwright.iam.request import Caller, Request

OURS, OTHER = "111111111111", "222222222222"
ROLE = f"arn:aws:iam::{OURS}:role/orders"
SESSION = f"arn:aws:sts::{OURS}:assumed-role/orders/run"
ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "sqs:SendMessage", "kms:Decrypt"]
ACTION_PATTERNS = [*ACTIONS, "s3:*", "s3:Get*", "S3:getobject", "*", "s3:?etObject", "*:SendMessage", "s3:*Object"]
RESOURCES = [
    "arn:aws:s3:::shop",
    "arn:aws:s3:::shop/a.csv",
    "arn:aws:s3:::Shop/in/b.csv",
    f"arn:aws:sqs:eu-west-1:{OURS}:jobs",
    "*",
]
RESOURCE_PATTERNS = [
    *RESOURCES,
    "arn:aws:s3:::shop/*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::sho?/*.csv",
    "arn:aws:sqs:*:*:jobs",
]
STRINGS = ["blue", "Blue", "green", "b*", "?lue", "re*n", ""]
TAG_KEYS = ["team", "cost", "Team"]
NEGATIVE = {"StringEquals": "StringNotEquals", "StringLike": "StringNotLike", "NumericEquals": "NumericNotEquals"}
MOMENTS = ["2026-01-01T00:00:00Z", "2026-06-01T12:00:00Z", "1767225600", "2027-01-01T00:00:00Z"]
KEYS: dict[str, tuple[list[str], list[Any]]] = {
    "aws:PrincipalTag/colour": (
        ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase"],
        STRINGS,
    ),
    "s3:max-keys": (
        ["NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericGreaterThanEquals", "NumericGreaterThan"],
        ["5", "10", "10.0", "-1"],
    ),
    "aws:SecureTransport": (["Bool"], ["true", "false", True, "TRUE"]),
    "aws:SourceIp": (["IpAddress", "NotIpAddress"], ["10.0.0.0/8", "10.1.2.3", "192.168.0.0/16", "2001:db8::/32"]),
    "aws:TokenIssueTime": (["DateLessThan", "DateGreaterThanEquals", "DateEquals", "DateNotEquals"], MOMENTS),
}


def _one_or_more(rng: random.Random, values: list[Any]) -> Any:
    return rng.choice(values) if rng.random() < 0.5 else rng.sample(values, rng.randint(1, 3))


def _condition(rng: random.Random) -> dict[str, Any]:
    block: dict[str, Any] = {}
    for _ in range(rng.randint(1, 2)):
        if rng.random() < 0.25:
            form = rng.choice(["ForAllValues:StringEquals", "ForAnyValue:StringEquals", "ForAnyValue:StringNotLike"])
            block.setdefault(form, {})["aws:TagKeys"] = _one_or_more(rng, [*TAG_KEYS, "t*"])
            continue
        key = rng.choice(list(KEYS))
        operators, values = KEYS[key]
        if rng.random() < 0.15:
            block.setdefault("Null", {})[key] = rng.choice(["true", "false"])
            continue
        operator = rng.choice(operators) + rng.choice(["", "", "IfExists"])
        block.setdefault(operator, {})[rng.choice([key, key.upper()])] = _one_or_more(rng, values)
    return block


def _statement(rng: random.Random, *, principal: bool) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": rng.choice(["Allow", "Allow", "Deny"])}
    statement[rng.choice(["Action", "Action", "Action", "NotAction"])] = _one_or_more(rng, ACTION_PATTERNS)
    statement[rng.choice(["Resource", "Resource", "Resource", "NotResource"])] = _one_or_more(rng, RESOURCE_PATTERNS)
    if rng.random() < 0.5:
        statement["Condition"] = _condition(rng)
    if principal:
        names = [ROLE, SESSION, OURS, f"arn:aws:iam::{OURS}:root", OTHER, f"arn:aws:iam::{OURS}:role/other", "*"]
        statement["Principal"] = rng.choice(["*", {"AWS": _one_or_more(rng, names)}, {"Service": "s3.amazonaws.com"}])
    return statement


def _document(rng: random.Random, *, principal: bool = False, most: int = 3) -> dict[str, Any]:
    statements = [_statement(rng, principal=principal) for _ in range(rng.randint(1, most))]
    return {"Version": "2012-10-17", "Statement": statements[0] if len(statements) == 1 else statements}


def _context(rng: random.Random) -> dict[str, Any]:
    given: dict[str, Any] = {"aws:SecureTransport": rng.choice(["true", "false"])}
    given["aws:SourceIp"] = rng.choice(["10.1.2.3", "192.168.1.1", "8.8.8.8", "2001:db8::1"])
    if rng.random() < 0.7:
        given["aws:PrincipalTag/colour"] = rng.choice([s for s in STRINGS if "*" not in s])
    if rng.random() < 0.7:
        given["s3:max-keys"] = rng.choice(["5", "10", "11"])
    if rng.random() < 0.7:
        given["aws:TokenIssueTime"] = rng.choice(MOMENTS)
    given["aws:TagKeys"] = rng.sample(TAG_KEYS, rng.randint(1, 2)) if rng.random() < 0.6 else None
    return {key.lower(): value for key, value in given.items()}


def _theirs(case: dict[str, Any]) -> str:
    context = case["context"]
    asked = emulator.EvalContext(
        SESSION,
        "AssumedRole",
        OURS,
        case["action"],
        case["resource"],
        "eu-west-1",
        source_ip=context["aws:sourceip"],
        secure_transport=context["aws:securetransport"] == "true",
        service_context=context,
    )
    own = [emulator.parse_policy_document(d) for d in case["identity"]]
    limits = [[emulator.parse_policy_document(d)] for d in case["boundary"]]
    result = emulator.evaluate(asked, own, *limits)
    if case["policy"] is not None or case["owner"] != OURS:
        result = emulator.combine_resource_policy(
            result, asked, case["policy"], case["owner"], required=case["key"], limits=tuple(limits)
        )
    return "allowed" if result.decision == "Allow" else "denied explicitly" if result.decision == "Deny" else "denied"


def _our_answer(case: dict[str, Any]) -> str:
    context = {k: tuple(v) if isinstance(v, list) else v for k, v in case["context"].items()}
    request = Request(case["action"], case["resource"], Caller.role(ROLE, SESSION), context, complete=True)
    policy = None if case["policy"] is None else parse(case["policy"])
    decision = decide(
        request,
        [parse(d) for d in case["identity"]],
        boundary=parse(case["boundary"][0]) if case["boundary"] else None,
        resource=ResourceSide(policy, case["owner"], case["key"]),
    )
    return "denied explicitly" if decision.explicit else decision.outcome


@pytest.mark.parametrize("seed", range(6))
def test_random_policies_are_decided_as_the_emulator_enforces_them(seed: int) -> None:
    rng = random.Random(seed)
    seen: dict[str, int] = {}
    for _ in range(4_000):
        key = rng.random() < 0.2
        case: dict[str, Any] = {
            "action": rng.choice(ACTIONS),
            "resource": rng.choice(RESOURCES),
            "identity": [_document(rng) for _ in range(rng.randint(0, 2))],
            "boundary": [_document(rng)] if rng.random() < 0.25 else [],
            "policy": _document(rng, principal=True) if key or rng.random() < 0.5 else None,
            "owner": rng.choice([OURS, OURS, OURS, OTHER]),
            "key": key,
            "context": _context(rng),
        }
        theirs, ours = _theirs(case), _our_answer(case)
        assert ours == theirs, case
        seen[ours] = seen.get(ours, 0) + 1
    assert min(seen.get(k, 0) for k in ("allowed", "denied", "denied explicitly")) > 300, seen
