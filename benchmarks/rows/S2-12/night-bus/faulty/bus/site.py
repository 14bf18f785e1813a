import pulumi
import pulumi_aws as aws


class Site:
    def __init__(self, name: str, address: pulumi.Output[str]) -> None:
        aws.ssm.Parameter(name, type="String", value=address)  # expect: API107
