import json

import pulumi
import pulumi_aws as aws


class Workshop(pulumi.ComponentResource):
    """Queues every recording of a new violin."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("violins:index:Workshop", name, None, opts)
        mine = pulumi.ResourceOptions(parent=self)
        recordings = aws.s3.Bucket(name, opts=mine)
        ears = aws.sqs.Queue(name, sqs_managed_sse_enabled=True, opts=mine)
        detail = {"bucket": {"name": [recordings.bucket]}, "object": {"key": [{"prefix": "new/"}]}}
        pattern = {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": detail}
        created = pulumi.Output.json_dumps(pattern)
        rule = aws.cloudwatch.EventRule(name, event_pattern=created, opts=mine)  # expect: EVT104
        document = pulumi.Output.all(ears.arn, rule.arn).apply(lambda arns: self.allow(*arns))
        aws.sqs.QueuePolicy(name, queue_url=ears.url, policy=document, opts=mine)
        aws.cloudwatch.EventTarget(name, rule=rule.name, arn=ears.arn, opts=mine)
        self.register_outputs({})

    @staticmethod
    def allow(queue: str, rule: str) -> str:
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue,
            "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
        }
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


Workshop("cremona")
