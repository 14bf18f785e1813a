import pulumi


def sender(queue_arn):
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue_arn}
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]})


def described(name: pulumi.Input[str]) -> pulumi.Output[str]:
    return pulumi.Output.concat("tickets of ", name)
