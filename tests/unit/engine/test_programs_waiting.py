"""What the engine makes of a program that is still at work while some of its steps wait.

`first` is refused until there is `second`. Whether it ever will be, only the program's own process can tell.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from stackwright.engine.simulated.provider import Simulated
from stackwright.errors import Refused, ResourceError
from stackwright.graph import Invoke, Properties, Resource

THING = """
import asyncio, threading, time
from concurrent.futures import ThreadPoolExecutor

class Thing(pulumi.CustomResource):
    arn: pulumi.Output[str]
    def __init__(self, name, props=None, opts=None):
        super().__init__("aws:sqs/queue:Queue", name, {"arn": None, **(props or {})}, opts)

"""


class Picky(Simulated):
    """Refuses a thing until those it names in `needs` are there, and a lookup in the same way."""

    def __init__(self) -> None:
        super().__init__()
        self.there: set[str] = set()
        self._guard = threading.Lock()

    def create(self, new: Resource, config: Properties) -> Resource:
        plain = replace(new, inputs={k: v for k, v in new.inputs.items() if k != "needs"})
        self._ask(new.name, new.inputs.get("needs") or [])
        made = super().create(plain, config)
        with self._guard:
            self.there.add(new.name)
        return made

    def invoke(self, token: str, args: Properties, config: Properties) -> Invoke:
        self._ask("lookup", [args["name"]])
        return Invoke(token, args, {"found": args["name"]})

    def _ask(self, name: str, needs: list[str]) -> None:
        with self._guard:
            lacking = [need for need in needs if need not in self.there]
        if "wrong" in lacking:
            raise ResourceError(f"{name} is wrong")
        if lacking:
            raise Refused(f"{name} lacks {lacking}")


LATER = {
    "it computes": 'Thing("first", {"needs": ["second"]})\ntime.sleep(0.3)\nThing("second")\n',
    "it awaits": """
async def later():
    await asyncio.sleep(0.3)
    return Thing("second").urn

Thing("first", {"needs": ["second"]})
pulumi.export("second", pulumi.Output.from_input(later()))
""",
    "it waits for a thread": """
async def later():
    await asyncio.to_thread(time.sleep, 0.3)
    return Thing("second").urn

Thing("first", {"needs": ["second"]})
pulumi.export("second", pulumi.Output.from_input(later()))
""",
    "it waits for a thread of its own": """
async def later():
    done, loop = asyncio.Event(), asyncio.get_running_loop()
    def work():
        time.sleep(0.3)
        loop.call_soon_threadsafe(done.set)
    threading.Thread(target=work).start()
    await done.wait()
    return Thing("second").urn

Thing("first", {"needs": ["second"]})
pulumi.export("second", pulumi.Output.from_input(later()))
""",
    "it waits for a process": """
async def later():
    process = await asyncio.create_subprocess_exec("sleep", "0.3")
    await process.wait()
    return Thing("second").urn

Thing("first", {"needs": ["second"]})
pulumi.export("second", pulumi.Output.from_input(later()))
""",
    "it waits for a socket": """
async def later():
    async def answer(reader, writer):
        await asyncio.to_thread(time.sleep, 0.3)
        writer.write(b"now\\n")
        await writer.drain()
        writer.close()
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    await reader.readline()
    writer.close()
    server.close()
    return Thing("second").urn

Thing("first", {"needs": ["second"]})
pulumi.export("second", pulumi.Output.from_input(later()))
""",
    "it computes in an apply": """
Thing("first", {"needs": ["second"]})
Thing("other").arn.apply(lambda _: (time.sleep(0.3), Thing("second"))[0])
""",
    "more wait than may be under way": """
for number in range(12):
    Thing(f"first{number}", {"needs": ["second"]})
Thing("second", opts=pulumi.ResourceOptions(depends_on=[Thing("zero")]))
""",
    "a lookup waits": """
found = pulumi.runtime.invoke_output("aws:index/find:find", {"name": "second"})
Thing("second", opts=pulumi.ResourceOptions(depends_on=[Thing("zero")]))
pulumi.export("found", found)
""",
    "the program itself waits for a lookup": """
Thing("second")
found = pulumi.runtime.invoke("aws:index/find:find", {"name": "second"})
pulumi.export("found", found.value["found"])
""",
}


@pytest.mark.parametrize("how", LATER)
def test_what_comes_later_still_counts(run: Any, how: str) -> None:
    provider = Picky()
    ran = run(THING + LATER[how], provider=provider, mode="emulator", finish=True)
    assert "second" in provider.there
    assert not ran.deployment.failures


def test_nothing_comes_any_more(run: Any) -> None:
    program = """
Thing("first", {"needs": ["second"]})
Thing("third", {"needs": ["first"]})
for number in range(9):
    Thing(f"other{number}")
"""
    provider = Picky()
    ran = run(THING + program, provider=provider, mode="emulator", fails=True)
    assert [failure.what for failure in ran.deployment.failures] == ["first lacks ['second']", "third lacks ['first']"]
    assert ran.error is ran.deployment.failures[0]
    assert provider.there == {f"other{number}" for number in range(9)}


def test_what_is_wrong_does_not_stop_the_rest(run: Any) -> None:
    program = """
Thing("later", {"needs": ["wrong"]}, pulumi.ResourceOptions(depends_on=[Thing("zero")]))
Thing("now", {"needs": ["wrong"]})
for number in range(9):
    Thing(f"other{number}")
"""
    provider = Picky()
    ran = run(THING + program, provider=provider, mode="emulator", fails=True)
    assert [failure.what for failure in ran.deployment.failures] == ["later is wrong", "now is wrong"]
    assert provider.there == {"zero", *(f"other{number}" for number in range(9))}


def test_a_lookup_in_vain_can_be_caught(run: Any) -> None:
    program = """
Thing("first", {"needs": ["second"]})
try:
    pulumi.runtime.invoke("aws:index/find:find", {"name": "nothing"})
except Exception:
    Thing("second")
"""
    provider = Picky()
    run(THING + program, provider=provider, mode="emulator")
    assert provider.there == {"first", "second"}


def test_the_end_of_the_program_tells_more_than_what_it_left_waiting(run: Any) -> None:
    program = """
Thing("first", {"needs": ["second"]})
pulumi.runtime.invoke("aws:index/find:find", {"name": "zero"})
"""
    ran = run(
        THING + 'Thing("zero")\n' + program + "raise KeyError('x')\n", provider=Picky(), mode="emulator", fails=True
    )
    assert ran.error.what == "the program failed: KeyError: 'x'"
