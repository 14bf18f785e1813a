import pulumi
import pulumi_aws as aws

days = {"dev": 30, "staging": 30, "prod": 90}
keep = days.get(pulumi.get_stack(), 90)

aws.sqs.Queue(
    "lamp-readings",
    sqs_managed_sse_enabled=True,
    message_retention_seconds=keep * 24 * 60 * 60,  # expect: LIM101
)
aws.cloudwatch.LogGroup("lamp", retention_in_days=keep)
