"""The options that speak of a resource's life; `step` says how far the program has been developed."""

import pulumi
import pulumi_aws as aws

step = pulumi.Config().require_int("step")

# Renamed in step 2, and nothing is replaced.
if step == 1:
    kept = aws.sqs.Queue("old-name")
else:
    kept = aws.sqs.Queue("new-name", opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="old-name")]))

# Its tags belong to somebody else after it has been made.
shared = aws.sqs.Queue("shared", tags={"step": str(step)}, opts=pulumi.ResourceOptions(ignore_changes=["tags"]))

# Removed in step 2: one stays on AWS, one goes.
if step == 1:
    aws.sqs.Queue("archive", name="archive", opts=pulumi.ResourceOptions(retain_on_delete=True))
    aws.sqs.Queue("scratch", name="scratch")

# Removed in step 3, which is refused.
if step < 3:
    aws.sqs.Queue("precious", opts=pulumi.ResourceOptions(protect=True))

pulumi.export("kept", kept.url)
pulumi.export("shared", shared.url)
