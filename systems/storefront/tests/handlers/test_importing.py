"""Files to products: what is taken, what is refused, and that nothing is done twice, whatever is repeated."""

from __future__ import annotations

import json
from typing import Any

import pytest
from storefront import importing
from storefront.errors import ImportUnfinishedError
from storefront.ids import product_id_of
from storefront.importing import Importer, Report
from storefront.inventory import Inventory
from storefront_memory import MemoryWorld

from stackwright_handlers.errors import ObjectChangedError
from stackwright_handlers.testing import MemoryFile, explore, nothing

HEADER = "name,category,price,stock\n"
KEY = "incoming/a b+ü.csv"
ORDER = "00000000-0000-4000-8000-000000000000"


def world_with(content: str | bytes, key: str = KEY) -> MemoryWorld:
    world = MemoryWorld()
    put(world, content, key)
    return world


def put(world: MemoryWorld, content: str | bytes, key: str = KEY) -> None:
    world.objects.objects[key] = MemoryFile(content if isinstance(content, bytes) else content.encode())


def run(world: MemoryWorld, key: str = KEY, seconds: float = 30) -> Report | None:
    return Importer(world.products, world.objects, world.clock).run(key, lambda: seconds)


def rows(count: int, prefix: str = "Product") -> str:
    return HEADER + "".join(f"{prefix} {n},home,{n}.50,{n}\n" for n in range(count))


def products(world: MemoryWorld) -> dict[str, dict[str, Any]]:
    return {str(row["name"]): row for row in world.products.rows.values() if "category" in row}


def problems(world: MemoryWorld, key: str = "rejected/a b+ü.csv.json") -> dict[int, str]:
    report = json.loads(world.objects.objects[key].content)
    return {problem["line"]: problem["reason"] for problem in report["problems"]}


class TestRows:
    def test_good_rows_become_products(self) -> None:
        world = world_with(HEADER + "Chair,home,19.9,5\n")

        report = run(world)

        assert report is not None
        assert (report.rows, report.accepted, report.rejected, report.written) == (1, 1, 0, 1)
        [(product_id, row)] = ((k, r) for k, r in world.products.rows.items() if "category" in r)
        now = "2025-03-04T05:06:07.000089Z"
        assert product_id == product_id_of("Chair", "home")
        assert {name: str(value) for name, value in row.items()} == {
            "productId": product_id,
            "name": "Chair",
            "category": "home",
            "price": "19.90",
            "stock": "5",
            "version": "1",
            "createdAt": now,
            "updatedAt": now,
        }
        assert list(world.objects.objects) == ["processed/a b+ü.csv"]

    def test_columns_come_in_any_order_and_may_hold_ids(self) -> None:
        world = world_with(f"stock, productId ,price,category,name\n5,{ORDER.upper()},1,home,Chair\n6,,1,home,Table\n")
        run(world)
        assert world.products.rows[ORDER]["stock"] == 5
        assert products(world)["Table"]["productId"] == product_id_of("table ", "HOME")

    def test_a_product_that_exists_is_changed(self) -> None:
        world = world_with(HEADER + "Chair,home,1,5\n")
        run(world)
        world.wait(1)
        put(world, HEADER + "chair, Home ,2.00,7\n")
        run(world)
        [row] = products(world).values()
        assert (row["name"], row["category"], str(row["price"]), row["stock"], row["version"]) == (
            "chair",
            "Home",
            "2.00",
            7,
            2,
        )
        assert row["createdAt"] < row["updatedAt"]

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            ("Chair,home,1.999,5", "price is not"),
            ("Chair,home,-1,5", "price is not"),
            ("Chair,home,'1,5", "price is not"),
            ('Chair,home,"1,5",5', "price is not"),
            ("Chair,home,1e1,5", "price is not"),
            ("Chair,home,NaN,5", "price is not"),
            ("Chair,home,,5", "price is not"),
            ("Chair,home,٣,5", "price is not"),
            ("Chair,home,99999999999,5", "price is not"),
            ("Chair,home,1,-5", "stock is not"),
            ("Chair,home,1,5.0", "stock is not"),
            ("Chair,home,1,", "stock is not"),
            ("Chair,home,1,9999999999", "stock is not"),
            (",home,1,5", "name is not"),
            (" ,home,1,5", "name is not"),
            ('"a\nb",home,1,5', "name is not"),
            ("a\x00b,home,1,5", "name is not"),
            ("x" * 201 + ",home,1,5", "name is not"),
            ("Chair,,1,5", "category is not"),
            ("Chair," + "x" * 101 + ",1,5", "category is not"),
            ("Chair,home,1", "the row has 3 cells, the header 4"),
            ("Chair,home,1,5,", "the row has 5 cells, the header 4"),
            ('"Chair,home,1,5', "a quote is not closed"),
        ],
    )
    def test_a_bad_row_is_listed_and_costs_no_other(self, row: str, reason: str) -> None:
        world = world_with(HEADER + f"First,home,1,1\n{row}\nLast,home,1,1\n")
        report = run(world)
        assert report is not None
        assert (report.accepted, report.rejected) == (2, 1)
        assert set(products(world)) == {"First", "Last"}
        [(line, found)] = problems(world).items()
        assert line == 3
        assert found.startswith(reason)

    def test_a_row_tells_everything_that_is_wrong_with_it(self) -> None:
        world = world_with("productId,name,category,price,stock\nx,,,,\n")
        run(world)
        assert problems(world)[2].count(";") == 4

    def test_of_two_rows_for_one_product_the_first_one_counts(self) -> None:
        world = world_with(HEADER + "Chair,home,1,1\n CHAIR ,Home,2,2\nchair,garden,3,3\nChair,home,4,4\n")
        run(world)
        assert problems(world) == {3: "the product is in line 2 already", 5: "the product is in line 2 already"}
        assert [row["stock"] for row in products(world).values()] == [1, 3]

    def test_bytes_that_are_no_utf8_cost_their_line(self) -> None:
        world = world_with(HEADER.encode() + b"Chair,home,1,1\nM\xfcsli,food,1,1\nTable,home,1,1\n")
        run(world)
        assert set(products(world)) == {"Chair", "Table"}
        assert problems(world) == {3: "the line is not in UTF-8"}

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "the file is empty"),
            (b"\n\n", "the file is empty"),
            (b"name,category,price\nChair,home,1\n", "there is no column stock"),
            (b"name;category;price;stock\n", "there is no column name"),
            (b"Name,category,price,stock\n", "there is no column name; the column 'Name' is unknown"),
            (b"name,category,price,stock,colour\n", "the column 'colour' is unknown"),
            (b"name,name,category,price,stock\n", "the column name is there twice"),
            (b"\xff\xfen\x00a\x00", "the file is in UTF-16; save it in UTF-8"),
            (b"n\xff,category\n", "the header cannot be read: the line is not in UTF-8"),
            (b"name,category,price,stock,\n", "the column '' is unknown"),
            (b"x" * (32 * 2**20 + 1), "the file is larger than 33554432 bytes"),
        ],
        ids=lambda value: str(value)[:40],
    )
    def test_a_file_that_cannot_be_read_is_refused_and_moved(self, content: bytes, reason: str) -> None:
        world = world_with(content)
        run(world)
        assert not world.products.rows
        assert problems(world)[1].startswith(reason)
        assert set(world.objects.objects) == {"processed/a b+ü.csv", "rejected/a b+ü.csv.json"}

    def test_windows_files_with_a_byte_order_mark(self) -> None:
        world = world_with(b"\xef\xbb\xbf" + b'"name","category","price","stock"\r\n"Chair","home","1","1"\r\n\r\n')
        run(world)
        assert set(products(world)) == {"Chair"}

    def test_of_very_many_problems_the_first_are_listed(self) -> None:
        world = world_with(HEADER + "x\n" * 10_005)
        report = run(world)
        assert report is not None
        assert report.rejected == 10_005
        assert len(problems(world)) == 10_000


class TestFiles:
    def test_a_file_that_is_gone_is_no_error(self) -> None:
        assert run(MemoryWorld()) is None

    def test_a_name_that_is_as_long_as_s3_allows(self) -> None:
        key = "incoming/" + "ü" * 505 + "a.csv"
        assert len(key.encode()) == 1024
        world = world_with(HEADER + "x\n", key)
        run(world, key)
        assert {name.split("/")[0] for name in world.objects.objects} == {"processed", "rejected"}
        assert all(len(name.encode()) <= 1024 for name in world.objects.objects)

    def test_another_file_under_the_same_name_waits_for_its_own_event(self) -> None:
        world = world_with(rows(3))
        later = rows(2, "Later")

        def replace(step: str) -> None:
            if step == "copy":
                put(world, later)

        world.steps.before = replace
        with pytest.raises(ObjectChangedError):
            run(world)
        world.steps.before = nothing

        assert world.objects.objects[KEY].content == later.encode()
        run(world)
        assert len(products(world)) == 5

    def test_a_file_that_is_replaced_while_it_is_read_is_not_taken_for_the_first_one(self) -> None:
        world = world_with(rows(3))
        opened = iter(range(2))

        def replace(step: str) -> None:
            if step == "open" and next(opened) == 1:
                put(world, rows(2, "Later"))

        world.steps.before = replace
        with pytest.raises(ObjectChangedError):
            run(world)
        assert not world.products.rows

    def test_a_file_that_is_replaced_while_it_is_copied_is_not_deleted(self) -> None:
        world = world_with(rows(3))
        world.steps.before = lambda step: put(world, rows(2, "Later")) if step == "delete" else None
        with pytest.raises(ObjectChangedError):
            run(world)
        assert KEY in world.objects.objects


class TestOnce:
    @pytest.mark.parametrize("name", [KEY, "incoming/other.csv"])
    def test_the_same_content_changes_nothing(self, name: str) -> None:
        world = world_with(rows(250) + "bad\n")
        first = run(world)
        before = json.dumps(world.products.rows, default=str)
        world.wait(1)
        put(world, rows(250) + "bad\n", name)
        second = run(world, name)

        assert first is not None
        assert second is not None
        assert json.dumps(world.products.rows, default=str) == before
        assert (first.accepted, first.written, second.accepted, second.written) == (250, 250, 250, 0)
        assert not [key for key in world.objects.objects if key.startswith("incoming/")]

    @pytest.mark.parametrize("count", [0, 1, 98, 99, 100, 198, 199, 300])
    def test_batches(self, count: int) -> None:
        world = world_with(rows(count))
        run(world)
        assert len(products(world)) == count
        assert world.steps.log.count("productId transact") == -(-count // 99)

    def test_another_attempt_goes_on_behind_the_last_batch(self) -> None:
        world = world_with(rows(500))
        seconds = iter([30.0, 30.0, 1.0])
        with pytest.raises(ImportUnfinishedError):
            Importer(world.products, world.objects, world.clock).run(KEY, lambda: next(seconds))
        assert len(products(world)) == 198
        # What has happened since is not undone.
        Inventory(world.products, world.clock).reserve(ORDER, product_id_of("Product 150", "home"), 100)

        report = run(world)

        assert report is not None
        assert report.written == 302
        assert {row["version"] for name, row in products(world).items() if name != "Product 150"} == {1}
        assert products(world)["Product 150"]["stock"] == 50

    def test_a_crash_before_or_after_any_step(self) -> None:
        class Crash(Exception):
            pass

        calm = world_with(rows(250) + "bad\n")
        run(calm)
        steps = len(calm.steps.log)
        assert steps == 9

        for when in ("before", "after"):
            for step in range(1, steps + 1):
                world = world_with(rows(250) + "bad\n")
                seen = 0

                def hook(_: str, last: int = step) -> None:
                    nonlocal seen
                    seen += 1
                    if seen == last:
                        raise Crash

                setattr(world.steps, when, hook)
                with pytest.raises(Crash):
                    run(world)
                world.steps.before = world.steps.after = nothing
                run(world)

                assert world.products.rows == calm.products.rows, (when, step)
                assert {key: o.content for key, o in world.objects.objects.items()} == {
                    key: o.content for key, o in calm.objects.objects.items()
                }, (when, step)

    def test_two_attempts_at_once_write_every_row_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(importing, "BATCH", 2)

        def build() -> MemoryWorld:
            return world_with(rows(3))

        runs = explore(build, [run, run])

        assert len(runs) > 300
        for each in runs:
            assert not each.errors, each.names
            assert len(products(each.world)) == 3, each.names
            assert {row["version"] for row in products(each.world).values()} == {1}, each.names
            assert list(each.world.objects.objects) == ["processed/a b+ü.csv"], each.names
