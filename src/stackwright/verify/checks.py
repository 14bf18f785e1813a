"""What the verifications of several systems look at in the same way."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stackwright.verify.verification import Verification


def refuses_strangers(v: Verification, base_url: str, requests: Iterable[tuple[str, str]]) -> str:
    """See that an API that asks for keys answers (method, path) with 403 without one, and to an unknown one."""
    if "api_key_id" not in v.outputs:
        return "the API asks for no key"
    for method, path in requests:
        for key, kind in (("", "no key"), (uuid.uuid4().hex, "an unknown key")):
            answer = v.api(method, base_url + path, headers={"X-Api-Key": key})
            assert answer.status == 403, f"{method} {path} with {kind}: {answer}"
            assert answer.json()["error"]["code"] == "forbidden", f"not the common shape: {answer}"
    return f"key {v.outputs['api_key_id']}"


def alarms_notify(v: Verification, watched: Mapping[str, tuple[str, str]]) -> str:
    """See that each alarm is there and notifies the output `alarm_topic_arn`, and tell which of the topic's ring.

    Args:
        watched: (label, kind) of the alarm by what it watches.
    """
    topic = v.outputs["alarm_topic_arn"]
    alarms = {alarm["AlarmName"]: alarm for alarm in _alarms(v)}
    for meaning, (label, kind) in watched.items():
        found = [alarm for name, alarm in alarms.items() if f"-{label}-{kind}-" in name]
        notified = [alarm for alarm in found if alarm["ActionsEnabled"] and topic in alarm["AlarmActions"]]
        assert notified, f"{meaning}: {'the alarm notifies nobody' if found else 'there is no alarm'}"
    ours = {name: alarm for name, alarm in alarms.items() if topic in alarm["AlarmActions"]}
    ringing = sorted(name for name, alarm in ours.items() if alarm["StateValue"] == "ALARM")
    return f"in ALARM: {', '.join(ringing)}" if ringing else "none in ALARM"


def has_widgets(v: Verification) -> str:
    """See that the dashboard of the output `dashboard_name` is there and shows something."""
    name = v.outputs["dashboard_name"]
    body = json.loads(v.client("cloudwatch").get_dashboard(DashboardName=name)["DashboardBody"])
    assert body["widgets"], "it is empty"
    return f"{name}, {len(body['widgets'])} widgets"


def _alarms(v: Verification) -> Iterator[dict[str, Any]]:
    token: dict[str, str] = {}
    while True:
        page = v.client("cloudwatch").describe_alarms(AlarmTypes=["MetricAlarm"], **token)
        yield from page["MetricAlarms"]
        if "NextToken" not in page:
            return
        token = {"NextToken": page["NextToken"]}
