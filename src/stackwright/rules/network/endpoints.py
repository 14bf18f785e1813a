"""Endpoints of VPCs, and who is to use them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from stackwright.iam.document import Policy, Statement
from stackwright.rules.finding import Problem
from stackwright.rules.iam.wired import FUNCTION
from stackwright.rules.rule import graph_rule
from stackwright.rules.view import Node, View

_ENDPOINT: Final = "ec2/vpcEndpoint:VpcEndpoint"
_ASSOCIATION: Final = "ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
_SUBNETS: Final = "ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation"
_POLICY: Final = "ec2/vpcEndpointPolicy:VpcEndpointPolicy"
_TABLE: Final = "dynamodb/table:Table"
# Who may be in a VPC, and use an endpoint, without being a function of the program.
_OTHERS: Final = ("ec2/", "ecs/", "eks/", "batch/", "autoscaling/", "rds/", "emr/", "glue/", "sagemaker/", "codebuild/")
_NETWORK: Final = (
    "Vpc",
    "Subnet",
    "RouteTable",
    "Route",
    "SecurityGroup",
    "Gateway",
    "Eip",
    "NetworkAcl",
    "FlowLog",
    "ManagedPrefix",
    "DefaultRoute",
)
# No account, or any.
_OF_ANYBODY: Final = re.compile(r"\*|arn:[^:]+:(?:\*|s3:::\*.*|[^:]+:[^:]*:\*:.*)")
# Keys that say from where a request comes. https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html
_FROM: Final = frozenset(("aws:sourcevpce", "aws:sourcevpc", "aws:vpcsourceip"))
_NOT: Final = ("StringNotEquals", "StringNotEqualsIfExists", "StringNotLike")


@graph_rule("NET101", "breaks", "network", rows=("S0-13",), each=_ENDPOINT)
def endpoint_without_routes(endpoint: Node, graph: View) -> Iterator[Problem]:
    """A gateway endpoint that is on no route table, or an interface endpoint in no subnet.

    ## Why is this bad?
    Traffic takes a gateway endpoint by a route in the subnet's route table. Without one nothing uses it: requests go
    through the NAT gateway, or, in a private subnet without one, they time out.
    https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html

    ## Example
    ```python
    vpc = aws.ec2.Vpc("mint", cidr_block="10.2.0.0/16")
    aws.ec2.VpcEndpoint("tables", vpc_id=vpc.id, service_name="com.amazonaws.us-east-1.dynamodb")
    ```

    ## Use instead
    ```python
    vpc = aws.ec2.Vpc("mint", cidr_block="10.2.0.0/16")
    routes = aws.ec2.RouteTable("mint", vpc_id=vpc.id)
    aws.ec2.VpcEndpoint(
        "tables", vpc_id=vpc.id, service_name="com.amazonaws.us-east-1.dynamodb", route_table_ids=[routes.id]
    )
    ```
    """
    kind = endpoint.text("vpcEndpointType", "Gateway")
    path, associating = {"Gateway": ("routeTableIds", _ASSOCIATION), "Interface": ("subnetIds", _SUBNETS)}.get(
        kind, ("", "")
    )
    if not path or endpoint.given(path):
        return
    if kind == "Interface" and endpoint.given("subnetConfigurations"):
        return
    if not any(n.get("vpcEndpointId") == endpoint.id for n in graph.all(associating)):
        what = "route table" if kind == "Gateway" else "subnet"
        yield endpoint.problem(
            f"the endpoint {endpoint.name!r} for {endpoint.text('serviceName')} is on no {what}, so nothing uses it",
            fix="route_table_ids=[…]" if kind == "Gateway" else "subnet_ids=[…]",
            at="serviceName",
        )


@graph_rule("NET102", "exposes", "network", rows=("S0-13",), each=(_ENDPOINT, _POLICY))
def open_endpoint_policy(node: Node, graph: View) -> Iterator[Problem]:
    """An endpoint whose policy lets everybody in the VPC do anything, or reach anybody's resources.

    ## Why is this bad?
    The policy is what keeps data from leaving through the endpoint, to another account's table or bucket, for which
    whoever has got in brings their own credentials. With `*` for the resource it keeps nothing.
    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html

    ## Example
    ```python
    vpc = aws.ec2.Vpc("mint", cidr_block="10.2.0.0/16")
    routes = aws.ec2.RouteTable("mint", vpc_id=vpc.id)
    allow = {"Effect": "Allow", "Principal": "*", "Action": "dynamodb:*", "Resource": "*"}
    aws.ec2.VpcEndpoint(
        "tables",
        vpc_id=vpc.id,
        service_name="com.amazonaws.us-east-1.dynamodb",
        route_table_ids=[routes.id],
        policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}),
    )
    ```

    ## Use instead
    ```python
    vpc = aws.ec2.Vpc("mint", cidr_block="10.2.0.0/16")
    routes = aws.ec2.RouteTable("mint", vpc_id=vpc.id)
    coins = aws.dynamodb.Table(
        "coins", billing_mode="PAY_PER_REQUEST", hash_key="id", attributes=[{"name": "id", "type": "S"}]
    )
    allow = {"Effect": "Allow", "Principal": "*", "Action": ["dynamodb:GetItem"], "Resource": coins.arn}
    aws.ec2.VpcEndpoint(
        "tables",
        vpc_id=vpc.id,
        service_name="com.amazonaws.us-east-1.dynamodb",
        route_table_ids=[routes.id],
        policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [allow]}),
    )
    ```
    """
    if not node.given("policy"):
        return  # AWS's default is as open, and most programs leave it so
    for statement in node.policy("policy"):
        everybody = any(name == "*" for _, name in statement.principals)
        anybodys = any(_OF_ANYBODY.fullmatch(r) for r in statement.resources)
        if statement.effect == "Allow" and everybody and anybodys and not statement.conditions:
            yield node.problem(
                f"the policy of the endpoint {node.name!r} allows {', '.join(statement.actions[:2])} on every "
                "resource, those of other accounts, too",
                fix="Resource: the ARNs of your tables (and their /index/*) or buckets.",
                at="policy",
            )
            return


@graph_rule("NET103", "breaks", "network", rows=("S0-13",), each=FUNCTION)
def function_outside_the_network(function: Node, graph: View) -> Iterator[Problem]:
    """A function outside the VPC that uses what only the VPC may reach.

    ## Why is this bad?
    The resource's policy denies every request that does not come through the endpoint, and the function's requests do
    not: only with `vpc_config` is a function in the VPC.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-examples.html

    ## Example
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("mint", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    coins = aws.s3.Bucket("coins")
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": pulumi.Output.concat(coins.arn, "/*"),
        "Condition": {"StringNotEquals": {"aws:SourceVpc": "vpc-0123456789abcdef0"}},
    }
    aws.s3.BucketPolicy(
        "coins", bucket=coins.id, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [deny]})
    )
    aws.lambda_.Function(
        "mint",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")}),
        environment={"variables": {"COINS": coins.bucket}},
    )
    ```

    ## Use instead
    ```python
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role("mint", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    coins = aws.s3.Bucket("coins")
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": pulumi.Output.concat(coins.arn, "/*"),
        "Condition": {"StringNotEquals": {"aws:SourceVpc": "vpc-0123456789abcdef0"}},
    }
    aws.s3.BucketPolicy(
        "coins", bucket=coins.id, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [deny]})
    )
    aws.lambda_.Function(
        "mint",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")}),
        environment={"variables": {"COINS": coins.bucket}},
        vpc_config={"subnet_ids": ["subnet-0123456789abcdef0"], "security_group_ids": ["sg-0123456789abcdef0"]},
    )
    ```
    """
    if function.get("vpcConfig.subnetIds"):
        return
    values = [value for variables in function.structs("environment.variables") for value in variables.values()]
    for value in map(str, values):
        for used in graph.find_all(
            value, _TABLE, "s3/bucket:Bucket", "sqs/queue:Queue", "secretsmanager/secret:Secret"
        ):
            policy = graph.resource_policies.of(used.arn).policy
            if isinstance(policy, Policy) and any(_only_from_inside(s) for s in policy):
                yield function.problem(
                    f"the function {function.name!r} is outside of the VPC, and {used.name!r} denies what does not "
                    "come from there",
                    fix='vpc_config={"subnet_ids": […], "security_group_ids": […]}',
                    related=[used.here("what it uses")],
                )
                return


@graph_rule("NET104", "breaks", "network", rows=("S0-13",), each=_ENDPOINT)
def endpoint_nobody_uses(endpoint: Node, graph: View) -> Iterator[Problem]:
    """An endpoint in a VPC in which nothing runs, beside functions that are not in it.

    ## Why is this bad?
    A function without `vpc_config` is outside of the VPC, and its requests go to the public address of DynamoDB or S3.
    The endpoint, and its policy, do nothing.
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html

    ## Example
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    vpc = aws.ec2.Vpc("mint", cidr_block="10.2.0.0/16")
    routes = aws.ec2.RouteTable("mint", vpc_id=vpc.id)
    aws.ec2.VpcEndpoint(
        "tables", vpc_id=vpc.id, service_name="com.amazonaws.us-east-1.dynamodb", route_table_ids=[routes.id]
    )
    aws.lambda_.Function("coin", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("role", assume_role_policy="{}")
    code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
    vpc = aws.ec2.Vpc("mint", cidr_block="10.2.0.0/16")
    subnet = aws.ec2.Subnet("mint", vpc_id=vpc.id, cidr_block="10.2.0.0/24")
    group = aws.ec2.SecurityGroup("coin", vpc_id=vpc.id)
    routes = aws.ec2.RouteTable("mint", vpc_id=vpc.id)
    aws.ec2.VpcEndpoint(
        "tables", vpc_id=vpc.id, service_name="com.amazonaws.us-east-1.dynamodb", route_table_ids=[routes.id]
    )
    aws.lambda_.Function(
        "coin",
        role=role.arn,
        runtime="python3.13",
        handler="app.handler",
        code=code,
        vpc_config={"subnet_ids": [subnet.id], "security_group_ids": [group.id]},
    )
    ```
    """
    functions = graph.all(FUNCTION)
    vpc = endpoint.refers("vpcId", "ec2/vpc:Vpc")
    if vpc is None or not functions or any(f.get("vpcConfig.subnetIds") for f in functions):
        return
    if any(_may_use(node) for node in graph) or vpc.id in map(str, graph.graph.outputs.values()):
        return
    yield endpoint.problem(
        f"nothing runs in the VPC of the endpoint {endpoint.name!r}; {functions[0].name!r} is outside of it",
        fix='vpc_config={"subnet_ids": […], "security_group_ids": […]} in the functions',
        at="vpcId",
        related=[functions[0].here("a function without vpc_config")],
    )


def _may_use(node: Node) -> bool:
    """Whether something other than a network and a function may be in the VPC."""
    name = node.kind.rpartition(":")[2]
    return node.kind.startswith(_OTHERS) and not any(part in name for part in _NETWORK)


def _only_from_inside(statement: Statement) -> bool:
    about = [c for c in statement.conditions if c.key.lower() in _FROM and c.operator in _NOT]
    # A second condition, as for the account's administrators, may let the function through.
    return statement.effect == "Deny" and bool(about) and len(statement.conditions) == 1
