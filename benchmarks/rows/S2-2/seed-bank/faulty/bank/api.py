import pulumi
import pulumi_aws as aws


class Route:
    def __init__(self, api: aws.apigateway.RestApi, path: str, verb: str, function: aws.lambda_.Function) -> None:
        resource = aws.apigateway.Resource(path, rest_api=api.id, parent_id=api.root_resource_id, path_part=path)
        method = aws.apigateway.Method(
            path, rest_api=api.id, resource_id=resource.id, http_method=verb, authorization="NONE"
        )
        self.integration = aws.apigateway.Integration(
            path,
            rest_api=api.id,
            resource_id=resource.id,
            http_method=method.http_method,
            integration_http_method=verb,  # expect: API101
            type="AWS_PROXY",
            uri=function.invoke_arn,
        )
        aws.lambda_.Permission(
            path,
            action="lambda:InvokeFunction",
            function=function.name,
            principal="apigateway.amazonaws.com",
            source_arn=pulumi.Output.concat(api.execution_arn, f"/*/{verb}/{path}"),
        )
        self.says = [method.id, self.integration.id, self.integration.uri, self.integration.integration_http_method]
