import pulumi
import pulumi_aws as aws


class Logs:
    def __init__(self, name: str) -> None:
        config = pulumi.Config()
        self.days = config.get_int("days") or 7  # expect: CFG101
        self.group = aws.cloudwatch.LogGroup(name, retention_in_days=self.days)
        self.destination = str(self.group.arn) + ":*"  # expect: OUT101

    def export(self) -> None:
        pulumi.export("destination", self.destination)
