"""What the files promise about each other: imports, lists of errors and of permissions, entries."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import marketdata
import pytest
from marketdata.settings import ProcessorSettings, ResultsSettings, StatusSettings, UploadSettings

import stackwright_handlers
from stackwright_handlers.errors import SettingsError
from stackwright_handlers.settings import read

PACKAGE = Path(marketdata.__file__).parent
HANDLERS = PACKAGE.parent
LIBRARY = Path(stackwright_handlers.__file__).parent
ADAPTERS = ("dynamodb", "s3")
NUMBERS = {"JOB_DAYS": "30", "MAX_DIRECT_BYTES": "1000"}
ENVIRONMENT = {
    UploadSettings: ("DATA_BUCKET_NAME", "JOBS_TABLE_NAME", "JOB_DAYS"),
    StatusSettings: ("DATA_BUCKET_NAME", "JOBS_TABLE_NAME"),
    ResultsSettings: ("DYNAMODB_TABLE_NAME", "CURSOR_SECRET_ARN"),
    ProcessorSettings: (
        "DATA_BUCKET_NAME",
        "JOBS_TABLE_NAME",
        "DYNAMODB_TABLE_NAME",
        "LARGE_FILE_WORKFLOW_ARN",
        "MAX_DIRECT_BYTES",
        "JOB_DAYS",
    ),
}
ENTRIES = {kind.__name__.removesuffix("Settings").lower(): names for kind, names in ENVIRONMENT.items()}


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def complete(names: tuple[str, ...]) -> dict[str, str]:
    return {name: NUMBERS.get(name, name.lower()) for name in names}


def test_only_the_edges_know_lambda_and_only_the_adapters_aws() -> None:
    for path in PACKAGE.glob("*.py"):
        text = text_of(path)
        assert not re.search(r"^(?:from|import) boto", text, re.MULTILINE), path.name
        assert bool(re.search(r"stackwright_handlers\.aws import", text)) is (path.stem in ADAPTERS), path.name
        lambda_known = re.search(r"^from aws_lambda_powertools", text, re.MULTILINE) is not None
        assert lambda_known is (path.stem == "functions"), path.name
        assert not re.search(r"^\s*(?:from|import) (?:pulumi|stackwright)\b", text, re.MULTILINE), path.name


def test_the_table_of_errors_is_complete() -> None:
    source = "\n".join(text_of(path) for path in PACKAGE.glob("*.py"))
    raised = set(re.findall(r'RequestError\(\s*(\d+),\s*"(\w+)"', source))
    documented = set(re.findall(r"^    (4\d\d) (\w+)", text_of(PACKAGE / "errors.py"), re.MULTILINE))
    assert documented == raised


def test_the_list_of_permissions_names_the_calls_that_are_made() -> None:
    files = [PACKAGE / f"{name}.py" for name in ADAPTERS]
    files += [LIBRARY / name for name in ("table/dynamodb.py", "secret.py", "s3.py", "step_functions.py")]
    methods = {method for file in files for method in re.findall(r"self\._client\.(\w+)\(", text_of(file))}
    # No item is removed but by Powertools, and no table is read as a whole.
    methods -= {"generate_presigned_url", "delete_item", "scan"}
    made = {"".join(word.title() for word in method.split("_")) for method in methods}
    permissions = json.loads(text_of(HANDLERS / "permissions.json"))
    listed = {
        call
        for of_function in permissions.values()
        for permission in of_function
        for use in permission["used_by"]
        if not use.get("through") and not use.get("signed")
        for call in use["call"].split(" and ")
    }
    assert listed == made
    assert permissions.keys() == ENTRIES.keys()
    for of_function in permissions.values():
        assert len({(p["action"], p["resource"]) for p in of_function}) == len(of_function)


@pytest.mark.parametrize("kind", ENVIRONMENT)
def test_settings_are_complete_or_every_gap_is_named(kind: type[UploadSettings]) -> None:
    given = complete(ENVIRONMENT[kind])
    settings = read(kind, given)
    assert {str(getattr(settings, name)) for name in settings.__slots__} == set(given.values())
    for name in given:
        rest = {key: value for key, value in given.items() if key != name}
        with pytest.raises(SettingsError, match=f"{name} is not set$"):
            read(kind, rest)
    with pytest.raises(SettingsError) as caught:
        read(kind, {})
    assert all(name in str(caught.value) for name in given)


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_file_says_at_once_what_is_missing_in_its_environment(
    entry: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ENTRIES[entry]:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SettingsError, match=f"{ENTRIES[entry][0]} is not set"):
        load(entry)


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_file_calls_nobody_when_it_is_imported(entry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in complete(ENTRIES[entry]).items():
        monkeypatch.setenv(name, value)
    # Without a region no client can be made.
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    assert callable(load(entry))


def load(entry: str) -> object:
    file = HANDLERS / f"{entry}_handler.py"
    spec = importlib.util.spec_from_file_location(f"{file.stem}_under_test", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.handler
