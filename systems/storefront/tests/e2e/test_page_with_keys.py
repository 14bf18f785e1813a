"""What a reader of the page sees, in a real browser, where the store asks for an API key."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from storefront_imports import Import, bring, rows
from storefront_page import NO_STORAGE, PAGE_SIZE, ROWS, SAID, Open, address_of, opener
from storefront_stack import Storefront, unique

from stackwright.testing.browser import Browser
from stackwright.testing.running import CommandLine

pytestmark = pytest.mark.e2e

NO_KEY = "The store asks for an API key. Please enter yours."
WRONG_KEY = "This API key is not valid, or not any more. Please enter another."
BUSY = "The store is busy. Please try again in a moment."
COUNT = PAGE_SIZE + 2
FOCUS = "document.activeElement.id"
STORED = "Object.values(sessionStorage)"


@pytest.fixture(scope="module")
def category(guarded: Storefront) -> str:
    """A category with more products than go on a page."""
    found = unique("keys")
    bring(guarded, Import(f"{found}.csv", rows(found, COUNT)))
    return found


@pytest.fixture(scope="module")
def address(guarded: Storefront, guarded_command: CommandLine) -> Iterator[str]:
    with limits(guarded, plan="1000", stage="1000"):
        yield address_of(guarded, guarded_command)


@pytest.fixture
def open_page(chromium: Browser, address: str) -> Iterator[Open]:
    """Opens the page in what is as good as a new tab; at the end it may have been refused, and nothing else."""
    open_page = opener(chromium, address)
    open_page().value("sessionStorage.clear()")
    chromium.complaints()
    chromium.sent()
    yield open_page
    for complaint in chromium.complaints():
        assert "Failed to load resource: the server responded with a status of 4" in complaint


def enter(page: Browser, key: str) -> None:
    """Enter a key where it is asked for."""
    page.click("#key")
    page.type(key)
    page.press("Enter", 13, text="\r")


def answered(page: Browser, text: str) -> None:
    """The page has come to say something."""
    page.wait(SAID)
    assert page.text("#message") == text


# ---- keys ------------------------------------------------------------------------------------------------------------


def test_it_asks_for_the_key_and_keeps_it_for_the_tab(open_page: Open, category: str, api_key: str) -> None:
    page = open_page(category)
    assert page.text("#message") == NO_KEY
    assert (page.text("table"), page.text("#more")) == ("", "")
    # Somebody may be typing a category.
    assert page.value(FOCUS) == ""

    enter(page, api_key)
    answered(page, f"{PAGE_SIZE} products, and there are more.")
    assert (len(page.value(ROWS)), page.text("#key-form"), page.value(FOCUS)) == (PAGE_SIZE, "", "message")
    page.click("#more")
    page.wait(f"{ROWS}.length === {COUNT}")
    assert page.text("#message") == f"{COUNT} products."

    nothing = unique("nothing")
    page.click("#category")
    page.value("document.getElementById('category').select()")
    page.type(nothing)
    page.press("Enter", 13, text="\r")
    page.wait(f"document.title.startsWith('{nothing}')")
    answered(page, f"There are no products in the category “{nothing}”.")


def test_the_key_goes_to_the_api_alone(guarded: Storefront, open_page: Open, api_key: str) -> None:
    category = unique("nothing")
    page = open_page(category)
    enter(page, api_key)
    answered(page, f"There are no products in the category “{category}”.")
    open_page(category)

    assert page.value(STORED) == [api_key]
    assert page.value("localStorage.length") == 0
    sent = page.sent()
    assert not [request["url"] for request in sent if api_key in request["url"]]
    listed = f"{guarded.outputs['api_endpoint_url']}/products?"
    asked = [(request["method"], header(request, "x-api-key")) for request in sent if request["url"].startswith(listed)]
    assert asked[:1] == [("GET", None)]
    # The browser may remember the preflight.
    assert ("OPTIONS", None) in asked[1:]
    assert [each for each in asked[1:] if each[0] == "GET"] == [("GET", api_key)] * 2
    assert [request["url"].startswith(listed) for request in sent if header(request, "x-api-key")] == [True, True]


def header(request: Mapping[str, Mapping[str, str]], name: str) -> str | None:
    return next((value for key, value in request["headers"].items() if key.lower() == name), None)


def test_everybody_can_enter_the_key(open_page: Open, category: str) -> None:
    page = open_page(category)

    assert {("textbox", "API key"), ("button", "Use this key")} <= set(page.nodes())
    described = "document.getElementById(document.getElementById('key').getAttribute('aria-describedby')).innerText"
    assert page.value(described) == NO_KEY
    assert page.value(
        "(({type, autocomplete, name}) => [type, autocomplete, name])(document.getElementById('key'))"
    ) == [
        "password",
        "off",
        "",
    ]
    page.resize(320, 640)
    assert page.value("document.documentElement.scrollWidth <= innerWidth")


def test_a_wrong_key_is_said_and_asked_for_again(open_page: Open, category: str, api_key: str) -> None:
    page = open_page(category)

    for wrong in (uuid.uuid4().hex, api_key[:-1]):
        enter(page, wrong)
        answered(page, WRONG_KEY)
        assert page.value(FOCUS) == "key"
        assert page.value("document.getElementById('key').value") == ""
        assert page.value(STORED) == []
    # As it is copied out of a page or a message.
    page.type(f"\u00a0{api_key} ")
    page.press("Enter", 13, text="\r")

    answered(page, f"{PAGE_SIZE} products, and there are more.")


@pytest.mark.parametrize("entered", ["", "  ", "two words", "schlüssel"])
def test_what_can_be_no_key_is_not_sent(open_page: Open, category: str, entered: str) -> None:
    page = open_page(category)
    page.sent()

    enter(page, entered)

    assert page.value("document.getElementById('key').validity.valid") is False
    assert (page.text("#message"), page.value(STORED), page.sent()) == (NO_KEY, [], [])


def test_a_key_that_stops_working_is_forgotten(
    guarded: Storefront, open_page: Open, category: str, api_key: str
) -> None:
    page = open_page(category)
    enter(page, api_key)
    answered(page, f"{PAGE_SIZE} products, and there are more.")

    with key_switched_off(guarded):
        page.click("#more")
        answered(page, WRONG_KEY)
        assert (len(page.value(ROWS)), page.text("#more"), page.value(FOCUS)) == (PAGE_SIZE, "", "key")
        assert page.value(STORED) == []

    # Where it was, the list goes on.
    page.type(api_key)
    page.press("Enter", 13, text="\r")
    page.wait(f"{ROWS}.length === {COUNT}")
    with key_switched_off(guarded):
        assert open_page(category).text("#message") == WRONG_KEY
        assert open_page(category).text("#message") == NO_KEY


def test_without_storage_a_key_lasts_as_long_as_the_page(
    chromium: Browser, open_page: Open, category: str, api_key: str
) -> None:
    with chromium.prepared(NO_STORAGE):
        page = open_page(category)
        enter(page, api_key)
        answered(page, f"{PAGE_SIZE} products, and there are more.")
        page.click("#more")
        page.wait(f"{ROWS}.length === {COUNT}")
        assert open_page(category).text("#message") == NO_KEY


# ---- throttling ------------------------------------------------------------------------------------------------------


def test_a_busy_store_can_be_asked_again(guarded: Storefront, open_page: Open, category: str, api_key: str) -> None:
    page = open_page(category)

    with limits(guarded, plan="0"):
        enter(page, api_key)
        answered(page, BUSY)
        assert (page.text("#more"), page.text("#key-form")) == ("Try again", "")
        page.click("#more")
        answered(page, BUSY)
    page.click("#more")

    page.wait(f"{ROWS}.length === {PAGE_SIZE}")
    assert page.text("#more") == "Show more"


# ---- what operators do -----------------------------------------------------------------------------------------------


@contextmanager
def key_switched_off(guarded: Storefront) -> Iterator[None]:
    gateway, key_id = guarded.client("apigateway"), guarded.outputs["api_key_id"]

    def switch(value: str) -> None:
        gateway.update_api_key(apiKey=key_id, patchOperations=[{"op": "replace", "path": "/enabled", "value": value}])

    switch("false")
    try:
        yield
    finally:
        switch("true")


@contextmanager
def limits(guarded: Storefront, plan: str, stage: str = "") -> Iterator[None]:
    """Other limits of the API, for those with a key and for everybody: requests per second and at once."""
    gateway = guarded.client("apigateway")
    (found,) = gateway.get_usage_plans(keyId=guarded.outputs["api_key_id"])["items"]
    api, name = (found["apiStages"][0][part] for part in ("apiId", "stage"))
    before = found["throttle"]
    at_stage = gateway.get_stage(restApiId=api, stageName=name)["methodSettings"]["*/*"]

    def change(path: str, rate: object, burst: object) -> list[dict[str, str]]:
        values = {"rateLimit": rate, "burstLimit": burst}
        return [{"op": "replace", "path": f"{path}/{key}", "value": str(value)} for key, value in values.items()]

    def set_plan(rate: object, burst: object) -> None:
        gateway.update_usage_plan(usagePlanId=found["id"], patchOperations=change("/throttle", rate, burst))

    def set_stage(rate: object, burst: object) -> None:
        operations = change("/*/*/throttling", rate, burst)
        gateway.update_stage(restApiId=api, stageName=name, patchOperations=operations)

    set_plan(plan, plan)
    if stage:
        set_stage(stage, stage)
    try:
        yield
    finally:
        set_plan(before["rateLimit"], before["burstLimit"])
        set_stage(at_stage["throttlingRateLimit"], at_stage["throttlingBurstLimit"])
