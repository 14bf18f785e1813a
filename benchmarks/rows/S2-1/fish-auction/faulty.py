import pulumi
import pulumi_aws as aws

north = aws.Provider("north", region="eu-north-1")
here = pulumi.ResourceOptions(provider=north)
bids = aws.sqs.Queue("bids", sqs_managed_sse_enabled=True, opts=here)
lots = aws.dynamodb.Table(
    "lots", billing_mode="PAY_PER_REQUEST", hash_key="lot", attributes=[{"name": "lot", "type": "S"}], opts=here
)
scales = aws.s3.Bucket("scales", opts=here)
hammer = aws.sns.Topic("hammer")  # expect: PRV102
aws.sns.TopicSubscription("hammer", topic=hammer.arn, protocol="email", endpoint="hall@example.org", opts=here)
