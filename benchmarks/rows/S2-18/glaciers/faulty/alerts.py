import pulumi
import pulumi_aws as aws


def rate_alarm(name: str, function: aws.lambda_.Function, actions: list[pulumi.Output[str]]) -> None:
    """An alarm on the share of failed runs."""
    queries = [{"id": "rate", "expression": "(errors / invocations) * 100", "label": "Error rate", "return_data": True}]
    for id, metric in (("errors", "Errors"), ("calls", "Invocations")):
        queries.append(
            {
                "id": id,
                "metric": {
                    "namespace": "AWS/Lambda",
                    "metric_name": metric,
                    "period": 300,
                    "stat": "Sum",
                    "dimensions": {"FunctionName": function.name},
                },
            }
        )
    aws.cloudwatch.MetricAlarm(
        f"{name}-failing",
        metric_queries=queries,  # expect: ALM101
        evaluation_periods=2,
        comparison_operator="GreaterThanThreshold",
        threshold=1,
        alarm_actions=actions,
    )
