import os

import pulumi
import pulumi_aws as aws

shown = aws.cloudwatch.LogGroup("tours", retention_in_days=30)
pulumi.export("destination", pulumi.Output.concat(shown.arn, ":*"))
if os.environ.get("TOUR_TRACING", "false").lower() == "true":
    aws.xray.Group("tours", group_name="tours", filter_expression='service("tours")')
