"""Working with a program that is up: changing it, watching it, stopping and starting it, looking at it."""

from __future__ import annotations

import json
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stackwright.local.aws import Endpoint

PROGRAMS = Path(__file__).parents[2] / "programs"

TWO_FUNCTIONS = """
    import json
    import pulumi
    import pulumi_aws as aws

    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    role = aws.iam.Role("both", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    logs = aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE
    aws.iam.RolePolicyAttachment("logs", role=role.name, policy_arn=logs)
    queue = aws.sqs.Queue("jobs")
    urls = {}
    for name in ("first", "second"):
        function = aws.lambda_.Function(
            name, runtime="python3.12", handler="index.handler", role=role.arn, code=pulumi.FileArchive(f"./{name}")
        )
        url = aws.lambda_.FunctionUrl(name, function_name=function.name, authorization_type="NONE")
        urls[name] = url.function_url
    pulumi.export("urls", urls)
    pulumi.export("queue", queue.url)
    pulumi.export("greeting", pulumi.Config().get("greeting") or "none")
"""


def handler(answer: str) -> str:
    return f"def handler(event, context):\n    print('asked for {answer}')\n    return '{answer}'\n"


@pytest.fixture
def two_functions(project: Any) -> Path:
    return project(TWO_FUNCTIONS, {"first/index.py": handler("one"), "second/index.py": handler("two")})


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return shutil.copytree(PROGRAMS / "rest-api", tmp_path / "rest-api", ignore=shutil.ignore_patterns("__pycache__"))


def request(method: str, url: str, body: Any = None) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=data, method=method), timeout=30) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read() or b"null")


def invoke(stackwright: Any, function: str) -> Any:
    return stackwright("invoke", function).json()


def until(condition: Callable[[], Any], problem: Callable[[], Any]) -> Any:
    end = time.monotonic() + 60
    while not (found := condition()):
        assert time.monotonic() < end, problem()
        time.sleep(0.02)
    return found


# ---- changes ---------------------------------------------------------------------------------------------------------


def test_up_prints_one_json_object_of_the_documented_shape(stackwright: Any, two_functions: Path) -> None:
    result = stackwright.up(two_functions)
    assert list(result) == [
        "project", "stack", "endpoint", "account", "region", "outputs", "resources", "seconds", "pid",
    ]  # fmt: skip
    assert (result["project"], result["stack"]) == ("shop", "dev")
    assert (result["account"], result["region"]) == ("123456789012", "us-east-1")
    assert result["resources"] == {"created": 7, "updated": 0, "unchanged": 0, "deleted": 0, "simulated": []}
    assert list(result["seconds"]) == ["program", "provision", "total"]
    assert 0 < result["seconds"]["program"] <= result["seconds"]["total"] < 60
    assert result["pid"] in stackwright.processes()
    assert result["endpoint"].startswith("http://127.0.0.1:")
    assert set(result["outputs"]) == {"urls", "queue", "greeting"}


def test_a_second_up_updates_the_touched_function_only(stackwright: Any, two_functions: Path) -> None:
    stackwright.up(two_functions)
    assert (invoke(stackwright, "first"), invoke(stackwright, "second")) == ("one", "two")
    (two_functions / "second" / "index.py").write_text(handler("zwei"))
    result = stackwright.up(two_functions)
    assert result["resources"] == {"created": 0, "updated": 1, "unchanged": 6, "deleted": 0, "simulated": []}
    assert (invoke(stackwright, "first"), invoke(stackwright, "second")) == ("one", "zwei")


def test_data_stays_over_updates_and_restarts(stackwright: Any, notes: Path) -> None:
    url = stackwright.up(notes)["outputs"]["url"]
    assert request("PUT", f"{url}/notes/1", {"text": "milk"})[0] == 200
    handlers = notes / "app" / "notes.py"
    handlers.write_text(handlers.read_text().replace('"no such note"', '"nothing here"'))
    assert stackwright.up(notes)["resources"]["updated"] == 1
    assert request("GET", f"{url}/notes/1") == (200, {"id": "1", "text": "milk"})
    assert request("GET", f"{url}/notes/2") == (404, {"message": "nothing here"})

    assert stackwright("down").code == 0
    stackwright.assert_nothing_left()
    again = stackwright.up(notes)
    assert again["resources"]["unchanged"] == 14
    assert again["outputs"]["url"] == url
    assert request("GET", f"{url}/notes/1") == (200, {"id": "1", "text": "milk"})

    assert stackwright("down", "rest-api", "--purge").code == 0
    stackwright.assert_nothing_left()
    assert not (stackwright.home / "rest-api").exists()
    anew = stackwright.up(notes)
    assert anew["resources"]["created"] == 14
    assert request("GET", f"{anew['outputs']['url']}/notes/1")[0] == 404


def test_what_the_program_no_longer_has_goes(stackwright: Any, project: Any) -> None:
    program = "import pulumi_aws as aws\naws.sqs.Queue('a')\n"
    stackwright.up(project(program + "aws.sqs.Queue('b')\n"))
    result = stackwright.up(project(program))
    assert result["resources"] == {"created": 0, "updated": 0, "unchanged": 1, "deleted": 1, "simulated": []}


def test_a_failed_up_keeps_what_was_done(stackwright: Any, project: Any) -> None:
    program = "import pulumi_aws as aws\na = aws.sqs.Queue('a')\n"
    directory = project(program + "a.arn.apply(lambda _: 1 / 0)\n")
    assert stackwright("up", directory, "--detach").code == 2
    assert stackwright.up(project(program))["resources"]["created"] in (0, 1)
    stackwright("down")


def test_the_port_is_kept_and_may_be_chosen(stackwright: Any, two_functions: Path) -> None:
    first = stackwright.up(two_functions)
    stackwright("down")
    assert stackwright.up(two_functions)["endpoint"] == first["endpoint"]


def test_when_the_last_port_is_taken_addresses_move(stackwright: Any, two_functions: Path, taken_port: int) -> None:
    first = stackwright.up(two_functions)
    stackwright("down")
    (stackwright.home / "shop" / "port").write_text(str(taken_port))
    state = stackwright.home / "shop" / "dev.json"
    state.write_text(state.read_text().replace(first["endpoint"], f"http://127.0.0.1:{taken_port}"))
    second = stackwright("up", two_functions, "--detach")
    assert second.code == 0
    assert f"Port {taken_port} was taken" in second.err
    outputs = stackwright("outputs", "--json").json()
    assert f":{taken_port}" not in json.dumps(outputs)
    assert invoke(stackwright, "first") == "one"


# ---- options ---------------------------------------------------------------------------------------------------------


def test_config_of_the_command_line_wins(stackwright: Any, project: Any) -> None:
    program = """
        import pulumi
        config = pulumi.Config()
        pulumi.export("size", config.require_int("size"))
        pulumi.export("nested", config.require_object("nested"))
        pulumi.export("region", pulumi.Config("aws").get("region"))
    """
    stack = 'config:\n  aws:region: eu-west-1\n  shop:size: "1"\n  shop:nested: {a: 1}\n'
    directory = project(program, {"Pulumi.dev.yaml": stack})
    assert stackwright.up(directory)["outputs"] == {"size": 1, "nested": {"a": 1}, "region": "eu-west-1"}
    changed = stackwright.up(directory, "-c", "size=2", "-c", 'nested={"a": 2}', "-c", "aws:region=us-west-2")
    assert changed["outputs"] == {"size": 2, "nested": {"a": 2}, "region": "us-west-2"}


def test_several_stacks_at_once(stackwright: Any, project: Any) -> None:
    program = """
        import pulumi
        import pulumi_aws as aws
        queue = aws.sqs.Queue(f"jobs-{pulumi.get_stack()}")
        pulumi.export("queue", queue.name)
    """
    directory = project(program, {"Pulumi.dev.yaml": "{}", "Pulumi.prod.yaml": "{}"})
    dev, prod = stackwright.up(directory, "-s", "dev", "-s", "prod")
    assert (dev["stack"], prod["stack"]) == ("dev", "prod")
    assert dev["endpoint"] == prod["endpoint"]
    assert dev["outputs"]["queue"].startswith("jobs-dev-")
    assert prod["outputs"]["queue"].startswith("jobs-prod-")
    assert stackwright("outputs").code == 2
    assert stackwright("outputs", "-s", "prod", "queue").out.startswith("jobs-prod-")


def test_strict_refuses_what_would_be_simulated(stackwright: Any, project: Any) -> None:
    directory = project("import pulumi_aws as aws\n\naws.guardduty.Detector('watch')\n")
    finished = stackwright("up", directory, "--detach", "--strict")
    assert finished.code == 2
    assert "aws:guardduty/detector:Detector is not covered" in finished.err
    assert "__main__.py:3" in finished.err
    finished = stackwright("up", directory, "--detach")
    assert finished.code == 0
    assert "Simulated" in finished.err
    assert "aws:guardduty/detector:Detector" in finished.err
    assert stackwright.up(directory)["resources"]["simulated"] == ["aws:guardduty/detector:Detector"]


def test_another_endpoint(stackwright: Any, project: Any) -> None:
    """The emulator of one project serves as the endpoint of another one."""
    program = "import pulumi\nimport pulumi_aws as aws\npulumi.export('url', aws.sqs.Queue('jobs').url)\n"
    host = stackwright.up(project("import pulumi\n", name="host"))
    guest = stackwright.up(project(program, name="guest"), "--endpoint", host["endpoint"])
    assert guest["outputs"]["url"].startswith(host["endpoint"])
    assert guest["resources"]["created"] == 1
    again = stackwright.up(project(program, name="guest"), "--endpoint", host["endpoint"])
    assert again["resources"]["unchanged"] == 1


def test_an_endpoint_that_does_not_answer(stackwright: Any, two_functions: Path) -> None:
    finished = stackwright("up", two_functions, "--detach", "--endpoint", "http://127.0.0.1:9")
    assert finished.code == 3
    assert finished.err.count("error:") == 1
    assert "http://127.0.0.1:9" in finished.err
    stackwright.assert_nothing_left()


def test_settings_of_a_developers_machine_do_not_matter(stackwright: Any, two_functions: Path) -> None:
    environment = {
        "AWS_PROFILE": "of-the-company",
        "AWS_ACCESS_KEY_ID": "real",
        "AWS_SECRET_ACCESS_KEY": "real",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_DEFAULT_REGION": "eu-west-3",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
    }
    result = stackwright.up(two_functions, environment=environment)
    assert result["resources"]["created"] == 7
    assert stackwright("invoke", "first", environment=environment).json() == "one"
    assert stackwright("logs", "first", environment=environment).code == 0
    assert stackwright("down", environment=environment).code == 0


# ---- watching --------------------------------------------------------------------------------------------------------


def test_watch_serves_a_saved_handler_and_survives_mistakes(stackwright: Any, two_functions: Path) -> None:
    running = stackwright.start("up", two_functions, "--watch")
    running.wait_for("Watching for changes")
    assert invoke(stackwright, "first") == "one"
    index = two_functions / "first" / "index.py"
    index.write_text(handler("eins"))
    running.wait_for("1 updated")
    assert invoke(stackwright, "first") == "eins"

    program = two_functions / "__main__.py"
    good = program.read_text()
    program.write_text(good + "this is no python\n")
    running.wait_for("not valid Python")
    assert '__main__.py", line 20' in running.err
    assert invoke(stackwright, "first") == "eins"

    program.write_text(good + "raise ValueError('not like this')\n")
    running.wait_for("ValueError: not like this")
    assert invoke(stackwright, "second") == "two"

    program.write_text(good.replace('"jobs"', '"tasks"'))
    running.wait_for("1 created, 1 deleted, 6 unchanged")
    assert "tasks-" in stackwright("outputs", "queue").out
    running.interrupt()
    assert running.finish().code == 0
    stackwright.assert_nothing_left()


def test_watch_is_not_woken_by_what_the_program_itself_builds(stackwright: Any, two_functions: Path) -> None:
    program = two_functions / "__main__.py"
    build = "import pathlib\npathlib.Path('built.txt').write_text('always the same')\n"
    program.write_text(build + program.read_text())
    running = stackwright.start("up", two_functions, "--watch")
    running.wait_for("Watching for changes")
    (two_functions / "first" / "index.py").write_text(handler("eins"))
    running.wait_for("1 updated, 6 unchanged")
    # The build of this apply has been seen once; a further change shows that nothing came between.
    (two_functions / "second" / "index.py").write_text(handler("zwei"))
    running.wait_for("1 updated, 6 unchanged", count=2)
    assert running.err.count("7 unchanged") <= 1
    running.interrupt()
    running.finish()


def test_watch_shows_logs_meanwhile(stackwright: Any, two_functions: Path) -> None:
    running = stackwright.start("up", two_functions, "--watch")
    running.wait_for("Watching for changes")
    invoke(stackwright, "first")
    running.wait_for("asked for one", stream="out")
    running.interrupt()
    running.finish()


# ---- looking ---------------------------------------------------------------------------------------------------------


def test_status_outputs_logs_and_invoke(stackwright: Any, two_functions: Path, tmp_path: Path) -> None:
    assert stackwright("status").out == "nothing is up\n"
    up = stackwright.up(two_functions, "-c", "greeting=hello")
    (entry,) = stackwright("status", "--json").json()
    assert entry["project"] == "shop"
    assert entry["directory"] == str(two_functions)
    assert (entry["endpoint"], entry["pid"]) == (up["endpoint"], up["pid"])
    assert entry["stacks"].keys() == {"dev"}
    assert stackwright("status").out.startswith(f"shop: {up['endpoint']}, pid {up['pid']}, stacks: dev (")

    assert stackwright("outputs", "greeting").out == "hello\n"
    assert stackwright("outputs", "--json").json() == up["outputs"]
    assert f"queue     {up['outputs']['queue']}" in stackwright("outputs").out

    answer = stackwright("invoke", "second", "--payload", '{"a": 1}')
    assert (answer.code, answer.out) == (0, '"two"\n')
    assert "asked for two" in answer.err
    (tmp_path / "event.json").write_text("{}")
    assert stackwright("invoke", "second", "--payload", f"@{tmp_path / 'event.json'}").code == 0
    (two_functions / "second" / "index.py").write_text("def handler(event, context):\n    return 1 / 0\n")
    stackwright.up(two_functions, "-c", "greeting=hello")
    failed = stackwright("invoke", "second")
    assert failed.code == 1
    assert json.loads(failed.out)["errorType"] == "ZeroDivisionError"

    invoke(stackwright, "first")
    lines = stackwright("logs").out
    assert "first asked for one" in lines
    assert lines.index("first START") < lines.index("first asked for one") < lines.index("first END")
    assert "ZeroDivisionError" in lines
    assert "asked for one" not in stackwright("logs", "second").out
    follower = stackwright.start("logs", "-f", "--since", "0")
    until(lambda: invoke(stackwright, "first") and "asked for one" in follower.out, lambda: follower.err)
    stackwright("down")
    assert follower.finish().code == 0


def test_logs_show_what_topics_announce_in_order(stackwright: Any) -> None:
    topic = stackwright.up(PROGRAMS / "fan-out")["outputs"]["topic"]
    endpoint = stackwright("status", "--json").json()[0]["endpoint"]
    sns = Endpoint(endpoint, "123456789012", "us-east-1").client("sns")
    for number in range(3):
        sns.publish(TopicArn=topic, Message=f"order {number}", Subject="news" if number == 2 else "")
    lines = [line.split(" ", 1)[1] for line in stackwright("logs").out.splitlines()]
    assert lines == ["orders order 0", "orders order 1", "orders news: order 2"]


def test_verify(stackwright: Any, notes: Path) -> None:
    (notes / "verify.py").write_text(
        '''
def check_a_note_is_kept(v):
    """A note comes back as it was written."""
    url = v.outputs["url"]
    assert v.http("PUT", f"{url}/notes/7", {"text": "eggs"}).status == 200
    v.memory["text"] = v.http("GET", f"{url}/notes/7").json()["text"]
    return v.memory["text"]


def check_the_table_has_it(v):
    """It lies in the table."""
    item = v.client("dynamodb").get_item(TableName=v.outputs["table"], Key={"id": {"S": "7"}})["Item"]
    assert item["text"]["S"] == v.memory["text"]


def check_it_is_about_milk(v):
    """It says to buy milk."""
    assert v.memory["text"] == "milk", f"it says {v.memory['text']}"


def check_something_broken(v):
    return v.outputs["nothing"]
'''
    )
    stackwright.up(notes)
    finished = stackwright("verify")
    assert finished.code == 1
    assert "A note comes back as it was written. eggs" in finished.out
    assert "it says eggs" in finished.out
    assert "KeyError" in finished.out
    assert "2 of 4 held" in finished.out
    assert "Traceback" not in finished.err
    steps = json.loads(stackwright("verify", notes, "--json").out)
    assert [bool(s["problem"]) for s in steps] == [False, False, True, True]
    verify = notes / "verify.py"
    verify.write_text(verify.read_text().partition("def check_it_is")[0])
    assert stackwright("verify").code == 0
    verify.write_text("def check_(:\n")
    broken = stackwright("verify")
    assert broken.code == 2
    assert "verify.py" in broken.err
    assert "Traceback" not in broken.err


def test_graph_is_json_and_creates_nothing(stackwright: Any, two_functions: Path) -> None:
    graph = stackwright("graph", two_functions).json()
    types = {r["type"] for r in graph["resources"]}
    assert "aws:lambda/function:Function" in types
    assert graph["project"] == "shop"
    (queue,) = [r for r in graph["resources"] if r["name"] == "jobs"]
    assert (queue["source"]["file"], queue["source"]["line"]) == ("__main__.py", 9)
    assert stackwright("graph", two_functions, "--mode", "unknown").code == 0
    assert stackwright.processes() == {}
    assert not stackwright.home.exists()


def test_new_copies_a_system_that_comes_up(stackwright: Any, tmp_path: Path) -> None:
    directory = tmp_path / "mine"
    assert "stackwright up" in stackwright("new", "uploads", directory).out
    assert not list(directory.rglob("__pycache__"))
    result = stackwright.up(directory)
    assert result["resources"]["created"] > 50
    assert request("GET", result["outputs"]["health_url"])[0] == 200


@pytest.mark.parametrize("command", ["up", "down", "status", "outputs", "logs", "invoke", "verify", "graph", "new"])
def test_help_has_examples(stackwright: Any, command: str) -> None:
    finished = stackwright(command, "--help")
    assert finished.code == 0
    assert "Example" in finished.out


def test_version_and_general_help(stackwright: Any) -> None:
    assert "stackwright" in stackwright("--version").out
    assert "up" in stackwright("--help").out
