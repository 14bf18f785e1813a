"""A Step Functions workflow of two Lambda functions and a choice."""

import json

import pulumi
import pulumi_aws as aws


def trust(service: str) -> str:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": f"{service}.amazonaws.com"}}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


role = aws.iam.Role("tasks", assume_role_policy=trust("lambda"))
aws.iam.RolePolicyAttachment("tasks", role=role.name, policy_arn=aws.iam.ManagedPolicy.AWS_LAMBDA_BASIC_EXECUTION_ROLE)
functions = {
    name: aws.lambda_.Function(
        name,
        runtime=aws.lambda_.Runtime.PYTHON3D12,
        role=role.arn,
        handler=f"tasks.{name}",
        code=pulumi.AssetArchive({"tasks.py": pulumi.FileAsset("tasks.py")}),
    )
    for name in ("price", "discount")
}

machine_role = aws.iam.Role("workflow", assume_role_policy=trust("states"))
aws.iam.RolePolicy(
    "workflow",
    role=machine_role.id,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "lambda:InvokeFunction",
                    "Resource": [f.arn for f in functions.values()],
                }
            ],
        }
    ),
)
machine = aws.sfn.StateMachine(
    "orders",
    role_arn=machine_role.arn,
    definition=pulumi.Output.json_dumps(
        {
            "StartAt": "Price",
            "States": {
                "Price": {"Type": "Task", "Resource": functions["price"].arn, "Next": "IsLarge"},
                "IsLarge": {
                    "Type": "Choice",
                    "Choices": [{"Variable": "$.total", "NumericGreaterThan": 100, "Next": "Discount"}],
                    "Default": "Done",
                },
                "Discount": {"Type": "Task", "Resource": functions["discount"].arn, "Next": "Done"},
                "Done": {"Type": "Succeed"},
            },
        }
    ),
)
pulumi.export("state_machine_arn", machine.arn)
