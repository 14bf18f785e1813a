"""What tests of handlers need: events as API Gateway sends them, tables in memory, and orders of steps.

    answer = Answer.of(handler(proxy_event("GET", "/notes/1", "/notes/{note_id}"), Context()))
    assert answer.status == 404

`Steps` lets a test stop or fail a call to a port; `explore` runs actors in every order of their steps. Nothing
of this is packed, since no handler imports it.
"""

from __future__ import annotations

from .answers import MemoryAnswers
from .calls import Answer, Context, proxy_event
from .memory_files import MemoryFile, MemoryFiles
from .memory_table import MemoryTable, holds
from .memory_workflow import MemoryWorkflow
from .schedules import Actor, Run, explore
from .steps import Steps, nothing

__all__ = [
    "Actor",
    "Answer",
    "Context",
    "MemoryAnswers",
    "MemoryFile",
    "MemoryFiles",
    "MemoryTable",
    "MemoryWorkflow",
    "Run",
    "Steps",
    "explore",
    "holds",
    "nothing",
    "proxy_event",
]
