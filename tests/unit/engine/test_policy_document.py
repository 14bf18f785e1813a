"""Policy documents, to the byte as the AWS provider writes them."""

from __future__ import annotations

import json
import zlib
from typing import Any

import pytest

from stackwright.engine.simulated.policy_document import get_policy_document
from stackwright.errors import ResourceError


def text_of(*statements: dict[str, Any], **args: Any) -> str:
    return str(get_policy_document({"statements": list(statements), **args})["json"])


def test_the_bytes_of_a_trust_policy() -> None:
    statement = {
        "actions": ["sts:AssumeRole"],
        "principals": [{"type": "Service", "identifiers": ["lambda.amazonaws.com"]}],
    }
    result = get_policy_document({"statements": [statement]})
    assert result["json"] == (
        "{\n"
        '  "Version": "2012-10-17",\n'
        '  "Statement": [\n'
        "    {\n"
        '      "Effect": "Allow",\n'
        '      "Action": "sts:AssumeRole",\n'
        '      "Principal": {\n'
        '        "Service": "lambda.amazonaws.com"\n'
        "      }\n"
        "    }\n"
        "  ]\n"
        "}"
    )
    assert result["minifiedJson"] == json.dumps(json.loads(result["json"]), separators=(",", ":"))
    assert result["id"] == str(zlib.crc32(result["json"].encode()))
    assert result["statements"] == [statement]
    assert result["version"] == "2012-10-17"


def test_order_of_keys_and_values() -> None:
    text = text_of(
        {
            "sid": "S",
            "effect": "Deny",
            "notActions": ["a:A", "c:C", "b:B", "a:A"],
            "notResources": ["arn:1", "arn:2"],
            "notPrincipals": [
                {"type": "Service", "identifiers": ["x"]},
                {"type": "AWS", "identifiers": ["1", "2"]},
                {"type": "AWS", "identifiers": ["3"]},
            ],
            "conditions": [
                {"test": "StringLike", "variable": "s3:prefix", "values": ["z", "a"]},
                {"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]},
                {"test": "StringLike", "variable": "aws:x", "values": ["1"]},
                {"test": "StringLike", "variable": "s3:prefix", "values": ["b"]},
            ],
        },
        policyId="P",
        version="2008-10-17",
    )
    assert text == json.dumps(
        {
            "Version": "2008-10-17",
            "Id": "P",
            "Statement": [
                {
                    "Sid": "S",
                    "Effect": "Deny",
                    "NotAction": ["c:C", "b:B", "a:A"],
                    "NotResource": ["arn:2", "arn:1"],
                    "NotPrincipal": {"AWS": ["2", "1", "3"], "Service": "x"},
                    "Condition": {
                        "Bool": {"aws:SecureTransport": "false"},
                        "StringLike": {"aws:x": "1", "s3:prefix": ["z", "a", "b"]},
                    },
                }
            ],
        },
        indent=2,
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"type": "*", "identifiers": ["*"]}, "*"),
        ({"type": "AWS", "identifiers": ["*"]}, {"AWS": "*"}),
    ],
)
def test_everybody(given: dict[str, Any], expected: Any) -> None:
    assert json.loads(text_of({"principals": [given]}))["Statement"][0]["Principal"] == expected


def test_variables_and_characters_that_go_escapes() -> None:
    text = text_of({"resources": ["arn:aws:s3:::b/&{aws:username}/<&>\u2028é"]})
    assert '"arn:aws:s3:::b/${aws:username}/\\u003c\\u0026\\u003e\\u2028é"' in text
    with pytest.raises(ResourceError, match="2008-10-17 does not know"):
        text_of({"resources": ["&{x}"]}, version="2008-10-17")


def document(*statements: dict[str, Any], **more: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **more})


def test_sources_come_first_and_overrides_win() -> None:
    result = get_policy_document(
        {
            "sourcePolicyDocuments": [
                document({"Sid": "A", "Effect": "Allow", "Action": ["x:1", "x:2"], "Resource": "*"}, Id="I"),
                document({"Effect": "Allow", "Action": "x:3", "Principal": {"AWS": ["1", "2"], "AA": "3"}}),
            ],
            "statements": [
                {"sid": "B", "actions": ["own:B"], "resources": ["*"]},
                {"sid": "A", "actions": ["own:A"], "resources": ["*"]},
            ],
            "overridePolicyDocuments": [
                document({"Sid": "B", "Effect": "Deny", "Action": "over:B", "Resource": "*"}),
                document({"Sid": "C", "Effect": "Deny", "Action": "over:C", "Resource": "*"}),
            ],
        }
    )
    found = json.loads(result["json"])
    assert found["Id"] == "I"
    assert [(s.get("Sid"), s["Action"]) for s in found["Statement"]] == [
        ("A", "own:A"),
        (None, "x:3"),
        ("B", "over:B"),
        ("C", "over:C"),
    ]
    assert list(found["Statement"][1]["Principal"]) == ["AA", "AWS"]
    assert found["Statement"][1]["Principal"]["AWS"] == ["2", "1"]


def test_a_source_with_one_statement_and_typed_conditions() -> None:
    source = json.dumps({"Statement": {"Effect": "Allow", "Condition": {"Bool": {"k": True}, "A": {"n": [1]}}}})
    (statement,) = json.loads(text_of(sourcePolicyDocuments=[source]))["Statement"]
    assert statement["Condition"] == {"A": {"n": "1"}, "Bool": {"k": "true"}}


@pytest.mark.parametrize(
    ("args", "what"),
    [
        ({"sourcePolicyDocuments": ["{"]}, "in sourcePolicyDocuments is no JSON"),
        ({"overridePolicyDocuments": ["[]"]}, "in overridePolicyDocuments is no JSON object"),
        ({"sourcePolicyDocuments": [document({"Sid": "A"}), document({"Sid": "A"})]}, "'A' stands twice"),
        ({"statements": [{"sid": "A"}, {"sid": "A"}]}, "'A' stands twice in statements"),
    ],
)
def test_what_the_provider_refuses(args: dict[str, Any], what: str) -> None:
    with pytest.raises(ResourceError, match=what):
        get_policy_document(args)


def test_an_empty_document() -> None:
    assert get_policy_document({})["minifiedJson"] == '{"Version":"2012-10-17"}'
