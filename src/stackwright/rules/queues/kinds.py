"""Which queues and topics keep their order."""

from __future__ import annotations

from typing import Final

from stackwright.rules.view import Node, View

QUEUE: Final = "sqs/queue:Queue"
TOPIC: Final = "sns/topic:Topic"


def is_fifo(node: Node) -> bool:
    """Whether a queue or topic keeps its order."""
    key = "fifoQueue" if node.kind == QUEUE else "fifoTopic"
    return bool(node.get(key)) or node.text("name").endswith(".fifo")


def named(graph: View, value: object, *kinds: str) -> Node | None:
    """The queue or topic of this program that a value names; none that exists already, of which nothing is known."""
    node = graph.find(value, *kinds) if isinstance(value, str) and value else None
    return None if node is None or node.resource.external else node


def says(node: Node) -> str:
    """As in messages: `the standard queue 'jobs'`."""
    kind = "queue" if node.kind == QUEUE else "topic"
    return f"the {'FIFO' if is_fifo(node) else 'standard'} {kind} {node.name!r}"
