import pulumi
import pulumi_aws as aws


class Timetable(pulumi.ComponentResource):
    """The key and the log of a ferry's timetable."""

    def __init__(self, name: str, log_days: int, window: int) -> None:
        super().__init__("ferries:index:Timetable", name)
        below = pulumi.ResourceOptions(parent=self)
        self.key = aws.kms.Key(
            f"{name}-key",
            enable_key_rotation=True,
            deletion_window_in_days=window,
            opts=below,
        )
        aws.sqs.Queue(f"{name}-delays", kms_master_key_id=self.key.arn, opts=below)
        aws.cloudwatch.LogGroup(
            f"{name}-log",
            retention_in_days=log_days,
            opts=below,
        )
        self.register_outputs({"key": self.key.arn})


config = pulumi.Config()
production = pulumi.get_stack() == "prod"
days = config.get_int("logDays")
Timetable("timetable", log_days=60 if days is None else days, window=30 if production else 7)
