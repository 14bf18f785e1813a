import pulumi
import pulumi_aws as aws

api = aws.apigatewayv2.Api("spots", protocol_type="HTTP")
stage = aws.apigatewayv2.Stage("spots", api_id=api.id, name="$default", auto_deploy=True)
pulumi.export("endpoint", stage.invoke_url)
