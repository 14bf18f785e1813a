import json

import pulumi
import pulumi_aws as aws

from depot.yard import Yard


class Sorting:
    def __init__(self, name: str, yard: Yard) -> None:
        line = aws.sns.Topic(name)

        def pattern(bucket: str) -> str:
            detail = {"bucket": {"name": [bucket]}, "object": {"key": [{"suffix": ".csv"}]}}
            return json.dumps({"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": detail})

        rule = aws.cloudwatch.EventRule(
            name,
            event_pattern=yard.weighings.bucket.apply(pattern),
        )
        aws.cloudwatch.EventTarget(name, rule=rule.name, arn=line.arn)
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": line.arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": rule.arn}},
        }
        document = pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]})
        aws.sns.TopicPolicy(name, arn=line.arn, policy=document)
