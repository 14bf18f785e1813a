"""Right: EventBridge sends to a queue by the queue's policy: its target needs no role."""

import json

import pulumi
import pulumi_aws as aws

orders = aws.sqs.Queue("orders", sqs_managed_sse_enabled=True)
rule = aws.cloudwatch.EventRule("orders", event_pattern=json.dumps({"source": ["shop.orders"]}))
send = {
    "Effect": "Allow",
    "Principal": {"Service": "events.amazonaws.com"},
    "Action": "sqs:SendMessage",
    "Resource": orders.arn,
    "Condition": {"ArnEquals": {"aws:SourceArn": rule.arn}},
}
policy = aws.sqs.QueuePolicy(
    "orders",
    queue_url=orders.url,
    policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [send]}),
)
aws.cloudwatch.EventTarget("orders", rule=rule.name, arn=orders.arn, opts=pulumi.ResourceOptions(depends_on=[policy]))
