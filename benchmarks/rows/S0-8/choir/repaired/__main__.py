import pulumi
import pulumi_aws as aws
from roles import ServiceRole

scores = aws.s3.Bucket("scores")
function_name = "choir-rehearsal"
role = ServiceRole("rehearsal", function_name, scores)
aws.lambda_.Function(
    "rehearsal",
    name=function_name,
    role=role.arn,
    runtime="python3.13",
    handler="rehearsal.handler",
    code=pulumi.AssetArchive({"rehearsal.py": pulumi.StringAsset("def handler(event, context):\n    return {}\n")}),
)
