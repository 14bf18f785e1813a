import pulumi
import pulumi_aws as aws


class Pumps(pulumi.ComponentResource):
    """Pumps whose queue is watched unless somebody says no."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("allotment:index:Pumps", name, None, opts)
        settings = pulumi.Config("pumps")
        watched = settings.get_bool("watched")
        if watched is None:
            watched = True
        self.queue = aws.sqs.Queue(name, delay_seconds=5, opts=pulumi.ResourceOptions(parent=self))
        self.register_outputs({"watched": watched})


Pumps("well")
