"""Uses the network of another project by a stack reference."""

import pulumi
import pulumi_aws as aws

stack = pulumi.get_stack()
network = pulumi.StackReference(f"acme/network/{stack}")

vpc_id = network.require_output("vpc_id")
subnet_ids = network.get_output("private_subnet_ids")
group = aws.ec2.SecurityGroup("worker", vpc_id=vpc_id, description="Workers")

pulumi.export("group_id", group.id)
pulumi.export("subnet_count", subnet_ids.apply(len))
pulumi.export("vpc_id", vpc_id)
pulumi.export("missing", network.get_output("missing"))
