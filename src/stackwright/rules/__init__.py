"""What `stackwright check` knows: rules over a program's graph, its source, and how its runs went.

A rule is one decorated generator function in a file of a topic's package (`api`, `events`, …); `rule` says how to write
one, `view` what a rule asks of a graph. Nothing here imports pulumi, gRPC or boto3, or runs anything.
"""

from __future__ import annotations
