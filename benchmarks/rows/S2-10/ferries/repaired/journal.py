import pulumi_aws as aws


def journal(name: str) -> aws.cloudwatch.LogGroup:
    """A log group of the ferries."""
    return aws.cloudwatch.LogGroup(name, name=f"/ferries/{name}", retention_in_days=7)
