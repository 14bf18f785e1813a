"""Lambda resources, seen through boto3 and by calling them."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

import pytest

from stackwright.errors import ResourceError
from stackwright.graph import Archive, Asset
from stackwright.provider.aws import AwsError
from stackwright.provider.services.lambda_ import FUNCTIONS
from stackwright.testing.eventually import eventually

pytestmark = pytest.mark.e2e


def call(aws: Any, name: str, event: Any = None, **more: Any) -> Any:
    answer = aws.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event), **more)
    return json.loads(answer["Payload"].read() or "null")


def test_function_runs_with_its_settings(aws: Any, make: Any) -> None:
    made = make(
        timeout=9,
        memorySize=256,
        description="answers",
        environment={"variables": {"AB": "b"}},
        ephemeralStorage={"size": 1024},
        tracingConfig={"mode": "Active"},
        loggingConfig={"logFormat": "JSON", "logGroup": "/own/group"},
        architectures=["arm64"],
        reservedConcurrentExecutions=3,
        tags={"Team": "a"},
        publish=False,
    )
    found = aws.client("lambda").get_function(FunctionName=made.id)
    config = found["Configuration"]
    assert (config["Timeout"], config["MemorySize"], config["Description"]) == (9, 256, "answers")
    assert config["Environment"]["Variables"] == {"AB": "b"}
    assert config["EphemeralStorage"] == {"Size": 1024}
    assert config["TracingConfig"] == {"Mode": "Active"}
    assert config["LoggingConfig"]["LogGroup"] == "/own/group"
    assert config["Architectures"] == ["arm64"]
    assert found["Concurrency"] == {"ReservedConcurrentExecutions": 3}
    assert found["Tags"] == {"Team": "a"}
    assert call(aws, made.id, {"x": 1}) == {"answer": 42, "event": {"x": 1}}
    assert made.simulated == {}


def test_outputs_are_those_of_aws(aws: Any, make: Any) -> None:
    made = make()
    out, name = made.outputs, made.outputs["name"]
    arn = f"arn:aws:lambda:us-east-1:{aws.endpoint.account}:function:{name}"
    gateway = "arn:aws:apigateway:us-east-1:lambda:path"
    assert made.id == name
    assert out["arn"] == arn
    assert out["version"] == "$LATEST"
    assert out["qualifiedArn"] == f"{arn}:$LATEST"
    assert out["invokeArn"] == f"{gateway}/2015-03-31/functions/{arn}/invocations"
    assert out["qualifiedInvokeArn"] == f"{gateway}/2015-03-31/functions/{arn}:$LATEST/invocations"
    assert out["responseStreamingInvokeArn"] == f"{gateway}/2021-11-15/functions/{arn}/response-streaming-invocations"
    assert out["loggingConfig"]["logGroup"] == f"/aws/lambda/{name}"
    config = aws.client("lambda").get_function(FunctionName=name)["Configuration"]
    assert out["codeSha256"] == out["sourceCodeHash"] == config["CodeSha256"]
    assert out["sourceCodeSize"] == config["CodeSize"]


def test_same_code_has_the_same_hash(make: Any) -> None:
    assert make("one").outputs["codeSha256"] == make("two").outputs["codeSha256"]


def test_the_hash_that_a_program_gives_stays(make: Any) -> None:
    made = make(sourceCodeHash="mine")
    assert made.outputs["sourceCodeHash"] == "mine"
    assert made.outputs["codeSha256"] != "mine"


def test_a_changed_handler_is_one_call(aws: Any, make: Any, counted: Any, code: Any) -> None:
    made = make(timeout=9, tags={"a": "1"})
    with counted("lambda") as calls:
        changed = aws.update(made, **{**made.inputs, "code": code("def handler(e, c):\n    return 'new'\n")})
    assert calls == ["UpdateFunctionCode"]
    assert call(aws, made.id) == "new"
    assert changed.outputs["codeSha256"] != made.outputs["codeSha256"]


def test_a_changed_setting_is_one_call_and_leaves_the_code(aws: Any, make: Any, counted: Any) -> None:
    made = make(timeout=9, environment={"variables": {"AB": "b"}})
    inputs = {k: v for k, v in made.inputs.items() if k != "environment"}
    with counted("lambda") as calls:
        changed = aws.update(made, **{**inputs, "memorySize": 512})
    assert calls == ["UpdateFunctionConfiguration"]
    config = aws.client("lambda").get_function(FunctionName=made.id)["Configuration"]
    assert (config["MemorySize"], config["Timeout"]) == (512, 9)
    assert not config["Environment"]["Variables"]
    assert changed.outputs["codeSha256"] == made.outputs["codeSha256"]


def test_concurrency_and_tags_change_alone(aws: Any, make: Any, counted: Any) -> None:
    made = make(reservedConcurrentExecutions=3, tags={"a": "1", "b": "2"})
    inputs = {k: v for k, v in made.inputs.items() if k != "reservedConcurrentExecutions"}
    with counted("lambda") as calls:
        aws.update(made, **{**inputs, "tags": {"a": "3"}})
    assert sorted(calls) == ["DeleteFunctionConcurrency", "TagResource", "UntagResource"]
    found = aws.client("lambda").get_function(FunctionName=made.id)
    assert found["Tags"] == {"a": "3"}
    assert "Concurrency" not in found


def test_publishing_makes_versions_and_an_alias_pins_one(aws: Any, make: Any, code: Any) -> None:
    made = make(publish=True)
    assert made.outputs["version"] == "1"
    assert made.outputs["qualifiedArn"].endswith(":1")
    alias = aws.create("lambda/alias:Alias", "live", name="live", functionName=made.id, functionVersion="1")
    assert alias.id == alias.outputs["arn"] == f"{made.outputs['arn']}:live"
    changed = aws.update(made, **{**made.inputs, "code": code("def handler(e, c):\n    return 'second'\n")})
    assert changed.outputs["version"] == "2"
    assert changed.outputs["qualifiedArn"] == f"{made.outputs['arn']}:2"
    assert call(aws, made.id, Qualifier="live")["answer"] == 42
    aws.update(alias, **{**alias.inputs, "functionVersion": "2"})
    assert call(aws, made.id, Qualifier="live") == "second"
    weighted = aws.update(alias, **alias.inputs, routingConfig={"additionalVersionWeights": {"2": 0.5}})
    assert "routingConfig" in aws.limits(weighted)
    aws.delete(alias)
    aws.delete(alias)


def test_code_from_a_bucket(aws: Any, make: Any, unique: str) -> None:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as file:
        file.writestr("app.py", "def handler(e, c):\n    return 'from the bucket'\n")
    bucket = f"code-{unique}"
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=bucket)
    with pytest.raises(ResourceError, match="cannot be read from s3"):
        make(code=None, s3Bucket=bucket, s3Key="app.zip")
    s3.put_object(Bucket=bucket, Key="app.zip", Body=package.getvalue())
    made = make(code=None, s3Bucket=bucket, s3Key="app.zip")
    assert call(aws, made.id) == "from the bucket"


def test_a_function_without_code_says_so(make: Any) -> None:
    with pytest.raises(ResourceError, match="has no code"):
        make(code=None)
    with pytest.raises(ResourceError, match="no archive"):
        make(code="app.zip")


def test_what_needs_a_container_is_listed(aws: Any, make: Any) -> None:
    assert "runtime" in make("jvm", runtime="java21").simulated
    image = make(
        "image", code=None, imageUri="1.dkr.ecr.us-east-1.amazonaws.com/a:b", packageType="Image", runtime=None
    )
    assert "imageUri" in aws.limits(image)
    networked = make("net", vpcConfig={"subnetIds": ["subnet-1"], "securityGroupIds": []})
    assert "vpcConfig" in aws.limits(networked)


def test_role_that_does_not_exist_is_refused(make: Any) -> None:
    with pytest.raises(ResourceError, match="CreateFunction was refused"):
        make(role="arn:aws:iam::123456789012:role/nobody")


def test_function_can_be_read_and_deleted_twice(aws: Any, make: Any) -> None:
    made = make(environment={"variables": {"AB": "b"}}, tags={"x": "y"})
    found = aws.read("lambda/function:Function", made.id)
    for key in ("arn", "name", "role", "handler", "runtime", "environment", "timeout", "invokeArn", "tags"):
        assert found.outputs[key] == made.outputs[key], key
    aws.delete(made)
    aws.delete(made)
    with pytest.raises(ResourceError, match="cannot find"):
        aws.read("lambda/function:Function", made.id)


def test_layer_is_on_the_path_and_every_change_is_a_new_version(aws: Any, make: Any) -> None:
    content = Archive("assets", {"python/shared.py": Asset("text", "VALUE = 7\n")}, "l1")
    layer = aws.create("lambda/layerVersion:LayerVersion", "shared", layerName="shared", code=content)
    assert layer.id == layer.outputs["arn"] == f"{layer.outputs['layerArn']}:{layer.outputs['version']}"
    made = make(
        text="from shared import VALUE\ndef handler(e, c):\n    return VALUE\n",
        layers=[layer.outputs["arn"]],
    )
    assert call(aws, made.id) == 7
    again = aws.create("lambda/layerVersion:LayerVersion", "shared", layerName="shared", code=content)
    assert int(again.outputs["version"]) == int(layer.outputs["version"]) + 1
    assert aws.read("lambda/layerVersion:LayerVersion", layer.id).outputs["codeSha256"] == layer.outputs["codeSha256"]
    grant = aws.create(
        "lambda/layerVersionPermission:LayerVersionPermission",
        "grant",
        layerName="shared",
        versionNumber=int(layer.outputs["version"]),
        principal="*",
        action="lambda:GetLayerVersion",
        statementId="all",
    )
    assert json.loads(grant.outputs["policy"])["Sid"] == "all"
    for resource in (grant, grant, layer, layer):
        aws.delete(resource)


def test_permission_is_a_statement_of_the_policy(aws: Any, make: Any) -> None:
    made = make()
    permission = aws.create(
        "lambda/permission:Permission",
        "allow-api",
        action="lambda:InvokeFunction",
        function=made.outputs["arn"],
        principal="apigateway.amazonaws.com",
        sourceArn="arn:aws:execute-api:us-east-1:123456789012:abc/*/GET/x",
        sourceAccount="123456789012",
    )
    policy = json.loads(aws.client("lambda").get_policy(FunctionName=made.id)["Policy"])
    (statement,) = policy["Statement"]
    assert statement["Sid"] == permission.id == permission.outputs["statementId"]
    assert statement["Principal"] == {"Service": "apigateway.amazonaws.com"}
    assert permission.id.startswith("allow-api-")
    aws.delete(permission)
    aws.delete(permission)
    aws.delete(made)
    aws.delete(permission)


def test_permissions_for_a_function_url_have_their_conditions(aws: Any, make: Any) -> None:
    made = make()
    common = {"function": made.id, "principal": "*"}
    url = {"action": "lambda:InvokeFunctionUrl", "functionUrlAuthType": "NONE"}
    aws.create("lambda/permission:Permission", "url", **common, **url, statementId="url")
    # What AWS's documentation calls it; the provider of a public URL has another name for its own.
    invoke = {"action": "lambda:InvokeFunction", "invokedViaFunctionUrl": True}
    documented = "FunctionURLInvokeAllowPublicAccess"
    aws.create("lambda/permission:Permission", "invoke", **common, **invoke, statementId=documented)
    aws.create("lambda/functionUrl:FunctionUrl", "url", functionName=made.id, authorizationType="NONE")

    policy = json.loads(aws.client("lambda").get_policy(FunctionName=made.id)["Policy"])
    conditions = {statement["Sid"]: statement["Condition"] for statement in policy["Statement"]}
    assert conditions["url"] == {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}
    assert conditions[documented] == {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}
    with pytest.raises(ResourceError, match="FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl"):
        aws.create(
            "lambda/permission:Permission", "no", **common, action="lambda:InvokeFunction", functionUrlAuthType="NONE"
        )


@pytest.mark.parametrize("auth", ["NONE", "AWS_IAM"])
def test_function_url_works_on_this_machine(aws: Any, make: Any, auth: str) -> None:
    made = make(text="def handler(e, c):\n    return {'statusCode': 200, 'body': e['rawPath']}\n")
    url = aws.create("lambda/functionUrl:FunctionUrl", "url", functionName=made.id, authorizationType=auth)
    assert url.id == made.id
    assert url.outputs["functionUrl"].startswith(aws.endpoint.url)
    assert url.outputs["urlId"] in url.outputs["functionUrl"]

    def status() -> int:
        try:
            with urllib.request.urlopen(url.outputs["functionUrl"] + "some/path") as answer:
                assert answer.read() == b"/some/path"
                return answer.status
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def statements() -> set[str]:
        try:
            policy = aws.client("lambda").get_policy(FunctionName=made.id)["Policy"]
        except AwsError:
            return set()
        return {statement["Action"] for statement in json.loads(policy)["Statement"]}

    public = {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}
    assert status() == (200 if auth == "NONE" else 403)
    assert statements() == (public if auth == "NONE" else set())
    other = {"NONE": "AWS_IAM", "AWS_IAM": "NONE"}[auth]
    url = aws.update(url, functionName=made.id, authorizationType=other)
    assert status() == (403 if auth == "NONE" else 200)
    assert statements() == (set() if auth == "NONE" else public)
    aws.delete(url)
    aws.delete(url)


def test_asynchronous_failures_go_where_the_configuration_says(aws: Any, make: Any, queue: tuple[str, str]) -> None:
    sqs, (url, arn) = aws.client("sqs"), queue
    made = make(text="def handler(e, c):\n    raise ValueError('no')\n")
    config = aws.create(
        "lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        "async",
        functionName=made.id,
        maximumRetryAttempts=0,
        maximumEventAgeInSeconds=60,
        destinationConfig={"onFailure": {"destination": arn}},
    )
    assert config.id == made.id
    found = aws.client("lambda").get_function_event_invoke_config(FunctionName=made.id)
    assert (found["MaximumRetryAttempts"], found["MaximumEventAgeInSeconds"]) == (0, 60)
    aws.client("lambda").invoke(FunctionName=made.id, InvocationType="Event", Payload=b'{"x":1}')
    message = eventually(lambda: sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages"))[0]
    assert json.loads(message["Body"])["requestPayload"] == {"x": 1}
    aws.update(config, functionName=made.id, maximumRetryAttempts=1)
    found = aws.client("lambda").get_function_event_invoke_config(FunctionName=made.id)
    assert found["MaximumRetryAttempts"] == 1
    assert not found["DestinationConfig"].get("OnFailure")
    aws.delete(config)
    aws.delete(config)


def test_mapping_feeds_the_function_from_a_queue(
    aws: Any, make: Any, queue: tuple[str, str], counted: Any, unique: str
) -> None:
    sqs, (source, arn) = aws.client("sqs"), queue
    target = sqs.create_queue(QueueName=f"{unique}-out")["QueueUrl"]
    made = make(
        text=(
            "import boto3, os\n"
            "def handler(e, c):\n"
            "    boto3.client('sqs').send_message(QueueUrl=os.environ['OUT'], MessageBody=e['Records'][0]['body'])\n"
        ),
        environment={"variables": {"OUT": target}},
    )
    mapping = aws.create(
        "lambda/eventSourceMapping:EventSourceMapping",
        "feed",
        eventSourceArn=arn,
        functionName=made.outputs["arn"],
        batchSize=1,
        functionResponseTypes=["ReportBatchItemFailures"],
        filterCriteria={"filters": [{"pattern": '{"body": [{"prefix": "yes"}]}'}]},
        scalingConfig={"maximumConcurrency": 2},
        tags={"a": "1"},
    )
    assert mapping.id == mapping.outputs["uuid"]
    assert mapping.outputs["functionArn"] == made.outputs["arn"]
    for body in ("no", "yes!"):
        sqs.send_message(QueueUrl=source, MessageBody=body)
    received = eventually(lambda: sqs.receive_message(QueueUrl=target, WaitTimeSeconds=1).get("Messages"))
    assert [m["Body"] for m in received] == ["yes!"]

    client = aws.client("lambda")
    with counted("lambda") as calls:
        changed = aws.update(
            mapping, eventSourceArn=arn, functionName=made.outputs["arn"], batchSize=5, enabled=False, tags={"b": "2"}
        )
    assert sorted(calls) == ["TagResource", "UntagResource", "UpdateEventSourceMapping"]
    found = client.get_event_source_mapping(UUID=mapping.id)
    assert (found["BatchSize"], found["State"], changed.outputs["state"]) == (5, "Disabled", "Disabled")
    assert not found["FunctionResponseTypes"]
    assert not found["FilterCriteria"].get("Filters")
    assert client.list_tags(Resource=mapping.outputs["arn"])["Tags"] == {"b": "2"}
    assert aws.read("lambda/eventSourceMapping:EventSourceMapping", mapping.id).outputs["arn"] == changed.outputs["arn"]
    aws.delete(mapping)
    aws.delete(mapping)


def test_mapping_of_a_stream_has_the_defaults_of_streams(aws: Any, make: Any, unique: str) -> None:
    client = aws.client("dynamodb")
    table = client.create_table(
        TableName=unique,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]
    mapping = aws.create(
        "lambda/eventSourceMapping:EventSourceMapping",
        "feed",
        eventSourceArn=table["LatestStreamArn"],
        functionName=make().id,
        startingPosition="TRIM_HORIZON",
        maximumRetryAttempts=3,
        bisectBatchOnFunctionError=True,
        tumblingWindowInSeconds=10,
    )
    found = aws.client("lambda").get_event_source_mapping(UUID=mapping.id)
    assert (found["BatchSize"], found["MaximumRetryAttempts"], found["StartingPosition"]) == (100, 3, "TRIM_HORIZON")
    assert list(mapping.simulated) == ["tumblingWindowInSeconds"]


def test_mapping_of_a_source_that_is_not_polled_is_listed(aws: Any, make: Any) -> None:
    arn = "arn:aws:kafka:us-east-1:123456789012:cluster/c/11111111-1111-1111-1111-111111111111-1"
    mapping = aws.create(
        "lambda/eventSourceMapping:EventSourceMapping",
        "feed",
        eventSourceArn=arn,
        functionName=make().id,
        topics=["t"],
        startingPosition="LATEST",
    )
    assert "eventSourceArn" in mapping.simulated
    aws.delete(mapping)


def test_provisioned_concurrency_and_recursion(aws: Any, make: Any) -> None:
    made, client = make(publish=True), aws.client("lambda")
    config = aws.create(
        "lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig",
        "warm",
        functionName=made.id,
        qualifier="1",
        provisionedConcurrentExecutions=2,
    )
    assert config.id == f"{made.id},1"
    found = client.get_provisioned_concurrency_config(FunctionName=made.id, Qualifier="1")
    assert found["RequestedProvisionedConcurrentExecutions"] == 2
    loop = aws.create(
        "lambda/functionRecursionConfig:FunctionRecursionConfig", "loop", functionName=made.id, recursiveLoop="Allow"
    )
    assert client.get_function_recursion_config(FunctionName=made.id)["RecursiveLoop"] == "Allow"
    aws.delete(loop)
    assert client.get_function_recursion_config(FunctionName=made.id)["RecursiveLoop"] == "Terminate"
    for resource in (loop, config, config):
        aws.delete(resource)


def test_invocation_calls_at_creation_and_with_crud_at_every_change(aws: Any, make: Any) -> None:
    made = make(text="def handler(e, c):\n    return e\n")
    once = aws.create("lambda/invocation:Invocation", "once", functionName=made.id, input='{"a": 1}')
    assert json.loads(once.outputs["result"]) == {"a": 1}
    crud = aws.create(
        "lambda/invocation:Invocation", "crud", functionName=made.id, input='{"a": 1}', lifecycleScope="CRUD"
    )
    assert json.loads(crud.outputs["result"])["tf"] == {"action": "create", "prev_input": None}
    crud = aws.update(crud, functionName=made.id, input='{"a": 2}', lifecycleScope="CRUD")
    assert json.loads(crud.outputs["result"]) == {"a": 2, "tf": {"action": "update", "prev_input": {"a": 1}}}
    aws.delete(crud)
    failing = make("failing", text="def handler(e, c):\n    raise ValueError('no')\n")
    with pytest.raises(ResourceError, match="failed"):
        aws.create("lambda/invocation:Invocation", "bad", functionName=failing.id, input="{}")


def test_lookups(aws: Any, make: Any, ask: Any) -> None:
    made = make(publish=True, environment={"variables": {"AB": "b"}})
    aws.create("lambda/alias:Alias", "live", name="live", functionName=made.id, functionVersion="1")
    aws.create("lambda/functionUrl:FunctionUrl", "url", functionName=made.id, authorizationType="NONE")
    content = Archive("assets", {"x.py": Asset("text", "")}, "x")
    layer = aws.create("lambda/layerVersion:LayerVersion", "l", layerName="looked-up", code=content)
    found = ask(FUNCTIONS, "getFunction", functionName=made.id)
    assert (found["arn"], found["environment"]) == (made.outputs["arn"], {"variables": {"AB": "b"}})
    assert made.id in ask(FUNCTIONS, "getFunctions")["functionNames"]
    assert ask(FUNCTIONS, "getAlias", functionName=made.id, name="live")["functionVersion"] == "1"
    assert ask(FUNCTIONS, "getFunctionUrl", functionName=made.id)["functionUrl"].startswith(aws.endpoint.url)
    assert ask(FUNCTIONS, "getLayerVersion", layerName="looked-up")["arn"] == layer.outputs["arn"]
    assert json.loads(ask(FUNCTIONS, "getInvocation", functionName=made.id, input="{}")["result"])["answer"] == 42


def test_directory_of_the_program_is_the_code(aws: Any, make: Any, tmp_path: Path) -> None:
    (tmp_path / "handlers").mkdir()
    (tmp_path / "handlers" / "app.py").write_text("def handler(e, c):\n    return 'from disk'\n")
    made = make(code=Archive("file", "handlers", "d1"))
    assert call(aws, made.id) == "from disk"
    with zipfile.ZipFile(tmp_path / "out.zip", "w") as file:
        file.write(tmp_path / "handlers" / "app.py", "app.py")
    digest = hashlib.sha256((tmp_path / "out.zip").read_bytes()).digest()
    changed = aws.update(made, **{**made.inputs, "code": Archive("file", "out.zip", "d2")})
    assert changed.outputs["codeSha256"] == base64.b64encode(digest).decode()


def test_an_update_lists_nothing_that_took_effect_at_creation(
    make: Any, aws: Any, unchanged_list: Any, queue: tuple[str, str], unique: str
) -> None:
    made = make(name=unique, packageType="Zip", sourceCodeHash="x")
    unchanged_list(made)
    given = {"eventSourceArn": queue[1], "functionName": made.id, "batchSize": 1}
    unchanged_list(aws.create("lambda/eventSourceMapping:EventSourceMapping", "m", **given))
