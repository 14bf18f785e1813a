import json

import pulumi
import pulumi_aws as aws

TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
DATA = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"]


class Mint(pulumi.ComponentResource):
    """A table that only one network reaches, and the function in it."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("mint:index:Mint", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        coins = aws.dynamodb.Table(
            name,
            billing_mode="PAY_PER_REQUEST",
            hash_key="coin",
            attributes=[{"name": "coin", "type": "S"}],
            opts=inside,
        )
        vpc = aws.ec2.Vpc(name, cidr_block="10.7.0.0/16", opts=inside)
        subnet = aws.ec2.Subnet(name, vpc_id=vpc.id, cidr_block="10.7.1.0/24", opts=inside)
        routes = aws.ec2.RouteTable(name, vpc_id=vpc.id, opts=inside)
        aws.ec2.RouteTableAssociation(name, subnet_id=subnet.id, route_table_id=routes.id, opts=inside)
        group = aws.ec2.SecurityGroup(name, vpc_id=vpc.id, opts=inside)
        use = {"Effect": "Allow", "Principal": "*", "Action": DATA, "Resource": "*"}
        endpoint = aws.ec2.VpcEndpoint(
            name,
            vpc_id=vpc.id,
            service_name="com.amazonaws.us-east-1.dynamodb",
            route_table_ids=[routes.id],
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [use]}),  # expect: NET102
            opts=inside,
        )
        deny = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "dynamodb:*",
            "Resource": coins.arn,
            "Condition": {"StringNotEquals": {"aws:SourceVpce": endpoint.id}},
        }
        aws.dynamodb.ResourcePolicy(
            name,
            resource_arn=coins.arn,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [deny]}),  # expect: NET106
            opts=inside,
        )
        document = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
        role = aws.iam.Role(name, assume_role_policy=document, opts=inside)
        access = aws.iam.RolePolicyAttachment(
            name,
            role=role.name,
            policy_arn=aws.iam.ManagedPolicy.AWS_LAMBDA_VPC_ACCESS_EXECUTION_ROLE,
            opts=inside,
        )
        aws.lambda_.Function(  # expect: NET103
            name,
            role=role.arn,
            runtime="python3.13",
            handler="app.handler",
            code=pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context):\n    return 1\n")}),
            environment={"variables": {"COINS": coins.name}},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[access]),
        )
        self.register_outputs({"group": group.id})


Mint("mint")
