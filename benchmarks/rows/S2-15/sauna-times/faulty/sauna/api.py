import pulumi
import pulumi_aws as aws


class Api:
    def __init__(self, name: str) -> None:
        self.name = name
        self.rest = aws.apigateway.RestApi(name)  # expect: API104
        self.parts: list[pulumi.CustomResource] = []

    def deploy(self, stage: str) -> None:
        made = aws.apigateway.Deployment(
            self.name,
            rest_api=self.rest.id,
            triggers={"parts": pulumi.Output.json_dumps([part.id for part in self.parts])},
            opts=pulumi.ResourceOptions(depends_on=self.parts),
        )
        aws.apigateway.Stage(self.name, rest_api=self.rest.id, deployment=made.id, stage_name=stage)
