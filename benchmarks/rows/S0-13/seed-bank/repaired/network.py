import ipaddress

import pulumi_aws as aws


class Network:
    def __init__(self, name: str, cidr: str) -> None:
        vpc = aws.ec2.Vpc(name, cidr_block=cidr, enable_dns_hostnames=True, enable_dns_support=True)
        self.subnets: list[aws.ec2.Subnet] = []
        tables: list[aws.ec2.RouteTable] = []
        ranges = ipaddress.ip_network(cidr).subnets(new_prefix=24)
        for number, zone in enumerate("ab"):
            subnet = aws.ec2.Subnet(
                f"{name}-{zone}",
                vpc_id=vpc.id,
                cidr_block=str(next(ranges)),
                availability_zone=f"us-east-1{zone}",
            )
            routes = aws.ec2.RouteTable(f"{name}-{zone}", vpc_id=vpc.id, tags={"number": str(number)})
            aws.ec2.RouteTableAssociation(f"{name}-{zone}", subnet_id=subnet.id, route_table_id=routes.id)
            self.subnets.append(subnet)
            tables.append(routes)
        self.tables = tables
        self.group = aws.ec2.SecurityGroup(
            name,
            vpc_id=vpc.id,
            egress=[{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"]}],
        )
        self.endpoint = aws.ec2.VpcEndpoint(
            name,
            vpc_id=vpc.id,
            service_name="com.amazonaws.us-east-1.dynamodb",
            route_table_ids=[table.id for table in tables],
        )
        self.ranges = ranges
