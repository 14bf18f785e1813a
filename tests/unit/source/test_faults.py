"""Every use of an Output as if it were its value, and whatever else is seen: on its line, and on no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.marked_programs import check, seen

SETUP = """import json
import os
import uuid
import datetime
import pulumi
import pulumi_aws as aws
from pulumi import Output

queue = aws.sqs.Queue("queue")
topic = aws.sns.Topic("topic")
config = pulumi.Config()
"""

USES = """
a1 = f"{queue.arn}/x"  #! f-string
a2 = "%s/x" % queue.arn  #! percent
a3 = "%s %s" % ("a", queue.arn)  #! percent
a4 = "{}".format(queue.arn)  #! format
a5 = "{x}".format(x=queue.arn)  #! format
a6 = str(queue.arn)  #! str
a7 = queue.arn + "/x"  #! concatenation
a8 = "x" + queue.arn  #! concatenation
a9 = json.dumps({"a": queue.arn})  #! json
a10 = json.dumps({"a": [{"b": queue.arn}]}, indent=2)  #! json
if queue.arn:  #! condition
    pass
if not queue.arn:  #! condition
    pass
a11 = 1 if queue.arn else 2  #! condition
a12 = queue.arn or "x"  #! condition
if "x" in queue.arn:  #! membership
    pass
if queue.arn in ["a", "b"]:  #! membership
    pass
for x in queue.arn:  #! iteration
    pass
a13 = [x for x in queue.arn]  #! iteration
a14 = len(queue.arn)  #! length
a15 = {queue.arn: 1}  #! key
if queue.arn == "x":  #! comparison
    pass
a16 = ",".join([queue.arn, topic.arn])  #! join
a17 = ",".join(q.arn for q in [queue])  #! join
a18 = queue.arn.split(":")  #! method
a19 = int(queue.delay_seconds)  #! number
a20 = f"{queue}"  #! f-string
a21 = aws.s3.Bucket(queue.name)  #! name
secret = config.require_secret("p")
f"postgres://{secret}"  #! f-string
ref = pulumi.StackReference("x")
f"{ref.get_output('x')}"  #! f-string
f"{ref.outputs['x']}"  #! f-string
"""

SHAPES = """
a23 = Output.all(queue.arn).apply(lambda x: f"{x}/*")  #! shape-text
a24 = Output.all(queue.arn, topic.arn).apply(lambda a, b: a + b)  #! shape-parameters
a25 = Output.all(queue.arn, topic.arn).apply(lambda args: args["x"])  #! shape-key
a26 = Output.all(queue.arn, topic.arn).apply(lambda args: args[2])  #! shape-index
a27 = Output.all(q=queue.arn).apply(lambda args: args["x"])  #! shape-key
a28 = Output.all(q=queue.arn).apply(lambda args: args.q)  #! shape-attribute
a29 = Output.all(queue.arn).apply(lambda x: x + "/*")  #! shape-text
"""

APPLIED = """
a30 = queue.arn.apply(lambda arn: aws.sqs.Queue("x", name=arn))  #! resource-in-apply
def make(arn):
    aws.sqs.Queue("y")  #! resource-in-apply
    return 1
queue.arn.apply(make)
"""

SDK = """
aws.lambda_.Function("f", role="x", runtim="x")  #! unknown-argument
aws.lambda_.Function("f")  #! missing-argument
aws.lambda_.Function("f", role="x", retry_attempts=2)  #! unknown-argument
kw = {"role": "r", "memory": 128}  #! unknown-argument
aws.lambda_.Function("f", **kw)
aws.lambda_.FunctionEnvironmentArgs(varables={})  #! unknown-argument
aws.lambda_.Function("f", role="x", environment={"varables": {}})  #! unknown-argument
aws.lambda_.Function("f", role="x", dead_letter_config={"targetArn": "x"}, environment={"variables": {"a": queue.arn}})
aws.cloudwatch.MetricAlarmMetricArgs()  #! missing-attribute
api = aws.apigateway.RestApi("a")
pulumi.export("x", api.url)  #! missing-attribute
d = aws.apigateway.Deployment("d", rest_api=api.id)
pulumi.export("x", d.invoke_url)  #! missing-attribute
pulumi.get_account_id()  #! missing-attribute
pulumi.json  #! missing-attribute
who = aws.get_caller_identity()
who.account  #! missing-attribute
who.account_id
aws.get_region_output().nam  #! missing-attribute
aws.lambda_.Runtime.PYTHON3D12
aws.lambda_.Runtime.PYTHON3_12  #! missing-attribute
config.get_boolean("x")  #! missing-attribute
opt = pulumi.ResourceOptions(depend_on=[queue])  #! unknown-argument
pulumi.Output.json_dump({})  #! missing-attribute
"""

SETTINGS = """
t = config.get_bool("tracing") or True  #! lost-setting
n = config.get_int("n") or 10  #! lost-setting
m = config.get_int("n")
m = m or 10  #! lost-setting
m2 = m if m else 5
o = config.get_bool("x") or False
p = config.get_int("x") or 0
z = config.get_bool("x")
z2 = z if z else True  #! lost-setting
if not z:
    z = True  #! lost-setting
q1 = int(os.environ.get("X", "0")) or 10  #! lost-setting
q2 = int(os.environ.get("X") or 10)
if os.environ.get("TRACING", "false"):  #! always-true
    pass
"""

UNSTABLE = """
aws.s3.Bucket(f"b-{uuid.uuid4()}")  #! unstable
aws.s3.Bucket("b", bucket=f"b-{datetime.datetime.now().strftime('%Y')}")  #! unstable
aws.s3.Bucket("b", bucket="x" + uuid.uuid4().hex[:8])  #! unstable
"""

PROGRAM = r"""
import json, os, string, enum, re, hashlib, base64
import pulumi
import pulumi_aws as aws
from pulumi_aws import s3, lambda_ as fnmod, iam
import pulumi_aws.sqs as sqs
from pulumi import Output
from typing import Any, Dict, List

bucket = s3.Bucket("b")
queue = sqs.Queue("q")
class Cfg:
    ARN = bucket.arn
    NAME = "x"
f"{Cfg.ARN}"  #! f-string
f"{Cfg.NAME}"
for a in Output.all(bucket.arn):  #! iteration
    pass
x = bucket.arn
x += "/*"  #! concatenation
os.path.join("x", bucket.id)  #! call
getattr(bucket, "arn") + "x"  #! concatenation
string.Template("$a").substitute(a=bucket.arn)  #! format
json.dumps({"a": bucket.arn}, default=str)  #! json
y = bucket.arn.apply(lambda v: v)
y + "x"  #! concatenation
f"{bucket.arn.apply(lambda v: v)}"  #! f-string
base = {"a": 1}
d = {**base, "r": f"{bucket.arn}"}  #! f-string
def outer():
    arn = queue.arn
    def inner():
        return f"{arn}"  #! f-string
    return inner
outer()()
if (n := queue.name):  #! condition
    f"{n}"  #! f-string
match os.environ.get("X"):
    case "a":
        z = queue.arn
    case _:
        z = "b"
f"{z}"  #! f-string
names: Dict[str, Any] = {}
names["q"] = queue
for k, v in names.items():
    "{}".format(v.url)  #! format
settings: List[str] = []
settings.append(queue.url)
",".join(settings)  #! join
",".join(map(str, settings))  #! str
hashlib.sha256(queue.url)  #! call
re.sub("a", "b", queue.url)  #! call
pulumi.interpolate  #! missing-attribute
def make(name, **kw):
    return s3.Bucket(name, **kw)  #! resource-in-apply
make("c", versoning=True)  #! unknown-argument
make("d", opts=pulumi.ResourceOptions(protect=True))
s3.Bucket("e", s3.BucketArgs(bucketname="x"))  #! unknown-argument
s3.Bucket("e2", args=s3.BucketArgs(bucket="x"), opts=None)
fnmod.Function("g", role=iam.Role("r", assume_role_policy="{}").arn, handlr="x")  #! unknown-argument
fnmod.Function("h", role="r", environment={"variables": {"X": f"{queue.url}"}})  #! f-string
fnmod.Function("i", role="r", vpc_config={"groups": []})  #! unknown-argument
rule = {"id": "a", "status": "Enabled", "expire": {"days": 1}}  #! unknown-argument
s3.BucketLifecycleConfiguration("l", bucket=bucket.id, rules=[rule])
RuleArgs = s3.BucketLifecycleConfigurationRuleArgs
expiring = RuleArgs(id="a", status="Enabled", expiration={"day": 1})  #! unknown-argument
s3.BucketLifecycleConfiguration("l2", bucket=bucket.id, rules=[expiring])
queue.arn.apply(lambda arn: iam.Policy("p", policy=json.dumps({"R": arn})))  #! resource-in-apply
both = Output.all(queue.arn, bucket.arn)
both.apply(lambda args: [iam.Policy(f"p{i}", policy=a) for i, a in enumerate(args)])  #! resource-in-apply
queue.arn.apply(lambda arn: make("z"))
stage = aws.apigateway.Stage("s", rest_api="x", deployment="d", stage_name="x")
stage.invoke_uri  #! missing-attribute
aws.lambda_.Functon  #! missing-attribute
aws.lamda  #! missing-attribute
aws.get_caller_identity().accountId  #! missing-attribute
aws.get_caller_identity_output().accountid  #! missing-attribute
enabled = pulumi.Config("x").get_bool("e")
enabled = enabled or True  #! lost-setting
opt = pulumi.Config("x").get_int("e") or 0 or 5
def flag(name, default):
    return pulumi.Config().get_bool(name) or default  #! lost-setting
flag("a", True)
flag("b", False)
arns = [queue.arn, bucket.arn]
print(f"arns: {arns}")  #! f-string
t = ("a", queue.arn)
"%s %s" % t  #! percent
str(queue)  #! str
print("x", queue.arn)
s = f"{queue.arn!r}"  #! f-string
Output.concat("arn", f"{queue.arn}")  #! f-string
Output.all(a=queue.arn).apply(lambda a: a["a"])
Output.all(a=queue.arn).apply(lambda a: a.get("b"))
Output.all(queue.arn).apply(lambda a: json.dumps({"Resource": a + "/*"}))  #! shape-text
def named(values: list) -> str:
    return f"{values}/*"  #! shape-text
Output.all(queue.arn).apply(named)
"""

SOURCES = {
    "uses": USES,
    "shapes": SHAPES,
    "applied": APPLIED,
    "sdk": SDK,
    "settings": SETTINGS,
    "unstable": UNSTABLE,
}


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_wrong_is_seen_where_it_stands(name: str, tmp_path: Path) -> None:
    check(tmp_path, SETUP + SOURCES[name])


def test_parts_of_texts_over_several_lines_have_their_line(tmp_path: Path) -> None:
    source = SETUP + 'text = f"""\n  {queue.arn}\n  {topic.arn}\n"""\n'
    first = SETUP.count("\n") + 2
    assert seen(tmp_path, source) == [f"__main__.py:{first} f-string", f"__main__.py:{first + 1} f-string"]


def test_what_is_wrong_in_a_program_of_many_ways_to_say_it(tmp_path: Path) -> None:
    check(tmp_path, PROGRAM)
