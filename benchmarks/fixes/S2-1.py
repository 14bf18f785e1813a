"""A provider that is made only where a setting happens to be the ARN of a role."""

import pulumi
import pulumi_aws as aws

suffix = pulumi.Config().get("environment_suffix") or "dev"


def deploying():
    if suffix.startswith("arn:aws:iam::"):
        return aws.Provider("primary", region="us-east-1", assume_roles=[{"role_arn": suffix}])
    return None


here = pulumi.ResourceOptions(provider=deploying())  # expect: PRV103
aws.s3.Bucket("uploads", opts=here)
