from __future__ import annotations

import pytest

from stackwright.components import ComponentError
from stackwright.components.names import physical_name


def test_project_name_and_environment():
    assert physical_name("shop", "Orders", "dev", limit=63) == "shop-orders-dev"


def test_a_prefix_is_not_doubled():
    assert physical_name("shop", "shop-orders", "dev", limit=63) == "shop-orders-dev"
    assert physical_name("uploads", "uploads", "dev", "useast1", limit=63) == "uploads-dev-useast1"


def test_a_long_name_is_cut_with_a_hash_that_never_changes():
    long = "a-very-long-name-that-never-ends" * 2

    name = physical_name("shop", long, "dev", limit=40)

    assert name == "shop-a-very-long-name-that-never-8945ad"
    assert name != physical_name("shop", long, "prod", limit=40)


@pytest.mark.parametrize("part", ["with space", "under_score", "-start", "end-", "dot.ted", "ümlaut"])
def test_names_that_aws_refuses_are_refused_here(part):
    with pytest.raises(ComponentError, match="cannot be part of an AWS name"):
        physical_name("shop", part, limit=63)


def test_nothing_is_no_name():
    with pytest.raises(ComponentError, match="no name"):
        physical_name("", limit=63)
