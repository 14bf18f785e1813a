"""Products come from CSV files, once per file, and bad rows are reported."""

from __future__ import annotations

import json

import pytest
from storefront_stack import DEADLINE, Storefront, unique

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
    content = "\r\n".join(lines).encode()
    processed, report = f"processed/{name}", f"rejected/{name}.json"

    def bring() -> list[dict[str, object]]:
        """Put the file in, and return the category's products when it is done."""
        storefront.put_file(f"incoming/{name}", content)
        storefront.eventually("the file is moved", lambda: not storefront.keys(f"incoming/{name}"), DEADLINE)
        assert storefront.file(processed) == content
        return storefront.get("/products", category=category)["items"]

    first = bring()

    assert [(each["name"], each["price"], each["stock"], each["version"]) for each in first] == [
        ("Chair", "19.99", 5, 1),
        ('Lamp, "small"', "7.00", 0, 1),
    ]
    found = json.loads(storefront.file(report))
    assert (found["rows"], found["accepted"], found["rejected"]) == (4, 2, 2)
    assert [problem["line"] for problem in found["problems"]] == [3, 5]
    assert "price" in found["problems"][0]["reason"]
    # Not even the version is another.
    assert bring() == first
    assert json.loads(storefront.file(report)) == found
    assert storefront.keys(processed) == [processed]
