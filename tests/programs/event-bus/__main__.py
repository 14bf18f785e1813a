"""An event bus, a rule with a pattern, and a queue that receives what matches."""

import json

import pulumi
import pulumi_aws as aws

bus = aws.cloudwatch.EventBus("orders")
rule = aws.cloudwatch.EventRule(
    "paid",
    event_bus_name=bus.name,
    event_pattern=json.dumps(
        {"source": ["shop.orders"], "detail": {"status": ["paid"], "total": [{"numeric": [">", 10]}]}}
    ),
)
queue = aws.sqs.Queue("paid", message_retention_seconds=3600)
aws.sqs.QueuePolicy(
    "paid",
    queue_url=queue.url,
    policy=pulumi.Output.all(queue.arn, rule.arn).apply(
        lambda arns: json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "events.amazonaws.com"},
                        "Action": "sqs:SendMessage",
                        "Resource": arns[0],
                        "Condition": {"ArnEquals": {"aws:SourceArn": arns[1]}},
                    }
                ],
            }
        )
    ),
)
aws.cloudwatch.EventTarget(
    "paid",
    rule=rule.name,
    event_bus_name=bus.name,
    arn=queue.arn,
    input_transformer={"input_paths": {"id": "$.detail.id"}, "input_template": '{"paid": <id>}'},
)
pulumi.export("bus_name", bus.name)
pulumi.export("queue_url", queue.url)
