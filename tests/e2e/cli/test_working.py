"""Changing a program that is up, watching it, stopping and starting it."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any


def request(method: str, url: str, body: Any = None) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=data, method=method), timeout=30) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read() or b"null")


# ---- changes ---------------------------------------------------------------------------------------------------------


def test_up_prints_one_json_object_of_the_documented_shape(stackwright: Any, two_functions: Path) -> None:
    result = stackwright.up(two_functions)
    assert list(result) == [
        "project", "stack", "endpoint", "account", "region", "outputs", "pages", "resources", "functions",
        "packages", "ordering", "findings", "seconds", "pid",
    ]  # fmt: skip
    assert (result["project"], result["stack"]) == ("shop", "dev")
    assert (result["account"], result["region"]) == ("123456789012", "us-east-1")
    assert result["resources"] == {"created": 7, "updated": 0, "unchanged": 0, "deleted": 0, "simulated": []}
    assert all(re.fullmatch("[0-9a-f]{64}", sha256) for sha256 in result["packages"].values())
    assert len(result["packages"]) == 2
    assert list(result["seconds"]) == ["program", "provision", "total"]
    assert 0 < result["seconds"]["program"] <= result["seconds"]["total"] < 60
    assert result["pid"] in stackwright.processes()
    assert result["endpoint"].startswith("http://127.0.0.1:")
    assert set(result["outputs"]) == {"urls", "queue", "greeting"}
    assert result["pages"] == {}


def test_a_second_up_updates_the_touched_function_only(stackwright: Any, two_functions: Path, handler: Any) -> None:
    stackwright.up(two_functions)
    assert (stackwright.invoke("first"), stackwright.invoke("second")) == ("one", "two")
    (two_functions / "second" / "index.py").write_text(handler("zwei"))
    result = stackwright.up(two_functions)
    assert result["resources"] == {"created": 0, "updated": 1, "unchanged": 6, "deleted": 0, "simulated": []}
    assert (stackwright.invoke("first"), stackwright.invoke("second")) == ("one", "zwei")


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
    assert not any((stackwright.home / "projects").iterdir())
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
    (stackwright.state() / "port").write_text(str(taken_port))
    state = stackwright.state() / "stacks" / "dev.json"
    state.write_text(state.read_text().replace(first["endpoint"], f"http://127.0.0.1:{taken_port}"))
    second = stackwright("up", two_functions, "--detach")
    assert second.code == 0
    assert f"Port {taken_port} was taken" in second.err
    outputs = stackwright("outputs", "--json").json()
    assert f":{taken_port}" not in json.dumps(outputs)
    assert stackwright.invoke("first") == "one"


# ---- watching --------------------------------------------------------------------------------------------------------


def test_watch_serves_a_saved_handler_and_survives_mistakes(
    stackwright: Any, two_functions: Path, handler: Any
) -> None:
    running = stackwright.start("up", two_functions, "--watch")
    running.wait_for("Watching for changes")
    assert stackwright.invoke("first") == "one"
    index = two_functions / "first" / "index.py"
    index.write_text(handler("eins"))
    running.wait_for("1 updated")
    assert stackwright.invoke("first") == "eins"

    program = two_functions / "__main__.py"
    good = program.read_text()
    program.write_text(good + "this is no python\n")
    running.wait_for("not valid Python")
    assert '__main__.py", line 20' in running.err
    assert stackwright.invoke("first") == "eins"

    program.write_text(good + "raise ValueError('not like this')\n")
    running.wait_for("ValueError: not like this")
    assert stackwright.invoke("second") == "two"

    program.write_text(good.replace('"jobs"', '"tasks"'))
    running.wait_for("1 created, 1 deleted, 6 unchanged")
    assert "tasks-" in stackwright("outputs", "queue").out
    running.interrupt()
    assert running.finish().code == 0
    stackwright.assert_nothing_left()


def test_watch_is_not_woken_by_what_the_program_itself_builds(
    stackwright: Any, two_functions: Path, handler: Any
) -> None:
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
    stackwright.invoke("first")
    running.wait_for("asked for one", stream="out")
    running.interrupt()
    running.finish()
