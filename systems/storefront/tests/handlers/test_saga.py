"""Orders, whatever happens: every order of the steps of two runs, and crashes before or after every step."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field

import pytest
from storefront.errors import OrderAbandonedError
from storefront.ids import new_id
from storefront.order_lifecycle import Status
from storefront.orders import NewOrder
from storefront.products import ProductChange
from storefront.users import NewUser
from storefront_memory import MemoryWorld
from storefront_saga import STOCK, Crash, Shop, assert_settled

from stackwright_handlers.table.items import ALWAYS, Update
from stackwright_handlers.testing import Actor, Run, explore, nothing

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def shop(attempts: int = 1) -> Shop:
    return Shop(MemoryWorld(), attempts).open()


class TestWithoutFailures:
    @pytest.mark.parametrize(
        ("quantity", "status", "reason"),
        [(1, Status.CONFIRMED, None), (STOCK, Status.CONFIRMED, None), (STOCK + 1, Status.REJECTED, "out_of_stock")],
    )
    def test_stock_decides(self, quantity: int, status: Status, reason: str | None) -> None:
        it = shop()
        order_id = it.place(it.new(quantity))
        it.run_started(set())

        order = it.orders.get(order_id)
        assert (order.status, order.reason) == (status, reason)
        assert_settled(it, order)

    @pytest.mark.parametrize("product_id", [UNKNOWN, "nothing", "reservation-x"])
    def test_an_unknown_product(self, product_id: str) -> None:
        it = shop()
        order_id = it.place(NewOrder(it.user_id, product_id, 1))
        it.run_started(set())

        assert it.orders.get(order_id).reason == "unknown_product"

    @pytest.mark.parametrize("user_id", [UNKNOWN, "nobody"])
    def test_an_unknown_user(self, user_id: str) -> None:
        it = shop()
        order_id = it.place(NewOrder(user_id, it.product_id, 1))
        it.run_started(set())

        assert it.orders.get(order_id).reason == "unknown_user"
        assert it.stock() == STOCK

    def test_another_run_changes_nothing(self) -> None:
        it = shop()
        order_id = it.place(it.new(2))
        for _ in range(3):
            it.execute(order_id, it.new(2))

        assert it.stock() == STOCK - 2
        assert_settled(it, order_id)

    def test_a_rejection_stays_when_the_stock_is_filled_up(self) -> None:
        it = shop()
        order_id = it.place(it.new(STOCK + 1))
        it.inventory.reserve(order_id, it.product_id, STOCK + 1)
        it.products.change(it.product_id, ProductChange(1, None, 100))

        assert it.inventory.reserve(order_id, it.product_id, STOCK + 1).reason == "out_of_stock"

    def test_stock_that_comes_so_late_that_the_order_was_given_up_is_not_taken(self) -> None:
        it = shop()
        order_id = it.place(it.new(1))
        it.inventory.release(order_id)

        with pytest.raises(OrderAbandonedError):
            it.inventory.reserve(order_id, it.product_id, 1)
        assert it.stock() == STOCK

    def test_a_user_who_was_removed_by_hand_while_a_run_died_leaves_no_stock_behind(self) -> None:
        it = shop()
        order_id = it.place(it.new(2))
        it.orders.process(order_id)
        it.inventory.reserve(order_id, it.product_id, 2)
        it.world.users.rows.clear()

        it.execute(order_id, it.new(2))

        assert it.orders.get(order_id).status is Status.FAILED
        assert it.stock() == STOCK

    def test_a_confirmation_whose_answer_is_lost_keeps_its_stock(self) -> None:
        it = shop()
        order_id = it.place(it.new(2))
        it.world.steps.after = crash_on("orderId write", 2)

        it.execute(order_id, it.new(2))

        assert it.orders.get(order_id).status is Status.CONFIRMED
        assert it.stock() == STOCK - 2


def crash_on(name: str, number: int) -> Callable[[str], None]:
    """A hook that ends a function at the n-th call of this name."""
    seen = 0

    def hook(step: str) -> None:
        nonlocal seen
        seen += step == name
        if step == name and seen == number:
            raise Crash

    return hook


@dataclass
class Plan:
    """What happens at each call: nothing, a crash before its effect, or one after it."""

    decisions: tuple[str, ...]
    seen: list[str] = field(default_factory=list[str])

    def before(self, name: str) -> None:
        self.seen.append(name)
        if self._now() == "before":
            raise Crash(name)

    def after(self, name: str) -> None:
        if self._now() == "after":
            raise Crash(name)

    def _now(self) -> str:
        position = len(self.seen) - 1
        return self.decisions[position] if position < len(self.decisions) else ""


def every_plan(budget: int, play: Callable[[Plan], None]) -> int:
    """Play all plans with at most so many crashes, and return how many there are."""
    waiting: list[tuple[str, ...]] = [()]
    played = 0
    while waiting:
        decisions = waiting.pop()
        plan = Plan(decisions)
        play(plan)
        played += 1
        if sum(map(bool, decisions)) < budget:
            calm = [(*decisions, *[""] * n) for n in range(len(plan.seen) - len(decisions))]
            waiting += [(*start, when) for start in calm for when in ("before", "after")]
    return played


@pytest.mark.parametrize(
    ("quantity", "attempts", "budget", "least"),
    [(2, 1, 3, 10_000), (2, 2, 2, 500), (STOCK + 1, 1, 2, 500)],
)
def test_crashes_anywhere_leave_every_order_decided_and_the_stock_right(
    quantity: int, attempts: int, budget: int, least: int
) -> None:
    """Crashes hit placing the order, each step of its runs, the way back, and the schedule that heals it."""

    def play(plan: Plan) -> None:
        it = shop(attempts)
        it.world.steps.before, it.world.steps.after = plan.before, plan.after
        with contextlib.suppress(Crash):
            it.place(it.new(quantity))
        it.run_started(set())
        it.heal()
        assert_settled(it, plan)

    assert every_plan(budget, play) > least


def test_the_client_that_tries_again_has_one_order() -> None:
    def play(plan: Plan) -> None:
        it = shop()
        it.world.steps.before, it.world.steps.after = plan.before, plan.after
        for _ in range(3):
            try:
                it.place(it.new(1), "the same key")
                break
            except Crash:
                continue
        it.run_started(set())
        it.heal()
        assert_settled(it, plan)
        assert len(it.all_orders()) == 1, plan
        assert it.all_orders()[0].status in (Status.CONFIRMED, Status.FAILED), plan

    assert every_plan(2, play) > 100


PLAN: ContextVar[Plan | None] = ContextVar("PLAN", default=None)


def placed(*quantities: int) -> Callable[[], MemoryWorld]:
    """Build worlds in which orders were placed and nothing else has happened."""

    def build() -> MemoryWorld:
        it = shop()
        for number, quantity in enumerate(quantities):
            it.place(it.new(quantity), str(number))
        # A crash of one actor is none of the others'.
        it.world.steps.before = lambda name: plan.before(name) if (plan := PLAN.get()) else None
        it.world.steps.after = lambda name: plan.after(name) if (plan := PLAN.get()) else None
        return it.world

    return build


def order_of(number: int) -> str:
    return new_id(str(number))


def run(number: int, quantity: int, *decisions: str) -> Actor:
    """An actor that runs the n-th order's workflow; its calls end as `Plan` says."""

    def act(world: MemoryWorld) -> None:
        PLAN.set(Plan(decisions))
        it = Shop(world)
        it.execute(order_of(number), it.new(quantity))

    return act


def fill_up(world: MemoryWorld) -> None:
    """An actor that adds ten pieces."""
    world.products.write(Update(Shop(world).product_id, ALWAYS, add={"stock": 10, "version": 1}))


def settled(run: Run, added: int = 0) -> Shop:
    assert not run.errors, (run.names, run.errors)
    it = Shop(run.world)
    run.world.steps.before = run.world.steps.after = nothing
    it.heal()
    assert_settled(it, run.names, STOCK + added)
    return it


class TestEveryOrder:
    def test_two_runs_of_one_order_take_stock_once(self) -> None:
        # There is enough for both, so that nothing but the order's own reservation stands in the way.
        quantity = STOCK // 2
        runs = explore(placed(quantity), [run(0, quantity), run(0, quantity)])

        assert len(runs) >= 70
        for each in runs:
            assert settled(each).stock() == STOCK - quantity, each.names

    def test_of_two_orders_for_the_last_pieces_one_is_confirmed(self) -> None:
        runs = explore(placed(3, 3), [run(0, 3), run(1, 3)])

        assert len(runs) >= 70
        for each in runs:
            it = settled(each)
            assert sorted(order.status for order in it.all_orders()) == ["confirmed", "rejected"], each.names

    def test_an_order_that_runs_twice_while_the_stock_is_filled_up_is_told_one_thing(self) -> None:
        runs = explore(placed(STOCK + 1), [run(0, STOCK + 1), run(0, STOCK + 1), fill_up])

        assert len(runs) > 500
        for each in runs:
            settled(each, added=10)

    @pytest.mark.parametrize("call", range(4))
    @pytest.mark.parametrize("when", ["before", "after"])
    def test_a_run_that_gives_up_while_another_goes_on(self, call: int, when: str) -> None:
        runs = explore(placed(3), [run(0, 3, *[""] * call, when), run(0, 3)])

        for each in runs:
            settled(each)
        assert len(runs) > 50

    def test_a_user_who_comes_while_two_runs_look_for_them(self) -> None:
        def build() -> MemoryWorld:
            world = placed(3)()
            world.users.rows.clear()
            return world

        def sign_up(world: MemoryWorld) -> None:
            Shop(world).users.create(NewUser("a@x.org", "Ann"), "user")

        for each in explore(build, [run(0, 3), run(0, 3), sign_up]):
            settled(each)
