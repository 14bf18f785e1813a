"""Takes what exists already: by `get`, and by functions."""

import pulumi
import pulumi_aws as aws

config = pulumi.Config()
queue = aws.sqs.Queue.get("existing", config.require("queueUrl"))
bucket = aws.s3.Bucket.get("existing", config.require("bucket"))
identity = aws.get_caller_identity()
zones = aws.get_availability_zones_output(state="available")
partition = aws.get_partition()

pulumi.export("queue_arn", queue.arn)
pulumi.export("queue_name", queue.name)
pulumi.export("bucket_arn", bucket.arn)
pulumi.export("account", identity.account_id)
pulumi.export("zones", zones.names)
pulumi.export("partition", partition.partition)
