import pulumi
import pulumi_aws as aws

vpc = aws.ec2.Vpc("vault", cidr_block="10.9.0.0/16", enable_dns_support=True, enable_dns_hostnames=True)
subnet = aws.ec2.Subnet("vault", vpc_id=vpc.id, cidr_block="10.9.1.0/24")
routes = aws.ec2.RouteTable("vault", vpc_id=vpc.id)
aws.ec2.RouteTableAssociation("vault", subnet_id=subnet.id, route_table_id=routes.id)
stamps = aws.dynamodb.Table(
    "stamps",
    billing_mode="PAY_PER_REQUEST",
    hash_key="stampId",
    attributes=[{"name": "stampId", "type": "S"}],
    point_in_time_recovery={"enabled": True},
)
through = {"Effect": "Allow", "Principal": "*", "Action": ["dynamodb:GetItem"], "Resource": stamps.arn}
aws.ec2.VpcEndpoint(
    "stamps",
    vpc_id=vpc.id,
    service_name="com.amazonaws.us-east-1.dynamodb",
    route_table_ids=[routes.id],
    policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [through]}),
)
pulumi.export("subnet", subnet.id)
