"""Right: no role on a target that is a function, a rule's ARN put together by hand, a raw function ARN as a task of a
workflow, a policy given as a mapping, `Output.json_dumps` inside `apply`."""

import json

import pulumi
import pulumi_aws as aws

region = aws.get_region_output().region
account = aws.get_caller_identity_output().account_id


def trust(service: str) -> str:
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}],
        }
    )


NAME = "archive-cleanup"
failed = aws.sqs.Queue("failed", message_retention_seconds=1209600, sqs_managed_sse_enabled=True)
group = aws.cloudwatch.LogGroup("cleanup", name=f"/aws/lambda/{NAME}", retention_in_days=30)
role = aws.iam.Role("cleanup", assume_role_policy=trust("lambda.amazonaws.com"))
policy = aws.iam.RolePolicy(
    "cleanup",
    role=role.id,
    policy={
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": pulumi.Output.concat(group.arn, ":*"),
            },
            {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": failed.arn},
        ],
    },
)
function = aws.lambda_.Function(
    "cleanup",
    name=NAME,
    role=role.arn,
    runtime="python3.13",
    handler="cleanup.handler",
    timeout=60,
    dead_letter_config={"target_arn": failed.arn},
    code=pulumi.AssetArchive(
        {"cleanup.py": pulumi.StringAsset("def handler(event, context):\n    return {'removed': 0}\n")}
    ),
    opts=pulumi.ResourceOptions(depends_on=[policy, group]),
)
rule = aws.cloudwatch.EventRule("nightly", name="archive-nightly", schedule_expression="cron(0 3 * * ? *)")
permission = aws.lambda_.Permission(
    "nightly",
    action="lambda:InvokeFunction",
    function=function.name,
    principal="events.amazonaws.com",
    source_arn=pulumi.Output.concat("arn:aws:events:", region, ":", account, ":rule/archive-nightly"),
)
undelivered = aws.sqs.Queue("undelivered", message_retention_seconds=1209600, sqs_managed_sse_enabled=True)
aws.sqs.QueuePolicy(
    "undelivered",
    queue_url=undelivered.url,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "events.amazonaws.com"},
                    "Action": "sqs:SendMessage",
                    "Resource": undelivered.arn,
                    "Condition": {"ArnEquals": {"aws:SourceArn": rule.arn}},
                }
            ],
        }
    ),
)
aws.cloudwatch.EventTarget(
    "nightly",
    rule=rule.name,
    arn=function.arn,
    dead_letter_config={"arn": undelivered.arn},
    opts=pulumi.ResourceOptions(depends_on=[permission]),
)

runner = aws.iam.Role("runner", assume_role_policy=trust("states.amazonaws.com"))
may_invoke = aws.iam.RolePolicy(
    "runner",
    role=runner.id,
    policy=function.arn.apply(
        lambda arn: pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": [arn, f"{arn}:*"]}],
            }
        )
    ),
)
aws.sfn.StateMachine(
    "cleanup",
    role_arn=runner.arn,
    definition=pulumi.Output.json_dumps(
        {
            "StartAt": "Clean",
            "States": {
                "Clean": {
                    "Type": "Task",
                    "Resource": function.arn,
                    "Retry": [{"ErrorEquals": ["Lambda.TooManyRequestsException"], "MaxAttempts": 3}],
                    "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Failed"}],
                    "End": True,
                },
                "Failed": {"Type": "Fail", "Error": "CleanupFailed"},
            },
        }
    ),
    opts=pulumi.ResourceOptions(depends_on=[may_invoke]),
)
