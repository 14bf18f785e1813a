"""The schemas of request bodies, which API Gateway gets as models, too."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from stackwright_handlers.bodies import read_schemas

SCHEMAS: Final = read_schemas(Path(__file__).parents[1] / "schemas.json")
