import json

import pulumi
import pulumi_aws as aws


class Station:
    def __init__(self, name: str) -> None:
        self.name = name
        self.queue = aws.sqs.Queue(name)
        self.topic = aws.sns.Topic(name)

    def publish(self) -> None:
        both = pulumi.Output.all(queue=self.queue.arn, topic=self.topic.arn)
        pulumi.export("wiring", both.apply(self._text))
        pulumi.export("first", both.apply(lambda args: args["queue"]))

    def _text(self, args: dict[str, str]) -> str:
        return json.dumps({"from": args["topic"], "to": args["queue"]})
