import pytest
from iam_graphs import ACCOUNT, REGION, document, graph, key, made, queue, resource, role, role_policy

from stackwright.graph import UNKNOWN, Resource
from stackwright.iam.evaluation import Decision, decide
from stackwright.iam.request import Caller, Request
from stackwright.iam.resource_policies import ResourcePolicies
from stackwright.iam.roles import Roles

ROLE = f"arn:aws:iam::{ACCOUNT}:role/orders"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k"
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def _may(action: str, asked: str, *resources: Resource) -> Decision:
    whole = graph(*resources)
    found = Roles(whole).of(ROLE)
    assert found
    side = ResourcePolicies(whole).of(asked)
    return decide(
        Request(action, asked, found.caller, complete=True), found.policies, boundary=found.boundary, resource=side
    )


SEND = {"Action": "sqs:SendMessage", "Resource": QUEUE}


@pytest.mark.parametrize(
    "resources",
    [
        [role("orders"), role_policy("orders", SEND)],
        [role("orders", inlinePolicies=[{"name": "send", "policy": document(SEND)}])],
        [
            role("orders"),
            made("aws:iam/policy:Policy", "send", f"arn:aws:iam::{ACCOUNT}:policy/send", policy=document(SEND)),
            resource(
                "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
                "a",
                role="orders",
                policyArn=f"arn:aws:iam::{ACCOUNT}:policy/send",
            ),
        ],
        [role("orders", managedPolicyArns=["arn:aws:iam::aws:policy/AmazonSQSFullAccess"])],
        [
            role("orders"),
            resource(
                "aws:iam/policyAttachment:PolicyAttachment",
                "a",
                roles=["orders"],
                policyArn="arn:aws:iam::aws:policy/AmazonSQSFullAccess",
            ),
        ],
    ],
    ids=["role policy", "inline", "attached", "managed", "attached to roles"],
)
def test_every_way_to_give_a_role_a_policy(resources: list[Resource]) -> None:
    assert _may("sqs:SendMessage", QUEUE, *resources).allowed
    assert _may("sns:Publish", "*", *resources).outcome == "denied"


def test_the_policy_of_another_role_is_not_its_own() -> None:
    assert _may("sqs:SendMessage", QUEUE, role("orders"), role("bills"), role_policy("bills", SEND)).outcome == "denied"


def test_managed_policies_that_we_have_and_have_not() -> None:
    logs = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/x:log-stream:y"
    assert _may("logs:PutLogEvents", logs, role("orders", managedPolicyArns=[BASIC])).allowed
    assert _may("sqs:SendMessage", QUEUE, role("orders", managedPolicyArns=[BASIC])).outcome == "denied"
    other = role("orders", managedPolicyArns=["arn:aws:iam::aws:policy/AmazonChimeReadOnly"])
    assert _may("sqs:SendMessage", QUEUE, other).unknown == ("the contents of AmazonChimeReadOnly",)


def test_a_policy_whose_text_is_not_known_leaves_the_answer_open() -> None:
    policy = resource("aws:iam/rolePolicy:RolePolicy", "rights", role="orders", policy=UNKNOWN)
    assert _may("sqs:SendMessage", QUEUE, role("orders"), policy).outcome == "unknown"


def test_a_boundary_narrows_what_the_policies_allow() -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:policy/limit"
    limit = made("aws:iam/policy:Policy", "limit", arn, policy=document({"Action": "s3:*", "Resource": "*"}))
    answer = _may("sqs:SendMessage", QUEUE, role("orders", permissionsBoundary=arn), limit, role_policy("orders", SEND))
    assert (answer.outcome, answer.because) == ("denied", "the permissions boundary")


def test_a_queue_policy_allows_and_denies() -> None:
    def policy(effect: str) -> Resource:
        statement = {"Effect": effect, "Action": "sqs:SendMessage", "Resource": QUEUE, "Principal": {"AWS": ROLE}}
        url = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/jobs"
        return resource("aws:sqs/queuePolicy:QueuePolicy", "p", queueUrl=url, policy=document(statement))

    assert _may("sqs:SendMessage", QUEUE, role("orders"), queue("jobs"), policy("Allow")).allowed
    denied = _may("sqs:SendMessage", QUEUE, role("orders"), role_policy("orders", SEND), queue("jobs"), policy("Deny"))
    assert denied.explicit
    assert denied.policy
    assert denied.policy.name == "policy p"


def test_a_key_lets_the_account_in_unless_its_policy_does_not() -> None:
    use = {"Action": "kms:Decrypt", "Resource": KEY}
    assert _may("kms:Decrypt", KEY, role("orders"), role_policy("orders", use), key("k")).allowed
    assert _may("kms:Decrypt", KEY, role("orders"), key("k")).because == "the policies of the role"
    other = document({"Action": "kms:*", "Resource": "*", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/admin"}})
    answer = _may("kms:Decrypt", KEY, role("orders"), role_policy("orders", use), key("k", policy=other))
    assert answer.because == "the key's policy"


def test_keys_are_found_by_every_name() -> None:
    alias = resource("aws:kms/alias:Alias", "a", name="alias/data", targetKeyId="k")
    policies = ResourcePolicies(graph(key("k"), alias))
    for name in (KEY, "k", "alias/data", f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/data"):
        assert policies.key(name), name
    assert policies.of_key("alias/other").policy


def test_permissions_are_the_policy_of_a_function() -> None:
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
    rule = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/nightly"
    function = made("aws:lambda/function:Function", "f", arn)
    permission = resource(
        "aws:lambda/permission:Permission",
        "p",
        function="f",
        action="lambda:InvokeFunction",
        principal="events.amazonaws.com",
        sourceArn=rule,
    )
    side = ResourcePolicies(graph(function, permission)).of(arn)
    for source, allowed in ((rule, True), (f"{rule}2", False)):
        caller = Caller(service="events.amazonaws.com")
        request = Request("lambda:InvokeFunction", arn, caller, {"aws:sourcearn": source}, complete=True)
        assert decide(request, [], resource=side).allowed is allowed
