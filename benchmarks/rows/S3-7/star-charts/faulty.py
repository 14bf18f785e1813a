import pulumi
import pulumi_aws as aws


class Charts(pulumi.ComponentResource):
    """A table with a copy elsewhere."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("sky:index:Charts", name, None, opts)
        self.table = aws.dynamodb.Table(
            name,
            attributes=[{"name": "id", "type": "S"}],
            hash_key="id",
            billing_mode="PAY_PER_REQUEST",
            replicas=[{"region": "eu-west-1"}],  # expect: SDK101
            stream_enabled=True,
            stream_view_type="NEW_AND_OLD_IMAGES",
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


Charts("northern")
