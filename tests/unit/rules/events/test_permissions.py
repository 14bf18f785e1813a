"""Rules on who may invoke functions, beyond their pages."""

from __future__ import annotations


def test_an_action_may_be_written_in_any_case(programs):
    text = """\
role = aws.iam.Role("role", assume_role_policy="{}")
code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
function = aws.lambda_.Function("nightly", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
rule = aws.cloudwatch.EventRule("nightly", schedule_expression="rate(1 day)")
aws.cloudwatch.EventTarget("nightly", rule=rule.name, arn=function.arn)
aws.lambda_.Permission(
    "nightly", action="lambda:invokeFunction", function=function.name, principal="events.amazonaws.com",
    source_arn=rule.arn,
)
"""
    assert programs.check(text, "EVT101", "EVT102", "EVT103").findings == ()
    assert programs.check(text.replace("lambda:invokeFunction", "lambda:GetFunction"), "EVT103").findings != ()


def test_an_alias_has_permissions_of_its_own(programs):
    text = """\
role = aws.iam.Role("role", assume_role_policy="{}")
code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
function = aws.lambda_.Function("nightly", role=role.arn, runtime="python3.13", handler="app.handler", code=code)
live = aws.lambda_.Alias("live", name="live", function_name=function.name, function_version="1")
rule = aws.cloudwatch.EventRule("nightly", schedule_expression="rate(1 day)")
aws.cloudwatch.EventTarget("nightly", rule=rule.name, arn=live.arn)
aws.lambda_.Permission(
    "nightly", action="lambda:InvokeFunction", function=function.name, principal="events.amazonaws.com",
    source_arn=rule.arn, qualifier=live.name,
)
"""
    assert programs.check(text, "EVT101", "EVT102", "EVT103").findings == ()
    by_arn = text.replace("function=function.name", "function=live.arn").replace(", qualifier=live.name", "")
    assert programs.check(by_arn, "EVT103").findings == ()
    without = text.replace(", qualifier=live.name", "")
    assert ["'live' of the function" in f.message for f in programs.check(without, "EVT103").findings] == [True]
    unqualified = text.replace("arn=live.arn", "arn=function.arn")
    assert len(programs.check(unqualified, "EVT103").findings) == 1
