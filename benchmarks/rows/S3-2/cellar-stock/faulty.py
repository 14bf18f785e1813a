import pulumi
import pulumi_aws as aws

project = pulumi.get_project()
prefix = f"{project}-{pulumi.get_stack()}"
aws.s3.Bucket("stock", bucket=f"{prefix}-{prefix}-stock")  # expect: NAM102
