"""Guards, updates and queries as DynamoDB gets them."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from storefront import order_lifecycle

from stackwright_handlers.table.expressions import attribute_of, condition_of, query_of, typed, update_of
from stackwright_handlers.table.items import ALWAYS, Check, Query, Update, absent


class TestExpressions:
    @pytest.mark.parametrize(
        "update",
        [
            order_lifecycle.process("o", "now"),
            order_lifecycle.reject("o", "out_of_stock", "now"),
            order_lifecycle.fail("o", "reason", "now"),
            Update("p", ALWAYS, assign={"name": "x"}, assign_once={"createdAt": "y"}, add={"version": 1}),
            Update("p", ((Check("stock", ">=", 2),),), add={"stock": -2}),
        ],
    )
    def test_every_placeholder_is_defined_and_used(self, update: Update) -> None:
        arguments = update_of(update)
        text = arguments.get("ConditionExpression", "") + arguments["UpdateExpression"]
        defined = {*arguments["ExpressionAttributeNames"], *arguments["ExpressionAttributeValues"]}
        assert set(re.findall(r"[#:]\w+", text)) == defined

    def test_an_update(self) -> None:
        guard = ((Check("version", "=", 3),), (Check("stock", ">=", 2), Check("name", "exists")))
        arguments = update_of(Update("p", guard, {"price": Decimal("1.50")}, {"createdAt": "y"}, {"stock": -2}))
        assert arguments == {
            "UpdateExpression": "SET #price = :v0, #createdAt = if_not_exists(#createdAt, :v1) ADD #stock :v2",
            "ConditionExpression": "(#version = :v3) OR (#stock >= :v4 AND attribute_exists(#name))",
            "ExpressionAttributeNames": {
                "#price": "price",
                "#createdAt": "createdAt",
                "#stock": "stock",
                "#version": "version",
                "#name": "name",
            },
            "ExpressionAttributeValues": {
                ":v0": {"N": "1.50"},
                ":v1": {"S": "y"},
                ":v2": {"N": "-2"},
                ":v3": {"N": "3"},
                ":v4": {"N": "2"},
            },
        }

    def test_a_condition_that_always_holds_is_none(self) -> None:
        assert condition_of(ALWAYS) == {}
        assert "ExpressionAttributeValues" not in condition_of(absent("x"))

    def test_a_query_before_a_time(self) -> None:
        arguments = query_of(Query("status-index", "status", "pending", "createdAt", before="2025"))
        assert arguments["KeyConditionExpression"] == "#status = :v0 AND #createdAt < :v1"
        assert arguments["ScanIndexForward"] is True

    @pytest.mark.parametrize("value", ["", "text", 0, -5, 10**20, Decimal("19.99"), Decimal("0.01")])
    def test_values_come_back_as_they_went(self, value: str | int | Decimal) -> None:
        assert attribute_of(typed(value)) == value
        assert type(attribute_of(typed(value))) is type(value)

    def test_a_number_has_no_exponent(self) -> None:
        assert typed(Decimal("1E+3")) == {"N": "1000"}
