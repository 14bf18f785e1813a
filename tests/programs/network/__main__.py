"""A network of two zones: public and private subnets, a NAT gateway, security groups."""

import pulumi
import pulumi_aws as aws

zones = aws.get_availability_zones(state="available").names[:2]
vpc = aws.ec2.Vpc("main", cidr_block="10.0.0.0/16", enable_dns_hostnames=True, tags={"Name": "main"})
internet = aws.ec2.InternetGateway("main", vpc_id=vpc.id)

public, private = [], []
for i, zone in enumerate(zones):
    public.append(
        aws.ec2.Subnet(
            f"public-{i}",
            vpc_id=vpc.id,
            cidr_block=f"10.0.{i}.0/24",
            availability_zone=zone,
            map_public_ip_on_launch=True,
        )
    )
    private.append(
        aws.ec2.Subnet(f"private-{i}", vpc_id=vpc.id, cidr_block=f"10.0.{i + 10}.0/24", availability_zone=zone)
    )

address = aws.ec2.Eip("nat", domain="vpc", opts=pulumi.ResourceOptions(depends_on=[internet]))
nat = aws.ec2.NatGateway("nat", subnet_id=public[0].id, allocation_id=address.allocation_id)

outward = aws.ec2.RouteTable("public", vpc_id=vpc.id, routes=[{"cidr_block": "0.0.0.0/0", "gateway_id": internet.id}])
inward = aws.ec2.RouteTable("private", vpc_id=vpc.id)
aws.ec2.Route("private", route_table_id=inward.id, destination_cidr_block="0.0.0.0/0", nat_gateway_id=nat.id)
for table, subnets in ((outward, public), (inward, private)):
    for subnet in subnets:
        aws.ec2.RouteTableAssociation(subnet._name, subnet_id=subnet.id, route_table_id=table.id)

web = aws.ec2.SecurityGroup(
    "web",
    vpc_id=vpc.id,
    description="Web traffic",
    ingress=[{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"]}],
    egress=[{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}],
)
database = aws.ec2.SecurityGroup("database", vpc_id=vpc.id, description="From the web tier only")
aws.ec2.SecurityGroupRule(
    "database-from-web",
    type="ingress",
    security_group_id=database.id,
    source_security_group_id=web.id,
    protocol="tcp",
    from_port=5432,
    to_port=5432,
)

pulumi.export("vpc_id", vpc.id)
pulumi.export("public_subnet_ids", [s.id for s in public])
pulumi.export("private_subnet_ids", [s.id for s in private])
pulumi.export("web_group_id", web.id)
pulumi.export("database_group_id", database.id)
pulumi.export("private_route_table_id", inward.id)
