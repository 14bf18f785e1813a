import pulumi
import pulumi_aws as aws


class Network:
    def __init__(self, name: str, provider: aws.Provider) -> None:
        mine = pulumi.ResourceOptions(provider=provider)
        self.sea = aws.ec2.Vpc(name, cidr_block="10.9.0.0/16", opts=mine)
        self.shore = aws.ec2.Subnet(name, vpc_id=self.sea.id, cidr_block="10.9.1.0/24", opts=mine)
