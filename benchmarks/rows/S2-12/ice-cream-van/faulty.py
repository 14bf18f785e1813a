import pulumi
import pulumi_aws as aws

api = aws.apigateway.RestApi("van")
stops = aws.apigateway.Resource("stops", rest_api=api.id, parent_id=api.root_resource_id, path_part="stops")
get = aws.apigateway.Method("stops", rest_api=api.id, resource_id=stops.id, http_method="GET", authorization="NONE")
mock = aws.apigateway.Integration(
    "stops",
    rest_api=api.id,
    resource_id=stops.id,
    http_method=get.http_method,
    type="MOCK",
    request_templates={"application/json": '{"statusCode": 200}'},
)
ok = aws.apigateway.MethodResponse(
    "stops", rest_api=api.id, resource_id=stops.id, http_method=get.http_method, status_code="200"
)
said = aws.apigateway.IntegrationResponse(
    "stops",
    rest_api=api.id,
    resource_id=stops.id,
    http_method=get.http_method,
    status_code=ok.status_code,
    opts=pulumi.ResourceOptions(depends_on=[mock]),
)
deployment = aws.apigateway.Deployment(
    "van",
    rest_api=api.id,
    triggers={"stops": pulumi.Output.json_dumps([get.id, mock.id, said.id])},
    opts=pulumi.ResourceOptions(depends_on=[said]),
)
stage = aws.apigateway.Stage("van", rest_api=api.id, deployment=deployment.id, stage_name="summer")
host = pulumi.Output.concat(api.id, ".execute-api.us-west-1.amazonaws.com")
pulumi.export("api_endpoint_url", pulumi.Output.concat("https://", host, "/stops"))  # expect: API107
