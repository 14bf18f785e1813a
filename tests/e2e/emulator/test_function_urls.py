"""Patch ``function_urls``: function URLs ask for both permissions."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

pytestmark = pytest.mark.e2e

HANDLER = "import json\ndef handler(event, context):\n    return {'statusCode': 200, 'body': json.dumps(event)}\n"
FORBIDDEN = {
    "Message": "Forbidden. For troubleshooting Function URL authorization issues, see: "
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
}
OTHER_ACCOUNT = "444455556666"
BOTH = ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction")


class FunctionUrl:
    """A function with a URL; nobody may call it yet."""

    def __init__(self, account: Any, auth: str, **settings: Any) -> None:
        self.account = account
        self.client = account.client("lambda")
        self.name = account.function(HANDLER)
        self.arn = self.client.get_function(FunctionName=self.name)["Configuration"]["FunctionArn"]
        made = self.client.create_function_url_config(FunctionName=self.name, AuthType=auth, **settings)
        self.path = f"/_aws/lambda-url/{made['FunctionUrl'].split('//')[1].split('.')[0]}"

    def permit(self, action: str, principal: str = "*", **conditions: Any) -> str:
        statement = self.account.name("s")
        self.client.add_permission(
            FunctionName=self.name, StatementId=statement, Action=action, Principal=principal, **conditions
        )
        return statement

    def open(self) -> None:
        self.permit("lambda:InvokeFunctionUrl", FunctionUrlAuthType="NONE")
        self.permit("lambda:InvokeFunction", InvokedViaFunctionUrl=True)

    def call(
        self,
        path: str = "/",
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        signer: Mapping[str, str] | None = None,
    ) -> tuple[int, Any, dict[str, str]]:
        all_headers = dict(headers or {})
        if signer is not None:
            url = f"{self.account.emulator.endpoint}{self.path}{path}"
            request = AWSRequest(method, url, headers=all_headers)
            keys = Credentials(signer["AccessKeyId"], signer["SecretAccessKey"], signer["SessionToken"])
            SigV4Auth(keys, "lambda", self.account.emulator.region).add_auth(request)
            all_headers = dict(request.headers.items())
        connection = http.client.HTTPConnection("127.0.0.1", self.account.emulator.port, timeout=30)
        try:
            connection.request(method, self.path + path, headers=all_headers)
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        received = {name.lower(): value for name, value in response.getheaders()}
        return response.status, json.loads(text) if text else None, received

    def signer(self, *actions: str, **statement: Any) -> Mapping[str, str]:
        """Credentials of a role that has these actions on the function."""
        allowed = {"Effect": "Allow", "Action": list(actions), "Resource": self.arn, **statement}
        return self.account.credentials(self.account.role("ec2", [allowed] if actions else []))


def test_a_public_url_needs_both_permissions_for_everybody(account: Any) -> None:
    url = FunctionUrl(account, "NONE")

    status, body, headers = url.call()
    assert (status, body, headers["x-amzn-errortype"]) == (403, FORBIDDEN, "AccessDeniedException")
    first = url.permit("lambda:InvokeFunctionUrl", FunctionUrlAuthType="NONE")
    assert url.call()[0] == 403
    url.permit("lambda:InvokeFunction", InvokedViaFunctionUrl=True)
    assert url.call()[0] == 200
    url.client.remove_permission(FunctionName=url.name, StatementId=first)
    assert url.call()[:2] == (403, FORBIDDEN)


def test_conditions_of_the_permissions_count(account: Any) -> None:
    url = FunctionUrl(account, "NONE")
    url.permit("lambda:InvokeFunctionUrl", FunctionUrlAuthType="AWS_IAM")
    url.permit("lambda:InvokeFunction", InvokedViaFunctionUrl=False)
    assert url.call()[0] == 403
    url.permit("lambda:InvokeFunctionUrl", FunctionUrlAuthType="NONE")
    assert url.call()[0] == 403
    url.permit("lambda:InvokeFunction")
    assert url.call()[0] == 200


def test_a_permission_for_one_account_opens_no_public_url(account: Any) -> None:
    url = FunctionUrl(account, "NONE")
    for action in BOTH:
        url.permit(action, principal=account.emulator.account)
    assert url.call()[0] == 403
    assert url.call(signer=url.signer(*BOTH))[0] == 403


def test_a_signature_does_not_matter_to_a_public_url(account: Any) -> None:
    url = FunctionUrl(account, "NONE")
    url.open()
    assert url.call(signer=url.signer())[0] == 200


def test_a_guarded_url_takes_no_unsigned_calls(account: Any) -> None:
    url = FunctionUrl(account, "AWS_IAM")
    url.open()
    status, body, headers = url.call()
    assert (status, body, headers["x-amzn-errortype"]) == (403, {"Message": "Forbidden"}, "AccessDeniedException")


@pytest.mark.parametrize(
    ("actions", "status"), [((), 403), (BOTH[:1], 403), (BOTH[1:], 403), (BOTH, 200), (("lambda:*",), 200)]
)
def test_a_guarded_url_asks_the_callers_policies_for_both(account: Any, actions: Sequence[str], status: int) -> None:
    url = FunctionUrl(account, "AWS_IAM")
    answer = url.call(signer=url.signer(*actions))
    assert answer[0] == status
    assert status == 200 or answer[1] == FORBIDDEN


def test_conditions_of_the_callers_policies_count(account: Any) -> None:
    url = FunctionUrl(account, "AWS_IAM")

    def signer(auth_type: str) -> Mapping[str, str]:
        statements = [
            {
                "Effect": "Allow",
                "Action": "lambda:InvokeFunctionUrl",
                "Resource": url.arn,
                "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": auth_type}},
            },
            {
                "Effect": "Allow",
                "Action": "lambda:InvokeFunction",
                "Resource": url.arn,
                "Condition": {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}},
            },
        ]
        return account.credentials(account.role("ec2", statements))

    assert url.call(signer=signer("AWS_IAM"))[0] == 200
    assert url.call(signer=signer("NONE"))[0] == 403


def test_in_the_same_account_the_functions_policy_will_do(account: Any) -> None:
    url = FunctionUrl(account, "AWS_IAM")
    role = account.role("ec2")
    signer = account.credentials(role)
    assert url.call(signer=signer)[0] == 403
    url.permit("lambda:InvokeFunctionUrl", principal=role, FunctionUrlAuthType="AWS_IAM")
    assert url.call(signer=signer)[0] == 403
    url.permit("lambda:InvokeFunction", principal=role, InvokedViaFunctionUrl=True)
    assert url.call(signer=signer)[0] == 200


def test_another_account_needs_its_own_policy_and_the_functions(account: Any) -> None:
    url = FunctionUrl(account, "AWS_IAM")
    root = account.root(OTHER_ACCOUNT)
    iam = account.client("iam", root)
    name = account.name("role")
    trust = {"Effect": "Allow", "Principal": {"AWS": OTHER_ACCOUNT}, "Action": "sts:AssumeRole"}
    document = {"Version": "2012-10-17", "Statement": [trust]}
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))["Role"]["Arn"]
    signer = account.client("sts", root).assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    for action in BOTH:
        url.permit(action, principal=OTHER_ACCOUNT)
    assert url.call(signer=signer)[0] == 403
    allowed = {"Effect": "Allow", "Action": list(BOTH), "Resource": url.arn}
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps({"Statement": [allowed]}))
    assert url.call(signer=signer)[0] == 200
    other = FunctionUrl(account, "AWS_IAM")
    allowed["Resource"] = other.arn
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps({"Statement": [allowed]}))
    assert other.call(signer=signer)[0] == 403


def test_a_wrong_signature_is_no_permission(account: Any) -> None:
    url = FunctionUrl(account, "AWS_IAM")
    signer = {**url.signer(*BOTH), "SecretAccessKey": "wrong"}
    assert url.call(signer=signer)[0] == 403


def test_an_auth_type_is_for_one_action_only(account: Any) -> None:
    url = FunctionUrl(account, "NONE")
    with pytest.raises(
        url.client.exceptions.InvalidParameterValueException, match="FunctionUrlAuthType is only supported"
    ):
        url.permit("lambda:InvokeFunction", FunctionUrlAuthType="NONE")


def test_cors_is_that_of_the_url(account: Any) -> None:
    cors = {
        "AllowOrigins": ["https://shop.example"],
        "AllowMethods": ["GET"],
        "AllowHeaders": ["x-own"],
        "ExposeHeaders": ["x-seen"],
        "AllowCredentials": True,
        "MaxAge": 60,
    }
    url = FunctionUrl(account, "NONE", Cors=cors)
    preflight = {"Access-Control-Request-Method": "GET"}

    status, _, headers = url.call(method="OPTIONS", headers={"Origin": "https://shop.example", **preflight})
    assert status == 200
    assert {name: value for name, value in headers.items() if name.startswith("access-control-")} == {
        "access-control-allow-origin": "https://shop.example",
        "access-control-allow-methods": "GET",
        "access-control-allow-headers": "x-own",
        "access-control-expose-headers": "x-seen",
        "access-control-allow-credentials": "true",
        "access-control-max-age": "60",
    }
    _, _, headers = url.call(method="OPTIONS", headers={"Origin": "https://evil.example", **preflight})
    assert not [name for name in headers if name.startswith("access-control-")]
    status, _, headers = url.call(headers={"Origin": "https://shop.example"})
    assert (status, headers["access-control-allow-origin"]) == (403, "https://shop.example")
    url.open()
    status, _, headers = url.call(headers={"Origin": "https://shop.example"})
    assert (status, headers["access-control-allow-origin"]) == (200, "https://shop.example")
    status, _, headers = url.call(headers={"Origin": "https://evil.example"})
    assert (status, "access-control-allow-origin" in headers) == (200, False)


def test_without_cors_nothing_is_added_and_the_function_gets_the_preflight(account: Any) -> None:
    url = FunctionUrl(account, "NONE")
    url.open()
    status, event, headers = url.call(method="OPTIONS", headers={"Origin": "https://shop.example"})
    assert (status, event["requestContext"]["http"]["method"]) == (200, "OPTIONS")
    assert not [name for name in headers if name.startswith("access-control-")]


def test_the_event_has_path_query_and_cookies_as_they_were_sent(account: Any) -> None:
    url = FunctionUrl(account, "NONE")
    url.open()
    _, event, _ = url.call("/a%2Fb//c%0a?x=%2B&x=+&y", headers={"Cookie": "a=1; b=2"})
    assert (event["rawPath"], event["rawQueryString"]) == ("/a%2Fb//c%0a", "x=%2B&x=+&y")
    assert event["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in event["headers"]
