from __future__ import annotations

import pytest

from stackwright.components import ComponentError, GlobalSecondaryIndex, Table, TableCapacity

CAPACITY = TableCapacity(read_units=25, write_units=30, most_read_units=250, most_write_units=300)


def sales(environment, **more):
    args = {"attributes": {"id": "S"}, "hash_key": "id", "capacity": CAPACITY} | more
    return Table("sales", **args, opts=environment.opts)


def test_a_capacity_is_the_least_and_follows_the_use(run, environment):
    recorder = run(lambda: sales(environment()))

    table = recorder.one("sales-table").inputs
    assert (table["billingMode"], table["readCapacity"], table["writeCapacity"]) == ("PROVISIONED", 25, 30)
    for role, kind, least, most in (("read", "Read", 25, 250), ("write", "Write", 30, 300)):
        target = recorder.one(f"sales-{role}-capacity").inputs
        place = {
            "serviceNamespace": "dynamodb",
            "resourceId": "table/shop-sales-dev",
            "scalableDimension": f"dynamodb:table:{kind}CapacityUnits",
        }
        assert target == place | {"minCapacity": least, "maxCapacity": most}
        assert recorder.one(f"sales-{role}-scaling").inputs == place | {
            "policyType": "TargetTrackingScaling",
            "targetTrackingScalingPolicyConfiguration": {
                "targetValue": 70,
                "predefinedMetricSpecification": {"predefinedMetricType": f"DynamoDB{kind}CapacityUtilization"},
            },
        }


def test_an_update_leaves_the_capacity_as_it_is(run, environment):
    recorder = run(lambda: sales(environment()))

    assert recorder.one("sales-table").ignored == ["readCapacity", "writeCapacity"]


def test_a_table_without_a_capacity_is_on_demand(run, environment):
    recorder = run(lambda: sales(environment(), capacity=None))

    table = recorder.one("sales-table")
    assert table.inputs["billingMode"] == "PAY_PER_REQUEST"
    assert table.ignored == []
    assert recorder.all("appautoscaling/target:Target") == []


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"read_units": 0}, "read_units is 0, AWS allows 1..40,000 units"),
        ({"most_write_units": 40_001}, "AWS allows 1..40,000 units"),
        ({"most_read_units": 24}, "read_units is 25, and most_read_units only 24"),
        ({"target_percent": 95}, "AWS allows 20..90 %"),
    ],
)
def test_a_capacity_out_of_range_is_refused(run, environment, changed, says):
    import dataclasses

    with pytest.raises(ComponentError, match=says):
        run(lambda: sales(environment(), capacity=dataclasses.replace(CAPACITY, **changed)))


def test_indexes_would_need_a_capacity_of_their_own(run, environment):
    with pytest.raises(ComponentError, match="indexes without one of their own: by-day"):
        run(
            lambda: sales(
                environment(),
                attributes={"id": "S", "day": "S"},
                indexes={"by-day": GlobalSecondaryIndex(hash_key="day")},
            )
        )
