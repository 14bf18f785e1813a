"""Writes engine/data/outputs.json: what pulumi_aws types and functions answer, read off the installed SDK's source.

    python tools/read_sdk_outputs.py

Run it after raising the pulumi-aws version. Nothing of the SDK is imported; its files are parsed.
"""

from __future__ import annotations

import json
from datetime import date
from importlib import metadata
from pathlib import Path

from stackwright.engine.sdk import Outputs, function_results, resource_outputs

TARGET = Path(__file__).parents[1] / "src/stackwright/engine/data/outputs.json"


def main() -> None:
    files = [f for f in metadata.files("pulumi-aws") or [] if f.name.endswith(".py") and not f.name.startswith("_")]
    types: dict[str, Outputs] = {}
    functions: dict[str, dict[str, str]] = {}
    for file in files:
        text = Path(str(file.locate())).read_text(encoding="utf-8")
        if "_internal_init" in text:
            types.update(resource_outputs(text))
        if "pulumi.runtime.invoke(" in text:
            functions.update(function_results(text))
    header = {
        "source": f"pulumi-aws {metadata.version('pulumi-aws')}",
        "read": date.today().isoformat(),
        "types": {token: outputs.computed for token, outputs in sorted(types.items())},
        "filled": {token: outputs.filled for token, outputs in sorted(types.items()) if outputs.filled},
        "functions": dict(sorted(functions.items())),
    }
    TARGET.write_text(json.dumps(header, indent=0, sort_keys=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{len(types)} types, {len(functions)} functions -> {TARGET}")


if __name__ == "__main__":
    main()
