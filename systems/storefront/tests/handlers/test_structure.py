"""What the files promise about each other: imports, lists of errors and of permissions."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
import storefront
from storefront.settings import OrderSettings, ProductSettings, UserSettings

import stackwright_handlers
from stackwright_handlers.errors import SettingsError
from stackwright_handlers.settings import read

PACKAGE = Path(storefront.__file__).parent
HANDLERS = PACKAGE.parent

ENVIRONMENT = {
    UserSettings: ("API_SECRET_ARN", "USERS_TABLE_NAME"),
    OrderSettings: ("API_SECRET_ARN", "ORDERS_TABLE_NAME", "ORDER_WORKFLOW_ARN"),
    ProductSettings: ("API_SECRET_ARN", "PRODUCTS_TABLE_NAME", "DATA_BUCKET_NAME", "DATA_KEY_ARN"),
}


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def imported(path: Path) -> set[str]:
    """Modules of the package that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text_of(path))):
        if isinstance(node, ast.ImportFrom) and (node.level == 1 or (node.module or "").split(".")[0] == "storefront"):
            module = (node.module or "").removeprefix("storefront").removeprefix(".")
            found |= {module} if module else {alias.name for alias in node.names}
    return found


def reached(entry: str) -> set[str]:
    """Modules of the package that come with an entry file."""
    seen: set[str] = set()
    waiting = imported(HANDLERS / f"{entry}.py")
    while waiting:
        name = waiting.pop()
        seen.add(name)
        waiting |= imported(PACKAGE / f"{name}.py") - seen
    return seen


OWN = {
    "user_service": {"user_handler", "user_api", "users"},
    "order_service": {"order_handler", "order_api", "orders", "order_lifecycle", "resuming"},
    "product_service": {
        "product_handler",
        "product_api",
        "products",
        "inventory",
        "importing",
        "product_rows",
    },
}


@pytest.mark.parametrize("entry", OWN)
def test_a_function_imports_what_is_its_own_and_what_all_share(entry: str) -> None:
    others = set[str]().union(*(own for name, own in OWN.items() if name != entry))
    assert OWN[entry] <= reached(entry)
    assert not reached(entry) & others


def test_every_module_belongs_to_a_function() -> None:
    everything = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
    assert everything == set[str]().union(*map(reached, OWN))


def test_only_the_adapters_know_boto3_and_only_the_edges_know_lambda() -> None:
    edges = {
        *(f"{kind}_{part}" for kind in ("user", "order", "product") for part in ("api", "handler")),
    }
    for path in PACKAGE.glob("*.py"):
        text = text_of(path)
        assert bool(re.search(r"^(?:from|import) boto", text, re.MULTILINE)) is False, path.name
        assert bool(re.search(r"^from aws_lambda_powertools", text, re.MULTILINE)) is (path.stem in edges), path.name
        assert not re.search(r"^\s*(?:from|import) (?:pulumi|stackwright)\b", text, re.MULTILINE), path.name


def test_the_table_of_errors_is_complete() -> None:
    source = "\n".join(text_of(path) for path in PACKAGE.glob("*.py"))
    raised = set(re.findall(r'RequestError\(\s*(\d+),\s*"(\w+)"', source))
    documented = set(re.findall(r"^    (4\d\d) (\w+)", text_of(PACKAGE / "errors.py"), re.MULTILINE))
    assert documented == raised


@pytest.mark.parametrize("entry", OWN)
def test_the_list_of_permissions_names_the_calls_that_are_made(entry: str) -> None:
    made: set[str] = set()
    library = Path(stackwright_handlers.__file__).parent
    files = [library / "table" / "dynamodb.py", library / "secret.py"]
    if entry == "product_service":
        files.append(library / "s3.py")
    if entry == "order_service":
        files.append(library / "step_functions.py")
    for file in (*files, *(PACKAGE / f"{module}.py" for module in reached(entry))):
        methods = re.findall(r"self\._client\.(\w+)\(", text_of(file))
        made |= {"".join(word.title() for word in method.split("_")) for method in methods}
    # No item of these services is removed but by Powertools.
    made -= {"DeleteItem"}
    if entry == "user_service":
        # It writes in transactions only.
        made -= {"PutItem", "UpdateItem"}
    if entry == "order_service":
        made -= {"TransactWriteItems"}
    if entry != "product_service":
        made -= {"Scan"}
    permissions = json.loads(text_of(HANDLERS / "permissions.json"))[entry.replace("_", "-")]
    listed = {
        use["call"].split()[0] for permission in permissions for use in permission["used_by"] if not use.get("through")
    }
    assert listed == made
    assert len({(p["action"], p["resource"]) for p in permissions}) == len(permissions)


@pytest.mark.parametrize("kind", ENVIRONMENT)
def test_settings_are_complete_or_every_gap_is_named(
    kind: type[UserSettings] | type[OrderSettings] | type[ProductSettings],
) -> None:
    complete = {name: name.lower() for name in ENVIRONMENT[kind]}
    settings = read(kind, complete)
    assert {getattr(settings, name) for name in settings.__slots__} == set(complete.values())
    for name in complete:
        for gap in ({}, {name: ""}):
            rest = {key: value for key, value in complete.items() if key != name}
            with pytest.raises(SettingsError, match=f"{name} is not set$"):
                read(kind, rest | gap)
    with pytest.raises(SettingsError) as caught:
        read(kind, {})
    assert all(name in str(caught.value) for name in complete)
