import json
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws


@dataclass
class AnalysisArgs:
    table: aws.dynamodb.Table
    laboratory: aws.lambda_.Function


class Analysis(pulumi.ComponentResource):
    """Notes a sample of well water, then has it analysed."""

    def __init__(self, name: str, args: AnalysisArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("wells:index:Analysis", name, None, opts)
        mine = pulumi.ResourceOptions(parent=self)
        trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = aws.iam.Role(
            name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}), opts=mine
        )
        rights = [
            {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": args.table.arn},
            {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": args.laboratory.arn},
        ]
        aws.iam.RolePolicy(
            name,
            role=role.id,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": rights}),
            opts=mine,
        )
        self.machine = aws.sfn.StateMachine(
            name,
            role_arn=role.arn,
            definition=pulumi.Output.json_dumps(self.definition(args)),  # expect: SFN102
            opts=mine,
        )
        self.register_outputs({})

    def definition(self, args: AnalysisArgs) -> dict[str, Any]:
        catch = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Spilled"}]
        note = {
            "Type": "Task",
            "Resource": "arn:aws:states:::dynamodb:putItem",
            "Parameters": {"TableName": args.table.name, "Item": {"wellId": {"S.$": "$.wellId"}}},
            "Catch": catch,
            "Next": "Analyse",
        }
        analyse = {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": args.laboratory.name, "Payload": {"wellId.$": "$.wellId"}},
            "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2.0}],
            "Catch": catch,
            "End": True,
        }
        spilled = {"Type": "Fail", "Error": "SampleSpilled"}
        return {"StartAt": "Note", "States": {"Note": note, "Analyse": analyse, "Spilled": spilled}}


trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
lab_role = aws.iam.Role("lab", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
lab = aws.lambda_.Function(
    "lab",
    role=lab_role.arn,
    runtime="python3.13",
    handler="lab.handler",
    code=pulumi.AssetArchive({"lab.py": pulumi.StringAsset("def handler(event, context):\n    return event\n")}),
)
wells = aws.dynamodb.Table(
    "wells",
    billing_mode="PAY_PER_REQUEST",
    hash_key="wellId",
    attributes=[{"name": "wellId", "type": "S"}],
    point_in_time_recovery={"enabled": True},
)
Analysis("wells", AnalysisArgs(wells, lab))
