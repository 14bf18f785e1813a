"""Alarms: what is a fault in which spelling, and what is none. All of them are in one program, told apart by name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from checked_programs import Programs

BEFORE = """
code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")})
topic = aws.sns.Topic("operators")
role = aws.iam.Role("role", assume_role_policy="{}")
function = aws.lambda_.Function(
    "billing", name="shop-billing-dev", role=role.arn, runtime="python3.13", handler="app.handler", code=code
)
queue = aws.sqs.Queue("failed")
rest = aws.apigateway.RestApi("rest")
http = aws.apigatewayv2.Api("http", protocol_type="HTTP")
table = aws.dynamodb.Table("bills", hash_key="id", attributes=[{"name": "id", "type": "S"}])
machine = aws.sfn.StateMachine("yearly", role_arn=role.arn, definition="{}")


def alarm(name="alarm", /, **inputs):
    given = {"comparison_operator": "GreaterThanThreshold", "evaluation_periods": 1, "alarm_actions": [topic.arn]}
    return aws.cloudwatch.MetricAlarm(f"{CASE}-{name}", **given | {"threshold": 1} | inputs)


def single(name="alarm", /, metric="Errors", namespace="AWS/Lambda", statistic="Sum", **inputs):
    return alarm(name, metric_name=metric, namespace=namespace, statistic=statistic, period=60, **inputs)


def query(id, metric="Errors", stat="Sum", namespace="AWS/Lambda", dimensions=None, **inputs):
    dimensions = dimensions or {"FunctionName": function.name}
    metric = {"metric_name": metric, "namespace": namespace, "period": 60, "stat": stat, "dimensions": dimensions}
    return {"id": id, "metric": metric, **inputs}


def math(expression, name="alarm", /, *queries, **inputs):
    found = list(queries) or [query("e"), query("n", "Invocations")]
    alarm(name, metric_queries=[{"id": "r", "expression": expression, "return_data": True}, *found], **inputs)

"""
IN_LAMBDA = '{"FunctionName": function.name}'

FAULTS = {
    "conditional": ("ALM101", 'math("n > 0 ? e / n : 0")'),
    "percent sign": ("ALM101", 'math("e % n")'),
    "words": ("ALM101", 'math("IF(n > 0 and e > 0, e / n, 0)")'),
    "python": ("ALM101", 'math("e / n if n else 0")'),
    "brace": ("ALM101", 'math("100 * {e} / {n}")'),
    "unknown id": ("ALM101", 'math("errors / n")'),
    "unknown function": ("ALM101", 'math("ROUND(e / n)")'),
    "unbalanced": ("ALM101", 'math("(e / n * 100")'),
    "itself": ("ALM101", 'math("r + e")'),
    "search": ("ALM101", """math("SUM(SEARCH('{AWS/Lambda} Errors', 'Sum'))")"""),
    "capital id": ("ALM101", 'math("Errors * 1", "a", query("Errors"))'),
    "id with a dash": (
        "ALM101",
        'math("e / n", "a", query("e"), query("n", "Invocations"), query("e-1"), threshold=0)',
    ),
    "no such band": (
        "ALM101",
        'alarm(metric_queries=[query("m", return_data=True)], threshold_metric_id="band", threshold=None)',
    ),
    "nothing returns": ("ALM102", 'alarm(metric_queries=[query("e")])'),
    "two return": ("ALM102", 'math("e / n", "a", query("e", return_data=True), query("n", "Invocations"))'),
    "twice the same id": ("ALM102", 'math("e * 2", "a", query("e"), query("e"))'),
    "two in one": ("ALM102", 'math("e * 2", "a", query("e", expression="n * 1"), query("n"))'),
    "named rate": ("ALM103", f'single("billing-error-rate", dimensions={IN_LAMBDA})'),
    "camel case": ("ALM103", f'single("a", name="BillingErrorRate", dimensions={IN_LAMBDA})'),
    "described in per cent": (
        "ALM103",
        f'single(alarm_description="over 5% of runs fail", dimensions={IN_LAMBDA}, threshold=5)',
    ),
    "threshold of a rate": (
        "ALM103",
        'ERROR_RATE_PERCENT = 2\naws.cloudwatch.MetricAlarm(f"{CASE}-x", metric_name="Errors",\n'
        '    namespace="AWS/Lambda", statistic="Sum", period=60, evaluation_periods=1,\n'
        '    comparison_operator="GreaterThanThreshold",\n'
        "    threshold=ERROR_RATE_PERCENT,\n    alarm_actions=[topic.arn])",
    ),
    "a share": ("ALM103", f"single(dimensions={IN_LAMBDA}, threshold=0.05)"),
    "of an API": (
        "ALM103",
        'single("5xx-rate", "5XXError", "AWS/ApiGateway", dimensions={"ApiName": rest.name})',
    ),
    "of a workflow": (
        "ALM103",
        'single("failure-rate", "ExecutionsFailed", "AWS/States", dimensions={"StateMachineArn": machine.arn})',
    ),
    "math without a quotient": ("ALM103", 'math("e * 100", "error-rate")'),
    "one query": ("ALM103", 'alarm("error-rate", metric_queries=[query("e", return_data=True)])'),
    "of a log": (
        "ALM103",
        'aws.cloudwatch.LogMetricFilter("f", log_group_name="g", pattern="ERROR",\n'
        '    metric_transformation={"name": "Bad", "namespace": "Shop", "value": "1"})\n'
        'single("error-rate", "Bad", "Shop")',
    ),
    "quotient against per cent": ("ALM104", 'math("e / n")'),
    "guarded quotient against per cent": ("ALM104", 'math("IF(n > 0, e / n, 0)", threshold=5)'),
    "quotient of a sum against per cent": ("ALM104", 'math("e / MAX([e, n])")'),
    "average against per cent": (
        "ALM104",
        'single("a", "5XXError", "AWS/ApiGateway", "Average", dimensions={"ApiName": rest.name}, threshold=5)',
    ),
    "average of ones": ("ALM104", 'single("a", "HTTPCode_Target_5XX_Count", "AWS/ApplicationELB", "Average")'),
    "more than all": ("ALM104", 'math("100 * (e / n)", threshold=100)'),
    "upside down": ("ALM104", 'math("n / e * 100")'),
    "two functions": (
        "ALM104",
        'math("e / n * 100", "a", query("e"), query("n", "Invocations", dimensions={"FunctionName": "other"}))',
    ),
    "short name": ("ALM105", 'single(dimensions={"FunctionName": "billing"})'),
    "name without the stage": ("ALM105", 'single(dimensions={"FunctionName": "shop-billing"})'),
    "another stage": ("ALM105", 'single(dimensions={"FunctionName": "shop-billing-prod"})'),
    "slip of the pen": ("ALM105", 'single(dimensions={"FunctionName": "shop-biling-dev"})'),
    "ARN of a function": ("ALM105", 'single(dimensions={"FunctionName": function.arn})'),
    "in a query": ("ALM105", 'math("e * 1", "a", query("e", dimensions={"FunctionName": "billing"}))'),
    "URL of a queue": (
        "ALM105",
        'single("a", "NumberOfMessagesSent", "AWS/SQS", dimensions={"QueueName": queue.id})',
    ),
    "ARN of a queue": (
        "ALM105",
        'single("a", "NumberOfMessagesSent", "AWS/SQS", dimensions={"QueueName": queue.arn})',
    ),
    "id of an API": ("ALM105", 'single("a", "5XXError", "AWS/ApiGateway", dimensions={"ApiName": rest.id})'),
    "name of a workflow": (
        "ALM105",
        'single("a", "ExecutionsFailed", "AWS/States", dimensions={"StateMachineArn": machine.name})',
    ),
    "no account metric": ("ALM106", 'single("a", "UserErrors", "AWS/DynamoDB", dimensions={"TableName": table.name})'),
    "no operation": ("ALM106", 'single("a", "SystemErrors", "AWS/DynamoDB", dimensions={"TableName": table.name})'),
    "key in snake case": ("ALM106", 'single(dimensions={"function_name": function.name})'),
    "REST for HTTP": ("ALM106", 'single("a", "5XXError", "AWS/ApiGateway", dimensions={"ApiId": http.id})'),
    "no queue": ("ALM106", 'single("a", "NumberOfMessagesSent", "AWS/SQS")'),
    "misspelled metric": ("ALM106", f'single("a", "Error", dimensions={IN_LAMBDA})'),
    "misspelled namespace": ("ALM106", f'single("a", "Errors", "AWS/lambda", dimensions={IN_LAMBDA})'),
    "no action": ("ALM107", f"single(dimensions={IN_LAMBDA}, alarm_actions=None)"),
    "no action in the end": ("ALM107", f"single(dimensions={IN_LAMBDA}, alarm_actions=[], ok_actions=[topic.arn])"),
}

FINE = {
    "guarded percentage": 'math("IF(n > 0, (e / n) * 100, 0)", "error-rate")',
    "percentage": 'math("100 * e / n", "error-rate")',
    "share": 'math("e / n", "error-rate", threshold=0.01)',
    "filled": 'math("FILL(e, 0) / FILL(n, 1) * 100")',
    "array and word": 'math("MAX([e, n]) + FILL(e, REPEAT)")',
    "logic": 'math("IF(e > 5 AND n > 100 OR e > 50, 1, 0)", threshold=0.5)',
    "expressions of expressions": 'math("h * 100", "error-rate", {"id": "h", "expression": "e / n"}, query("e"), '
    'query("n", "Invocations"))',
    "several functions": 'math("e + n", "a", query("e"), query("n", dimensions={"FunctionName": "other"}))',
    "a band": 'alarm(metric_queries=[query("m", return_data=True), '
    '{"id": "b", "expression": "ANOMALY_DETECTION_BAND(m, 2)", "return_data": True}], threshold_metric_id="b", '
    'threshold=None, comparison_operator="GreaterThanUpperThreshold")',
    "insights": """alarm(metric_queries=[{"id": "q", "expression": "SELECT MAX(Errors) FROM SCHEMA(\\"AWS/Lambda\\")",
        "period": 60, "return_data": True}])""",
    "count": f'single("billing-errors", alarm_description="five failed", dimensions={IN_LAMBDA}, threshold=5)',
    "a rate limit": f'single(alarm_description="throttling rate limit reached", metric="Throttles", '
    f"dimensions={IN_LAMBDA})",
    "duration in per cent": f'single("a", "Duration", statistic="Maximum", dimensions={IN_LAMBDA}, '
    'alarm_description="over 80% of the timeout", threshold=24000)',
    "average": 'single("5xx-rate", "5XXError", "AWS/ApiGateway", "Average", dimensions={"ApiName": rest.name}, '
    "threshold=0.05)",
    "half a failure": f"single(dimensions={IN_LAMBDA}, threshold=0.5)",
    "function of elsewhere": 'single(dimensions={"FunctionName": "legacy-mailer"})',
    "function by id": 'single(dimensions={"FunctionName": function.id})',
    "an alias": 'single(dimensions={"FunctionName": function.name, "Resource": "shop-billing-dev:x"})',
    "all functions": "single()",
    "an operation": 'single("a", "SystemErrors", "AWS/DynamoDB", dimensions={"TableName": table.name, '
    '"Operation": "GetItem"})',
    "HTTP API": 'single("a", "5xx", "AWS/ApiGateway", dimensions={"ApiId": http.id, "Stage": "$default"})',
    "own namespace": 'single("a", "Errors", "Shop", dimensions={"function": "billing"})',
    "in a composite alarm": 'a = single(alarm_actions=None)\naws.cloudwatch.CompositeAlarm("c", '
    'alarm_name="c", alarm_rule=a.name.apply(lambda n: f"ALARM({n})"), alarm_actions=[topic.arn])',
    "up to a setting": "receiver = None\naws.cloudwatch.MetricAlarm(f'{CASE}-x', metric_name='Errors',\n"
    "    namespace='AWS/Lambda', statistic='Sum', period=60, threshold=3, evaluation_periods=1,\n"
    "    comparison_operator='GreaterThanThreshold',\n"
    "    alarm_actions=[receiver] if receiver else [])",
}


def program(texts: Iterable[str]) -> str:
    """All cases, of which each has a number that begins the names of its alarms."""
    return BEFORE + "\n".join(f'CASE = "c{index}"\n{text}' for index, text in enumerate(texts))


def test_faults_of_alarms_are_found(programs: Programs) -> None:
    report = programs.check(program(text for _, text in FAULTS.values()), "ALM")

    found: dict[int, set[str]] = {}
    for finding in report.findings:
        number = re.search(r"::c(\d+)-[^:]*$", finding.place.urn)
        assert number, finding
        found.setdefault(int(number[1]), set()).add(finding.code)
    assert {name: found.get(index, set()) for index, name in enumerate(FAULTS)} == {
        name: {code} for name, (code, _) in FAULTS.items()
    }
    assert report.not_checked == ()


def test_what_is_no_fault_is_not_found(programs: Programs) -> None:
    report = programs.check(program(FINE.values()), "ALM")

    assert report.findings == ()
    assert report.not_checked == ()


def test_a_rule_on_alarms_tells_of_all_of_them(programs: Programs) -> None:
    rule = 'aws.cloudwatch.EventRule("r", event_pattern=json.dumps({"source": ["aws.cloudwatch"]}))'

    assert programs.check(program(["single(alarm_actions=None)", rule]), "ALM").findings == ()
