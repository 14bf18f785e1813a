"""Names that the tests of several parts use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from stackwright.testing.program import Program

PROJECT = Path(__file__).resolve().parents[2]
SERVICES = ("user-service", "order-service", "product-service")
TABLES = ("users", "orders", "products")


def states(program: Program) -> dict[str, Any]:
    """The states of order-workflow."""
    return json.loads(program.inputs("order-workflow-machine")["definition"])["States"]
