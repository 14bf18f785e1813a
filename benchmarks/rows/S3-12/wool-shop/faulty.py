import datetime

import pulumi
import pulumi_aws as aws


class Shop(pulumi.ComponentResource):
    """A shop's bucket."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("wool:index:Shop", name, None, opts)
        stamp = datetime.datetime.now().strftime("%Y%m%d%H%M%S")
        self.code = aws.s3.Bucket(f"{name}-{stamp}", opts=pulumi.ResourceOptions(parent=self))  # expect: PKG105
        self.register_outputs({})


Shop("yarn")
