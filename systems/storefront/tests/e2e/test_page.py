"""What a reader of the page sees, in a real browser at the address that `up` prints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from storefront_page import NO_ANSWER, NO_STORAGE, PAGE_SIZE, ROWS, Open, address_of, opener
from storefront_stack import Storefront, unique

from stackwright.testing.browser import Browser
from stackwright.testing.running import CommandLine

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def address(storefront: Storefront, stackwright: CommandLine) -> str:
    """Where a user is told that the page opens."""
    return address_of(storefront, stackwright)


@pytest.fixture
def open_page(chromium: Browser, address: str) -> Iterator[Open]:
    """Opens the page, for a category or as it comes; at the end nothing may have been wrong with it."""
    chromium.complaints()
    yield opener(chromium, address)
    assert chromium.complaints() == []


def product(storefront: Storefront, category: str, name: str, price: str = "19.99", stock: int = 5) -> dict[str, Any]:
    return storefront.create("/products", {"name": name, "category": category, "price": price, "stock": stock})


def test_it_shows_the_products_that_the_api_has(storefront: Storefront, open_page: Open) -> None:
    category = unique("shown")
    hostile = '<img src=x onerror="document.title=1"> & <b>bold</b>'
    product(storefront, category, "Chair, büro 椅子")
    product(storefront, category, hostile, price="0.5", stock=0)

    page = open_page(category)

    rows = [[hostile, category, "0.50", "sold out"], ["Chair, büro 椅子", category, "19.99", "5"]]
    assert page.value(ROWS) == rows
    assert page.text("#message") == "2 products."
    assert page.text("#more") == ""
    assert page.value("document.images.length") == 0
    listed = storefront.get("/products", category=category)["items"]
    assert [row[0] for row in page.value(ROWS)] == [each["name"] for each in listed]


def test_more_products_come_when_asked_for(storefront: Storefront, open_page: Open) -> None:
    category, count = unique("many"), PAGE_SIZE + 2
    with ThreadPoolExecutor(4) as clients:
        list(clients.map(lambda number: product(storefront, category, f"Chair {number:02}"), range(count)))

    page = open_page(category)
    assert len(page.value(ROWS)) == PAGE_SIZE
    assert page.text("#message") == "20 products, and there are more."
    page.click("#more")
    page.wait(f"{ROWS}.length === {count}")

    assert [row[0] for row in page.value(ROWS)] == [f"Chair {number:02}" for number in range(count)]
    assert page.text("#message") == "22 products."
    assert page.text("#more") == ""
    # Who came by keyboard is still there, not at the top of the page.
    assert page.value("document.activeElement.id") == "message"


def test_it_opens_with_products_whose_categories_lead_to_theirs(storefront: Storefront, open_page: Open) -> None:
    # Long enough for several lines, and more products than two pages have.
    category = unique("<b>5%&+ü and a long name of a category, which takes more than one line")
    with ThreadPoolExecutor(4) as clients:
        others = range(2 * PAGE_SIZE + 1)
        list(clients.map(lambda number: product(storefront, unique(f"other {number}"), "Chair"), others))
    product(storefront, category, "Chair")
    newest = f"[...document.querySelectorAll('tbody a')].find(each => each.textContent === {json.dumps(category)})"

    page = open_page()
    assert page.value("document.title") == "Storefront"
    assert ("table", "Products of all categories") in page.nodes()
    # The order is that of the index; there may be more of other tests.
    while not page.value(f"!!{newest}"):
        shown = page.value(f"{ROWS}.length")
        page.click("#more")
        page.wait(f"{ROWS}.length > {shown}")
    page.value(f"{newest}.id = 'wanted'")
    page.click("#wanted")

    page.wait(f"document.title === {json.dumps(f'{category} - Storefront')}")
    page.wait(f"{ROWS}.length === 1")
    assert page.value(ROWS) == [["Chair", category, "19.99", "5"]]
    page.click("#all a")
    page.wait("document.title === 'Storefront'")
    page.wait(f"{ROWS}.length > 0")
    assert page.text("#all") == ""


@pytest.mark.parametrize("category", ["empty", "<b>5 % & more</b> +ü"])
def test_a_category_without_products_says_so(open_page: Open, category: str) -> None:
    wanted = unique(category)

    page = open_page(wanted)

    assert page.text("#message") == f"There are no products in the category “{wanted}”."
    assert (page.text("table"), page.text("#more")) == ("", "")
    assert page.value("document.getElementById('category').value") == wanted


def test_a_reader_can_search_with_the_keyboard_alone(storefront: Storefront, open_page: Open) -> None:
    category = unique("typed & found")
    product(storefront, category, "Chair")

    page = open_page()
    page.press("Tab", 9)
    page.type(category)
    page.press("Enter", 13, text="\r")

    page.wait(f"{ROWS}.length === 1")
    assert page.value("document.title") == f"{category} - Storefront"


def test_it_can_be_read_by_everybody(storefront: Storefront, open_page: Open) -> None:
    category = unique("read")
    product(storefront, category, "x" * 200, price="9999999999.99")

    page = open_page(category)

    nodes = page.nodes()
    assert [name for role, name in nodes if role == "heading"] == ["Products"]
    assert {("textbox", "Category"), ("button", "Show products")} <= set(nodes)
    assert ("table", f"Products in the category “{category}”") in nodes
    assert [name for role, name in nodes if role == "columnheader"] == ["Name", "Category", "Price", "In stock"]
    assert {"banner", "main", "search", "status"} <= {role for role, _ in nodes}
    assert page.value("document.documentElement.lang") == "en"
    page.resize(320, 640)
    assert page.value("document.documentElement.scrollWidth <= innerWidth")


def test_a_failure_of_the_api_is_shown_and_can_be_tried_again(storefront: Storefront, open_page: Open) -> None:
    category = unique("failing")
    product(storefront, category, "Chair")

    with nothing_runs(storefront, storefront.outputs["product_service_function_name"]):
        page = open_page(category)
        assert page.text("#message") == NO_ANSWER
        assert page.value("document.getElementById('message').className") == "error"
        assert (page.text("table"), page.text("#more")) == ("", "Try again")
        # The browser's own words about the answer.
        assert all("Failed to load resource" in each for each in page.complaints())
    page.click("#more")

    page.wait(f"{ROWS}.length === 1")
    assert page.text("#message") == "1 product."


def test_what_the_api_refuses_is_said_in_its_words(storefront: Storefront, open_page: Open) -> None:
    category = "x" * 101

    page = open_page(category)

    refused = storefront.call("GET", f"/products?category={category}").json()["error"]
    assert page.text("#message") == refused["message"]
    assert all("Failed to load resource" in each for each in page.complaints())


def test_no_answer_at_all_is_shown(chromium: Browser, open_page: Open) -> None:
    chromium.block(["*/products?*"])
    try:
        page = open_page(unique("unreachable"))
        assert page.text("#message") == NO_ANSWER
        assert all("ERR_BLOCKED_BY_CLIENT" in each for each in page.complaints())
    finally:
        chromium.block([])


def test_a_store_without_keys_is_asked_in_one_simple_request(chromium: Browser, open_page: Open) -> None:
    chromium.sent()

    page = open_page(unique("simple"))

    (asked,) = [request for request in page.sent() if "/products?" in request["url"]]
    assert asked["method"] == "GET"
    assert not {"x-api-key", "authorization"} & {name.lower() for name in asked["headers"]}


def test_it_works_where_readers_allow_no_storage(storefront: Storefront, chromium: Browser, open_page: Open) -> None:
    category = unique("unstored")
    product(storefront, category, "Chair")

    with chromium.prepared(NO_STORAGE):
        page = open_page(category)

    assert page.text("#message") == "1 product."


def test_it_runs_no_script_but_its_own(open_page: Open) -> None:
    page = open_page()

    page.value("document.head.append(Object.assign(document.createElement('script'), {text: 'document.title = 1'}))")

    assert page.value("document.title") == "Storefront"
    assert any("Content Security Policy" in each for each in page.complaints())


@contextmanager
def nothing_runs(storefront: Storefront, function: str) -> Iterator[None]:
    """No instance of a function is let run."""
    functions = storefront.client("lambda")
    before = functions.get_function_concurrency(FunctionName=function)["ReservedConcurrentExecutions"]
    functions.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    try:
        yield
    finally:
        functions.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=before)
