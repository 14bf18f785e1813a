"""One topic, several queues, each with what it wants to know."""

import json

import pulumi
import pulumi_aws as aws

topic = aws.sns.Topic("orders")
urls = {}
for name, wanted in {"all": None, "large": {"size": ["large"]}}.items():
    queue = aws.sqs.Queue(name)
    policy = aws.sqs.QueuePolicy(
        name,
        queue_url=queue.id,
        policy=pulumi.Output.all(queue=queue.arn, topic=topic.arn).apply(
            lambda arns: json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "sns.amazonaws.com"},
                            "Action": "sqs:SendMessage",
                            "Resource": arns["queue"],
                            "Condition": {"ArnEquals": {"aws:SourceArn": arns["topic"]}},
                        }
                    ],
                }
            )
        ),
    )
    aws.sns.TopicSubscription(
        name,
        topic=topic.arn,
        protocol="sqs",
        endpoint=queue.arn,
        raw_message_delivery=True,
        filter_policy=json.dumps(wanted) if wanted else None,
        opts=pulumi.ResourceOptions(depends_on=[policy]),
    )
    urls[name] = queue.url

pulumi.export("topic", topic.arn)
pulumi.export("urls", urls)
