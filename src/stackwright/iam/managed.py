"""Contents of AWS's own policies, as far as we have them."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from stackwright.iam.document import Policy, parse


def managed(arn: str) -> Policy:
    """An AWS managed policy; one whose contents we do not have may allow anything."""
    data = _data()
    name = arn.rpartition("/")[2]
    if document := data["policies"].get(arn):
        return parse(document, f"AWS managed policy {name}")
    return Policy(f"AWS managed policy {name}", opaque=f"the contents of {name}", may_deny=arn in data["deny"])


@cache
def _data() -> dict[str, Any]:
    return json.loads(files("stackwright.iam").joinpath("data/managed_policies.json").read_text("utf-8"))
