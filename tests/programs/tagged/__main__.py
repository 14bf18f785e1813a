"""A transform of the whole stack that puts tags on everything that takes them, and one that hardens buckets."""

import pulumi
import pulumi_aws as aws

stack = pulumi.get_stack()
TAGGABLE = {"aws:s3/bucket:Bucket", "aws:sqs/queue:Queue", "aws:dynamodb/table:Table"}


def tag(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    if args.type_ not in TAGGABLE:
        return None
    tags = {**(args.props.get("tags") or {}), "stack": stack, "owner": "platform"}
    return pulumi.ResourceTransformResult(props={**args.props, "tags": tags}, opts=args.opts)


pulumi.runtime.register_resource_transform(tag)


def protect_data(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    if args.type_ != "aws:dynamodb/table:Table":
        return None
    return pulumi.ResourceTransformResult(
        props={**args.props, "pointInTimeRecovery": {"enabled": True}},
        opts=pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(retain_on_delete=True)),
    )


class Store(pulumi.ComponentResource):
    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("acme:data:Store", name, {}, opts)
        inner = pulumi.ResourceOptions(parent=self)
        self.table = aws.dynamodb.Table(
            name,
            hash_key="id",
            billing_mode="PAY_PER_REQUEST",
            attributes=[{"name": "id", "type": "S"}],
            tags={"kind": "table"},
            opts=inner,
        )
        self.queue = aws.sqs.Queue(name, opts=inner)


store = Store("events", pulumi.ResourceOptions(transforms=[protect_data]))
pulumi.export("table", store.table.name)
pulumi.export("queue_url", store.queue.url)
