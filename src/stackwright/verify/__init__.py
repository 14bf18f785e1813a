"""For a project's own `verify.py`: a stack that runs, here or on AWS, and checks that many systems share.

docs/verify.md says how to write one.
"""

from __future__ import annotations

from stackwright.verify.checks import alarms_notify, has_widgets, refuses_strangers
from stackwright.verify.steps import Outcome, run
from stackwright.verify.verification import Client, Endpoint, Response, Verification

__all__ = [
    "Client",
    "Endpoint",
    "Outcome",
    "Response",
    "Verification",
    "alarms_notify",
    "has_widgets",
    "refuses_strangers",
    "run",
]
