import pulumi_aws as aws

from harbour.statements import sender


class Tickets:
    def __init__(self, name: str) -> None:
        self.queue = aws.sqs.Queue(f"{name}-tickets")
        self.policy = aws.iam.Policy(f"{name}-sender", policy=sender(self.queue.arn))
