"""Products come from CSV files, once per file, bad rows are reported, and no file is lost."""

from __future__ import annotations

import json
import time
from collections import Counter
from typing import Any

import pytest
from storefront_imports import CATEGORY, HEADER, Import, bring, imported_products, rows
from storefront_refusals import log
from storefront_roles import last_decision
from storefront_stack import Storefront, unique

pytestmark = pytest.mark.e2e


def test_a_file_with_good_and_bad_rows_is_imported_once(storefront: Storefront) -> None:
    category, name = unique("imported"), f"{unique('a b+ü')}.csv"
    lines = [
        "name,category,price,stock",
        f"Chair,{category},19.99,5",
        f"Table,{category},many,1",
        f'"Lamp, ""small""",{category},7,0',
        f",{category},1.00,-1",
    ]
    file = Import(name, "\r\n".join(lines).encode())

    def brought() -> list[dict[str, object]]:
        bring(storefront, file)
        assert storefront.file(file.processed) == file.content
        return storefront.get("/products", category=category)["items"]

    first = brought()

    assert [(each["name"], each["price"], each["stock"], each["version"]) for each in first] == [
        ("Chair", "19.99", 5, 1),
        ('Lamp, "small"', "7.00", 0, 1),
    ]
    found = report(storefront, file)
    assert (found["rows"], found["accepted"], found["rejected"]) == (4, 2, 2)
    assert [problem["line"] for problem in found["problems"]] == [3, 5]
    assert "price" in found["problems"][0]["reason"]
    # Not even the version is another.
    assert brought() == first
    assert report(storefront, file) == found
    assert storefront.keys(file.processed) == [file.processed]


def test_nothing_but_a_new_csv_file_under_incoming_triggers_an_import(storefront: Storefront) -> None:
    name = unique("quiet")
    first = Import(f"{name}-first.csv", rows(unique("quiet"), 2) + b"bad\n")
    last = Import(f"{name}-last.csv", rows(unique("quiet"), 1))
    since, before = time.time(), last_decision(storefront)
    s3, bucket = storefront.client("s3"), storefront.outputs["data_bucket_name"]

    bring(storefront, first)
    for key in (f"processed/{name}-copy.csv", f"rejected/{name}.csv", f"{name}.csv", f"other/incoming/{name}.csv"):
        s3.copy_object(Bucket=bucket, Key=key, CopySource={"Bucket": bucket, "Key": first.processed})
    for key in (f"processed/{name}.csv", f"incoming/{name}.txt", f"incoming/{name}.csv.part"):
        storefront.put_file(key, first.content)
    # What those have triggered comes before this.
    bring(storefront, last)

    def files() -> set[str]:
        lines = [json.loads(line) for line in log(storefront, "product-service", since) if line.startswith("{")]
        return {line["file"] for line in lines if name in line.get("file", "")}

    storefront.eventually("the last file is in the log", lambda: last.incoming in files())
    assert files() == {first.incoming, last.incoming}
    assert notifications(storefront, before) == {"Allow": 2}
    assert storefront.file(f"incoming/{name}.txt") == first.content


def notifications(storefront: Storefront, since: int) -> Counter[str]:
    """How often S3 was allowed, or not allowed, to invoke a function."""
    decisions = storefront.emulator.decisions(since)
    return Counter(
        each.decision
        for each in decisions
        if each.action == "lambda:InvokeFunction" and each.principal == "s3.amazonaws.com"
    )


def test_a_large_file_is_imported_whole(storefront: Storefront) -> None:
    category, count = unique("large"), 2000
    bad_lines = (2, 1002, count + 4)
    lines = rows(category, count).splitlines(keepends=True)
    for line in bad_lines:
        lines.insert(line - 1, b"Broken,%b,1.00,none\n" % category.encode())
    file = Import(f"{category}.csv", b"".join(lines).rstrip())

    bring(storefront, file)

    found = report(storefront, file)
    assert (found["rows"], found["accepted"], found["rejected"]) == (count + 3, count, 3)
    assert [problem["line"] for problem in found["problems"]] == list(bad_lines)
    assert imported_products(storefront, category) == {
        f"Product {number:05}": (f"{number % 100}.50", number, 1) for number in range(count)
    }


def test_two_files_with_the_same_products_at_once(storefront: Storefront) -> None:
    category, count = unique("twice"), 90
    cheap = Import(f"{category}-cheap.csv", rows(category, count, price="1.00", stock=1))
    dear = Import(f"{category}-dear.csv", rows(category, count, price="2.00", stock=2))

    bring(storefront, cheap, dear)

    products = imported_products(storefront, category)
    assert products.keys() == {f"Product {number:05}" for number in range(count)}
    # Both were written, one after the other.
    assert set(products.values()) in ({("1.00", 1, 2)}, {("2.00", 2, 2)})
    for file in (cheap, dear):
        assert storefront.file(file.processed) == file.content
        assert storefront.keys(file.report) == []


def test_one_content_under_two_names_at_once_is_imported_once(storefront: Storefront) -> None:
    category, count = unique("same"), 250
    content = rows(category, count) + b"bad\n"
    files = [Import(f"{category}-{number}.csv", content) for number in range(2)]

    bring(storefront, *files)
    bring(storefront, Import(f"{category}-later.csv", content))

    versions = Counter(version for _, _, version in imported_products(storefront, category).values())
    assert versions == {1: count}
    for file in files:
        assert storefront.file(file.processed) == content
        assert [problem["line"] for problem in report(storefront, file)["problems"]] == [count + 2]


def test_a_row_with_an_id_changes_that_product(storefront: Storefront) -> None:
    product_id, category = storefront.new_product(stock=5), unique("moved")
    before = storefront.get(f"/products/{product_id}")
    unknown = "00000000-0000-4000-8000-0000000000"
    lines = [f"{product_id.upper()},Renamed,{category},5.5,9", f"{unknown},Bad,{category},1,1"]

    file = Import(f"{category}.csv", "\n".join(["productId,name,category,price,stock", *lines]).encode())
    bring(storefront, file)

    changed = storefront.get(f"/products/{product_id}")
    assert changed == {
        **before,
        "name": "Renamed",
        "category": category,
        "price": "5.50",
        "stock": 9,
        "version": 2,
        "updatedAt": changed["updatedAt"],
    }
    assert changed["updatedAt"] > before["updatedAt"]
    assert storefront.get("/products", category=category)["items"] == [changed]
    assert report(storefront, file)["problems"] == [{"line": 3, "reason": "productId is not a UUID"}]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (f"{HEADER}Chair,{CATEGORY},1.00,1\n".encode("utf-16"), "the file is in UTF-16; save it in UTF-8"),
        (f"Chair,{CATEGORY},1.00,1\n".encode(), "there is no column name"),
        (f"name;category;price;stock\nChair;{CATEGORY};1.00;1\n".encode(), "there is no column name"),
        (f"name,category,price\nChair,{CATEGORY},1.00\n".encode(), "there is no column stock"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "the header cannot be read: the line is not in UTF-8"),
        (b"", "the file is empty"),
    ],
    ids=["UTF-16", "no header", "semicolons", "no stock", "a picture", "empty"],
)
def test_a_file_that_is_no_list_of_products_is_reported(storefront: Storefront, content: bytes, reason: str) -> None:
    category = unique("none")
    file = Import(f"{category}.csv", content.replace(CATEGORY.encode(), category.encode()))

    bring(storefront, file)

    found = report(storefront, file)
    assert (found["file"], found["accepted"], found["rejected"]) == (file.incoming, 0, 1)
    (problem,) = found["problems"]
    assert problem["line"] == 1
    assert problem["reason"].startswith(reason)
    assert storefront.file(file.processed) == file.content
    assert imported_products(storefront, category) == {}


def test_a_row_in_another_encoding_spoils_no_other(storefront: Storefront) -> None:
    category = unique("latin")
    good, bad = f"\ufeff{HEADER}Tür,{category},1.00,1\n".encode(), f"Bär,{category},1.00,1\n".encode("latin-1")
    file = Import(f"{category}.csv", good + bad + f"Öl,{category},1.00,1".encode())

    bring(storefront, file)

    assert report(storefront, file)["problems"] == [{"line": 3, "reason": "the line is not in UTF-8"}]
    assert imported_products(storefront, category).keys() == {"Tür", "Öl"}


def report(storefront: Storefront, file: Import) -> dict[str, Any]:
    return json.loads(storefront.file(file.report))
