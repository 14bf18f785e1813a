import json

import pulumi_aws as aws


class Belt:
    def __init__(self, name: str, bus: aws.cloudwatch.EventBus) -> None:
        self.bus = bus
        pattern = {"source": ["airport.belt"], "detail-type": ["Lost"]}
        self.rule = aws.cloudwatch.EventRule(name, event_bus_name=bus.name, event_pattern=json.dumps(pattern))
