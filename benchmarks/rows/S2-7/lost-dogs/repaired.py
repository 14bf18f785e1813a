import pulumi
import pulumi_aws as aws

dogs = aws.s3.Bucket("dogs")
ears = aws.sqs.Queue("ears", sqs_managed_sse_enabled=True)
source = {"test": "ArnEquals", "variable": "aws:SourceArn", "values": [dogs.arn]}
mine = aws.get_caller_identity().account_id
owner = {"test": "StringEquals", "variable": "aws:SourceAccount", "values": [mine]}
statement = {
    "actions": ["sqs:SendMessage"],
    "resources": [ears.arn],
    "principals": [{"type": "Service", "identifiers": ["s3.amazonaws.com"]}],
    "conditions": [source, owner],
}
heard = aws.sqs.QueuePolicy(
    "ears", queue_url=ears.url, policy=aws.iam.get_policy_document_output(statements=[statement]).json
)
after = pulumi.ResourceOptions(depends_on=[heard])
found = {"queue_arn": ears.arn, "events": ["s3:ObjectCreated:*"]}
gone = {"queue_arn": ears.arn, "events": ["s3:ObjectRemoved:*"]}
aws.s3.BucketNotification("dogs", bucket=dogs.id, queues=[found, gone], opts=after)
