"""A signature is good for the request that was signed, for its time, and for nothing else."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from stackwright.credentials import Credentials
from stackwright.testing.eventually import eventually

pytestmark = pytest.mark.e2e

IDENTITY = "/?Action=GetCallerIdentity&Version=2011-06-15"
JSON = {"X-Amz-Target": "DynamoDB_20120810.ListTables", "Content-Type": "application/x-amz-json-1.0"}


@pytest.fixture
def keys(stranger: Any) -> Credentials:
    return stranger.emulator.root()


def test_a_right_signature_works(stranger: Any, keys: Credentials) -> None:
    assert stranger.send("GET", IDENTITY, headers=stranger.signed(keys, "sts", "GET", IDENTITY)).status == 200
    assert stranger.send("GET", stranger.presigned(keys, "sts", "GET", IDENTITY)).status == 200
    signed = stranger.signed(keys, "dynamodb", "POST", "/", "{}", **JSON)
    assert stranger.send("POST", "/", "{}", signed).status == 200


def test_the_secret_counts(stranger: Any, keys: Credentials) -> None:
    wrong = Credentials(keys.access_key, "wrong")
    assert stranger.send("GET", IDENTITY, headers=stranger.signed(wrong, "sts", "GET", IDENTITY)).status == 403
    assert stranger.send("GET", stranger.presigned(wrong, "sts", "GET", IDENTITY)).status == 403


def test_a_call_cannot_be_turned_into_another(stranger: Any, keys: Credentials) -> None:
    signed = stranger.signed(keys, "dynamodb", "POST", "/", "{}", **JSON)
    other = {**signed, "X-Amz-Target": "DynamoDB_20120810.DescribeLimits"}
    attempts = {
        "body": stranger.send("POST", "/", '{"Limit":1}', signed),
        "path": stranger.send("POST", "/other", "{}", signed),
        "query": stranger.send("POST", "/?Action=ListUsers", "{}", signed),
        "method": stranger.send("PUT", "/", "{}", signed),
        "operation": stranger.send("POST", "/", "{}", other),
        "added header": stranger.send("POST", "/", "{}", {**signed, "X-Amz-Copy-Source": "/a/b"}),
        "host": stranger.send("POST", "/", "{}", {**signed, "Host": f"localhost:{stranger.emulator.port}"}),
    }
    assert {name: answer.status for name, answer in attempts.items() if answer.status not in (400, 403)} == {}


def test_a_signature_for_one_service_is_none_for_another(stranger: Any, keys: Credentials) -> None:
    """Signed as S3 for a bucket whose name is a path of Lambda."""
    for service in ("s3", "unknown"):
        path = stranger.presigned(keys, service, "GET", "/2015-03-31/functions/")
        assert stranger.send("GET", path).status in (400, 403)
    signed = stranger.signed(keys, "s3", "POST", "/", "{}", **JSON)
    assert stranger.send("POST", "/", "{}", signed).status in (400, 403)
    rds = stranger.signed(keys, "s3", "POST", "/Execute", "{}")
    assert stranger.send("POST", "/Execute", "{}", rds).status in (400, 403)


def test_two_keys_in_one_request(stranger: Any, keys: Credentials) -> None:
    signed = stranger.signed(keys, "sts", "GET", IDENTITY)
    assert stranger.send("GET", f"{IDENTITY}&x-amz-credential=123456789012/a/b/c/d", headers=signed).status == 400
    assert stranger.send("GET", f"{IDENTITY}&AWSAccessKeyId=123456789012", headers=signed).status == 400


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_presigned_urls_of_objects_end_and_mean_one_object(
    stranger: Any, keys: Credentials, aws: Any, unique: str, version: str
) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=unique)
    for key in ("one", "two"):
        s3.put_object(Bucket=unique, Key=key, Body=key.encode())
    signer: Any = boto3.client(
        "s3",
        endpoint_url=stranger.emulator.endpoint,
        region_name="us-east-1",
        aws_access_key_id=keys.access_key,
        aws_secret_access_key=keys.secret_key,
        config=Config(signature_version=version, s3={"addressing_style": "path"}),
    )

    def url(operation: str, seconds: int) -> str:
        made = signer.generate_presigned_url(operation, {"Bucket": unique, "Key": "one"}, ExpiresIn=seconds)
        return str(made).removeprefix(stranger.emulator.endpoint)

    path = url("get_object", 60)
    assert stranger.send("GET", path).text == "one"
    assert stranger.send("GET", path.replace("/one", "/two")).status == 403
    assert stranger.send("GET", f"{path}&acl").status == 403
    assert stranger.send("GET", f"{path}&attributes").status == 403
    assert stranger.send("PUT", path, "evil").status == 403
    assert stranger.send("DELETE", path).status == 403
    vhost = {"Host": f"{unique}.localhost:{stranger.emulator.port}"}
    assert stranger.send("GET", path, headers=vhost).status in (403, 404)
    assert stranger.send("PUT", url("put_object", 60), "new").status == 200
    assert stranger.send("GET", url("get_object", -1)).status == 403 or version == "s3v4"
    short = url("get_object", 1)
    eventually(lambda: stranger.send("GET", short).status != 200)


def test_presigned_calls_end(stranger: Any, keys: Credentials) -> None:
    path = stranger.presigned(keys, "sts", "GET", IDENTITY, seconds=1)
    eventually(lambda: stranger.send("GET", path).status != 200)


def test_the_token_of_a_session_belongs_to_its_key(stranger: Any, aws: Any, unique: str) -> None:
    sts = aws.client("sts")
    arn = f"arn:aws:iam::{aws.endpoint.account}:role/stackwright-deployer"
    one, two = (
        Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        for given in (sts.assume_role(RoleArn=arn, RoleSessionName=unique)["Credentials"] for _ in range(2))
    )
    assert stranger.send("GET", IDENTITY, headers=stranger.signed(one, "sts", "GET", IDENTITY)).status == 200
    for wrong in (replace(one, token=two.token), replace(one, token=""), replace(one, secret_key=two.secret_key)):
        assert stranger.send("GET", IDENTITY, headers=stranger.signed(wrong, "sts", "GET", IDENTITY)).status == 403


def test_a_form_for_s3_needs_a_right_signature(stranger: Any, keys: Credentials, aws: Any, unique: str) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=unique)
    client = aws.endpoint.client_as(keys, "s3")
    limit = ["content-length-range", 0, 9]
    form = client.generate_presigned_post(unique, "k", Conditions=[limit], ExpiresIn=60)["fields"]

    def post(fields: dict[str, str], content: str = "hello") -> int:
        parts = [f'--b\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items()]
        parts.append(f'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n{content}\r\n--b--\r\n')
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        return stranger.send("POST", f"/{unique}", "".join(parts), headers).status

    assert post(form) == 204
    assert post(form, "far too long") >= 400
    assert post({**form, "key": "other"}) == 403
    named = next(name for name in form if name.lower() in ("x-amz-credential", "awsaccesskeyid"))
    assert post({**form, named: form[named].replace(keys.access_key, "123456789012")}) == 403
    policy = json.loads(base64.b64decode(form["policy"]))
    policy["conditions"] = []
    assert post({**form, "policy": base64.b64encode(json.dumps(policy).encode()).decode()}) == 403


def test_a_function_has_random_keys_and_no_others(stranger: Any, aws: Any, unique: str) -> None:
    text = "import os\ndef handler(event, context):\n    return dict(os.environ)\n"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("app.py", text)
    statement = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = aws.client("iam").create_role(RoleName=unique, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    functions = aws.client("lambda")
    made = functions.create_function(
        FunctionName=unique,
        Runtime="python3.11",
        Handler="app.handler",
        Role=role,
        Code={"ZipFile": archive.getvalue()},
    )

    environment = json.load(functions.invoke(FunctionName=unique)["Payload"])

    guessed = hashlib.sha256(f"{made['FunctionArn']}:{role}".encode()).hexdigest()[:16].upper()
    assert environment["AWS_ACCESS_KEY_ID"] != f"ASIA{guessed}"
    secrets = (stranger.emulator.token, stranger.emulator.root().secret_key)
    assert not any(secret in value for secret in secrets for value in environment.values())


def test_secrets_are_in_no_environment_argument_or_log(stranger: Any) -> None:
    emulator = stranger.emulator
    secrets = (emulator.token.encode(), emulator.root().secret_key.encode())
    shown = [emulator.log_path.read_bytes()]
    process = Path(f"/proc/{emulator.pid}")
    shown += [(process / name).read_bytes() for name in ("environ", "cmdline") if process.exists()]
    assert not any(secret in text for secret in secrets for text in shown)
    assert (emulator.state_dir / "emulator.json").stat().st_mode & 0o077 == 0
