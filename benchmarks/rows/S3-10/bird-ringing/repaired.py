import json

import pulumi
import pulumi_aws as aws

rings = aws.s3.Bucket("rings")
aws.s3.BucketNotification("rings", bucket=rings.id, eventbridge=True)
found = aws.sqs.Queue("found", sqs_managed_sse_enabled=True)
detail = {"bucket": {"name": [rings.id]}}
pattern = {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": detail}
rule = aws.cloudwatch.EventRule("rings", event_pattern=pulumi.Output.json_dumps(pattern))
aws.cloudwatch.EventTarget("rings", rule=rule.name, arn=found.arn)
aws.sqs.QueuePolicy(
    "found",
    queue_url=found.url,
    policy=pulumi.Output.all(found.arn, rule.arn).apply(
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
