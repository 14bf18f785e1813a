"""What the comparison of runs takes for made up, and what for a difference."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import alike
import pytest

IDS = [("7f3a9c20", "b61d4e88"), ("04c2ffe1", "95aa0b37"), ("e8d01b6c", "2c7f4411")]
TIMES = ["2026-11-28T09:38:51.315+0000", "2026-11-28T09:38:51.402+0000", "2026-11-28T09:38:52.000+0000"]


def run(number: int) -> dict[str, Any]:
    """Two queues, and a policy of the first; everything but the two ids and the time is the same in each run."""
    (first, second), time = IDS[number], TIMES[number]

    def queue(name: str, made_up: str) -> dict[str, Any]:
        outputs = {"arn": f"arn:aws:sqs:eu-west-1:1:{name}-{made_up}", "state": "ACTIVE", "made": time, "size": 5}
        return {"urn": f"urn::{name}", "custom": True, "id": made_up, "inputs": {"name": name}, "outputs": outputs}

    policy = {"urn": "urn::policy", "custom": True, "id": first, "inputs": {"queue": first}, "outputs": {}}
    return {
        "resources": [queue("first", first), queue("second", second), policy],
        "invokes": [],
        "outputs": {"url": f"http://x/{first}", "digest": f"{first}{second}" * 4},
        "ordering": [],
    }


def three(change: Callable[[dict[str, Any]], None] = lambda _: None) -> list[alike.Leaves]:
    runs = [run(number) for number in range(3)]
    changed = copy.deepcopy(runs[1])
    change(changed)
    return alike.kinds([runs[0], changed, runs[2]])


def set_in(run: Any, *path: Any, value: Any) -> None:
    for key in path[:-1]:
        run = run[key]
    run[path[-1]] = value


def test_what_aws_makes_up_is_no_difference() -> None:
    first, second, third = three()
    assert first == second == third
    assert first["resources", "urn::policy", "inputs", "queue"] == "<resources/urn::first/id 0>"


CHANGES: Mapping[str, tuple[tuple[Any, ...], Any]] = {
    "a reference to the wrong resource": (("resources", 2, "inputs", "queue"), IDS[1][1]),
    "an output with the wrong id": (("outputs", "url"), f"http://x/{IDS[1][1]}"),
    "a plain value": (("resources", 0, "inputs", "name"), "other"),
    "a number": (("resources", 0, "outputs", "size"), 6),
    "a number as text": (("resources", 0, "outputs", "size"), "5"),
    "a state of the same length": (("resources", 0, "outputs", "state"), "FAILED"),
    "an id of another form": (("resources", 0, "id"), "7f3a9c2"),
    "a value that is missing": (("resources", 0, "outputs"), {}),
    "something known too late": (("resources", 2, "inputs", "queue"), {"$unknown": True}),
    "a report": (("ordering",), [{"urn": "urn::policy", "needs": "urn::second"}]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_anything_else_is_one(change: str) -> None:
    path, value = CHANGES[change]
    first, second, third = three(lambda run: set_in(run, *path, value=value))
    assert first == third
    assert alike.differences(first, second)


def test_the_order_of_resources_counts() -> None:
    first, second, _ = three(lambda run: run["resources"].reverse())
    assert alike.differences(first, second)


def test_an_id_that_an_input_has_before_any_output_is_not_made_up_by_aws() -> None:
    runs = [run(number) for number in range(3)]
    for number, changed in enumerate(runs):
        changed["resources"][0]["inputs"]["name"] = f"{number}a9c20ff{number}"
    kinds = alike.kinds(runs)
    assert alike.differences(kinds[0], kinds[1])


def hashed(*hashes: str) -> list[alike.Leaves]:
    runs = [run(number) for number in range(3)]
    for changed, made_up in zip(runs, hashes, strict=True):
        changed["resources"][0]["outputs"]["hash"] = made_up
    return alike.kinds(runs)


def test_a_decimal_hash_has_no_fixed_length() -> None:
    first, second, third = hashed("3127563309", "412756330", "97563301")
    assert first == second == third


def test_small_numbers_are_no_hashes() -> None:
    first, second, _ = hashed("312756", "4127563", "97563")
    assert alike.differences(first, second)


def test_signs_in_the_place_of_words_are_a_difference() -> None:
    first, second, _ = hashed("a7f3c2 b7f3c2", "# b7f3c2", "c7f3c2 d7f3c2")
    assert alike.differences(first, second)
