"""A container service behind a load balancer, with a database: most of it has no local counterpart."""

import pulumi
import pulumi_aws as aws

vpc = aws.ec2.Vpc("main", cidr_block="10.1.0.0/16")
subnets = [
    aws.ec2.Subnet(f"zone-{zone}", vpc_id=vpc.id, cidr_block=f"10.1.{i}.0/24", availability_zone=f"us-east-1{zone}")
    for i, zone in enumerate("ab")
]
ids = [s.id for s in subnets]
group = aws.ec2.SecurityGroup("web", vpc_id=vpc.id)

database = aws.rds.Instance(
    "store",
    engine="postgres",
    instance_class="db.t4g.micro",
    allocated_storage=20,
    db_name="store",
    username="app",
    manage_master_user_password=True,
    db_subnet_group_name=aws.rds.SubnetGroup("store", subnet_ids=ids).name,
    vpc_security_group_ids=[group.id],
    skip_final_snapshot=True,
)
balancer = aws.lb.LoadBalancer("web", subnets=ids, security_groups=[group.id])
targets = aws.lb.TargetGroup("web", port=80, protocol="HTTP", target_type="ip", vpc_id=vpc.id)
listener = aws.lb.Listener(
    "web",
    load_balancer_arn=balancer.arn,
    port=80,
    default_actions=[{"type": "forward", "target_group_arn": targets.arn}],
)
cluster = aws.ecs.Cluster("web")
repository = aws.ecr.Repository("web", force_delete=True)
task = aws.ecs.TaskDefinition(
    "web",
    family="web",
    cpu="256",
    memory="512",
    network_mode="awsvpc",
    requires_compatibilities=["FARGATE"],
    container_definitions=pulumi.Output.json_dumps(
        [
            {
                "name": "web",
                "image": pulumi.Output.concat(repository.repository_url, ":latest"),
                "portMappings": [{"containerPort": 80}],
                "environment": [{"name": "DATABASE", "value": database.address}],
            }
        ]
    ),
)
aws.ecs.Service(
    "web",
    cluster=cluster.arn,
    task_definition=task.arn,
    desired_count=2,
    launch_type="FARGATE",
    network_configuration={"subnets": ids, "security_groups": [group.id]},
    load_balancers=[{"target_group_arn": targets.arn, "container_name": "web", "container_port": 80}],
    opts=pulumi.ResourceOptions(depends_on=[listener]),
)
pulumi.export("url", pulumi.Output.concat("http://", balancer.dns_name))
pulumi.export("database", database.endpoint)
