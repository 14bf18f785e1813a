"""What a web page, or anybody who reaches the port, could do once, and cannot do any more."""

from __future__ import annotations

import base64
import http.client
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.e2e

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
PAGE = {"Origin": "http://evil.example", "Content-Type": "text/plain"}
KEYS = ["123456789012", "test", "AKIAIOSFODNN7EXAMPLE"]
OWN_PATHS = [
    ("POST", "/_ministack/reset"),
    ("POST", "/_ministack/config"),
    ("GET", "/_ministack/health"),
    ("GET", "/_ministack/ready"),
    ("GET", "/_ministack/ses/messages"),
    ("GET", "/_ministack/sqs/messages"),
    ("GET", "/_ministack/sns/sms-messages"),
    ("GET", "/_ministack/iot/ca.pem"),
    ("GET", "/_ministack/rds/ca.pem"),
    ("GET", "/_ministack/elasticache/ca.pem"),
    ("GET", "/_ministack/transfer/sftp-ports"),
    ("GET", "/_ministack/lambda-code/123456789012/us-east-1/fn"),
    ("GET", "/_ministack/lambda-layers/layer/1/content"),
    ("POST", "/_ministack/rds/iam-auth"),
    ("POST", "/_ministack/eks-auth/123456789012/us-east-1/c/0123456789abcdef"),
    ("GET", "/_ministack/anything"),
    ("GET", "/_localstack/health"),
    ("GET", "/_aws/unknown"),
    ("GET", "/_stackwright/health"),
    ("GET", "/_stackwright/decisions"),
    ("GET", "/_stackwright/root?account=123456789012"),
    ("POST", "/_stackwright/pause?seconds=60"),
    ("GET", "/health"),
    ("GET", "/latest/meta-data/iam/security-credentials/"),
    ("GET", "/v2/"),
    ("POST", "/v2/evil/blobs/uploads/"),
    ("POST", "/v1/chat/completions"),
    ("GET", "/oidc/id/x"),
    ("GET", "/iceberg/v1/config"),
]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
UNSIGNED = [
    ("PUT", "/evil-bucket", "", {}),
    ("GET", "/", "", {}),
    ("POST", "/", "Action=CreateRole&RoleName=evil&Version=2010-05-08", FORM),
    ("PUT", "/x", "Action=CreateRole&RoleName=evil", FORM),
    ("POST", "/?Action=CreateQueue&QueueName=evil", "", {}),
    ("POST", "/", '{"QueueName":"evil"}', {"X-Amz-Target": "AmazonSQS.CreateQueue"}),
    ("POST", "/", "{}", {"X-Amz-Target": "DynamoDB_20120810.ListTables"}),
    ("POST", "/", "{}", {"X-Amz-Target": "AWSCognitoIdentityProviderService.ListUserPools"}),
    ("POST", "/2015-03-31/functions/evil/invocations", "{}", {}),
    ("GET", "/2015-03-31/functions/", "", {}),
    ("GET", "/restapis", "", {}),
    ("POST", "/v2/email/outbound-emails", "{}", {}),
    ("POST", "/Execute", "{}", {}),
    ("GET", "/v20180820/configuration/publicAccessBlock", "", {}),
    ("GET", "/2020-05-31/distribution", "", {}),
    ("POST", "/service/GraniteServiceVersion20100801/operation/ListMetrics", "", {}),
]


@pytest.fixture(autouse=True)
def unharmed(nothing_happened: Callable[[], None]) -> Iterator[None]:
    yield
    nothing_happened()


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("headers", [PAGE, {}], ids=["from a page", "from anywhere"])
def test_no_known_key_runs_code(stranger: Any, forge: Callable[..., str], key: str, headers: dict[str, str]) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("app.py", "def handler(event, context):\n    return 'run'\n")
    function = {
        "FunctionName": "evil",
        "Runtime": "python3.11",
        "Handler": "app.handler",
        "Role": "arn:aws:iam::123456789012:role/evil",
        "Code": {"ZipFile": base64.b64encode(archive.getvalue()).decode()},
    }
    role = forge(key, "iam", Action="CreateRole", Version="2010-05-08", RoleName="evil", AssumeRolePolicyDocument=TRUST)

    made = [
        stranger.send("POST", f"/?{role}", "x", headers),
        stranger.send("POST", f"/2015-03-31/functions?{forge(key, 'lambda')}", json.dumps(function), headers),
        stranger.send("POST", f"/2015-03-31/functions/evil/invocations?{forge(key, 'lambda')}", "{}", headers),
        stranger.send("POST", f"/?{forge(key, 'sqs', Action='CreateQueue', QueueName='evil')}", "x", headers),
        stranger.send("PUT", f"/evil-bucket?{forge(key, 's3')}", "", headers),
    ]

    assert {answer.status for answer in made} <= {403, 400}
    assert not any("access-control-allow-origin" in answer.headers for answer in made)


@pytest.mark.parametrize(("method", "path"), OWN_PATHS)
@pytest.mark.parametrize("headers", [PAGE, {}, {"X-Stackwright-Token": "0" * 32}], ids=["page", "plain", "token"])
def test_the_emulators_own_paths_are_shut(stranger: Any, method: str, path: str, headers: dict[str, str]) -> None:
    answer = stranger.send(method, path, "{}" if method == "POST" else "", headers)
    # `/health` is a bucket like others; where S3 is asked for something that is not there, it says so.
    assert answer.status in ((403, 404) if path == "/health" else (403, 400)), answer
    assert "access-control-allow-origin" not in answer.headers
    assert stranger.emulator.token not in answer.text


def test_a_stranger_learns_nothing_from_the_proof(stranger: Any) -> None:
    answer = stranger.send("GET", "/_stackwright/identity?nonce=1")
    assert answer.status == 200
    assert stranger.emulator.token not in answer.text


@pytest.mark.parametrize(("method", "path", "body", "headers"), UNSIGNED)
def test_calls_without_a_signature_are_refused(
    stranger: Any, method: str, path: str, body: str, headers: dict[str, str]
) -> None:
    assert stranger.send(method, path, body, headers).status in (400, 403)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "localhost",
        "127.0.0.1",
        "127.0.0.1:1",
        "127.0.0.1.nip.io:{port}",
        "localhost.evil.example:{port}",
        "evil-amazonaws.com",
        "amazonaws.com.evil.example",
        "s3.amazonaws.com:{port}1",
        "[::1]:{port}",
        "127.0.0.1:{port}@evil.example",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/", "/_stackwright/identity?nonce=1", "/_ministack/health"])
def test_names_that_were_never_given_out(stranger: Any, host: str, path: str) -> None:
    """A page whose name is made to point here (DNS rebinding) says its own name."""
    given = host.replace("{port}", str(stranger.emulator.port))
    token = {"X-Stackwright-Token": stranger.emulator.token}
    answer = stranger.send("GET", path, headers={"Host": given, **token})
    assert answer.status in (421, 400)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "https://evil.s3.amazonaws.com"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Referer": "http://evil.example/page"},
    ],
)
def test_pages_of_strangers_cannot_use_even_a_right_signature(stranger: Any, headers: dict[str, str]) -> None:
    signed = stranger.signed(stranger.emulator.root(), "sts", "GET", "/?Action=GetCallerIdentity&Version=2011-06-15")
    path = "/?Action=GetCallerIdentity&Version=2011-06-15"
    assert stranger.send("GET", path, headers=signed).status == 200
    answer = stranger.send("GET", path, headers={**signed, **headers})
    assert answer.status == 403
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/2015-03-31/functions", "/_ministack/reset", "/no-such-bucket/key"])
def test_preflights_of_strangers_get_nothing(stranger: Any, path: str) -> None:
    asked = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    answer = stranger.send("OPTIONS", path, headers=asked)
    assert answer.status == 403
    assert not any(name.startswith("access-control-") for name in answer.headers)


def test_what_aws_serves_unsigned_is_served(stranger: Any, aws: Any, unique: str) -> None:
    idp = aws.client("cognito-idp")
    pool = idp.create_user_pool(PoolName=unique)["UserPool"]["Id"]
    client = idp.create_user_pool_client(UserPoolId=pool, ClientName=unique)["UserPoolClient"]["ClientId"]
    body = json.dumps({"ClientId": client, "Username": "me", "Password": "Passw0rd!"})
    headers = {
        "X-Amz-Target": "AWSCognitoIdentityProviderService.SignUp",
        "Content-Type": "application/x-amz-json-1.1",
    }

    local = stranger.send("POST", "/", body, {**headers, "Origin": "http://localhost:5173"})
    foreign = stranger.send("POST", "/", body, {**headers, "Origin": "http://evil.example"})

    assert (local.status, local.headers["access-control-allow-origin"]) == (200, "http://localhost:5173")
    assert foreign.status == 403


def test_policies_let_everybody_in_where_they_say_so(stranger: Any, aws: Any, unique: str) -> None:
    sqs, s3 = aws.client("sqs"), aws.client("s3")
    url = sqs.create_queue(QueueName=unique)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [everybody]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    path = url.removeprefix(stranger.emulator.endpoint)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    send = "Action=SendMessage&MessageBody=hello&Version=2012-11-05"
    assert stranger.send("POST", path, f"{send}&QueueUrl={url}", form).status == 200
    allowed = {"Effect": "Allow", "Principal": {"AWS": aws.endpoint.account}, "Action": "sqs:*", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    assert stranger.send("POST", path, f"{send}&QueueUrl={url}", form).status == 403

    s3.create_bucket(Bucket=unique)
    s3.put_object(Bucket=unique, Key="page", Body=b"hello")
    assert stranger.send("GET", f"/{unique}/page").status == 403
    s3.delete_public_access_block(Bucket=unique)
    reading = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{unique}/*",
    }
    s3.put_bucket_policy(Bucket=unique, Policy=json.dumps({"Version": "2012-10-17", "Statement": [reading]}))
    assert stranger.send("GET", f"/{unique}/page").text == "hello"
    assert stranger.send("PUT", f"/{unique}/page", "evil").status == 403
    assert stranger.send("DELETE", f"/{unique}").status == 403


def test_a_call_of_aws_with_two_content_types_cannot_be_read_in_one_way(stranger: Any) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", stranger.emulator.port, timeout=30)
    connection.putrequest("POST", "/")
    for kind in ("application/json", FORM["Content-Type"]):
        connection.putheader("Content-Type", kind)
    body = b"Action=CreateRole&RoleName=evil&Version=2010-05-08"
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    assert (answer.status, "content-type is given more than once" in text) == (400, True)
