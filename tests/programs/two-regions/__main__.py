"""The same queue in two regions, by explicit providers with default tags; a third resource by its own region."""

import pulumi
import pulumi_aws as aws

urls = {}
for region in ("us-east-1", "eu-central-1"):
    provider = aws.Provider(region, region=region, default_tags={"tags": {"region": region}})
    queue = aws.sqs.Queue(f"jobs-{region}", name="jobs", opts=pulumi.ResourceOptions(provider=provider))
    urls[region] = queue.arn
    pulumi.export(f"name-{region}", aws.get_region_output(opts=pulumi.InvokeOptions(provider=provider)).region)

third = aws.sqs.Queue("third", name="jobs", region="ap-southeast-2")
pulumi.export("arns", urls)
pulumi.export("third", third.arn)
