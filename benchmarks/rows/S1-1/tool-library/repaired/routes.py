import pulumi
import pulumi_aws as aws


class Routes:
    def __init__(self, name: str) -> None:
        self.api = aws.apigateway.RestApi(name)
        self.made: list[pulumi.Resource] = []
        self.uris: list[pulumi.Output[str]] = []

    def add(self, path: str, verb: str, function: aws.lambda_.Function) -> None:
        resource = aws.apigateway.Resource(
            path, rest_api=self.api.id, parent_id=self.api.root_resource_id, path_part=path
        )
        method = aws.apigateway.Method(
            path, rest_api=self.api.id, resource_id=resource.id, http_method=verb, authorization="AWS_IAM"
        )
        integration = aws.apigateway.Integration(
            path,
            rest_api=self.api.id,
            resource_id=resource.id,
            http_method=method.http_method,
            type="AWS_PROXY",
            integration_http_method="POST",
            uri=function.invoke_arn,
        )
        aws.lambda_.Permission(
            path,
            action="lambda:InvokeFunction",
            function=function.arn,
            principal="apigateway.amazonaws.com",
            source_arn=pulumi.Output.concat(self.api.execution_arn, f"/*/{verb}/{path}"),
        )
        self.made += [method, integration]
        self.uris.append(integration.uri)

    def deploy(self, stage: str) -> None:
        deployment = aws.apigateway.Deployment(
            stage,
            rest_api=self.api.id,
            triggers={"integrations": pulumi.Output.json_dumps(self.uris)},
            opts=pulumi.ResourceOptions(depends_on=self.made),
        )
        aws.apigateway.Stage(stage, rest_api=self.api.id, deployment=deployment.id, stage_name=stage)
