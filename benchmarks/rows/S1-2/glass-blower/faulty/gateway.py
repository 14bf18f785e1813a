import pulumi
import pulumi_aws as aws


class Gateway:
    def __init__(self, name: str) -> None:
        self.name = name
        self.api = aws.apigateway.RestApi(name)
        self.orders = aws.apigateway.Resource(
            name, rest_api=self.api.id, parent_id=self.api.root_resource_id, path_part=name
        )
        self.made: list[pulumi.Resource] = []

    def serve(self, verb: str, function: aws.lambda_.Function) -> None:
        label = f"{self.name}-{verb.lower()}"
        method = aws.apigateway.Method(
            label, rest_api=self.api.id, resource_id=self.orders.id, http_method=verb, authorization="AWS_IAM"
        )
        integration = aws.apigateway.Integration(
            label,
            rest_api=self.api.id,
            resource_id=self.orders.id,
            http_method=method.http_method,
            type="AWS_PROXY",
            integration_http_method="POST",
            uri=function.invoke_arn,
        )
        aws.lambda_.Permission(
            label,
            action="lambda:InvokeFunction",
            function=function.name,
            principal="apigateway.amazonaws.com",
            source_arn=pulumi.Output.concat(self.api.arn, "/*/", verb, "/", self.name),  # expect: EVT102
        )
        self.made += [method, integration]

    def publish(self) -> None:
        deployment = aws.apigateway.Deployment(
            self.name,
            rest_api=self.api.id,
            triggers={"made": pulumi.Output.json_dumps([m.urn for m in self.made])},
            opts=pulumi.ResourceOptions(depends_on=self.made),
        )
        aws.apigateway.Stage(self.name, rest_api=self.api.id, deployment=deployment.id, stage_name="live")
