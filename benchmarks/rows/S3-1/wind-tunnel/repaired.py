import pulumi
import pulumi_aws as aws

config = pulumi.Config()


def deploys_to(environment: str, role: str | None) -> aws.Provider:
    assumed = [{"role_arn": role, "session_name": f"pulumi-{environment}"}] if role else None
    return aws.Provider(environment, region="eu-west-1", assume_roles=assumed)


provider = deploys_to(pulumi.get_stack(), config.get("role_arn"))
there = pulumi.ResourceOptions(provider=provider)
aws.s3.Bucket("runs", opts=there)
aws.sqs.Queue("runs", sqs_managed_sse_enabled=True, opts=there)
