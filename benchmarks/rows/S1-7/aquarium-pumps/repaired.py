import pulumi_aws as aws

alarms = aws.sns.Topic("alarms")
tanks = aws.sqs.Queue("tanks")
aws.cloudwatch.MetricAlarm(
    "tanks",
    comparison_operator="GreaterThanThreshold",
    evaluation_periods=2,
    threshold=300,
    namespace="AWS/SQS",
    metric_name="ApproximateAgeOfOldestMessage",
    dimensions={"QueueName": tanks.name},
    period=300,
    statistic="Maximum",
    alarm_actions=[alarms.arn],
)
