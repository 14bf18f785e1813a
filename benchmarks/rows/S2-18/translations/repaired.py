import pulumi_aws as aws

topic = aws.sns.Topic("translators")
table = aws.dynamodb.Table(
    "phrases", billing_mode="PAY_PER_REQUEST", hash_key="phrase", attributes=[{"name": "phrase", "type": "S"}]
)
aws.cloudwatch.MetricAlarm(
    "phrases-throttled",
    namespace="AWS/DynamoDB",
    metric_name="ReadThrottleEvents",
    dimensions={"TableName": table.name},
    statistic="Sum",
    period=300,
    evaluation_periods=2,
    comparison_operator="GreaterThanThreshold",
    threshold=10,
    treat_missing_data="notBreaching",
    alarm_actions=[topic.arn],
)
