"""What AWS's documentation says of policies. `EMULATOR_DIFFERS` is what the emulator does otherwise, with sources."""

from typing import Any

import pytest
from ministack.core import iam_evaluator as emulator

from stackwright.iam.document import MalformedPolicy, Policy, parse
from stackwright.iam.evaluation import Decision, ResourceSide, decide
from stackwright.iam.patterns import HOLE
from stackwright.iam.request import Caller, ContextValue, Request

ACCOUNT = "111111111111"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/orders"
GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
EMULATOR_DIFFERS: dict[str, tuple[str, dict[str, Any], dict[str, Any], bool]] = {
    "variables": (
        f"{GUIDE}reference_policies_variables.html: a policy variable is replaced by the key's value",
        {"Resource": "arn:aws:s3:::shop/${aws:PrincipalTag/team}/*"},
        {"resource": "arn:aws:s3:::shop/blue/a", "aws:principaltag/team": "blue"},
        True,
    ),
    "a default of a variable": (
        f"{GUIDE}reference_policies_variables.html#policy-vars-default-values",
        {"Resource": "arn:aws:s3:::shop/${aws:PrincipalTag/team, 'all'}/*"},
        {"resource": "arn:aws:s3:::shop/all/a"},
        True,
    ),
    "a star by name": (
        f"{GUIDE}reference_policies_variables.html#policy-vars-specialchars: ${{*}} is the character",
        {"Resource": "arn:aws:s3:::shop/${*}"},
        {"resource": "arn:aws:s3:::shop/*"},
        True,
    ),
    "components of an ARN": (
        f"{GUIDE}reference_policies_elements_condition_operators.html#Conditions_ARN: component by component",
        {"Resource": "*", "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:jobs"}}},
        {"resource": "*", "aws:sourcearn": f"arn:aws:sns:eu-west-1:{ACCOUNT}:team:jobs"},
        False,
    ),
    "a star inside a segment": (
        f"{GUIDE}reference_policies_elements_resource.html: only the segment's last star matches a colon",
        {"Resource": f"arn:aws:sqs:*-1:{ACCOUNT}:jobs"},
        {"resource": f"arn:aws:sqs:eu:x-1:{ACCOUNT}:jobs"},
        False,
    ),
}


def _policy(*statements: dict[str, Any], **more: Any) -> Policy:
    filled = [{"Effect": "Allow", "Action": "*", **s} for s in statements]
    return parse({"Version": "2012-10-17", **more, "Statement": filled}, "the policy")


def _ask(
    policies: list[Policy],
    asked: str = "arn:aws:s3:::shop/a",
    *,
    action: str = "s3:GetObject",
    context: dict[str, ContextValue] | None = None,
    complete: bool = True,
    **more: Any,
) -> Decision:
    return decide(Request(action, asked, Caller.role(ROLE), context or {}, complete=complete), policies, **more)


@pytest.mark.parametrize("name", EMULATOR_DIFFERS)
def test_aws_is_followed_where_the_emulator_differs(name: str) -> None:
    _source, statement, given, allowed = EMULATOR_DIFFERS[name]
    context = {k: v for k, v in given.items() if k != "resource"}
    resource = given["resource"]
    assert _ask([_policy(statement)], resource, context=context).allowed is allowed

    asked = emulator.EvalContext(
        ROLE, "AssumedRole", ACCOUNT, "s3:GetObject", resource, "eu-west-1", service_context=context
    )
    document = {"Statement": [{"Effect": "Allow", "Action": "*", **statement}]}
    theirs = emulator.evaluate(asked, [emulator.parse_policy_document(document)]).decision == "Allow"
    assert theirs is not _ask([_policy(statement)], resource, context=context).allowed, "the emulator has learnt it"


def test_a_variable_without_a_value_matches_nothing() -> None:
    policy = _policy({"Resource": "arn:aws:s3:::shop/${aws:PrincipalTag/team}"})
    assert _ask([policy], "arn:aws:s3:::shop/${aws:PrincipalTag/team}").outcome == "denied"


def test_documents_of_2008_have_no_variables() -> None:
    policy = _policy({"Resource": "arn:aws:s3:::shop/${aws:PrincipalTag/team}"}, Version="2008-10-17")
    assert _ask([policy], "arn:aws:s3:::shop/${aws:PrincipalTag/team}").allowed


def test_a_value_of_a_variable_is_no_pattern() -> None:
    policy = _policy({"Resource": "arn:aws:s3:::shop/${aws:PrincipalTag/team}/x"})
    given: dict[str, ContextValue] = {"aws:principaltag/team": "*"}
    assert _ask([policy], "arn:aws:s3:::shop/blue/x", context=given).outcome == "denied"
    assert _ask([policy], "arn:aws:s3:::shop/*/x", context=given).allowed


def test_a_key_that_nobody_knows_leaves_the_answer_open_and_is_named() -> None:
    policy = _policy({"Resource": "*", "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}})
    answer = _ask([policy], complete=False)
    assert (answer.outcome, answer.unknown) == ("unknown", ("aws:SourceVpc",))
    assert _ask([policy]).outcome == "denied"


def test_what_is_denied_anyway_stays_denied_whatever_the_key_is() -> None:
    deny = _policy({"Effect": "Deny", "Resource": "*"})
    allow = _policy({"Resource": "*", "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}})
    answer = _ask([allow, deny], complete=False)
    assert answer.explicit
    assert answer.statement is deny.statements[0]


@pytest.mark.parametrize(
    ("pattern", "outcome"),
    [
        ("shop/*", "allowed"),
        ("shop/in/*", "allowed"),
        ("shop/in/a*", "unknown"),
        ("shop/out/*", "denied"),
        ("shop", "denied"),
    ],
)
def test_a_part_of_a_name_that_nobody_knows(pattern: str, outcome: str) -> None:
    policy = _policy({"Resource": f"arn:aws:s3:::{pattern}"})
    assert _ask([policy], f"arn:aws:s3:::shop/in/{HOLE}").outcome == outcome


def test_a_managed_policy_of_unknown_contents_can_allow_anything() -> None:
    unread = Policy("AmazonBedrockFullAccess", opaque="the contents of AmazonBedrockFullAccess", may_deny=False)
    assert _ask([unread]).unknown == ("the contents of AmazonBedrockFullAccess",)
    assert _ask([unread, _policy({"Resource": "*"})]).allowed
    may_deny = Policy("unread", opaque="the text of unread")
    assert _ask([may_deny, _policy({"Resource": "*"})]).outcome == "unknown"


KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"


def _key(*principals: str) -> ResourceSide:
    statement = {"Resource": "*", "Principal": {"AWS": list(principals)}}
    return ResourceSide(_policy(statement), ACCOUNT, decides_alone=True)


@pytest.mark.parametrize(
    ("principals", "granted", "allowed"),
    [
        ((f"arn:aws:iam::{ACCOUNT}:root",), True, True),
        ((f"arn:aws:iam::{ACCOUNT}:root",), False, False),
        ((ROLE,), False, True),
        ((f"arn:aws:iam::{ACCOUNT}:role/other",), True, False),
    ],
)
def test_a_key_policy_must_let_the_accounts_policies_in(
    principals: tuple[str, ...], granted: bool, allowed: bool
) -> None:
    own = [_policy({"Resource": KEY})] if granted else []
    answer = _ask(own, KEY, action="kms:Decrypt", resource=_key(*principals))
    assert answer.allowed is allowed
    if granted and not allowed:
        assert answer.because == "the key's policy"


def test_a_service_needs_the_resources_policy_with_its_conditions() -> None:
    topic = f"arn:aws:sns:eu-west-1:{ACCOUNT}:alarms"
    source = {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:*"}}
    side = ResourceSide(
        _policy({"Resource": topic, "Principal": {"Service": "cloudwatch.amazonaws.com"}, "Condition": source}), ACCOUNT
    )
    for service, arn, allowed in (
        ("cloudwatch.amazonaws.com", f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:errors", True),
        ("cloudwatch.amazonaws.com", f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:errors", False),
        ("events.amazonaws.com", f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:errors", False),
    ):
        request = Request("sns:Publish", topic, Caller(service=service), {"aws:sourcearn": arn})
        assert decide(request, [], resource=side).allowed is allowed


def test_not_principal_denies_everybody_else() -> None:
    def side(role: str) -> ResourceSide:
        statement = {"Effect": "Deny", "Resource": "*", "NotPrincipal": {"AWS": [role, ACCOUNT]}}
        return ResourceSide(_policy(statement), ACCOUNT)

    own = [_policy({"Resource": "*"})]
    assert _ask(own, resource=side(ROLE)).allowed
    stranger = Request(
        "s3:GetObject", "arn:aws:s3:::shop/a", Caller.role("arn:aws:iam::222222222222:role/x"), complete=True
    )
    assert decide(stranger, own, resource=side(ROLE)).explicit


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("{'Statement': []}", "not JSON"),
        ("[]", "a list"),
        ({"Version": "2012-10-17"}, "no Statement"),
        ({"Version": "2012-17-10", "Statement": []}, "2012-17-10"),
        ({"Statement": {"Effect": "allow", "Action": "*"}}, "allow"),
        ({"Statement": {"Effect": "Allow", "Resource": "*"}}, "no Action"),
        ({"Statement": {"Effect": "Allow", "Action": "*", "Resource": []}}, "empty"),
        ({"Statement": {"Effect": "Allow", "Action": "*", "Resource": [["a"]]}}, "a list of texts"),
        ({"Statement": {"Effect": "Allow", "Action": "*", "Resources": "*"}}, "'Resources'"),
        ({"Statement": {"Effect": "Allow", "Action": "*", "Principal": "me"}}, "'me'"),
        ({"Statement": {"Effect": "Allow", "Action": "*", "NotAction": "*"}}, "both"),
        ({"Statement": {"Effect": "Allow", "Action": "*", "Condition": {"Bool": "true"}}}, "Bool"),
    ],
)
def test_what_is_no_policy_says_why(document: Any, why: str) -> None:
    with pytest.raises(MalformedPolicy, match=why):
        parse(document)
