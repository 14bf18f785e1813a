"""Patch ``lambda_python``: handlers run, fail and log as they do on Lambda."""

from __future__ import annotations

import io
import json
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.e2e

HANDLER = """
import logging, os, sys
logger = logging.getLogger()
logger.setLevel(logging.INFO)
calls = 0

class OrderRejected(Exception):
    pass

def handler(event, context):
    global calls
    calls += 1
    if event == "raise":
        raise OrderRejected("no stock")
    if event == "exit":
        sys.exit(3)
    if event == "set":
        return {1, 2}
    if event == "log":
        print("printed")
        logger.info("two\\nlines")
        logging.getLogger("lib").debug("hidden")
    return {
        "calls": calls,
        "environ": dict(os.environ),
        "path": sys.path,
        "version": list(sys.version_info[:2]),
        "stream": context.log_stream_name,
        "remaining": context.get_remaining_time_in_millis(),
        "request": context.aws_request_id,
        "memory": context.memory_limit_in_mb,
        "arn": context.invoked_function_arn,
    }
"""


@pytest.fixture(scope="module")
def function(account: Any) -> str:
    return account.function(HANDLER, Environment={"Variables": {"TABLE": "orders", "AWS_REGION": "elsewhere"}})


def test_an_exception_keeps_its_class_and_the_environment_stays_warm(account: Any, function: str) -> None:
    before, _ = account.invoke(function, "count")
    payload, error = account.invoke(function, "raise")
    assert error == "Unhandled"
    assert payload["errorType"] == "OrderRejected"
    assert payload["errorMessage"] == "no stock"
    assert 'raise OrderRejected("no stock")' in payload["stackTrace"][-1]
    after, _ = account.invoke(function, "count")
    assert after["calls"] == before["calls"] + 2


@pytest.mark.parametrize(
    ("files", "handler", "error_type", "message"),
    [
        ({"app.py": "import yaml"}, "app.handler", "Runtime.ImportModuleError", "No module named 'yaml'"),
        ({"app.py": ""}, "missing.handler", "Runtime.ImportModuleError", "Unable to import module 'missing'"),
        ({"app.py": "x = 1"}, "app.handler", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'"),
        ({"app.py": "def :"}, "app.handler", "Runtime.UserCodeSyntaxError", "Syntax error in module 'app'"),
        ({"app.py": "{}['TABLE']"}, "app.handler", "KeyError", "TABLE"),
    ],
)
def test_what_cannot_be_loaded_is_named_as_lambda_names_it(
    account: Any, files: dict[str, str], handler: str, error_type: str, message: str
) -> None:
    payload, error = account.invoke(account.function(files, Handler=handler))
    assert error == "Unhandled"
    assert payload["errorType"] == error_type
    assert message in payload["errorMessage"]


def test_exit_and_unserializable_answers_are_errors(account: Any, function: str) -> None:
    payload, _ = account.invoke(function, "exit")
    assert payload["errorType"] == "Runtime.ExitError"
    payload, _ = account.invoke(function, "set")
    assert payload["errorType"] == "Runtime.MarshalError"


def test_a_timeout_kills_the_handler(account: Any) -> None:
    name = account.function("import time\ndef handler(event, context):\n    time.sleep(event)\n    return 1", Timeout=1)
    assert account.invoke(name, 0) == (1, None)
    payload, error = account.invoke(name, 30)
    assert error == "Unhandled"
    assert payload["errorType"] == "Sandbox.Timedout"
    assert "Task timed out after 1.00 seconds" in payload["errorMessage"]
    assert any("Task timed out after 1.00 seconds" in line for line in account.log_events(name))
    assert account.invoke(name, 0) == (1, None)


def test_the_handler_sees_what_lambda_gives_it_and_nothing_of_this_machine(
    account: Any, function: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    payload, _ = account.invoke(function)
    environ = payload["environ"]
    assert environ["TABLE"] == "orders"
    assert environ["AWS_REGION"] == account.emulator.region
    assert {key for key in environ if not key.startswith(("AWS_", "_X_AMZN"))} <= {
        "LANG",
        "LC_CTYPE",
        "TZ",
        "PATH",
        "TMPDIR",
        "TABLE",
        "_HANDLER",
        "LAMBDA_TASK_ROOT",
        "LAMBDA_RUNTIME_DIR",
    }
    assert not [entry for entry in payload["path"] if "site-packages" in entry]
    assert 8000 < payload["remaining"] <= 10000
    assert payload["memory"] == "128"
    assert payload["arn"].endswith(f":function:{function}")


def test_the_sdk_of_the_runtime_is_there_and_calls_as_the_role(account: Any) -> None:
    code = "import boto3\ndef handler(event, context):\n    return boto3.client('sts').get_caller_identity()['Arn']"
    name = account.function(code)
    payload, error = account.invoke(name)
    assert error is None
    assert ":assumed-role/role-" in payload
    assert payload.endswith(f"/{name}")


def test_logging_is_set_up_and_streams_are_real(account: Any) -> None:
    name = account.function(HANDLER)
    payload, _ = account.invoke(name, "log")
    account.invoke(name, "raise")
    lines = account.log_events(name)
    assert lines[0] == f"START RequestId: {payload['request']} Version: $LATEST"
    assert "printed" in lines
    assert any(line.startswith("[INFO]\t") and line.endswith(f"\t{payload['request']}\ttwo\nlines") for line in lines)
    assert not any("hidden" in line for line in lines)
    assert any(line.startswith("[ERROR] OrderRejected: no stock\nTraceback") for line in lines)
    assert any("Init Duration" in line for line in lines)
    streams = account.client("logs").describe_log_streams(logGroupName=f"/aws/lambda/{name}")["logStreams"]
    assert [stream["logStreamName"] for stream in streams] == [payload["stream"]]


def test_json_log_format(account: Any) -> None:
    code = (
        "import logging\n"
        "def handler(event, context):\n"
        "    logging.getLogger('shop').info('sold %s', 2, extra={'sku': 'x'})\n"
        "    logging.getLogger('shop').debug('hidden')\n"
    )
    name = account.function(code, LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "INFO"})
    account.invoke(name)
    entries = [json.loads(line) for line in account.log_events(name)]
    (sold,) = [entry for entry in entries if "message" in entry]
    assert (sold["level"], sold["message"], sold["logger"], sold["sku"]) == ("INFO", "sold 2", "shop", "x")
    assert [entry["type"] for entry in entries if "type" in entry] == ["platform.start", "platform.report"]


def test_a_silent_handler_answers_at_once(account: Any) -> None:
    name = account.function("def handler(event, context):\n    return 1")
    account.invoke(name)
    client = account.client("lambda")
    durations = []
    for _ in range(20):
        began = time.perf_counter()
        client.invoke(FunctionName=name, Payload=b"{}")
        durations.append(time.perf_counter() - began)
    assert min(durations) < 0.04  # MiniStack alone waits 0.05 s for output that does not come


def test_output_without_a_line_break_is_logged_and_delays_nothing(account: Any) -> None:
    code = "import sys\ndef handler(event, context):\n    sys.stdout.write('no line break')\n    return 1"
    name = account.function(code)
    account.invoke(name)
    began = time.perf_counter()
    account.invoke(name)
    assert time.perf_counter() - began < 1
    assert account.log_events(name).count("no line break") == 2


def test_every_invocation_publishes_metrics(account: Any) -> None:
    name = account.function(HANDLER)
    account.invoke(name, "raise")
    account.invoke(name, "count")
    functions = account.client("lambda")
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    with pytest.raises(functions.exceptions.TooManyRequestsException):
        account.invoke(name, "count")
    cloudwatch = account.client("cloudwatch")
    counts = {}
    for metric in ("Invocations", "Errors", "Throttles"):
        answer = cloudwatch.get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName=metric,
            Dimensions=[{"Name": "FunctionName", "Value": name}],
            StartTime=time.time() - 300,
            EndTime=time.time() + 60,
            Period=3600,
            Statistics=["Sum"],
        )
        counts[metric] = sum(point["Sum"] for point in answer["Datapoints"])
    # A throttled call is neither an invocation nor an error; the client made it twice.
    assert counts == {"Invocations": 2, "Errors": 1, "Throttles": 2}


def test_the_declared_python_is_used_where_it_is_installed(account: Any) -> None:
    found = account.emulator.interpreter("python3.13")
    if not found.exact:
        pytest.skip("no Python 3.13 here")
    payload, _ = account.invoke(account.function(HANDLER, Runtime="python3.13"))
    assert payload["version"] == [3, 13]
    assert Path(found.path).exists()


def test_a_python_that_is_not_installed_is_reported(account: Any) -> None:
    found = account.emulator.interpreter("python3.99")
    assert not found.exact


def test_layers_come_after_the_package(account: Any) -> None:
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as layer:
        layer.writestr("python/shared.py", "WHERE = 'layer'")
        layer.writestr("python/both.py", "WHERE = 'layer'")
    version = account.client("lambda").publish_layer_version(
        LayerName=account.name("layer"), Content={"ZipFile": buffer.getvalue()}
    )
    code = "import both, shared\ndef handler(event, context):\n    return [both.WHERE, shared.WHERE]"
    name = account.function({"app.py": code, "both.py": "WHERE = 'package'"}, Layers=[version["LayerVersionArn"]])
    assert account.invoke(name) == (["package", "layer"], None)


def test_step_functions_catches_by_the_class_of_the_exception(account: Any) -> None:
    name = account.function(HANDLER)
    definition = {
        "StartAt": "Order",
        "States": {
            "Order": {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Parameters": {"FunctionName": name, "Payload": "raise"},
                "Catch": [{"ErrorEquals": ["OrderRejected"], "Next": "Caught"}],
                "End": True,
            },
            "Caught": {"Type": "Pass", "Result": "caught", "End": True},
        },
    }
    allowed = [{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}]
    sfn = account.client("stepfunctions")
    machine = sfn.create_state_machine(
        name=account.name("machine"), definition=json.dumps(definition), roleArn=account.role("states", allowed)
    )["stateMachineArn"]
    execution = sfn.start_execution(stateMachineArn=machine)["executionArn"]
    ended = account.until(
        lambda: (found := sfn.describe_execution(executionArn=execution))["status"] != "RUNNING" and found
    )
    assert (ended["status"], json.loads(ended["output"])) == ("SUCCEEDED", "caught")


def test_a_function_that_calls_itself_for_ever_is_stopped(account: Any) -> None:
    code = (
        "import boto3, json\n"
        "def handler(event, context):\n"
        "    client = boto3.client('lambda')\n"
        "    answer = client.invoke(FunctionName=context.function_name, InvocationType='Event', Payload=b'{}')\n"
    )
    name = account.function(code, [{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}], Timeout=60)
    client = account.client("lambda")
    client.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)
    client.invoke(FunctionName=name, InvocationType="Event", Payload=b"{}")
    stopped = "RecursiveInvocationException"
    account.until(lambda: any(stopped in line for line in account.log_events(name)), seconds=60)


WAITING = """
import os, time
def handler(event, context):
    open(event["started"], "w").close()
    while not os.path.exists(event["go"]):
        time.sleep(0.01)
    return [os.environ["TABLE"], os.getpid()]
"""


def test_an_update_leaves_an_invocation_that_is_under_way_alone(account: Any, tmp_path: Path) -> None:
    name = account.function(WAITING, Environment={"Variables": {"TABLE": "old"}})
    started, go = tmp_path / "started", tmp_path / "go"
    event = {"started": str(started), "go": str(go)}
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(account.invoke, name, event)
        account.until(started.exists)
        account.client("lambda").update_function_configuration(
            FunctionName=name, Environment={"Variables": {"TABLE": "new"}}
        )
        go.touch()
        (table, pid), error = running.result()

    assert (table, error) == ("old", None)
    account.until(lambda: not Path(f"/proc/{pid}").exists())
    (table, other_pid), _ = account.invoke(name, event)
    assert (table, other_pid != pid) == ("new", True)


LOOKS = """
import os
def handler(event, context):
    return sorted(os.listdir(".")), sorted(os.listdir("/opt")) if os.path.isdir("/opt") else []
"""


def test_packages_and_layers_stay_in_their_place(account: Any, tmp_path: Path) -> None:
    """An entry of a package may be called as it likes: it changes nothing elsewhere."""
    victim = tmp_path / "victim"
    victim.write_text("secret")
    victim.chmod(0o600)
    names = [str(victim), "../" * 30 + str(victim)[1:]]

    def hostile(code: str) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as opened:
            opened.writestr("app.py", code)
            for name in names:
                entry = zipfile.ZipInfo(name)
                entry.external_attr = 0o100777 << 16
                opened.writestr(entry, "mine")
        return buffer.getvalue()

    client = account.client("lambda")
    layer = client.publish_layer_version(LayerName=account.name("layer"), Content={"ZipFile": hostile("")})
    name = account.function(LOOKS, Layers=[layer["LayerVersionArn"]], Code={"ZipFile": hostile(LOOKS)})
    payload, error = account.invoke(name)
    assert error is None, payload
    assert "app.py" in payload[0]
    assert (victim.read_text(), victim.stat().st_mode & 0o777) == ("secret", 0o600)


def test_packages_that_fill_the_disk_are_refused(account: Any) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 250 MB, unzipped"""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("app.py", LOOKS)
        opened.infolist()[-1].file_size = 2**31
    client = account.client("lambda")
    with pytest.raises(client.exceptions.InvalidParameterValueException, match="Unzipped size"):
        account.function(LOOKS, Code={"ZipFile": buffer.getvalue()})
    with pytest.raises(client.exceptions.InvalidParameterValueException, match="Unzipped size"):
        client.publish_layer_version(LayerName=account.name("layer"), Content={"ZipFile": buffer.getvalue()})
