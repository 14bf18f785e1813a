import pulumi
import pulumi_aws as aws


class Shop(pulumi.ComponentResource):
    """A shop's bucket."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("wool:index:Shop", name, None, opts)
        self.code = aws.s3.Bucket(f"{name}-code", opts=pulumi.ResourceOptions(parent=self))
        self.register_outputs({})


Shop("yarn")
