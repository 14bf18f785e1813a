import json

import pulumi


def sender(queue_arn):
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "%s" % queue_arn}  # expect: OUT101
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def described(name: pulumi.Input[str]) -> pulumi.Output[str]:
    return pulumi.Output.concat("tickets of ", name)
