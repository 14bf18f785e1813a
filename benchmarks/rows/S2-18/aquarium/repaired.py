import json

import pulumi
import pulumi_aws as aws


def trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def document(*statements: object) -> pulumi.Output[str]:
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)})


account = aws.get_caller_identity_output().account_id
owner = {
    "Effect": "Allow",
    "Principal": {"AWS": pulumi.Output.concat("arn:aws:iam::", account, ":root")},
    "Action": "kms:*",
    "Resource": "*",
}
alarms = {
    "Effect": "Allow",
    "Principal": {"Service": "cloudwatch.amazonaws.com"},
    "Action": ["kms:GenerateDataKey*", "kms:Decrypt"],
    "Resource": "*",
    "Condition": {"StringEquals": {"aws:SourceAccount": account}},
}
key = aws.kms.Key("tanks", enable_key_rotation=True, deletion_window_in_days=7, policy=document(owner, alarms))
keepers = aws.sns.Topic("keepers", kms_master_key_id=key.id)
aws.cloudwatch.MetricAlarm(
    "too-warm",
    namespace="Tanks",
    metric_name="TooWarm",
    statistic="Sum",
    period=300,
    evaluation_periods=1,
    comparison_operator="GreaterThanThreshold",
    threshold=3,
    alarm_actions=[keepers.arn],
)
