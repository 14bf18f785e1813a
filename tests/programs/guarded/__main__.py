"""Services that have no local counterpart, beside a queue that has one."""

import pulumi
import pulumi_aws as aws

detector = aws.guardduty.Detector("watch", enable=True)
rule = aws.xray.SamplingRule(
    "all",
    fixed_rate=0.05,
    reservoir_size=1,
    priority=1000,
    host="*",
    http_method="*",
    resource_arn="*",
    service_name="*",
    service_type="*",
    url_path="*",
    version=1,
)
application = aws.codedeploy.Application("shop", compute_platform="Lambda")
findings = aws.sqs.Queue("findings", tags={"detector": detector.id})

pulumi.export("detector_arn", detector.arn)
pulumi.export("rule_arn", rule.arn)
pulumi.export("application", application.name)
pulumi.export("queue_url", findings.url)
