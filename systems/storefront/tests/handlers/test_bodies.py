"""Bad bodies, each with its code."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from storefront.orders import NewOrder
from storefront.products import NewProduct, ProductChange
from storefront.users import NewUser

from stackwright_handlers.errors import RequestError

USER: dict[str, Any] = {"email": "ann@example.com", "name": "Ann"}
PRODUCT: dict[str, Any] = {"name": "Chair", "category": "home", "price": "19.90", "stock": 5}
CHANGE: dict[str, Any] = {"version": 1, "price": "1"}
ORDER: dict[str, Any] = {"userId": "a", "productId": "b", "quantity": 1}

Read = Callable[[str | None], object]
KINDS: list[tuple[Read, dict[str, Any]]] = [
    (NewUser.from_body, USER),
    (NewProduct.from_body, PRODUCT),
    (ProductChange.from_body, CHANGE),
    (NewOrder.from_body, ORDER),
]

BAD_BODIES: list[tuple[str | None, str]] = [
    (None, "missing_body"),
    ("", "missing_body"),
    (" \n", "missing_body"),
    ("{", "invalid_json"),
    ("hello", "invalid_json"),
    ("{'a': 1}", "invalid_json"),
    ('{"a": NaN}', "invalid_json"),
    ('{"a": -Infinity}', "invalid_json"),
    ('{"a": 1e99999999999999999999}', "invalid_json"),
    ("\ufeff{}", "invalid_json"),
    ("[" * 100_000, "invalid_json"),
    ("9" * 5000, "invalid_json"),
    ("null", "not_an_object"),
    ("[]", "not_an_object"),
    ('"text"', "not_an_object"),
    ("1.5", "not_an_object"),
    ("{}", "missing_field"),
]

BAD_FIELDS: list[tuple[Read, dict[str, Any], dict[str, Any]]] = [
    *(
        (NewUser.from_body, USER, change)
        for change in (
            {"email": "ann"},
            {"email": "a@"},
            {"email": "@b"},
            {"email": "a b@c.d"},
            {"email": "a@b@c"},
            {"email": "a@b\n"},
            {"email": "a@b\u0000"},
            {"email": "a\ud800@b"},
            {"email": "a@" + "b" * 260},
            {"email": None},
            {"email": ["a@b.c"]},
            {"name": ""},
            {"name": "  "},
            {"name": "a\nb"},
            {"name": "a\u2028b"},
            {"name": "\ud800"},
            {"name": "x" * 201},
            {"name": 5},
            {"admin": True},
        )
    ),
    *(
        (NewProduct.from_body, PRODUCT, change)
        for change in (
            {"price": "1.999"},
            {"price": 1.999},
            {"price": "-1"},
            {"price": -0.01},
            {"price": "1e3"},
            {"price": 1e300},
            {"price": 10_000_000_000},
            {"price": "10000000000.00"},
            {"price": "1,5"},
            {"price": "1\n"},
            {"price": ""},
            {"price": None},
            {"price": True},
            {"price": "٣"},
            {"stock": -1},
            {"stock": 1.5},
            {"stock": "5"},
            {"stock": True},
            {"stock": 10**30},
            {"name": "\t"},
            {"category": "x" * 101},
            {"category": " "},
            {"productId": "x"},
        )
    ),
    *(
        (ProductChange.from_body, CHANGE, change)
        for change in ({"version": 0}, {"version": "1"}, {"price": "1.999"}, {"stock": -1}, {"name": "x"})
    ),
    *(
        (NewOrder.from_body, ORDER, change)
        for change in (
            {"quantity": 0},
            {"quantity": -1},
            {"quantity": 10_001},
            {"quantity": 1.5},
            {"quantity": "1"},
            {"quantity": True},
            {"userId": ""},
            {"userId": "email#a@b"},
            {"userId": "x" * 65},
            {"productId": "a/b"},
            {"productId": "a\n"},
            {"status": "confirmed"},
        )
    ),
]


def code_of(read: Read, body: str | None) -> str:
    with pytest.raises(RequestError) as caught:
        read(body)
    assert caught.value.status == 400
    return caught.value.code


def short(value: object) -> str:
    return str(getattr(value, "__qualname__", value))[:50]


@pytest.mark.parametrize(("read", "good"), KINDS, ids=short)
@pytest.mark.parametrize(("body", "code"), BAD_BODIES, ids=short)
def test_what_is_no_object_of_values(read: Read, good: dict[str, Any], body: str | None, code: str) -> None:
    assert code_of(read, body) == code


@pytest.mark.parametrize(("read", "good", "change"), BAD_FIELDS, ids=short)
def test_a_field_that_cannot_be_taken(read: Read, good: dict[str, Any], change: dict[str, Any]) -> None:
    assert read(json.dumps(good))
    assert code_of(read, json.dumps(good | change)) == "invalid_field"


@pytest.mark.parametrize(("read", "good"), KINDS, ids=short)
def test_every_required_field_is_named(read: Read, good: dict[str, Any]) -> None:
    required = ["version"] if good is CHANGE else list(good)
    for name in required:
        with pytest.raises(RequestError) as caught:
            read(json.dumps({key: value for key, value in good.items() if key != name}))
        assert (caught.value.code, caught.value.details) == ("missing_field", {"field": name})


def test_a_change_changes_something() -> None:
    assert code_of(ProductChange.from_body, '{"version": 1}') == "invalid_field"


def test_a_fault_names_field_and_problem_but_not_the_value() -> None:
    with pytest.raises(RequestError) as caught:
        NewUser.from_body(json.dumps(USER | {"name": ["secret"]}))
    assert caught.value.details == {"field": "name", "problem": "name must be string"}
