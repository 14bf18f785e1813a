"""What looks like a fault and is none, and what is right: nothing is said of it."""

from __future__ import annotations

from pathlib import Path

from tests.support.marked_programs import check

FINE = r"""
import json
import os
import pulumi
import pulumi_aws as aws
from dataclasses import dataclass, field
from typing import Optional, Any
from pathlib import Path
from pulumi import Output, Input

queue = aws.sqs.Queue("queue")
topic = aws.sns.Topic("topic")
fn = aws.lambda_.Function("f", role="r", environment=aws.lambda_.FunctionEnvironmentArgs(
    variables={"A": queue.arn}
))
api = aws.apigateway.RestApi("a")
integration = aws.apigateway.Integration("i", rest_api=api.id, resource_id=api.root_resource_id, http_method="GET",
    type="AWS_PROXY", uri=fn.invoke_arn)
b = aws.s3.Bucket("b")
p = Output.concat(queue.arn, "/x")
p2 = Output.format("{}/{x}", queue.arn, x=topic.arn)
p3 = Output.json_dumps({"a": queue.arn, "b": [topic.arn]})
p4 = queue.arn.apply(lambda a: f"{a}/*")
p5 = Output.all(queue.arn, topic.arn).apply(lambda args: f"{args[0]}/{args[1]}")
p6 = Output.all(q=queue.arn, t=topic.arn).apply(lambda args: json.dumps({"a": args["q"], "b": args["t"]}))
p7 = Output.all(queue.arn, topic.arn).apply(lambda args: json.dumps({"Resource": args}))
p8 = Output.all(queue.arn, topic.arn).apply(lambda args: ",".join(args))
p9 = queue.arn.apply(lambda a: Output.json_dumps({"a": a, "b": topic.arn}))
p10 = Output.all([queue.arn, topic.arn]).apply(lambda args: args[0][1])
p11 = Output.all(arns=[queue.arn]).apply(lambda args: [f"{a}/*" for a in args["arns"]])
p12 = Output.all(queue.arn, topic.arn).apply(lambda args: "{}/{}".format(*args))
p13 = Output.all(queue.arn, topic.arn).apply(lambda args: "%s/%s" % tuple(args))
first = queue.arn[0:3]
az = aws.get_availability_zones(state="available")
for name in az.names[:2]:
    aws.ec2.Subnet(f"s-{name}", vpc_id="x", availability_zone=name)
who = aws.get_caller_identity()
arn = f"arn:aws:iam::{who.account_id}:root"
perm = aws.lambda_.Permission("p", action="lambda:InvokeFunction", function=fn.name, principal="x",
    source_arn=Output.concat(api.execution_arn, "/*/*"))
role = aws.iam.Role("r", assume_role_policy={"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "x"}}]})

def helper(name: str, key_arn: Optional[pulumi.Input[str]] = None, tags=None):
    if key_arn:
        return aws.sqs.Queue(name, kms_master_key_id=key_arn, tags=tags or {})
    return aws.sqs.Queue(name)

helper("a", queue.arn)
helper("b")

def text(x: Input[str]):
    if isinstance(x, pulumi.Output):
        return x.apply(lambda v: f"{v}")
    return f"{x}"

text("a")
text(queue.arn)

def text2(x):
    return x.apply(str) if isinstance(x, Output) else str(x)
text2("a")
text2(queue.arn)

def text3(x):
    if not isinstance(x, Output):
        x = Output.from_input(x)
    return x.apply(lambda v: v + "a")
text3("a"); text3(queue.arn)

@dataclass
class Args:
    name: str
    key: Optional[Input[str]] = None
    extra: dict[str, Input[str]] = field(default_factory=dict)

class Comp(pulumi.ComponentResource):
    arn: Output[str]
    def __init__(self, name: str, args: Args, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("x:y:Z", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.queue = aws.sqs.Queue(f"{name}-q", kms_master_key_id=args.key, opts=child)
        if args.key:
            self.policy = Output.concat(args.key, "x")
        self.arn = self.queue.arn
        for key, value in args.extra.items():
            aws.ssm.Parameter(f"{name}-{key}", type="String", value=value, opts=pulumi.ResourceOptions(parent=self))
        self.register_outputs({"arn": self.arn})

c = Comp("c", Args("n", key=queue.arn, extra={"a": topic.arn}))
c2 = Comp("c2", Args("n"))
pulumi.export("c", c.arn)
pulumi.export("d", Output.concat("x", c.arn))
arns = [queue.arn, topic.arn]
for a in arns:
    pulumi.export("z", a)
x = queue.arn if os.environ.get("A") else None
if x is not None:
    pulumi.export("y", x)
y = x or topic.arn
cfg = pulumi.Config()
v = cfg.get_bool("x")
v = True if v is None else v
w = cfg.get_int("x") if cfg.get_int("x") is not None else 10
u = cfg.get_bool("x", True)
s = cfg.get("name") or "abc"
o = cfg.get_secret("x")
if o:
    pulumi.export("o", o)
obj = cfg.require_object("x")
for k in obj:
    print(f"{k}")
log = os.environ.get("X", "true").lower() == "true"
if log:
    pass
code = pulumi.FileArchive(str(Path(__file__).parent / "app"))
try:
    u2 = api.url
except AttributeError:
    u2 = None
u3 = getattr(api, "url", None)
d = {"a": queue, "b": topic}
for n, r in d.items():
    pulumi.export(f"{n}-arn", r.arn)
print(queue.arn)
q = {q.arn for q in [queue]}
if queue is not None and topic is not None:
    pass
names = ["a", "b"]
qs = {n: aws.sqs.Queue(n) for n in names}
for n in names:
    f"{n}"
    qs[n].arn.apply(lambda arn, n=n: f"{n}: {arn}")
def cb(arn, suffix="x"):
    return arn + suffix
queue.arn.apply(cb)
lst = [q.arn for q in qs.values()]
Output.all(*lst).apply(lambda arns: json.dumps([f"{a}/*" for a in arns]))
Output.all(*lst).apply(lambda arns: {"n": len(arns), "first": arns[0]})
aws.lambda_.Function("g", role=role.arn, opts=pulumi.ResourceOptions(depends_on=[role]))
kw: dict[str, Any] = {}
if cfg.get_bool("x"):
    kw["memory_size"] = 128
aws.lambda_.Function("h", role=role.arn, **kw)
z = aws.s3.Bucket.get("z", "id")
f2 = aws.iam.get_policy_document_output(statements=[
    aws.iam.GetPolicyDocumentStatementArgs(actions=["x"], resources=[queue.arn])])
pulumi.export("j", f2.json)
pulumi.export("v", fn.vpc_config.subnet_ids)
aws.config.region
dist = aws.cloudfront
stack = pulumi.get_stack()
f"{stack}-{pulumi.get_project()}"
pulumi.log.info("x")
"""


def test_what_is_right_is_left_alone(tmp_path: Path) -> None:
    check(tmp_path, FINE)
