"""`aws.iam.get_policy_document`, computed as the AWS provider computes it.

Facts: https://www.pulumi.com/registry/packages/aws/api-docs/iam/getpolicydocument/. The text has to be the provider's
to the byte, because programs hash it and compare it: keys in the provider's order, two spaces, one value as a plain
string, several ones in descending order, `<`, `>` and `&` escaped as Go escapes them.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from stackwright.engine.go_json import go_json
from stackwright.errors import ResourceError
from stackwright.graph import Properties

_DEFAULT_VERSION: Final = "2012-10-17"
_OLD_VERSION: Final = "2008-10-17"
_KEY_ORDER: Final = ("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal")

Statement = dict[str, Any]
Document = dict[str, Any]


def get_policy_document(args: Properties) -> dict[str, Any]:
    """The function's result.

    Raises:
        ResourceError: a source or override is no JSON, a Sid is used twice, or a variable in a document of 2008.
    """
    version = str(args.get("version") or _DEFAULT_VERSION)
    merged: Document = {"Version": "", "Id": "", "Statement": []}
    for source in _sources(args):
        _merge(merged, source)
    own: Document = {
        "Version": version,
        "Id": args.get("policyId") or "",
        "Statement": [_statement(s, version) for s in args.get("statements") or []],
    }
    _refuse_duplicates(own["Statement"], "statements")
    _merge(merged, own)
    for key in ("overrideJson", "overridePolicyDocuments"):
        for text in _texts(args.get(key)):
            _merge(merged, _parsed(text, key))
    document = {k: v for k, v in merged.items() if v}
    text = go_json(document, indent=2)
    # The provider's hash of a text is its CRC-32, which is never negative on 64-bit machines.
    number = zlib.crc32(text.encode())
    return {
        **args,
        "version": version,
        "id": str(number),
        "json": text,
        "minifiedJson": go_json(document),
    }


# ---- documents -------------------------------------------------------------------------------------------------------


def _sources(args: Properties) -> list[Document]:
    documents = [
        _parsed(text, key) for key in ("sourceJson", "sourcePolicyDocuments") for text in _texts(args.get(key))
    ]
    _refuse_duplicates([s for d in documents for s in d["Statement"]], "sourcePolicyDocuments")
    return documents


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    return [text for text in value or [] if text]


def _parsed(text: str, where: str) -> Document:
    try:
        document: Any = json.loads(text)
    except ValueError as error:
        raise ResourceError(f"getPolicyDocument: a document in {where} is no JSON: {error}") from error
    if not isinstance(document, dict):
        raise ResourceError(f"getPolicyDocument: a document in {where} is no JSON object")
    found = cast("dict[str, Any]", document)
    statements: Any = found.get("Statement") or []
    # A single statement may stand without a list around it.
    listed = cast("list[Any]", statements if isinstance(statements, list) else [statements])
    return {
        "Version": found.get("Version") or "",
        "Id": found.get("Id") or "",
        "Statement": [_normalized(statement) for statement in listed],
    }


def _merge(into: Document, other: Document) -> None:
    into["Id"] = other["Id"] or into["Id"]
    into["Version"] = max(into["Version"], other["Version"])
    statements: list[Statement] = into["Statement"]
    for statement in other["Statement"]:
        sid = statement.get("Sid")
        place = next((i for i, s in enumerate(statements) if sid and s.get("Sid") == sid), None)
        if place is None:
            statements.append(statement)
        else:
            statements[place] = statement


def _refuse_duplicates(statements: Iterable[Statement], where: str) -> None:
    seen: set[str] = set()
    for statement in statements:
        sid = statement.get("Sid")
        if sid and sid in seen:
            raise ResourceError(
                f"getPolicyDocument: the Sid {sid!r} stands twice in {where}",
                fix="Give every statement a Sid of its own, or none.",
            )
        seen.add(sid or "")


# ---- statements ------------------------------------------------------------------------------------------------------


def _statement(given: Mapping[str, Any], version: str) -> Statement:
    statement = {
        "Sid": given.get("sid"),
        "Effect": given.get("effect") or "Allow",
        "Action": _descending(given.get("actions")),
        "NotAction": _descending(given.get("notActions")),
        "Resource": _descending(given.get("resources"), version),
        "NotResource": _descending(given.get("notResources"), version),
        "Principal": _principals(given.get("principals"), version),
        "NotPrincipal": _principals(given.get("notPrincipals"), version),
        "Condition": _conditions(given.get("conditions"), version),
    }
    return {k: v for k, v in statement.items() if v}


def _descending(values: Iterable[str] | None, version: str = "") -> Any:
    """One value as it is, several ones as the provider sorts its sets."""
    found = sorted({_variables(v, version) for v in values or []}, reverse=True)
    return found[0] if len(found) == 1 else found


def _principals(given: Iterable[Mapping[str, Any]] | None, version: str) -> Any:
    by_type: dict[str, Any] = {}
    for principal in given or []:
        identifiers = _descending(principal.get("identifiers"), version)
        before = by_type.get(principal["type"])
        by_type[principal["type"]] = identifiers if before is None else [*_listed(before), *_listed(identifiers)]
    # Only this one means everybody; `{"AWS": "*"}` stays, because IAM tells them apart in trust policies.
    return "*" if by_type == {"*": "*"} else dict(sorted(by_type.items()))


def _conditions(given: Iterable[Mapping[str, Any]] | None, version: str) -> dict[str, dict[str, Any]]:
    tests: dict[str, dict[str, list[str]]] = {}
    for condition in given or []:
        values = tests.setdefault(condition["test"], {}).setdefault(condition["variable"], [])
        values.extend(_variables(v, version) for v in condition.get("values") or [])
    return {test: {k: _flat(v) for k, v in sorted(found.items())} for test, found in sorted(tests.items())}


def _variables(text: str, version: str) -> str:
    """`&{…}` stands for the policy variable `${…}`, which Terraform would take for its own."""
    if version == _OLD_VERSION and "&{" in text:
        raise ResourceError(f"getPolicyDocument: {text!r} has a variable, which version {_OLD_VERSION} does not know")
    return text.replace("&{", "${") if version else text


def _normalized(statement: Mapping[str, Any]) -> Statement:
    """A statement of a source document in the provider's own form."""
    found: Statement = {key: statement[key] for key in _KEY_ORDER if statement.get(key)}
    for key in ("Principal", "NotPrincipal"):
        if isinstance(found.get(key), dict):
            by_type = cast("dict[str, Any]", found[key])
            found[key] = {
                k: sorted(cast("list[str]", v), reverse=True) if isinstance(v, list) else v
                for k, v in sorted(by_type.items())
            }
    conditions = cast("dict[str, dict[str, Any]]", statement.get("Condition") or {})
    if conditions:
        found["Condition"] = {
            test: {k: _flat([_condition_text(item) for item in _listed(v)]) for k, v in sorted(values.items())}
            for test, values in sorted(conditions.items())
        }
    return found


def _condition_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _listed(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _flat(values: list[str]) -> Any:
    return values[0] if len(values) == 1 else values
