import pulumi_aws as aws


class Watch:
    """Alarms of a REST API."""

    def __init__(self, api: aws.apigateway.RestApi, topic: aws.sns.Topic) -> None:
        self.api = api
        self.topic = topic

    def metric(self, name: str) -> dict[str, object]:
        return {
            "namespace": "AWS/ApiGateway",
            "metric_name": name,
            "dimensions": {"ApiName": self.api.name},
            "period": 60,
            "stat": "Sum",
        }

    def share(self, name: str, metric: str, threshold: float) -> None:
        aws.cloudwatch.MetricAlarm(
            name,
            metric_queries=[
                {"id": "part", "metric": self.metric(metric)},
                {"id": "total", "metric": self.metric("Count")},
                {"id": "share", "expression": "part / total", "return_data": True},
            ],
            evaluation_periods=2,
            comparison_operator="GreaterThanThreshold",
            threshold=threshold,  # expect: ALM104
            alarm_actions=[self.topic.arn],
        )
