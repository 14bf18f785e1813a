import pulumi
import pulumi_aws as aws

moon = aws.cloudwatch.EventRule("moon", schedule_expression="rate(1 day)")
tides = aws.cloudwatch.EventRule("tides", schedule_expression="rate(6 hours)")
news = aws.sns.Topic("news")
aws.cloudwatch.EventTarget("moon", rule=moon.name, arn=news.arn)
aws.cloudwatch.EventTarget("tides", rule=tides.name, arn=news.arn)


def published_by(*rules):
    return {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": news.arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": [rule.arn for rule in rules]}},
    }


statement = published_by(moon, tides)
aws.sns.TopicPolicy(
    "news", arn=news.arn, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]})
)
