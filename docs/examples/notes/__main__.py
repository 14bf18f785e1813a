"""notes: POST /notes keeps a text, GET /notes/{id} gives it back."""

import json
from pathlib import Path

import pulumi

from stackwright.components import Environment, EnvironmentConfig, Function, Package, RestApi, Route, Table, load_config

HANDLERS = Path(__file__).resolve().parent / "handlers"
LIBRARIES = ("stackwright_handlers",)

opts = Environment.from_config(load_config(EnvironmentConfig)).opts
package = Package(HANDLERS, entry="notes.py", data=("schemas.json",), libraries=LIBRARIES, lock="requirements.lock")
service = Function("service", package=package, handler="notes.handler", opts=opts)
table = Table("notes", attributes={"id": "S"}, hash_key="id", ttl_attribute="expiration", opts=opts)
writes = ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")
table.link(service, "NOTES_TABLE_NAME", "dynamodb:GetItem", *writes)
note = json.loads((HANDLERS / "schemas.json").read_text(encoding="utf-8"))["note"]
routes = {"POST /notes": Route(function=service, body=note), "GET /notes/{id}": Route(function=service)}
pulumi.export("url", RestApi("api", routes=routes, manage_account_role=True, opts=opts).url)
