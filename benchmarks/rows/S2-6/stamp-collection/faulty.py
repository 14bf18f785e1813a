import pulumi
import pulumi_aws as aws

swaps = aws.sqs.Queue("swaps")
offers = aws.sns.Topic("offers")
send = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "sqs:SendMessage",
    "Resource": swaps.arn,
    "Condition": {"Bool": {"aws:SecureTransport": "true"}},
}
aws.sqs.QueuePolicy(
    "swaps",
    queue_url=swaps.url,
    policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [send]}),  # expect: IAM141
)
