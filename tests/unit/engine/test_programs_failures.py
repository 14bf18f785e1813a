"""Programs that do not reach their end: one clear error each, with the user's lines only."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stackwright.engine.simulated.provider import Simulated
from stackwright.errors import Defect, ProgramError, ResourceError
from stackwright.graph import Invoke, Properties, Resource

QUEUE = """
class Queue(pulumi.CustomResource):
    arn: pulumi.Output[str]
    def __init__(self, name, props=None, opts=None):
        super().__init__("aws:sqs/queue:Queue", name, {"arn": None, **(props or {})}, opts)
"""


def failure(ran: Any) -> ProgramError:
    assert isinstance(ran.error, ProgramError), ran.error
    assert "site-packages" not in str(ran.error)
    assert "host.py" not in str(ran.error)
    return ran.error


def test_exception_at_the_top(run: Any) -> None:
    ran = run("def f(x):\n    return 1 / x\nf(0)\n", fails=True)
    error = failure(ran)
    assert error.what == "the program failed: ZeroDivisionError: division by zero"
    assert error.where.endswith("__main__.py:3")
    assert error.traceback.startswith("Traceback (most recent call last):\n")
    assert "line 4, in <module>" in error.traceback
    assert error.traceback.rstrip().endswith("ZeroDivisionError: division by zero")


def test_exception_inside_apply(run: Any) -> None:
    ran = run(QUEUE + 'Queue("q").arn.apply(lambda arn: arn.nothing)\n', fails=True)
    error = failure(ran)
    assert "AttributeError: 'str' object has no attribute 'nothing'" in error.what
    assert error.where.endswith("__main__.py:7")


def test_an_input_that_cannot_be_computed_is_named_once_however_many_resources_wait_for_it(run: Any) -> None:
    program = """
first = Queue("first")
second = Queue("second", {"name": first.arn.apply(lambda arn: int(arn))})
third = Queue("third", {"name": second.arn})
pulumi.export("arn", third.arn)
"""
    error = failure(run(QUEUE + program, fails=True))
    what = error.what.splitlines()
    assert len(what) == 1
    assert what[0].startswith(
        "the program failed: ValueError (resource: 'second', type: 'aws:sqs/queue:Queue'): invalid "
    )
    assert error.where.endswith("__main__.py:9")
    assert "While processing" not in error.traceback


def test_exception_in_a_function_that_a_library_called(run: Any) -> None:
    ran = run(
        """
        import json
        def hook(pairs):
            raise KeyError("inner")
        json.loads('{"a": 1}', object_pairs_hook=hook)
        """,
        fails=True,
    )
    error = failure(ran)
    assert error.where.endswith("__main__.py:5")
    assert "json/decoder.py" not in error.traceback


def test_exception_in_an_operation_on_an_output(run: Any) -> None:
    ran = run(QUEUE + 'Queue("q", {"tags": {}}).arn["nothing"]\n', fails=True)
    assert isinstance(ran.error, ProgramError)
    assert ran.error.what == "the program failed: TypeError: string indices must be integers, not 'str'"
    assert ran.error.traceback.startswith("In the SDK, on behalf of the program:")


def test_causes_are_shown(run: Any) -> None:
    ran = run("try:\n    {}['a']\nexcept KeyError as e:\n    raise ValueError('no a') from e\n", fails=True)
    error = failure(ran)
    assert "KeyError: 'a'" in error.traceback
    assert error.traceback.rstrip().endswith("ValueError: no a")


def test_what_the_sdk_does_not_know(run: Any) -> None:
    ran = run("import pulumi_aws as aws\naws.sqs.Queue('q', visibility=3)\n", fails=True)
    error = failure(ran)
    assert "unexpected keyword argument 'visibility'" in error.what
    assert error.where.endswith("__main__.py:3")


@pytest.mark.parametrize(
    ("program", "what"),
    [
        ("import sys\nsys.exit(3)", "the program called sys.exit(3)"),
        ("import sys\nsys.exit('no')", "the program called sys.exit('no')"),
        ("raise pulumi.RunError('not like this')", "not like this"),
        ("def broken(:\n  pass", "the program is not valid Python: invalid syntax"),
        ("import nowhere_to_be_found", "ModuleNotFoundError: No module named 'nowhere_to_be_found'"),
        ("import os\nos.kill(os.getpid(), 9)", "the program was killed by signal 9"),
        ("import os\nos._exit(4)", "the program ended with exit status 4"),
        ("pulumi.Config().require('missing')", "Missing required configuration variable 'shop:missing'"),
    ],
)
def test_other_ends(run: Any, program: str, what: str) -> None:
    error = failure(run(program, fails=True))
    assert what in error.what


def test_syntax_error_points_to_its_line(run: Any) -> None:
    error = failure(run("x = 1\ndef broken(:\n  pass\n", fails=True))
    assert error.where.endswith("__main__.py:3")
    assert "def broken(:" in error.traceback


def test_clean_exits_are_no_failures(run: Any) -> None:
    ran = run("import sys\npulumi.export('x', 1)\nsys.exit(0)")
    assert ran.outputs == {"x": 1}


def test_a_task_that_nobody_awaited(run: Any) -> None:
    ran = run(
        """
        import asyncio, gc
        async def work():
            raise OSError("lost")
        async def main():
            asyncio.ensure_future(work())
            await asyncio.sleep(0)
            gc.collect()
        pulumi.run(main)
        """
    )
    text = "\n".join(ran.lines)
    assert "A task of the program failed and nothing awaited it" in text
    assert "OSError: lost" in text
    assert "in work" in text


def test_same_name_twice(run: Any) -> None:
    ran = run(QUEUE + 'Queue("q")\nQueue("q")\n', fails=True)
    assert isinstance(ran.error, ProgramError)
    assert ran.error.what == "two resources have the same type and name: aws:sqs/queue:Queue 'q'"
    assert "__main__.py:" in ran.error.where
    assert ran.named("q").type == "aws:sqs/queue:Queue"


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ('pulumi.RemoteAsset("https://example.com/x.zip")', "remote asset: https://example.com/x.zip"),
        ('pulumi.FileArchive("./nowhere")', "a path that does not exist: ./nowhere"),
        ('pulumi.AssetArchive({"x": pulumi.FileAsset("no.txt")})', "a path that does not exist: no.txt"),
    ],
)
def test_assets_that_cannot_be_packed(run: Any, value: str, what: str) -> None:
    ran = run(QUEUE + f'Queue("q", {{"code": {value}}})\n', fails=True)
    assert what in ran.error.what
    assert ran.error.fix


class Refusing(Simulated):
    """Refuses some resources, as AWS does; falls over at others."""

    def create(self, new: Resource, config: Properties) -> Resource:
        if new.name == "refused":
            password = (new.inputs.get("tags") or {}).get("password")
            raise ResourceError(f"AWS said no to {password}" if password else "AWS said no", fix="Ask nicely.")
        if new.name == "fault":
            raise KeyError(f"oops {(new.inputs.get('tags') or {}).get('password')}")
        made = super().create(new, config)
        return replace(made, outputs={**made.outputs, "seen": True})

    def invoke(self, token: str, args: Properties, config: Properties) -> Invoke:
        if args.get("name") == "fault":
            raise KeyError("oops")
        return super().invoke(token, args, config)


def test_a_refused_resource(run: Any) -> None:
    ran = run(QUEUE + 'Queue("fine")\nQueue("refused")\n', provider=Refusing(), fails=True)
    assert isinstance(ran.error, ResourceError)
    assert (ran.error.what, ran.error.fix) == ("AWS said no", "Ask nicely.")
    assert ran.error.where == "__main__.py:8, urn:pulumi:dev::shop::aws:sqs/queue:Queue::refused"
    assert [r.name for r in ran.graph.of_type("aws:sqs/queue:Queue")] == ["fine"]


def test_a_fault_of_a_provider_is_a_defect_and_not_the_programs(run: Any) -> None:
    program = QUEUE + 'Queue("fault", {"tags": {"password": pulumi.Output.secret("hunter2!"), "team": "blue"}})\n'
    ran = run(program, provider=Refusing(), fails=True)
    assert isinstance(ran.error, Defect)
    assert "unexpected KeyError: 'oops [secret]'" in ran.error.what
    assert ran.error.where.startswith("__main__.py:")
    assert "report" in ran.error.fix
    assert "in create" in ran.error.traceback
    assert ran.error.details["resource"] == "aws:sqs/queue:Queue fault"
    assert '"team": "blue"' in ran.error.details["inputs"]
    assert "hunter2!" not in f"{ran.error}{ran.error.traceback}{ran.error.details}"


def test_a_refusal_shows_no_secret(run: Any) -> None:
    program = QUEUE + 'Queue("refused", {"tags": {"password": pulumi.Output.secret("hunter2!")}})\n'
    ran = run(program, provider=Refusing(), fails=True)
    assert ran.error.what == "AWS said no to [secret]"


def test_a_fault_in_a_function_call_is_a_defect(run: Any) -> None:
    ran = run(
        """
import pulumi_aws as aws
try:
    aws.sqs.get_queue(name="fault")
except Exception:
    pass
""",
        provider=Refusing(),
        fails=True,
    )
    assert isinstance(ran.error, Defect)
    assert "aws:sqs/getQueue:getQueue" in ran.error.what
    assert "in invoke" in ran.error.traceback
    assert '"name": "fault"' in ran.error.details["arguments"]


def test_a_fault_of_the_engine_is_a_defect(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise AttributeError("no such thing")

    monkeypatch.setattr("stackwright.engine.protocol.requests.registration", broken)
    ran = run(QUEUE + 'Queue("fine")\n', fails=True)
    assert isinstance(ran.error, Defect)
    assert "RegisterResource" in ran.error.what
    assert "in broken" in ran.error.traceback


def test_a_fault_before_the_program_begins_is_a_defect(run: Any, tmp_path: Path) -> None:
    (tmp_path / "old" / "pulumi").mkdir(parents=True)
    (tmp_path / "old" / "pulumi" / "__init__.py").touch()
    (tmp_path / "old" / "pulumi" / "runtime.py").touch()
    ran = run("print('never')\n", environment={**os.environ, "PYTHONPATH": str(tmp_path / "old")}, fails=True)
    assert isinstance(ran.error, Defect)
    assert "AttributeError" in ran.error.what
    assert "in configure" in ran.error.traceback
    assert ran.lines == []


def test_a_program_that_hangs_after_a_failure_still_ends(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stackwright.engine.program.runner._STALL_SECONDS", 0.2)
    ran = run(
        QUEUE
        + """
import asyncio, threading
async def main():
    q = Queue("refused")
    await asyncio.Event().wait()
pulumi.run(main)
""",
        provider=Refusing(),
        fails=True,
    )
    assert ran.error.what == "AWS said no"


def test_functions_that_cannot_be_answered_may_be_caught(run: Any) -> None:
    program = """
import pulumi_aws as aws
try:
    aws.get_ip_ranges(services=["ec2"])
except Exception as error:
    pulumi.export("said", str(error))
"""
    assert "publishes its address ranges on the network" in run(program).outputs["said"]


def test_functions_that_cannot_be_answered(run: Any) -> None:
    ran = run("import pulumi_aws as aws\naws.get_ip_ranges(services=['ec2'])\n", fails=True)
    error = failure(ran)
    assert "aws:index/getIpRanges:getIpRanges cannot be answered here" in error.what
    assert error.where.endswith("__main__.py:3")


def test_features_that_the_engine_lacks(run: Any) -> None:
    ran = run(
        QUEUE + 'Queue("q", {}, pulumi.ResourceOptions(state_migrations=[lambda args: None]))\n',
        fails=True,
    )
    assert ran.error.what == "the program uses state migrations, which Stackwright's engine does not have"
