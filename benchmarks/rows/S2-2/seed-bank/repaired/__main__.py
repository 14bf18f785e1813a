import pulumi
import pulumi_aws as aws
from bank.api import Route
from bank.functions import lend

api = aws.apigateway.RestApi("bank")
loan = Route(api, "loans", "PUT", lend)
deployment = aws.apigateway.Deployment(
    "bank",
    rest_api=api.id,
    triggers={"routes": pulumi.Output.json_dumps(loan.says)},
    opts=pulumi.ResourceOptions(depends_on=[loan.integration]),
)
aws.apigateway.Stage("bank", rest_api=api.id, deployment=deployment.id, stage_name="v1")
