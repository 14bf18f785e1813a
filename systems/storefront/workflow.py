"""order-workflow: find the user, process the order, take stock, confirm; reject what cannot be, undo what fails."""

from __future__ import annotations

from typing import Final

from stackwright.components import WHEN_THROTTLED, Catch, Choose, Definition, Fail, Function, Invoke, Retry, Succeed

_RETRY: Final = (
    # A second attempt would not help: the task is malformed, or another run gave the order up.
    Retry(errors=("InvalidTaskError", "OrderAbandonedError"), max_attempts=0),
    # In the whole, an execution gives up two steps at most: one on its way, and one in undoing it.
    WHEN_THROTTLED,
    Retry(interval_seconds=2, max_attempts=3, backoff_rate=2.0),
)


def order_workflow(users: Function, orders: Function, products: Function, timeout_seconds: int) -> Definition:
    """The saga of one order; its input is {orderId, userId, productId, quantity}.

    Every task may be repeated, and each tells its `outcome`; that an order cannot be served is one, not an error.
    After an error the order is cancelled first: if that finds it confirmed, all is well and its stock stays taken.
    """
    return Definition(
        comment="Takes an order from pending to confirmed, rejected or failed",
        start_at="ValidateUser",
        timeout_seconds=timeout_seconds,
        steps={
            "ValidateUser": _step("ValidateUser", users, "user", "IsUserKnown", "userId"),
            "IsUserKnown": Choose([(_outcome("user", "valid"), "ProcessOrder")], otherwise="RejectUser"),
            "ProcessOrder": _step("ProcessOrder", orders, "order", "IsOrderOpen"),
            # Another run may have decided the order before.
            "IsOrderOpen": Choose([(_outcome("order", "processing"), "UpdateInventory")], otherwise="Decided"),
            "UpdateInventory": _step("UpdateInventory", products, "inventory", "IsStockTaken", "productId", "quantity"),
            "IsStockTaken": Choose([(_outcome("inventory", "reserved"), "ConfirmOrder")], otherwise="RejectStock"),
            "ConfirmOrder": _step("ConfirmOrder", orders, "confirmation", "Decided"),
            "RejectUser": _step("RejectOrder", orders, "rejection", "Decided", reason="$.user.value.reason"),
            "RejectStock": _step("RejectOrder", orders, "rejection", "Decided", reason="$.inventory.value.reason"),
            "Decided": Succeed(),
            "CancelOrder": _undo("CancelOrder", orders, "cancellation", "IsOrderConfirmed", error="$.errorInfo"),
            "IsOrderConfirmed": Choose([(_outcome("cancellation", "confirmed"), "Decided")], otherwise="ReleaseStock"),
            "ReleaseStock": _undo("ReleaseStock", products, "release", "FailOrder"),
            "FailOrder": _undo("FailOrder", orders, "failure", "HandleError", error="$.errorInfo"),
            "HandleError": Fail("WorkflowFailed", "The order could not be decided; see its state and the log."),
        },
    )


def _step(task: str, function: Function, result: str, following: str, *fields: str, **paths: str) -> Invoke:
    return _invoke(
        task, function, result, following, {**{name: f"$.{name}" for name in fields}, **paths}, "CancelOrder"
    )


def _undo(task: str, function: Function, result: str, following: str, **paths: str) -> Invoke:
    # What cannot be undone now stays as it is; the schedule starts the order again.
    return _invoke(task, function, result, following, paths, "HandleError")


def _invoke(
    task: str, function: Function, result: str, following: str, paths: dict[str, str], after_error: str
) -> Invoke:
    return Invoke(
        function,
        payload={"task": task, "orderId.$": "$.orderId", **{f"{name}.$": path for name, path in paths.items()}},
        result_selector={"value.$": "$.Payload"},
        result_path=f"$.{result}",
        next=following,
        retry=_RETRY,
        catch=[Catch(after_error, result_path="$.errorInfo" if after_error == "CancelOrder" else "$.undoError")],
    )


def _outcome(result: str, outcome: str) -> dict[str, str]:
    return {"Variable": f"$.{result}.value.outcome", "StringEquals": outcome}
