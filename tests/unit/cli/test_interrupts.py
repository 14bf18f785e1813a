"""Ctrl-C is answered wherever it comes."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

# Python ignores what is raised in these places, after it has printed it.
PLACES = {
    "a finalizer": """
        class Last:
            def __del__(self):
                ctrl_c()
        Last()
    """,
    "the callback of a weak reference": """
        class Last:
            pass
        last = Last()
        reference = weakref.ref(last, lambda _: ctrl_c())
        del last
    """,
    "the garbage collector": """
        class Last:
            def __del__(self):
                ctrl_c()
        last = Last()
        last.itself = last
        del last
        gc.collect()
    """,
    "plain code": "ctrl_c()",
}
COMMAND = """
import gc, signal, time, weakref
from stackwright import cli

def ctrl_c():
    signal.raise_signal(signal.SIGINT)

def run(arguments):
{place}
    end = time.monotonic() + 10
    while time.monotonic() < end:
        time.sleep(0.01)
    return 0

cli._run = run
cli.main()
"""


@pytest.mark.parametrize("place", PLACES)
def test_ctrl_c_is_answered_in(place: str) -> None:
    code = COMMAND.format(place=textwrap.indent(textwrap.dedent(PLACES[place]), "    "))
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert (finished.returncode, finished.stderr) == (130, "interrupted\n")


def test_anything_else_that_python_ignores_is_still_told() -> None:
    place = """
    class Last:
        def __del__(self):
            raise ValueError("of its own")
    Last()
    return 0
"""
    code = COMMAND.format(place=place)
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert finished.returncode == 0
    assert "of its own" in finished.stderr
